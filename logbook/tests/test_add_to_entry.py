"""An author adds to an own entry at any time; the supervisor adds to any (A17)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry
from logbook.verify import verify


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="来电", kind="help")


def add(town: Town, entry: Entry, now, *, actor=None, text="补充：已回电", **more) -> Entry:
    return actions.add_to_entry(actor=actor or town.agent, entry=entry, now=now, text=text, **more)


@pytest.mark.clause("A17")
def test_an_own_entry_is_added_to_also_long_after_the_watch(town: Town, morning, entry: Entry) -> None:
    made = add(town, entry, morning + timedelta(days=30))
    assert (made.act, made.refers_to_id, made.root_id, made.kind) == ("addition", entry.pk, entry.pk, "help")
    assert entry.follow_up.state == "open" and verify().breaches == []


@pytest.mark.clause("A17")
def test_who_dictated_and_who_typed_are_both_its_authors(town: Town, morning) -> None:
    entry = actions.record_entry(
        actor=town.colleague, desk=town.desk, now=morning, text="停电时手写", entered_by=town.butler
    )
    assert add(town, entry, morning, actor=town.butler).author == town.butler
    assert add(town, entry, morning, actor=town.colleague).author == town.colleague


@pytest.mark.clause("A17")
@pytest.mark.parametrize("part", ["colleague", "butler", "head", "auditor", "administrator"])
def test_others_write_an_entry_of_their_own(town: Town, morning, entry: Entry, part: str) -> None:
    for actor in (getattr(town, part), town.away.supervisor):
        with pytest.raises(Refused):
            add(town, entry, morning, actor=actor)
    assert add(town, entry, morning, actor=town.supervisor).author == town.supervisor


@pytest.mark.clause("A17")
@pytest.mark.parametrize("text", ["", " \n", "长" * 4001, "a\x00"])
def test_it_needs_a_text_that_can_be_read(town: Town, morning, entry: Entry, text: str) -> None:
    with pytest.raises(Refused):
        add(town, entry, morning, text=text)


@pytest.mark.clause("A18")
def test_a_retracted_entry_may_still_be_added_to_and_an_act_may_not(town: Town, morning, entry: Entry) -> None:
    actions.retract_entry(actor=town.supervisor, entry=entry, now=morning, reason="x")
    assert add(town, entry, morning).number == 3
    act = actions.record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_opened")
    with pytest.raises(Refused):
        add(town, act, morning)


@pytest.mark.clause("I10")
def test_sent_twice_it_is_stored_once(town: Town, morning, entry: Entry) -> None:
    key = uuid4()
    assert add(town, entry, morning, key=key).pk == add(town, entry, morning, key=key).pk
    with pytest.raises(Refused):
        add(town, entry, morning, key=key, text="别的")
