"""An administrator takes the labels that the preset has now: shown first, never codes, never what the desk words itself unless ticked (A6, A8)."""

import pytest
from django.urls import reverse

from desks.models import EntryKind, KindField
from desks.presets import former_labels, preset_names, read_preset
from desks.refusal import Refused
from desks.testing import Town, signed_in
from desks.wording import worded
from logbook.actions import record_entry
from logbook.models import Entry
from logbook.words import DeskWords
from office import actions
from office.preset_labels import NAMES, label_differences, labels_of

OLD = ("Parcels, one a line: for whom, carrier, place", "快递明细，每行一件：收件人、快递公司、存放处", "快遞明細，每行一件：收件人、快遞公司、存放處")


def called(row, labels) -> None:
    type(row).objects.filter(pk=row.pk).update(**dict(zip(NAMES, labels, strict=True)))


@pytest.fixture
def old(town: Town) -> Town:
    """A desk that was set up before: a field with a former label, a kind that the desk words itself."""
    called(KindField.objects.get(kind__desk=town.desk, kind__code="parcel", code="parcels"), OLD)
    called(EntryKind.objects.get(desk=town.desk, code="repair"), ("Fix", "维修单", "維修單"))
    return town


def take(town: Town, now, *keys: str, reason: str = "新版措辞") -> int:
    return actions.take_preset_labels(actor=town.administrator, desk=town.desk, keys=keys, reason=reason, now=now)


@pytest.mark.clause("A8")
def test_what_differs_is_shown_and_what_the_desk_words_itself_is_told_apart(old: Town) -> None:
    assert [(each.key, each.own) for each in label_differences(old.desk)] == [("repair", True), ("parcel.parcels", False)]
    assert label_differences(old.other_desk) == [] and label_differences(old.away.desk) == []
    KindField.objects.filter(kind__desk=old.desk, code="parcels").update(current=False)
    assert [each.key for each in label_differences(old.desk)] == ["repair"]
    old.desk.preset = "nothing"
    assert label_differences(old.desk) == []


@pytest.mark.clause("A18")
def test_taken_labels_are_a_new_version_and_old_entries_keep_their_words(old: Town, morning) -> None:
    entry = record_entry(actor=old.agent, desk=old.desk, now=morning, text="到件", kind="parcel", own={"parcels": "48213"})
    before = EntryKind.objects.get(desk=old.desk, code="parcel", current=True)
    assert take(old, morning, "parcel.parcels") == 1
    kind = EntryKind.objects.get(desk=old.desk, code="parcel", current=True)
    assert (kind.version, kind.own_fields.count(), labels_of(kind)) == (before.version + 1, before.own_fields.count(), labels_of(before))
    assert kind.own_fields.get(code="parcels").label_zh_hans == "快递明细（收件人、快递公司、存放处）"
    assert [own.label for own, _value in DeskWords(old.desk).own_values_of(Entry.objects.get(pk=entry.pk))] == [OLD[0]]
    assert [each.key for each in label_differences(old.desk)] == ["repair"]
    said = Entry.objects.get(code="preset_labels_taken_of_desk")
    words = worded(said.code, said.fields, old.site)
    assert said.book.desk_id is None and said.author == old.administrator
    assert words == f"Front: took the present labels of the preset Service centre: {OLD[0]} → Parcels (for whom, carrier, place) (新版措辞)"
    row = kind.history.latest("history_id")
    assert (row.history_user, row.history_change_reason) == (old.administrator, "新版措辞")


@pytest.mark.clause("A8")
def test_what_the_desk_words_itself_is_taken_when_it_is_ticked(old: Town, morning) -> None:
    assert take(old, morning, "repair", "parcel.parcels") == 2
    assert EntryKind.objects.get(desk=old.desk, code="repair", current=True).label_en == "Repair" and label_differences(old.desk) == []


@pytest.mark.clause("I9")
@pytest.mark.parametrize(
    ("keys", "reason", "field"), [((), "x", "keys"), (("repair", "help"), "x", "keys"), (("x.y",), "x", "keys"), (("repair",), " ", "reason"), (("repair",), "x" * 201, "reason")],
)
def test_what_cannot_be_taken_is_refused(old: Town, morning, keys, reason: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        take(old, morning, *keys, reason=reason)
    assert refused.value.field == field and not Entry.objects.exists() and EntryKind.objects.filter(desk=old.desk, version=2).count() == 0


@pytest.mark.clause("A6")
def test_the_administrator_sees_first_what_would_change(old: Town) -> None:
    client, address = signed_in(old.administrator), reverse("admin:desks_desk_labels", args=[old.desk.pk])
    assert address in client.get(reverse("admin:desks_desk_change", args=[old.desk.pk])).content.decode()
    page = client.get(address).content.decode()
    assert OLD[1] in page and "快递明细（收件人、快递公司、存放处）" in page and "your own wording" in page
    ticked = [part for part in page.split("<input") if "checked" in part]
    assert len(ticked) == 1 and 'value="parcel.parcels"' in ticked[0]
    assert client.post(address, {"keys": ["parcel.parcels"], "reason": ""}).status_code == 422
    assert client.post(address, {"keys": ["parcel.parcels"], "reason": "新版"}).status_code == 302
    assert client.post(address, {"keys": ["repair"], "reason": "新版"}).status_code == 302
    assert address not in client.get(reverse("admin:desks_desk_change", args=[old.desk.pk])).content.decode()
    assert client.get(address).status_code == 302
    assert signed_in(old.away.administrator).get(address).status_code == 404
    assert signed_in(old.supervisor).get(address).status_code in {302, 403}


@pytest.mark.parametrize("name", preset_names())
def test_former_labels_are_of_what_the_preset_has_and_calls_otherwise_now(name: str) -> None:
    now = {}
    for kind in read_preset(name)["kinds"]:
        now["kinds", kind["code"]] = kind["labels"]
        now |= {("fields", f"{kind['code']}.{field['code']}"): field["labels"] for field in kind.get("fields", [])}
    for sort, rows in former_labels(name).items():
        for key, labels in rows.items():
            assert all(len(each) == 3 and each != now[sort, key] for each in labels), key
