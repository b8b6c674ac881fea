"""What is said of a call stops the clock of the first step of the matter, as a step of it does (A9, A16)."""

from datetime import timedelta

import pytest
import time_machine

from desks import record_clock
from desks.hooks import first_steps, messages
from desks.testing import Town, signed_in
from desks.testing_pages import text_of, tree
from escalations import actions
from escalations.clock import call_tree_moves
from escalations.tests.calling import emergency, present
from escalations.tests.scenes import confirmed
from logbook.actions import move_follow_up
from logbook.queries import figures_of, first_acts_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(db, as_owner):
    """The record's clock, to be set."""
    record_clock.install()
    return record_clock.set_to


def first_late(town: Town, morning, now) -> tuple[int, int]:
    row = next(each for each in figures_of(town.desk, morning, now + MINUTE, now) if each.kind == "emergency")
    return row.promised, row.first_late


def entry_page(town: Town, made, now) -> str:
    with time_machine.travel(now, tick=False):
        return text_of(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/{made.entry.number}/").content.decode()))


@pytest.mark.clause("A16")
@pytest.mark.parametrize("said", ["no_answer", "answered", "coming"])
def test_a_call_that_was_made_is_the_first_step(town: Town, morning, at, said: str) -> None:
    at(morning)
    made = emergency(town, morning)
    at(morning + 4 * MINUTE)
    actions.say_of_call(actor=town.agent, call=present(made), said=said, minutes=5, now=morning + 4 * MINUTE)
    assert list(first_acts_of([made.entry_id])) == [made.entry_id]
    assert first_late(town, morning, morning + 60 * MINUTE) == (1, 0)
    assert "after 4 minutes" in entry_page(town, made, morning + 60 * MINUTE)
    with time_machine.travel(morning + 60 * MINUTE, tick=False):
        assert "first step" not in text_of(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/follow-ups/").content.decode()))


@pytest.mark.clause("A9")
def test_one_made_after_the_target_is_late_and_a_step_before_it_counts_first(town: Town, morning, at) -> None:
    at(morning)
    late, early = emergency(town, morning), emergency(town, morning)
    at(morning + 3 * MINUTE)
    move_follow_up(actor=town.agent, root=early.entry, now=morning + 3 * MINUTE, state="in_progress")
    at(morning + 6 * MINUTE)
    for made in (late, early):
        actions.say_of_call(actor=town.agent, call=present(made), said="answered", now=morning + 6 * MINUTE)
    assert first_late(town, morning, morning + 60 * MINUTE) == (2, 1)
    assert "after 6 minutes" in entry_page(town, late, morning + 9 * MINUTE)
    assert "after 3 minutes" in entry_page(town, early, morning + 9 * MINUTE)


@pytest.mark.clause("A9")
def test_to_be_asked_is_no_step_nor_is_what_the_clock_writes(town: Town, morning, at) -> None:
    at(morning)
    made = emergency(town, morning)
    at(morning + 5 * MINUTE)
    assert call_tree_moves(morning + 5 * MINUTE) == 1
    assert first_acts_of([made.entry_id]) == {} and first_late(town, morning, morning + 6 * MINUTE) == (1, 1)
    assert "overdue 1 minute" in entry_page(town, made, morning + 6 * MINUTE)


@pytest.mark.clause("A11")
def test_who_decides_has_taken_the_first_step(town: Town, morning, at) -> None:
    at(morning)
    made = emergency(town, morning)
    at(morning + 2 * MINUTE)
    actions.decide_escalation(
        actor=town.supervisor, confirmed=confirmed(town.supervisor, morning), escalation=made, now=morning + 2 * MINUTE, decision="疏散"
    )
    assert first_late(town, morning, morning + 60 * MINUTE) == (1, 0)


def test_each_act_that_is_a_first_step_has_its_words(db) -> None:
    assert len(list(first_steps)) > 5 and all(messages.get(code) for code, _clause in first_steps)
