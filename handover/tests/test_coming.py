"""Taking part in a handover and taking it over is being there; a long or refused one makes nobody late (A22, A23, A24)."""

from datetime import timedelta

import pytest

from desks.testing import Town
from handover import actions
from handover.clock import raise_missing_reliefs, remind_reliefs
from handover.coming import came
from handover.tests import steps
from handover.tests.test_relief import duty
from notices.models import Notice
from rosters.actions import check_in, raise_no_shows
from rosters.models import PresenceCase
from rosters.queries import attendances
from rosters.rules import Arrival


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def rostered(held: Town, morning):
    """The butlers relieve at the `morning` moment."""
    duty(held, held.butler, morning)
    duty(held, held.second_butler, morning)
    return held


def seen(town: Town, person, now):
    found = person.duties.get()
    return attendances(town.desk, [found], now)[found.pk]


@pytest.mark.clause("A24")
def test_taking_the_watch_over_is_being_there(rostered: Town, morning) -> None:
    steps.hand_over(rostered.desk, rostered.butler, morning - minutes(20), rostered.second_butler)
    for person in (rostered.butler, rostered.second_butler):
        found = seen(rostered, person, morning + minutes(60))
        assert (found.arrival, found.early, found.done) == (Arrival.EARLY, 20, 60)


@pytest.mark.clause("A22")
def test_a_handover_that_takes_long_makes_nobody_late_and_raises_nobody(rostered: Town, morning) -> None:
    started = actions.start_handover(actor=rostered.butler, desk=rostered.desk, incoming=rostered.butler, now=morning - minutes(5))
    assert came(rostered.desk, morning - minutes(59), morning + minutes(60)) == [(rostered.butler.pk, morning - minutes(5))]
    assert raise_no_shows(morning + minutes(30)) == 1
    assert PresenceCase.objects.get().about == rostered.second_butler, "who has done nothing in it and did not check in"
    prepared = steps.prepare(started, morning + minutes(40))
    steps.sign("outgoing", prepared, morning + minutes(45))
    steps.sign("incoming", prepared, morning + minutes(45))
    found = seen(rostered, rostered.butler, morning + minutes(60))
    assert (found.arrival, found.early, found.late, found.absent, found.done) == (Arrival.IN_LEAD, 5, 0, 0, 60)


@pytest.mark.clause("A23")
def test_who_has_checked_in_is_no_missing_relief_and_is_not_reminded(rostered: Town, morning) -> None:
    check_in(actor=rostered.butler, desk=rostered.desk, now=morning - minutes(16))
    assert remind_reliefs(morning - minutes(10)) == 1
    assert Notice.objects.get(code="relief_reminder_told").person == rostered.second_butler
    assert raise_missing_reliefs(morning + minutes(5)) == 0


@pytest.mark.clause("A22")
def test_the_outgoing_s_acts_count_for_no_other_duty(rostered: Town, morning) -> None:
    handed = steps.hand_over(rostered.desk, rostered.butler, morning)
    people = {person for person, _moment in came(rostered.desk, morning - minutes(59), morning + minutes(1))}
    assert people == {rostered.butler.pk} and handed.outgoing == rostered.agent
