"""An administrator adds kinds and their fields; each change is a new version of the kind (A8, A18)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.models import EntryKind, KindField
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import record_entry
from logbook.models import Entry
from logbook.words import DeskWords
from office import actions
from office.actions import add_kind_field, change_kind_field


@pytest.mark.clause("A8")
def test_an_administrator_adds_a_kind_and_its_fields_and_old_entries_keep_their_words(town: Town, morning) -> None:
    client = signed_in(town.administrator)
    client.post(
        reverse("admin:desks_entrykind_add"),
        {"desk": town.desk.pk, "code": "lost", "label_en": "Lost and found", "label_zh_hans": "失物招领", "prefixes": "sw",
         "due_minutes": 60, "due_minutes_urgent": 30, "response_minutes": 0,
         "response_minutes_urgent": 0, "urgency": "normal", "position": 20},
    )
    kind = EntryKind.objects.get(desk=town.desk, code="lost")
    client.post(
        reverse("admin:desks_kindfield_add"),
        {"kind": kind.pk, "code": "found_by", "label_en": "Found by", "sort": "line", "needed": "always", "position": 1, "current": "on"},
    )
    kind = EntryKind.objects.get(desk=town.desk, code="lost", current=True)
    assert kind.version == 2
    entry = record_entry(actor=town.agent, desk=town.desk, now=morning, kind="lost", text="雨伞", own={"found_by": "保洁王姐"})
    field = kind.own_fields.get()
    assert Entry.objects.filter(code="kindfield_added_of_desk", book__desk=None).count() == 1
    new = change_kind_field(
        actor=town.administrator, field=field, changes={"label_en": "Finder"}, reason="wording", now=morning + timedelta(minutes=1)
    )
    assert new.kind.version == 3
    said = DeskWords(town.desk).own_values_of(Entry.objects.get(pk=entry.pk))
    assert [(field.label, value) for field, value in said] == [("Found by", "保洁王姐")]
    with pytest.raises(Refused):
        change_kind_field(actor=town.administrator, field=field, changes={"label_en": "x"}, reason="old", now=morning)
    with pytest.raises(Refused) as refused:
        add_kind_field(actor=town.administrator, field=KindField(kind=new.kind, code="found_by"), now=morning)
    assert refused.value.field == "code"
    gone = change_kind_field(actor=town.administrator, field=new, changes={"current": False}, reason="not needed", now=morning)
    assert not gone.current
    with pytest.raises(Refused):
        record_entry(actor=town.agent, desk=town.desk, now=morning, kind="lost", text="雨伞", own={"found_by": "x"})


@pytest.mark.clause("I8")
def test_other_sites_kinds_are_offered_and_taken_nowhere(town: Town) -> None:
    kind = EntryKind.objects.get(desk=town.away.desk, code="service", current=True)
    answer = signed_in(town.administrator).post(
        reverse("admin:desks_kindfield_add"), {"kind": kind.pk, "code": "x", "label_en": "x", "sort": "line", "needed": "never", "position": 1}
    )
    assert answer.status_code == 422 and not kind.own_fields.filter(code="x").exists()
    assert signed_in(town.administrator).get(
        reverse("admin:desks_kindfield_change", args=[kind.own_fields.first().pk])
    ).status_code == 404


@pytest.mark.clause("A8")
def test_a_short_prefix_chooses_one_kind_alone(town: Town) -> None:
    now = timezone.now()
    for prefix in ("BX", "repair"):
        kind = EntryKind(desk=town.desk, code="noise", label_en="Noise", prefixes=["zy", prefix])
        with pytest.raises(Refused, match="belongs to the kind Repair") as refused:
            actions.add_setup(actor=town.administrator, row=kind, now=now)
        assert refused.value.field == "prefixes"
    kind = actions.add_setup(actor=town.administrator, row=EntryKind(desk=town.desk, code="noise", label_en="Noise", prefixes=["zy"]), now=now)
    with pytest.raises(Refused, match="belongs to the kind Repair"):
        actions.change_settings(actor=town.administrator, row=kind, changes={"prefixes": ["bx"]}, reason="shorter", now=now)
    assert actions.change_settings(actor=town.administrator, row=kind, changes={"prefixes": ["zy", "noise"]}, reason="longer", now=now).prefixes == ["zy", "noise"]
