"""The relief that does not come: raised once, somebody named, taken over, released at once, a gap filled (A23, I3, I7)."""

from datetime import timedelta

import pytest

from desks.models import Choice, Membership
from desks.refusal import Refused
from desks.testing import Town
from handover import actions
from handover.clock import raise_missing_reliefs
from handover.models import Handover, NamedRelief, Release
from handover.queries import gap_since, held_with_gap
from handover.relief import expected_people, relief_of
from handover.tests import steps
from handover.tests.test_refusing import ground
from logbook.actions import join_watch, leave_watch, pass_holder
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from notices.models import Notice
from rosters.models import Duty


def duty(town: Town, person, starts_at, hours: int = 8) -> Duty:
    """A duty in force, as an approved roster leaves it."""
    from handover.tests.scenes import roster_duty

    return roster_duty(town.desk, person, starts_at, starts_at + timedelta(hours=hours))


@pytest.fixture
def rostered(held: Town, morning):
    """The butlers relieve at the `morning` moment."""
    duty(held, held.butler, morning)
    duty(held, held.second_butler, morning)
    return held


@pytest.mark.clause("A23")
def test_a_missing_relief_is_raised_once_from_the_start_of_the_duty(rostered: Town, morning) -> None:
    assert raise_missing_reliefs(morning - timedelta(seconds=1)) == 0
    assert raise_missing_reliefs(morning) == 1
    assert raise_missing_reliefs(morning + timedelta(minutes=1)) == 0
    assert raise_missing_reliefs(morning - timedelta(seconds=1)) == 0
    notice = Notice.objects.get(code="relief_missing_told")
    assert (notice.person, notice.acknowledge) == (rostered.supervisor, True)
    entry = Entry.objects.get(code="relief_missing")
    assert entry.author is None and rostered.butler.name in entry.fields["missing"]


@pytest.mark.clause("A3")
def test_while_nobody_supervises_the_project_head_is_told(rostered: Town, morning) -> None:
    Membership.objects.filter(person=rostered.supervisor).update(ends_at=morning)
    assert [raise_missing_reliefs(morning), raise_missing_reliefs(morning)] == [1, 0]
    assert Notice.objects.get(code="relief_missing_told").person == rostered.head


@pytest.mark.clause("A23")
def test_the_grace_of_the_desk_counts_and_a_clock_that_was_down_tells_what_is_still_so(rostered: Town, morning) -> None:
    rostered.desk.settings.relief_grace_minutes = 10
    rostered.desk.settings.save()
    assert raise_missing_reliefs(morning + timedelta(minutes=9, seconds=59)) == 0
    assert raise_missing_reliefs(morning + timedelta(hours=7)) == 1
    assert raise_missing_reliefs(morning + timedelta(days=2)) == 0


@pytest.mark.clause("A23")
def test_a_relief_that_is_there_or_has_begun_is_not_missing(rostered: Town, morning) -> None:
    handover = actions.start_handover(actor=rostered.agent, desk=rostered.desk, incoming=rostered.butler, now=morning)
    watch = current_watch(rostered.desk)
    assert relief_of(watch, morning).missing
    steps.prepare(handover, morning)
    assert not relief_of(watch, morning).missing
    actions.cancel(actor=rostered.agent, handover=handover, reason="x", now=morning)
    assert relief_of(watch, morning).missing
    join_watch(actor=rostered.agent, watch=watch, person=rostered.second_butler, now=morning)
    assert not relief_of(watch, morning).missing


@pytest.mark.clause("A23")
def test_the_wait_is_counted_and_kept_with_the_handover(rostered: Town, morning) -> None:
    late = morning + timedelta(minutes=25)
    assert relief_of(current_watch(rostered.desk), late).waited == timedelta(minutes=25)
    done = steps.hand_over(rostered.desk, rostered.butler, late)
    assert done.entry.fields["waited_minutes"] == "25"
    early = steps.hand_over(rostered.desk, rostered.second_butler, late)
    assert "waited_minutes" not in early.entry.fields


def test_who_is_expected_at_an_open_and_at_a_closed_desk(rostered: Town, morning) -> None:
    assert set(expected_people(rostered.desk, morning)) == {rostered.butler, rostered.second_butler}
    steps.close_desk(rostered.desk, rostered.agent, morning - timedelta(minutes=20))
    assert set(expected_people(rostered.desk, morning - timedelta(minutes=15))) == {rostered.butler, rostered.second_butler}
    assert expected_people(rostered.other_desk, morning) == []


@pytest.mark.clause("A23")
def test_the_supervisor_names_anybody_who_may_hold_the_desk_rostered_or_not(rostered: Town, morning) -> None:
    handover = steps.prepare(
        actions.start_handover(actor=rostered.agent, desk=rostered.desk, incoming=rostered.butler, now=morning), morning
    )
    steps.sign("outgoing", handover, morning)
    for actor, person in (
        (rostered.agent, rostered.second_butler), (rostered.supervisor, rostered.auditor),
        (rostered.supervisor, rostered.agent), (rostered.supervisor, rostered.away.butler),
    ):
        with pytest.raises(Refused):
            actions.name_relief(actor=actor, desk=rostered.desk, person=person, now=morning)
    named = actions.name_relief(actor=rostered.supervisor, desk=rostered.desk, person=rostered.colleague, now=morning)
    assert NamedRelief.objects.get() == named
    assert Notice.objects.get(code="relief_you_told").person == rostered.colleague
    assert Notice.objects.get(code="relief_comes_told").person == rostered.agent
    row = Handover.objects.get(pk=handover.pk)
    assert (row.state, row.incoming) == ("preparing", rostered.colleague)
    assert not row.matters.filter(acknowledged_at__isnull=False).exists()
    steps.prepare(row, morning)
    steps.sign("outgoing", row, morning)
    assert steps.sign("incoming", row, morning).incoming == rostered.colleague


@pytest.mark.clause("A23")
def test_the_supervisor_takes_over_in_person_with_a_reason(held: Town, morning) -> None:
    reason = ground(held, "relief_missing", "takeover_reason")
    for person in (held.agent, held.head, held.away.supervisor):
        with pytest.raises(Refused):
            actions.take_over(confirmed=steps.confirmed(person, morning), desk=held.desk, reason=reason, now=morning)
    with pytest.raises(Refused):
        actions.take_over(
            confirmed=steps.confirmed(held.supervisor, morning), desk=held.desk, reason=ground(held, "untidy"), now=morning
        )
    before = current_watch(held.desk)
    taken = actions.take_over(
        confirmed=steps.confirmed(held.supervisor, morning), desk=held.desk, reason=reason, note="等不到", now=morning
    )
    before.refresh_from_db()
    assert (before.ending, taken.holder, taken.first_number) == ("takeover", held.supervisor, before.last_number + 1)
    told = set(Notice.objects.filter(code="desk_taken_over_told").values_list("person", flat=True))
    assert told == {held.agent.pk, held.colleague.pk, held.supervisor.pk}
    with pytest.raises(Refused):
        actions.take_over(confirmed=steps.confirmed(held.supervisor, morning), desk=held.desk, reason=reason, now=morning)


def illness(town: Town) -> Choice:
    return ground(town, "illness", "takeover_reason")


@pytest.mark.clause("A23")
@pytest.mark.parametrize("who", ["agent", "colleague", "supervisor"])
def test_illness_releases_at_once_and_the_colleague_holds_the_desk(held: Town, morning, who: str) -> None:
    handover = actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.butler, now=morning)
    released = actions.release_holder(
        actor=getattr(held, who), desk=held.desk, ground=illness(held), note="头晕", now=morning
    )
    watch = current_watch(held.desk)
    assert (watch.holder, released.passed_to, released.person) == (held.colleague, held.colleague, held.agent)
    assert watch_people(watch) == [held.colleague]
    assert Watch.objects.get(pk=handover.watch_id).ending == "release"
    assert Handover.objects.get(pk=handover.pk).state == "cancelled"
    assert released.entry.audience == "supervisors"
    assert Notice.objects.filter(code="holder_released_told").count() == 1


@pytest.mark.clause("A23")
def test_without_a_colleague_the_desk_is_a_gap_raised_to_supervisor_and_project_head_until_somebody_takes_it(
    town: Town, morning
) -> None:
    steps.open_desk(town.desk, town.agent, morning)
    actions.release_holder(actor=town.agent, desk=town.desk, ground=illness(town), now=morning)
    watch = current_watch(town.desk)
    assert gap_since(watch) == morning and watch.holder == town.agent
    told = set(Notice.objects.filter(code="desk_gap_told").values_list("person", flat=True))
    assert told == {town.supervisor.pk, town.head.pk}
    for attempt in (
        lambda: actions.release_holder(actor=town.agent, desk=town.desk, ground=illness(town), now=morning),
        lambda: actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=morning),
        lambda: actions.close_desk(actor=town.agent, desk=town.desk, now=morning),
        lambda: actions.open_desk(actor=town.butler, desk=town.desk, now=morning),
        lambda: actions.fill_gap(actor=town.auditor, desk=town.desk, now=morning),
        lambda: actions.fill_gap(actor=town.away.agent, desk=town.desk, now=morning),
    ):
        with pytest.raises(Refused):
            attempt()
    taken = actions.fill_gap(actor=town.butler, desk=town.desk, now=morning + timedelta(minutes=4))
    watch.refresh_from_db()
    assert (taken.holder, watch.ending, gap_since(taken)) == (town.butler, "release", None)
    with pytest.raises(Refused):
        actions.fill_gap(actor=town.colleague, desk=town.desk, now=morning)


@pytest.mark.clause("A23")
def test_the_supervisor_takes_a_gap_over(town: Town, morning) -> None:
    steps.open_desk(town.desk, town.agent, morning)
    actions.release_holder(actor=town.supervisor, desk=town.desk, ground=illness(town), now=morning)
    taken = actions.take_over(
        confirmed=steps.confirmed(town.supervisor, morning), desk=town.desk, reason=illness(town), now=morning
    )
    assert gap_since(taken) is None and taken.holder == town.supervisor


@pytest.mark.clause("A23")
def test_only_illness_and_danger_release_and_only_people_of_the_watch_or_the_supervisor_say_so(held: Town, morning) -> None:
    for actor, code in ((held.butler, "illness"), (held.head, "illness"), (held.agent, "relief_missing"), (held.agent, "other")):
        with pytest.raises(Refused):
            actions.release_holder(
                actor=actor, desk=held.desk, ground=ground(held, code, "takeover_reason"), now=morning
            )
    assert not Release.objects.exists()


@pytest.mark.clause("A23")
def test_a_shift_that_took_over_early_is_not_its_own_relief(town: Town, morning) -> None:
    steps.open_desk(town.desk, town.agent, morning)
    early = morning + timedelta(hours=7)
    duty(town, town.butler, early + timedelta(minutes=5), 6)
    steps.hand_over(town.desk, town.butler, early)
    watch = current_watch(town.desk)
    assert watch is not None
    assert relief_of(watch, early + timedelta(hours=1)) is None
    duty(town, town.colleague, early + timedelta(hours=6), 3)
    relief = relief_of(watch, early + timedelta(hours=1))
    assert relief is not None and relief.people == [town.colleague]


@pytest.mark.clause("A23", "I3")
def test_who_was_released_and_gets_the_part_back_later_holds_the_desk(town: Town, morning) -> None:
    steps.open_desk(town.desk, town.agent, morning)
    watch = current_watch(town.desk)
    actions.release_holder(actor=town.agent, desk=town.desk, ground=illness(town), now=morning)
    join_watch(actor=town.agent, watch=watch, person=town.butler, now=morning)
    for giver, taker in ((town.agent, town.butler), (town.butler, town.agent)):
        pass_holder(actor=giver, watch=watch, to=taker, now=morning)
        watch.refresh_from_db()
        assert gap_since(watch) is None and held_with_gap(town.desk).gap is None
    again = morning + timedelta(hours=1)
    leave_watch(actor=town.agent, watch=watch, person=town.butler, now=again)
    actions.release_holder(actor=town.agent, desk=town.desk, ground=illness(town), now=again)
    assert gap_since(watch) == held_with_gap(town.desk).gap == again
