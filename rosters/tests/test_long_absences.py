"""An absence past its limit is raised to the person first, after as long again to who supervises; who is back hears what came meanwhile (A10, B1.15)."""

from datetime import timedelta

import pytest
import time_machine

from desks.testing import MORNING, Town, read_town, signed_in
from logbook.actions import close_watch, open_watch, record_entry
from logbook.tests.test_concurrent_writers import together
from notices.models import Notice
from rosters import actions, rules
from rosters.models import Absence

TICK = timedelta(microseconds=1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def away(town: Town, morning) -> Absence:
    """The butler is at a meal, the agent stays."""
    open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.butler])
    return actions.leave_for_a_while(actor=town.butler, desk=town.desk, what="meal", cover=town.agent, now=morning)


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.filter(matter="absence").values_list("person__login", "code"))


@pytest.mark.clause("B1.15")
@pytest.mark.parametrize("what,limit", [("meal", 30), ("errand", 15)])
def test_the_border_is_past_the_limit_and_past_twice_of_it(what: str, limit: int) -> None:
    each = rules.limit_of(what=what, meal_minutes=30, errand_minutes=15)
    assert each == limit
    steps = [rules.times_over(what=what, since=MORNING, now=MORNING + wait, minutes=each) for wait in (
        minutes(-5), minutes(limit), minutes(limit) + TICK, minutes(2 * limit), minutes(2 * limit) + TICK, timedelta(days=9)
    )]
    assert steps == [0, 0, 1, 1, 2, 2]
    assert rules.times_over(what="emergency", since=MORNING, now=MORNING + timedelta(days=1), minutes=each) == 0
    assert rules.times_over(what=what, since=MORNING, now=MORNING + timedelta(days=1), minutes=0) == 0


@pytest.mark.clause("B1.15")
def test_the_person_is_told_first_and_alone_then_who_supervises(town: Town, morning, away) -> None:
    assert actions.raise_long_absences(morning + minutes(30)) == 0
    assert actions.raise_long_absences(morning + minutes(31)) == 1
    assert told() == [("taikoo-butler", "absence_long_you_told")]
    for now in (morning + minutes(31), morning + minutes(60), morning + minutes(29)):
        assert actions.raise_long_absences(now) == 0
    assert actions.raise_long_absences(morning + minutes(61)) == 1
    assert told() == [("taikoo-butler", "absence_long_you_told"), ("taikoo-supervisor", "absence_long_told")]
    assert actions.raise_long_absences(morning + timedelta(hours=9)) == 0


@pytest.mark.clause("I7")
def test_who_is_back_or_whose_watch_has_ended_is_told_of_to_nobody(town: Town, morning, away) -> None:
    actions.come_back(actor=town.butler, absence=away, now=morning + minutes(29))
    assert actions.raise_long_absences(morning + timedelta(hours=2)) == 0
    actions.leave_for_a_while(actor=town.butler, desk=town.desk, what="errand", cover=town.agent, now=morning + minutes(40))
    close_watch(actor=town.agent, watch=away.watch, now=morning + minutes(50))
    assert actions.raise_long_absences(morning + timedelta(hours=2)) == 0


@pytest.mark.clause("I7")
def test_two_clocks_at_once_tell_it_once(transactional_db) -> None:
    place = read_town()
    open_watch(actor=place.agent, desk=place.desk, now=MORNING, colleagues=[place.butler])
    actions.leave_for_a_while(actor=place.butler, desk=place.desk, what="meal", cover=place.agent, now=MORNING)
    assert together([lambda: actions.raise_long_absences(MORNING + minutes(90)) and None] * 3) == []
    assert len(told()) == 2


@pytest.mark.clause("A10")
def test_who_comes_back_hears_what_was_entered_meanwhile(town: Town, morning) -> None:
    with time_machine.travel(morning, tick=False) as clock:
        open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.butler])
        client = signed_in(town.butler)
        base = f"/rosters/{town.desk.slug}/away/"
        for written in (0, 2):
            clock.shift(minutes(1))
            client.post(base, {"what": "meal", "cover": town.agent.pk})
            absence = Absence.objects.latest("pk")
            clock.shift(minutes(1))
            for number in range(written):
                record_entry(actor=town.agent, desk=town.desk, now=absence.since + minutes(1), text=f"来电 {number}", kind="enquiry")
            if written:
                record_entry(actor=town.supervisor, desk=town.desk, now=absence.since + minutes(1), text="内部", kind="enquiry", audience="supervisors")
            page = client.post(f"{base}{absence.pk}/back/", follow=True).content.decode()
            assert ("Nothing was entered while you were away" in page) == (not written)
            assert ("2 entries were made" in page) == bool(written)
