"""A relief that is late: reminded, a stand-in with one tap, the limit, overtime to the minute, a release completed (A13, A23, A24)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from desks.models import Membership
from desks.refusal import Refused
from desks.testing import Town, make_person, signed_in
from handover import actions
from handover.clock import raise_reliefs_over_limit, remind_of_change, remind_reliefs
from handover.models import Overtime, Release
from handover.relief import wait_of
from handover.stand_ins import stand_ins
from handover.tests import steps
from handover.tests.test_refusing import ground
from handover.tests.test_relief import duty
from logbook.actions import join_watch, leave_watch
from logbook.models import Entry
from logbook.queries import current_watch
from notices.models import Notice


@pytest.fixture
def rostered(held: Town, morning):
    """The butlers relieve at the `morning` moment."""
    duty(held, held.butler, morning)
    duty(held, held.second_butler, morning)
    return held


@pytest.mark.clause("A24", "E6")
def test_who_relieves_is_reminded_from_the_lead_on_and_again_when_late_each_once(rostered: Town, morning) -> None:
    lead = timedelta(minutes=rostered.desk.settings.arrival_lead_minutes)
    assert remind_reliefs(morning - lead - timedelta(seconds=1)) == 0
    assert remind_reliefs(morning - lead) == 2
    assert remind_reliefs(morning - timedelta(seconds=1)) == 0
    assert remind_reliefs(morning) == 2
    assert remind_reliefs(morning + timedelta(hours=1)) == 0
    codes = Notice.objects.filter(code__startswith="relief").order_by("pk").values_list("person", "code")
    people = {rostered.butler.pk, rostered.second_butler.pk}
    assert set(codes) == {(pk, code) for pk in people for code in ("relief_reminder_told", "relief_late_you_told")}


@pytest.mark.clause("A24")
@pytest.mark.parametrize(
    ("before", "lead", "told_at"),
    [(30, 15, [30]), (74, 15, [74]), (75, 15, [75, 15]), (120, 15, [120, 15]), (0, 15, [15]), (10, 15, [15]), (15, 15, [15]), (30, 0, [30]), (0, 0, [])],
)
def test_the_reminder_of_the_change_and_the_one_at_the_lead_are_one_unless_an_hour_lies_between(
    rostered: Town, morning, before: int, lead: int, told_at: list[int]
) -> None:
    settings = rostered.desk.settings
    settings.handover_reminder_minutes, settings.arrival_lead_minutes = before, lead
    settings.save()
    for minutes in (121, 120, 119, 76, 75, 74, 73, 31, 30, 29, 16, 15, 14, 11, 10, 9, 1):
        for act in (remind_of_change, remind_reliefs):
            act(morning - timedelta(minutes=minutes))
    told = Notice.objects.filter(person=rostered.butler).order_by("pk")
    assert [round((morning - notice.told_at).total_seconds() / 60) for notice in told] == told_at


@pytest.mark.clause("A24")
def test_a_clock_that_stood_still_past_both_times_reminds_once(rostered: Town, morning) -> None:
    rostered.desk.settings.handover_reminder_minutes = 120
    rostered.desk.settings.save()
    for act in (remind_of_change, remind_reliefs, remind_of_change):
        act(morning - timedelta(minutes=10))
    assert Notice.objects.filter(person=rostered.butler).count() == 1


@pytest.mark.clause("A24")
def test_who_is_put_on_the_duty_after_the_first_reminder_gets_the_one_at_the_lead(held: Town, morning) -> None:
    duty(held, held.butler, morning)
    assert remind_of_change(morning - timedelta(minutes=30)) == 3
    duty(held, held.second_butler, morning)
    assert remind_reliefs(morning - timedelta(minutes=16)) == 0
    assert remind_reliefs(morning - timedelta(minutes=15)) == 1
    assert Notice.objects.get(code="relief_reminder_told").person == held.second_butler


@pytest.mark.clause("A24")
def test_who_is_of_the_watch_already_is_not_reminded_to_come(rostered: Town, morning) -> None:
    join_watch(actor=rostered.agent, watch=current_watch(rostered.desk), person=rostered.butler, now=morning - timedelta(minutes=10))
    assert remind_reliefs(morning - timedelta(minutes=5)) == 1
    assert Notice.objects.get(code="relief_reminder_told").person == rostered.second_butler


@pytest.mark.clause("A23")
def test_past_the_limit_supervisor_and_project_head_are_told_once_and_it_is_an_entry(rostered: Town, morning) -> None:
    limit = timedelta(minutes=rostered.desk.settings.relief_limit_minutes)
    assert raise_reliefs_over_limit(morning + limit - timedelta(seconds=1)) == 0
    assert raise_reliefs_over_limit(morning + limit) == 1
    assert raise_reliefs_over_limit(morning + 3 * limit) == 0
    told = Notice.objects.filter(code="relief_over_limit_told")
    assert {notice.person for notice in told} == {rostered.supervisor, rostered.head} and all(notice.acknowledge for notice in told)
    entry = Entry.objects.get(code="relief_over_limit")
    assert (entry.author, entry.fields["minutes"]) == (None, "30") and current_watch(rostered.desk).holder == rostered.agent


@pytest.mark.clause("A13")
def test_who_is_free_and_rested_comes_first_and_the_late_relief_is_no_stand_in(rostered: Town, morning) -> None:
    late = morning + timedelta(minutes=5)
    by_person = {each.person: each for each in stand_ins(rostered.desk, current_watch(rostered.desk), late)}
    assert rostered.agent not in by_person and rostered.away.butler not in by_person and rostered.auditor not in by_person
    assert by_person[rostered.butler].rostered and not by_person[rostered.butler].fits
    assert by_person[rostered.colleague].here and by_person[rostered.colleague].fits
    assert by_person[rostered.supervisor].fits
    duty(rostered, rostered.supervisor, morning - timedelta(hours=9), 8)
    tired = {each.person: each for each in stand_ins(rostered.desk, current_watch(rostered.desk), late)}[rostered.supervisor]
    assert tired.free and not tired.rested and not tired.fits
    with pytest.raises(Refused):
        actions.name_relief(actor=rostered.agent, desk=rostered.desk, person=rostered.supervisor, now=late)
    named = actions.name_relief(actor=rostered.supervisor, desk=rostered.desk, person=rostered.supervisor, now=late)
    assert named.entry.code == "relief_named_unrested"


@pytest.mark.clause("A13")
def test_rest_is_counted_to_the_second_and_a_duty_to_come_makes_busy(held: Town, morning) -> None:
    watch = current_watch(held.desk)
    duty(held, held.butler, morning - timedelta(hours=8 + held.desk.settings.rest_hours), 8)
    duty(held, held.second_butler, morning + timedelta(hours=7), 8)

    def fits(person, now) -> bool:
        return next(each for each in stand_ins(held.desk, watch, now) if each.person == person).fits

    assert not fits(held.butler, morning - timedelta(seconds=1)) and fits(held.butler, morning)
    assert not fits(held.second_butler, morning)


@pytest.mark.clause("I3")
def test_who_holds_another_desk_is_not_named(held: Town, morning) -> None:
    steps.open_desk(held.other_desk, held.supervisor, morning)
    with pytest.raises(Refused):
        actions.name_relief(actor=held.supervisor, desk=held.desk, person=held.supervisor, now=morning)


@pytest.mark.clause("A23")
def test_one_tap_names_and_the_page_offers_it(rostered: Town, morning, clock_set) -> None:
    import time_machine

    with time_machine.travel(morning + timedelta(minutes=5), tick=False):
        page = signed_in(rostered.supervisor).get(f"/handover/{rostered.desk.slug}/").content.decode()
        assert "Free and rested" in page
        assert "Free and rested" not in signed_in(rostered.agent).get(f"/handover/{rostered.desk.slug}/").content.decode()
        clock_set(morning + timedelta(minutes=5))
        answer = signed_in(rostered.supervisor).post(f"/handover/{rostered.desk.slug}/watch/relief/", {"person": rostered.colleague.pk})
    assert answer.status_code == 302 and Notice.objects.get(code="relief_you_told").person == rostered.colleague


@pytest.mark.clause("A23")
def test_the_wait_is_kept_to_the_minute_whichever_act_ends_the_watch(rostered: Town, morning) -> None:
    late = morning + timedelta(minutes=31, seconds=59)
    assert wait_of(current_watch(rostered.desk), late).minutes == 31
    actions.take_over(
        confirmed=steps.confirmed(rostered.supervisor, late), desk=rostered.desk,
        reason=ground(rostered, "relief_missing", "takeover_reason"), now=late,
    )
    kept = Overtime.objects.get()
    assert (kept.person, kept.minutes, kept.cause, kept.entry.code) == (rostered.agent, 31, "relief", "desk_taken_over")
    with pytest.raises(DatabaseError), transaction.atomic():
        Overtime.objects.filter(pk=kept.pk).update(minutes=1)


@pytest.mark.clause("A23")
def test_no_wait_while_somebody_of_the_relief_is_of_the_watch_or_within_the_first_minute(rostered: Town, morning) -> None:
    assert wait_of(current_watch(rostered.desk), morning) is None
    join_watch(actor=rostered.agent, watch=current_watch(rostered.desk), person=rostered.butler, now=morning)
    steps.hand_over(rostered.desk, rostered.butler, morning + timedelta(minutes=20))
    assert not Overtime.objects.exists()


@pytest.mark.clause("A23")
def test_a_release_is_completed_by_the_supervisor_once(town: Town, morning) -> None:
    steps.open_desk(town.desk, town.agent, morning)
    actions.release_holder(actor=town.agent, desk=town.desk, ground=ground(town, "illness", "takeover_reason"), now=morning)
    release = Release.objects.get()
    for actor, words in ((town.agent, "x"), (town.head, "x"), (town.away.supervisor, "x"), (town.supervisor, "  ")):
        with pytest.raises(Refused):
            actions.complete_release(actor=actor, release=release, words=words, now=morning)
    done = actions.complete_release(actor=town.supervisor, release=release, words="钥匙已清点", now=morning)
    assert done.entry.refers_to == release.entry
    with pytest.raises(Refused):
        actions.complete_release(actor=town.supervisor, release=release, words="again", now=morning)
    address = f"/handover/{town.desk.slug}/releases/{release.pk}/complete/"
    assert signed_in(town.supervisor).post(address, {"words": "x"}).status_code == 422
    assert signed_in(town.butler).post(address, {"words": "x"}).status_code == 403


@pytest.mark.clause("A23")
def test_a_colleague_whose_duty_goes_on_is_released_by_the_holder_or_the_supervisor(held: Town, morning) -> None:
    duty(held, held.colleague, morning - timedelta(hours=1), 4)
    watch = current_watch(held.desk)
    join_watch(actor=held.agent, watch=watch, person=held.butler, now=morning)
    for actor in (held.colleague, held.butler, held.second_butler):
        with pytest.raises(Refused) as refused:
            leave_watch(actor=actor, watch=watch, person=held.colleague, now=morning)
        assert refused.value.clause == "A23"
    leave_watch(actor=held.butler, watch=watch, person=held.butler, now=morning)
    leave_watch(actor=held.agent, watch=watch, person=held.colleague, now=morning)
    assert Entry.objects.filter(code="colleague_left").order_by("-number").first().author == held.agent
    join_watch(actor=held.agent, watch=watch, person=held.colleague, now=morning)
    leave_watch(actor=held.supervisor, watch=watch, person=held.colleague, now=morning)
    join_watch(actor=held.agent, watch=watch, person=held.colleague, now=morning)
    leave_watch(actor=held.colleague, watch=watch, person=held.colleague, now=morning + timedelta(hours=3))


@pytest.mark.clause("A29")
def test_each_colleague_is_named_in_the_completing_entry(held: Town, morning) -> None:
    done = steps.hand_over(held.desk, held.butler, morning, held.second_butler)
    assert done.entry.fields["outgoing_with"] == held.colleague.name
    assert done.entry.fields["incoming_with_refs"] == str(held.second_butler.ref)


@pytest.mark.clause("A13")
def test_finding_stand_ins_costs_the_same_however_many_people_there_are(rostered: Town, morning, django_assert_num_queries) -> None:
    watch = current_watch(rostered.desk)
    before = len(stand_ins(rostered.desk, watch, morning))
    with CaptureQueriesContext(connection) as few:
        stand_ins(rostered.desk, watch, morning)
    for number in range(12):
        person = make_person(f"more-{number}", f"多{number}", None, "")
        Membership.objects.create(
            person=person, site=rostered.site, desk=rostered.desk, role="agent", starts_at=morning - timedelta(days=1)
        )
        duty(rostered, person, morning - timedelta(hours=20), 8)
    with django_assert_num_queries(len(few)):
        assert len(stand_ins(rostered.desk, watch, morning)) == before + 12
