"""An escalation that nobody acknowledges is told once more; an emergency goes to the project head as well (A4, A9, I7)."""

from datetime import timedelta

import pytest

from desks.testing import Town
from escalations import actions
from escalations.clock import escalations_unanswered
from escalations.tests.calling import give
from escalations.tests.scenes import confirmed
from escalations.tests.test_raise import told
from logbook.actions import record_entry
from notices.models import Notice


def raised(town: Town, now, **how):
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿", **how)
    return actions.raise_escalation(actor=town.agent, entry=entry, now=now)


@pytest.mark.clause("A4")
def test_told_once_more_past_the_limit(town: Town, morning) -> None:
    raised(town, morning)
    limit = morning + timedelta(minutes=town.desk.settings.escalation_minutes)
    assert escalations_unanswered(limit - timedelta(seconds=1)) == 0
    assert [escalations_unanswered(limit), escalations_unanswered(limit), escalations_unanswered(limit + timedelta(days=2))] == [1, 0, 0]
    assert told(town, "still_asked_to_decide") == {"supervisor"}
    assert told(town, "emergency_unanswered") == set(), "only an emergency goes past the supervisor"


@pytest.mark.clause("A9")
def test_without_anybody_to_call_an_emergency_goes_to_the_project_head_after_twice_the_limit(town: Town, morning) -> None:
    for position in (1, 4):
        give(town, position, morning, current=False)
    raised(town, morning, urgency="emergency")
    limit = timedelta(minutes=town.desk.settings.escalation_minutes)
    assert escalations_unanswered(morning + 2 * limit - timedelta(seconds=1)) == 1
    assert escalations_unanswered(morning + 2 * limit) == 1
    assert told(town, "emergency_unanswered") == {"head"}
    assert escalations_unanswered(morning + timedelta(days=2)) == 0


@pytest.mark.clause("I7")
@pytest.mark.parametrize("answer", ["acknowledge", "decide", "phone"])
def test_after_two_days_without_a_beat_an_answered_one_is_not_told(town: Town, morning, answer: str) -> None:
    made = raised(town, morning, urgency="emergency")
    if answer == "acknowledge":
        actions.acknowledge_escalation(actor=town.supervisor, escalation=made, now=morning)
    elif answer == "decide":
        pin = confirmed(town.supervisor, morning)
        actions.decide_escalation(actor=town.supervisor, confirmed=pin, escalation=made, now=morning, decision="x")
    else:
        actions.record_phone_decision(
            actor=town.agent, escalation=made, now=morning, decision="x", decided_by=town.supervisor
        )
    assert escalations_unanswered(morning + timedelta(days=2)) == 0


@pytest.mark.clause("A11")
def test_the_project_head_s_clock_begins_with_the_passing_on(town: Town, morning) -> None:
    made, later = raised(town, morning), morning + timedelta(minutes=14)
    actions.pass_up(
        actor=town.supervisor, confirmed=confirmed(town.supervisor, morning), escalation=made, now=later, reason="x"
    )
    limit = timedelta(minutes=town.desk.settings.escalation_minutes)
    assert escalations_unanswered(later + limit - timedelta(seconds=1)) == 0
    assert escalations_unanswered(later + limit) == 1
    assert told(town, "still_asked_to_decide") == {"head"}


@pytest.mark.clause("I7")
def test_a_clock_moved_back_tells_nothing_twice(town: Town, morning) -> None:
    raised(town, morning)
    late = morning + timedelta(hours=1)
    assert [escalations_unanswered(late), escalations_unanswered(morning - timedelta(days=1)), escalations_unanswered(late)] == [1, 0, 0]
    assert Notice.objects.filter(code="still_asked_to_decide").count() == 1
