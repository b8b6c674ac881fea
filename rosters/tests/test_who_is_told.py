"""Whom a change touches is told, once; who is on leave is left in peace, and the supervisor is told instead (A13, I7)."""

from datetime import timedelta

import pytest

from desks.models import Person
from desks.testing import Town
from notices.models import Notice
from rosters import actions
from rosters.clock_requests import expire_requests, raise_empty_duties
from rosters.tests.changing import DAY, NEXT, agreed, approved, asked, duty, leave_asked


def mark() -> int:
    """The newest notice so far."""
    return Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def told(code: str, after: int = 0) -> list[str]:
    return sorted(row.person.login.rpartition("-")[2] for row in Notice.objects.filter(code=code, pk__gt=after).select_related("person"))


def anybody(after: int) -> set[Person]:
    return {row.person for row in Notice.objects.filter(pk__gt=after).select_related("person")}


def on_leave_now(town: Town, person, now) -> None:
    """The person is on leave from now until the eve of the thirteenth."""
    leave = leave_asked(
        town, now, actor=town.supervisor, person=person, starts_at=now, ends_at=duty(town.agent).starts_at - timedelta(days=1), reason="病了"
    )
    actions.decide_leave(actor=town.supervisor, leave=leave, approve=True, reason="", now=now)


@pytest.mark.clause("A13", "I7")
def test_nobody_is_told_of_a_change_that_does_not_touch_them(december: Town, morning) -> None:
    before = mark()
    approved(december, morning)
    assert anybody(before) == {december.agent, december.butler, december.supervisor}
    before = mark()
    actions.decide_leave(
        actor=december.supervisor, leave=leave_asked(december, morning, actor=december.colleague, person=december.colleague, day=DAY), approve=True,
        reason="", now=morning,
    )
    assert anybody(before) == {december.colleague, december.supervisor}


@pytest.mark.clause("A13")
def test_who_is_on_leave_is_left_in_peace_and_the_supervisor_is_told_instead(december: Town, morning) -> None:
    agreed(december, morning)
    on_leave_now(december, december.butler, morning)
    begins, before = duty(december.agent).starts_at, mark()
    actions.hand_over_duty(
        actor=december.supervisor, duty=duty(december.butler, NEXT), person=december.agent, reason="排班调整", now=morning + timedelta(hours=1)
    )
    assert told("tell_duty_handed_over") == [] and told("tell_left_in_peace") == ["supervisor"] and told("tell_stand_in") == ["agent"]
    assert december.butler not in anybody(before)
    assert "butler" not in told("tell_swap_expired")
    assert expire_requests(begins) == 1
    assert "butler" in told("tell_swap_expired"), "back from leave by then"


@pytest.mark.clause("A13")
def test_what_is_offered_to_all_is_not_brought_to_who_is_on_leave(december: Town, morning) -> None:
    on_leave_now(december, december.butler, morning)
    asked(december, morning + timedelta(hours=1), people=(), for_all=True)
    assert "butler" not in told("tell_swap_asked") and told("tell_swap_asked") != [] and told("tell_left_in_peace") == []


@pytest.mark.clause("A13")
def test_of_the_own_leave_the_person_hears_while_it_lasts(december: Town, morning) -> None:
    on_leave_now(december, december.butler, morning)
    leave = december.butler.leave_requests.get()
    later = morning + timedelta(days=2)
    actions.shorten_leave(actor=december.supervisor, leave=leave, until=later + timedelta(days=1), reason="提前返岗", now=later)
    assert told("tell_leave_shortened") == ["butler"]


@pytest.mark.clause("A13", "I7")
def test_what_has_just_become_empty_near_its_start_is_told_again_only_after_a_while(december: Town) -> None:
    now = duty(december.agent).starts_at - timedelta(hours=2)
    actions.report_sick(actor=december.supervisor, duty=duty(december.agent), reason="", now=now)
    assert raise_empty_duties(now + timedelta(minutes=29)) == 0
    assert raise_empty_duties(now + timedelta(minutes=30)) == 1 and raise_empty_duties(now + timedelta(minutes=31)) == 0
    assert told("tell_duty_still_empty") == ["supervisor"]
