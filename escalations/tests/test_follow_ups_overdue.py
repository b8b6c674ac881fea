"""The clock tells overdue matters once for each due time, and only what is still true (A1, A9, I7)."""

from datetime import timedelta

import pytest

from desks.testing import Town
from escalations.clock import follow_ups_overdue, imported_overdue
from escalations.tests.test_raise import told
from logbook.actions import close_watch, move_follow_up, open_watch, pass_holder, record_entry
from logbook.actions.inserting import insert_entry
from logbook.models import Entry
from notices.models import Notice


def matter(town: Town, now, *, due=timedelta(hours=1), urgency: str = "normal") -> Entry:
    return record_entry(
        actor=town.agent, desk=town.desk, now=now, text="漏水", kind="repair", place="5栋1203", urgency=urgency, due_at=now + due
    )


@pytest.mark.clause("A1")
def test_told_once_when_due_to_the_holder_alone(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry, due = matter(town, morning), morning + timedelta(hours=1)
    assert follow_ups_overdue(due - timedelta(seconds=1)) == 0
    assert follow_ups_overdue(due) == 1
    assert follow_ups_overdue(due + timedelta(minutes=1)) == 0
    notice = Notice.objects.get()
    assert (notice.person, notice.matter, notice.matter_id) == (town.agent, "entry", str(entry.pk))
    assert notice.occasion == f"due:{due.isoformat()}"


@pytest.mark.clause("A9")
@pytest.mark.parametrize("urgency", ["urgent", "emergency"])
def test_an_urgent_one_goes_to_the_supervisor_at_once(town: Town, morning, urgency: str) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    matter(town, morning, urgency=urgency)
    assert follow_ups_overdue(morning + timedelta(hours=1)) == 2
    assert (told(town, "follow_up_due"), told(town, "follow_up_overdue")) == ({"agent"}, {"supervisor"})


@pytest.mark.clause("A9")
def test_any_other_past_the_limit_by_the_setting(town: Town, morning) -> None:
    matter(town, morning)
    limit = morning + timedelta(hours=1, minutes=town.desk.settings.escalation_minutes)
    assert follow_ups_overdue(limit) == 0
    assert follow_ups_overdue(limit + timedelta(seconds=1)) == 1
    assert follow_ups_overdue(limit + timedelta(days=1)) == 0
    assert told(town, "follow_up_overdue") == {"supervisor"}


@pytest.mark.clause("I7")
def test_the_holder_after_the_first_one_told_is_not_told_again(town: Town, morning) -> None:
    watch = open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.butler])
    matter(town, morning)
    due = morning + timedelta(hours=1)
    follow_ups_overdue(due)
    pass_holder(actor=town.agent, watch=watch, to=town.butler, now=due)
    assert follow_ups_overdue(due + timedelta(minutes=1)) == 0


@pytest.mark.clause("A1")
def test_a_closed_desk_s_matters_wait_for_who_opens_it(town: Town, morning) -> None:
    watch = open_watch(actor=town.agent, desk=town.desk, now=morning)
    matter(town, morning)
    close_watch(actor=town.agent, watch=watch, now=morning)
    due = morning + timedelta(hours=1)
    assert follow_ups_overdue(due) == 0
    open_watch(actor=town.butler, desk=town.desk, now=due)
    assert follow_ups_overdue(due + timedelta(minutes=1)) == 1
    assert told(town, "follow_up_due") == {"butler"}


@pytest.mark.clause("I7")
def test_another_due_time_is_told_again_and_a_moved_one_not_before_it(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry, due = matter(town, morning), morning + timedelta(hours=1)
    follow_ups_overdue(due)
    later = due + timedelta(hours=2)
    move_follow_up(actor=town.agent, root=entry, now=due, state="in_progress", due_at=later)
    assert follow_ups_overdue(later - timedelta(seconds=1)) == 0
    assert follow_ups_overdue(later) == 1
    assert Notice.objects.filter(person=town.agent).count() == 2


@pytest.mark.clause("A1")
def test_one_that_waits_counts_from_the_day_it_waits_for(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry, until = matter(town, morning), morning + timedelta(hours=5)
    move_follow_up(
        actor=town.agent, root=entry, now=morning, state="waiting", waiting_for="电梯公司", waiting_until=until
    )
    assert follow_ups_overdue(until - timedelta(seconds=1)) == 0
    assert follow_ups_overdue(until) == 1
    assert Notice.objects.get().occasion == f"due:{until.isoformat()}"


@pytest.mark.clause("I7")
def test_after_two_days_without_a_beat_what_still_holds_is_told_once(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    still, closed, retracted_due = (matter(town, morning) for _ in range(3))
    move_follow_up(actor=town.agent, root=closed, now=morning + timedelta(days=1), state="closed", result="修好")
    move_follow_up(
        actor=town.agent, root=retracted_due, now=morning + timedelta(days=1), state="in_progress",
        due_at=morning + timedelta(days=3),
    )
    back = morning + timedelta(days=2)
    assert follow_ups_overdue(back) == 2
    assert set(Notice.objects.values_list("matter_id", flat=True)) == {str(still.pk)}
    assert follow_ups_overdue(back) == 0


@pytest.mark.clause("I7")
def test_a_clock_moved_back_tells_nothing_twice(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    matter(town, morning)
    due = morning + timedelta(hours=1)
    assert [follow_ups_overdue(due), follow_ups_overdue(due - timedelta(hours=3)), follow_ups_overdue(due)] == [1, 0, 0]


def test_the_other_site_and_a_desk_out_of_use_hear_nothing(town: Town, morning) -> None:
    matter(town, morning, urgency="urgent")
    town.desk.active = False
    town.desk.save()
    assert follow_ups_overdue(morning + timedelta(days=1)) == 0
    assert not Notice.objects.filter(site=town.away.site).exists()


def _imported(town: Town, morning, due) -> Entry:
    from logbook.actions import book_of

    return insert_entry(
        book=book_of(town.desk), author=town.agent, act="entry", kind="repair", kind_version=1, occurred_at=morning - timedelta(days=20),
        original_recorded_at=morning - timedelta(days=20), follow_state="open", due_at=due, text="旧事",
    )


@pytest.mark.clause("A1")
def test_old_matters_of_an_import_are_told_together_once(town: Town, morning) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    for days in (3, 9, 19):
        _imported(town, morning, morning - timedelta(days=days))
    now = morning + timedelta(days=1)
    assert follow_ups_overdue(now) == 0
    assert imported_overdue(now) == 1
    assert imported_overdue(now + timedelta(days=1)) == 0
    notice = Notice.objects.get()
    assert (notice.person, notice.code, notice.fields["count"]) == (town.supervisor, "imported_overdue", "3")
    _imported(town, morning, morning - timedelta(days=1))
    assert imported_overdue(now + timedelta(days=1)) == 1, "another import is told again"


@pytest.mark.clause("I7")
def test_a_tick_costs_the_same_however_many_were_told_before(town: Town, morning, django_assert_max_num_queries) -> None:
    open_watch(actor=town.agent, desk=town.desk, now=morning)
    now = morning + timedelta(days=1)
    for _ in range(25):
        matter(town, morning)
    assert follow_ups_overdue(now) == 50
    with django_assert_max_num_queries(12):
        assert follow_ups_overdue(now) == 0
