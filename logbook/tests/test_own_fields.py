"""Kinds have fields of their own, as data of the desk (A8, A12, A14, A15, B2.2, C2)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.models import EntryKind, KindField
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions, rules
from logbook.lines import lines_of
from logbook.models import Entry, FollowUp
from logbook.queries import PAGE, entries_of, found_entries
from logbook.reading import rows_for
from logbook.tests.pages import find, tree
from logbook.verify import verify
from logbook.words import DeskWords

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _record(town: Town, now, **values) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=now, **values)


def _line(town: Town, now, entry: Entry, reader=None):
    rows = rows_for(entries_of(town.desk).filter(number=entry.number), reader=reader or town.agent, desk=town.desk, now=now)
    return lines_of(rows, desk=town.desk, words=DeskWords(town.desk), reader=reader or town.agent, now=now)[0]


@pytest.mark.clause("A15")
def test_an_emergency_says_who_was_mobilised_and_what_was_done_each_with_its_time(town: Town, morning) -> None:
    entry = _record(
        town, morning, kind="emergency", text="电梯困人",
        own={"mobilised": "9:05 工程部\n秩序部", "measures": " 09：07  拉警戒线 \n\n"},
    )
    assert entry.fields["own_mobilised"] == "09:05 工程部\n09:00 秩序部"
    assert entry.fields["own_measures"] == "09:07 拉警戒线"
    assert _line(town, morning, entry).own_values == [
        ("Departments mobilised", "09:05 工程部; 09:00 秩序部"), ("Protective measures", "09:07 拉警戒线"),
    ]
    assert verify([entry.book]).breaches == []


@pytest.mark.clause("A8")
def test_parcels_stand_in_one_entry_with_a_line_each_and_are_found_by_their_lines(town: Town, morning) -> None:
    entry = _record(town, morning, kind="parcel", text="顺丰 2 件", own={"parcels": "5栋901 张女士 A-3\n12栋302 李先生 A-4"})
    assert entry.fields["own_parcels"].count("\n") == 1
    other = _record(town, morning, kind="parcel", text="顺丰 1 件", own={"parcels": "48213"})
    for asked, hit in (("李先生", entry), ("48213", other)):
        assert [row.number for row in found_entries(town.desk, text=asked, limit=PAGE)] == [hit.number]


@pytest.mark.clause("A17")
def test_what_the_record_keeps_of_the_time_is_not_found_as_a_word(town: Town) -> None:
    now = timezone.now()
    entry = _record(town, now, text="漏水", occurred_at=now - timedelta(days=3), late_reason="忙", sure=True)
    assert entry.fields["consent"] == "asked"
    assert [row.number for row in found_entries(town.desk, text="漏水", limit=PAGE)] == [entry.number]
    assert found_entries(town.desk, text="asked", limit=PAGE) == []


@pytest.mark.clause("C2")
def test_a_field_can_be_needed_while_the_matter_stays_open(town: Town, morning) -> None:
    repair = EntryKind.objects.get(desk=town.desk, code="repair")
    field = repair.own_fields.get(code="unsettled")
    field.needed = KindField.Needed.OPEN
    field.save()
    # An administrator's change is a new version of the kind, which what is kept of the kinds is known by.
    repair.due_minutes += 1
    repair.save()
    with pytest.raises(Refused) as refused:
        _record(town, morning, kind="repair", text="漏水", place="5栋1203")
    assert refused.value.field == "repair__unsettled"
    _record(town, morning, kind="repair", text="漏水", place="5栋1203", result="已修好")
    late = _record(town, morning, kind="repair", text="漏水", place="5栋1203", own={"unsettled": "缺配件"})
    assert FollowUp.objects.get(root=late).state == "open"


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("kind", "own", "field"),
    [
        ("service", {"price": "zwanzig"}, "service__price"),
        ("service", {"price": "-1"}, "service__price"),
        ("service", {"receipt": "\x00"}, "service__receipt"),
        ("service", {"receipt": "长" * 401}, "service__receipt"),
        ("parcel", {"parcels": "\n".join("件" for _ in range(61))}, "parcel__parcels"),
        ("other", {"price": "1"}, None),
    ],
)
def test_what_is_no_value_of_the_field_is_refused_beside_it(town: Town, morning, kind, own, field) -> None:
    with pytest.raises(Refused) as refused:
        _record(town, morning, kind=kind, text="x", own=own)
    assert refused.value.field == field and not Entry.objects.filter(act="entry").exists()


def test_money_and_times_are_written_alike_however_they_were_typed(morning) -> None:
    price = KindField(code="price", sort="money")
    lines = KindField(code="done", sort="timed_lines")

    def made(**given):
        return rules.own_values([price, lines], given, occurred_at=morning, zone=SHANGHAI)

    assert made(price="１２０") == {"own_price": "120.00"}
    assert made(price="¥1,200.5") == {"own_price": "1200.50"}
    assert made(done="23:59 x\n24:00 y") == {"own_done": "23:59 x\n09:00 24:00 y"}
    assert made(price="", done="\n \n") == {}


@pytest.mark.clause("A12", "A14")
def test_a_call_over_three_rings_is_one_tap_and_shows(town: Town, morning) -> None:
    answer = signed_in(town.agent).post(
        reverse("logbook:save", args=[town.desk.slug]),
        {"text": "咨询", "kind": "enquiry", "over_three_rings": "1", "called_back": "1", "dialled_out": "1"}, headers={"HX-Request": "true"},
    )
    assert answer.status_code == 201
    entry = Entry.objects.get(act="entry")
    assert [entry.fields.get(name) for name in ("over_three_rings", "called_back", "dialled_out")] == ["true"] * 3
    assert "over three rings" in "".join(_line(town, morning, entry).tags)


@pytest.mark.clause("A12")
def test_that_a_call_rang_too_long_is_one_tap_outside_the_fold(town: Town) -> None:
    page = tree(signed_in(town.agent).get(f"/desk/{town.desk.slug}/"))
    (tick,) = find(page, "input", name="over_three_rings")
    folded = [each for fold in find(page, "details") for each in find(fold, "input", type="checkbox")]
    assert tick not in folded and {"called_back", "dialled_out"} <= {dict(each.attributes)["name"] for each in folded}


@pytest.mark.clause("A8")
def test_the_composer_takes_the_chosen_kinds_fields_and_leaves_the_others(town: Town) -> None:
    client, url = signed_in(town.agent), reverse("logbook:save", args=[town.desk.slug])
    answer = client.post(
        url, {"text": "#fw 代寄快递", "service__price": "25", "repair__unsettled": "x"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 201
    assert Entry.objects.get(act="entry").fields["own_price"] == "25.00"
    assert "own_unsettled" not in Entry.objects.get(act="entry").fields
    refused = client.post(url, {"text": "代寄", "kind": "service", "service__price": "many"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "service__price" in refused.json()["errors"]
    page = client.post(url, {"text": "代寄", "kind": "service", "service__price": "many"})
    assert page.status_code == 422 and 'value="many"' in page.content.decode()


@pytest.mark.clause("I8")
def test_an_entry_for_supervisors_gives_nothing_of_its_fields_away(town: Town, morning) -> None:
    entry = _record(town, morning, kind="service", text="退款", own={"price": "88"}, audience="supervisors")
    assert _line(town, morning, entry, reader=town.colleague).own_values == []
    assert _line(town, morning, entry, reader=town.supervisor).own_values == [("Price", "88.00")]
