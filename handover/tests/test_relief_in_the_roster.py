"""A named relief stands in the roster: the running duty of who has not come is theirs, and what was worked stays (A13, A23, I5, I6)."""

from datetime import timedelta

import pytest
from django.db import transaction

from desks import record_clock
from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import Town
from handover import actions
from handover.models import NamedRelief
from handover.stand_ins import stand_ins
from handover.tests.scenes import roster_duty
from logbook.actions import join_watch
from logbook.queries import current_watch
from notices.models import Notice
from rosters.actions import raise_no_shows
from rosters.models import Duty, Leave, PresenceCase

LATE = timedelta(minutes=20)


def on(town: Town) -> list[tuple[str, object, object]]:
    """Who has which duty in force from the morning's relief on."""
    rows = Duty.objects.filter(desk=town.desk, taken_out_by__isnull=True).select_related("person").order_by("starts_at", "pk")
    return [(row.person.login.rpartition("-")[2], row.starts_at, row.ends_at) for row in rows]


@pytest.fixture
def rostered(held: Town, morning, clock_set) -> Town:
    """The butler alone relieves at the `morning` moment, and does not come."""
    roster_duty(held.desk, held.butler, morning, morning + timedelta(hours=8))
    return held


def name(town: Town, person, now) -> NamedRelief:
    record_clock.set_to(now)
    with transaction.atomic():
        return actions.name_relief(actor=town.supervisor, desk=town.desk, person=person, now=now)


@pytest.mark.clause("A13", "A23", "I6")
def test_the_running_duty_is_the_named_person_s_from_the_next_minute_and_each_is_told_once(rostered: Town, morning) -> None:
    now, end = morning + LATE, morning + timedelta(hours=8)
    name(rostered, rostered.second_butler, now)
    begin = now + timedelta(minutes=1)
    assert on(rostered) == [("butler", morning, begin), ("second_butler", begin, end)]
    made = Duty.objects.get(person=rostered.second_butler)
    assert (made.brought_in_by.kind, made.brought_in_by.decided_by) == ("stand_in", rostered.supervisor)
    codes = list(Notice.objects.filter(told_at__gte=now).values_list("person__login", "code"))
    mine = [code for login, code in codes if login.endswith("second_butler")]
    assert mine == ["relief_you_told"] and [code for login, code in codes if login == rostered.agent.login] == ["relief_comes_told"]
    assert [code for login, code in codes if login == rostered.butler.login] == ["tell_duty_handed_over"]


@pytest.mark.clause("A22")
def test_who_did_not_come_is_still_asked_about_it(rostered: Town, morning) -> None:
    rostered.desk.settings.no_show_minutes = 30
    rostered.desk.settings.save()
    name(rostered, rostered.second_butler, morning + LATE)
    assert raise_no_shows(morning + timedelta(minutes=30)) == 1
    assert PresenceCase.objects.get().about == rostered.butler


@pytest.mark.clause("A23")
def test_before_the_relief_is_missing_nothing_of_the_roster_changes(rostered: Town, morning) -> None:
    name(rostered, rostered.second_butler, morning - timedelta(minutes=1))
    assert on(rostered) == [("butler", morning, morning + timedelta(hours=8))]
    join_watch(actor=rostered.agent, watch=current_watch(rostered.desk), person=rostered.butler, now=morning)
    name(rostered, rostered.second_butler, morning + LATE)
    assert on(rostered) == [("butler", morning, morning + timedelta(hours=8))], "somebody of the relief is there"


@pytest.mark.clause("A6", "A23")
def test_who_may_hold_the_desk_and_takes_no_duties_is_named_and_the_roster_stays(rostered: Town, morning) -> None:
    name(rostered, rostered.supervisor, morning + LATE)
    assert NamedRelief.objects.get().person == rostered.supervisor and [row[0] for row in on(rostered)] == ["butler"]


@pytest.mark.clause("A13", "I5")
def test_the_rule_refuses_who_is_on_leave_or_on_duty_elsewhere_and_nothing_changes(rostered: Town, morning) -> None:
    now = morning + LATE
    Membership.objects.create(person=rostered.second_butler, site=rostered.site, desk=rostered.other_desk, role=Role.BUTLER, starts_at=morning)
    elsewhere = roster_duty(rostered.other_desk, rostered.second_butler, morning, morning + timedelta(hours=4))
    Leave.objects.create(
        person=rostered.colleague, filed_by=rostered.supervisor, asked_at=morning, desk=rostered.desk, kind="annual",
        starts_at=morning, ends_at=morning + timedelta(hours=8), state="approved", decided_by=rostered.supervisor, decided_at=morning,
    )
    offered = {each.person: each.fits for each in stand_ins(rostered.desk, current_watch(rostered.desk), now)}
    assert not offered[rostered.colleague] and not offered[rostered.second_butler]
    for person, clause in ((rostered.second_butler, "I5"), (rostered.colleague, "A13")):
        with pytest.raises(Refused) as refused:
            name(rostered, person, now)
        assert (refused.value.clause, refused.value.field) == (clause, "person")
    assert not NamedRelief.objects.exists() and [row[0] for row in on(rostered)] == ["butler"]
    assert elsewhere.taken_out_by is None


@pytest.mark.clause("I5")
def test_who_is_rostered_here_already_takes_only_what_comes_after_their_own_duty(rostered: Town, morning) -> None:
    now, end = morning + LATE, morning + timedelta(hours=8)
    own = roster_duty(rostered.desk, rostered.second_butler, morning - timedelta(hours=4), morning + timedelta(hours=2))
    name(rostered, rostered.second_butler, now)
    assert on(rostered) == [
        ("second_butler", own.starts_at, own.ends_at), ("butler", morning, own.ends_at), ("second_butler", own.ends_at, end),
    ]


@pytest.mark.clause("A23", "I6")
def test_two_reliefs_named_after_each_other_pass_the_duty_on(rostered: Town, morning) -> None:
    now = morning + LATE
    name(rostered, rostered.second_butler, now)
    later = now + timedelta(minutes=30)
    name(rostered, rostered.colleague, later)
    assert [row[0] for row in on(rostered)][-1] == "colleague"
    assert NamedRelief.objects.count() == 2
