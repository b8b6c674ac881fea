"""Being at the desk for a duty: by joining or taking over the watch, or by an own act with the server's time (A10, A24, E6)."""

from datetime import timedelta

import pytest
import time_machine

from desks.refusal import Refused
from desks.testing import MORNING, Town, read_town, signed_in
from logbook.actions import join_watch, leave_watch, open_watch
from logbook.models import Entry
from logbook.tests.test_concurrent_writers import together
from rosters import actions, queries
from rosters.actions import attendance
from rosters.models import CheckIn, Duty
from rosters.rules import Arrival
from rosters.tests.scenes import november

START = MORNING - timedelta(hours=1)


def duty_of(place: Town, part: str) -> Duty:
    return queries.in_force(place.desk).get(person=getattr(place, part), starts_at__range=(START - timedelta(hours=1), START + timedelta(hours=12)))


def seen(place: Town, part: str, now):
    duty = duty_of(place, part)
    return queries.attendances(place.desk, [duty], now)[duty.pk]


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def planned(town: Town, morning) -> Town:
    november(town, morning)
    assert duty_of(town, "agent").starts_at == START
    return town


@pytest.mark.clause("A24")
def test_opening_and_joining_the_watch_is_being_there(planned: Town, morning) -> None:
    watch = open_watch(actor=planned.agent, desk=planned.desk, now=START - minutes(15))
    join_watch(actor=planned.agent, watch=watch, person=planned.colleague, now=START + minutes(7))
    assert (seen(planned, "agent", morning).arrival, seen(planned, "agent", morning).early) == (Arrival.ON_TIME, 15)
    late = seen(planned, "colleague", morning)
    assert (late.arrival, late.late, late.done) == (Arrival.LATE, 7, 53)


@pytest.mark.clause("A24")
@pytest.mark.clause("A10")
def test_an_own_check_in_before_the_watch_changes_hands_counts_until_the_watch_takes_over(planned: Town, morning) -> None:
    late = duty_of(planned, "butler")
    watch = open_watch(actor=planned.agent, desk=planned.desk, now=START)
    came = late.starts_at - minutes(20)
    made = actions.check_in(actor=planned.butler, desk=planned.desk, now=came)
    assert (made.at, made.duty) == (came, late)
    assert Entry.objects.get(pk=made.entry_id).code == "checked_in"
    join_watch(actor=planned.agent, watch=watch, person=planned.butler, now=late.starts_at + minutes(5))
    found = seen(planned, "butler", late.starts_at + minutes(60))
    assert (found.arrival, found.early, found.late, found.done) == (Arrival.EARLY, 20, 0, 60)
    leave_watch(actor=planned.agent, watch=watch, person=planned.butler, now=late.starts_at + minutes(90))
    assert seen(planned, "butler", late.starts_at + minutes(100)).absent == 10


@pytest.mark.clause("A10")
def test_who_stays_past_the_duty_for_the_relief_has_it_counted(planned: Town, morning) -> None:
    open_watch(actor=planned.agent, desk=planned.desk, now=START)
    ends = duty_of(planned, "agent").ends_at
    assert seen(planned, "agent", ends + minutes(25)).over == 25


@pytest.mark.clause("A24")
@pytest.mark.parametrize("part,hours", [("butler", -3), ("supervisor", 0), ("agent", 8)])
def test_without_a_duty_soon_or_now_nobody_checks_in(planned: Town, morning, part: str, hours: int) -> None:
    now = duty_of(planned, "butler").starts_at + timedelta(hours=hours) if part == "butler" else START + timedelta(hours=hours)
    with pytest.raises(Refused) as refused:
        actions.check_in(actor=getattr(planned, part), desk=planned.desk, now=now)
    assert refused.value.clause == "A24" and refused.value.remedy
    assert not CheckIn.objects.exists()


@pytest.mark.clause("A24")
def test_the_border_of_checking_in_is_two_hours_before_and_the_end_of_the_duty(planned: Town) -> None:
    duty = duty_of(planned, "butler")
    second = timedelta(seconds=1)
    for now in (duty.starts_at - timedelta(hours=2) - second, duty.ends_at):
        with pytest.raises(Refused):
            actions.check_in(actor=planned.butler, desk=planned.desk, now=now)
    assert actions.check_in(actor=planned.butler, desk=planned.desk, now=duty.starts_at - timedelta(hours=2)).duty == duty
    assert actions.check_in(actor=planned.second_butler, desk=planned.desk, now=duty.ends_at - second).person == planned.second_butler


@pytest.mark.clause("A24")
def test_twice_and_from_within_the_watch_it_is_refused(planned: Town, morning) -> None:
    actions.check_in(actor=planned.agent, desk=planned.desk, now=START)
    with pytest.raises(Refused):
        actions.check_in(actor=planned.agent, desk=planned.desk, now=START + minutes(1))
    open_watch(actor=planned.colleague, desk=planned.desk, now=START)
    with pytest.raises(Refused) as refused:
        actions.check_in(actor=planned.colleague, desk=planned.desk, now=START)
    assert "of the watch" in str(refused.value)


@pytest.mark.clause("I8")
def test_the_button_is_for_who_is_due_and_strangers_find_nothing(planned: Town) -> None:
    with time_machine.travel(START, tick=False):
        path = f"/rosters/{planned.desk.slug}/check-in/"
        page = f"/desk/{planned.desk.slug}/"
        open_watch(actor=planned.colleague, desk=planned.desk, now=START)
        assert "check-in-form" in signed_in(planned.agent).get(page).content.decode()
        for part in ("colleague", "butler", "supervisor"):
            assert "check-in-form" not in signed_in(getattr(planned, part)).get(page).content.decode(), part
        assert signed_in(planned.agent).post(path).status_code == 302
        assert "check-in-form" not in signed_in(planned.agent).get(page).content.decode()
        assert signed_in(planned.away.agent).post(path).status_code == 404
        assert signed_in(planned.auditor).post(path).status_code == 403
        assert signed_in(planned.agent).get(path).status_code == 405
    assert CheckIn.objects.get().at == START


@pytest.mark.clause("A24")
def test_the_desk_page_says_which_relief_is_here_already(planned: Town) -> None:
    late = duty_of(planned, "butler")
    open_watch(actor=planned.agent, desk=planned.desk, now=START)
    actions.check_in(actor=planned.butler, desk=planned.desk, now=late.starts_at - minutes(20))
    with time_machine.travel(late.starts_at - minutes(10), tick=False):
        page = signed_in(planned.agent).get(f"/desk/{planned.desk.slug}/").content.decode()
    assert page.count("here since 15:40") == 1


@pytest.mark.clause("I9")
@pytest.mark.parametrize("locked", [True, False])
def test_a_double_tap_checks_in_once_and_without_the_lock_the_database_holds_it(transactional_db, monkeypatch, locked: bool) -> None:
    place = read_town()
    november(place, MORNING)
    if not locked:
        monkeypatch.setattr(attendance, "hold_books", lambda *books: None)
    raised = together([lambda: actions.check_in(actor=place.agent, desk=place.desk, now=START) and None] * 4)
    assert len(raised) == 3 and CheckIn.objects.count() == 1
    assert not locked or all(isinstance(error, Refused) for error in raised)


@pytest.mark.clause("I1")
@pytest.mark.parametrize("act", ["UPDATE rosters_checkin SET at = now()", "DELETE FROM rosters_checkin"])
def test_a_check_in_is_never_changed(planned: Town, act: str) -> None:
    from django.db import Error, connection, transaction

    actions.check_in(actor=planned.agent, desk=planned.desk, now=START)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
