"""A matter that is passed on and on past its due time is raised by itself, once for each due time (A1, I7)."""

from datetime import timedelta

import pytest

from desks.models import DeskSettings, Membership
from desks.testing import Town, signed_in
from logbook import actions
from logbook.actions.inserting import insert_entry
from logbook.clock import raise_carried_matters
from logbook.models import Entry
from logbook.panels import matters_raised
from logbook.queries import RAISED
from logbook.tests.pages import tree, words
from logbook.verify import verify
from notices.models import Notice

HOUR = timedelta(hours=1)


def pass_on(town: Town, now, times: int = 1) -> None:
    for _ in range(times):
        watch = actions.open_watch(actor=town.agent, desk=town.desk, now=now)
        actions.close_watch(actor=town.agent, watch=watch, now=now)


def matter(town: Town, now, **more) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="漏水", kind="help", due_at=now + HOUR, **more)


def raises() -> list[Entry]:
    return list(Entry.objects.filter(code=RAISED).order_by("pk"))


@pytest.mark.clause("A1")
def test_the_third_watch_past_the_due_time_raises_it_once(town: Town, morning) -> None:
    entry, due = matter(town, morning), morning + HOUR
    pass_on(town, morning, 5)
    pass_on(town, due + HOUR, 2)
    assert raise_carried_matters(due + 2 * HOUR) == 0
    pass_on(town, due + 3 * HOUR)
    assert raise_carried_matters(due + 3 * HOUR - timedelta(seconds=1)) == 0, "a clock moved back raises nothing early"
    assert [raise_carried_matters(due + 3 * HOUR) for _ in range(3)] == [1, 0, 0]
    (made,) = raises()
    assert made.author is None and made.refers_to_id == entry.pk and made.fields == {
        "number": str(entry.number), "count": "3", "was_due_at": due.isoformat(),
    }
    notice = Notice.objects.get(occasion=f"carried:{due.isoformat()}")
    assert (notice.person, notice.matter, notice.matter_id) == (town.supervisor, "entry", str(entry.pk))
    assert verify().breaches == []


@pytest.mark.clause("A1")
def test_not_while_it_waits_for_a_date_and_then_from_that_date(town: Town, morning) -> None:
    entry, until = matter(town, morning), morning + 40 * HOUR
    actions.move_follow_up(actor=town.agent, root=entry, now=morning, state="waiting", waiting_for="厂家", waiting_until=until)
    pass_on(town, morning + 2 * HOUR, 4)
    assert raise_carried_matters(morning + 3 * HOUR) == 0
    pass_on(town, until + HOUR, 2)
    assert raise_carried_matters(until + 2 * HOUR) == 0, "the watches before the date do not count"
    pass_on(town, until + 2 * HOUR)
    assert raise_carried_matters(until + 2 * HOUR) == 1


@pytest.mark.clause("A1")
def test_one_that_waits_without_a_date_is_raised(town: Town, morning) -> None:
    entry = matter(town, morning)
    actions.move_follow_up(actor=town.agent, root=entry, now=morning, state="waiting", waiting_for="厂家")
    pass_on(town, morning + 2 * HOUR, 3)
    assert raise_carried_matters(morning + 2 * HOUR) == 1


@pytest.mark.clause("I7")
def test_another_due_time_is_another_occasion(town: Town, morning) -> None:
    entry = matter(town, morning)
    pass_on(town, morning + 2 * HOUR, 3)
    raise_carried_matters(morning + 2 * HOUR)
    later = morning + 30 * HOUR
    actions.move_follow_up(actor=town.agent, root=entry, now=morning + 3 * HOUR, state="in_progress", due_at=later)
    pass_on(town, morning + 4 * HOUR, 3)
    assert raise_carried_matters(morning + 5 * HOUR) == 0
    pass_on(town, later + HOUR, 3)
    assert raise_carried_matters(later + HOUR) == 1
    assert Notice.objects.filter(code="matter_carried_told", person=town.supervisor).count() == 2


@pytest.mark.clause("A1")
@pytest.mark.parametrize(("setting", "passed", "raised"), [(0, 9, 0), (1, 1, 1), (5, 4, 0), (5, 5, 1)])
def test_how_often_is_a_setting_and_nought_is_never(town: Town, morning, setting: int, passed: int, raised: int) -> None:
    settings = DeskSettings.objects.get(desk=town.desk)
    settings.carried_shifts = setting
    settings.save()
    matter(town, morning)
    pass_on(town, morning + 2 * HOUR, passed)
    assert raise_carried_matters(morning + 2 * HOUR) == raised


@pytest.mark.clause("A1")
def test_closed_other_desks_and_imported_ones_are_left_alone(town: Town, morning) -> None:
    closed = matter(town, morning)
    actions.move_follow_up(actor=town.agent, root=closed, now=morning, state="closed", result="好")
    actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="x", kind="help", due_at=morning + HOUR)
    insert_entry(
        book=actions.book_of(town.desk), author=town.agent, act="entry", kind="help", kind_version=1, text="旧事", follow_state="open",
        occurred_at=morning - timedelta(days=20), original_recorded_at=morning - timedelta(days=20), due_at=morning - timedelta(days=19),
    )
    pass_on(town, morning + 2 * HOUR, 4)
    assert raise_carried_matters(morning + 3 * HOUR) == 0 and not raises()


@pytest.mark.clause("A1")
def test_where_nobody_supervises_the_project_head_is_told_and_without_anybody_it_is_raised_once(town: Town, morning) -> None:
    matter(town, morning)
    pass_on(town, morning + 2 * HOUR, 3)
    Membership.objects.filter(person=town.supervisor).update(ends_at=morning)
    assert raise_carried_matters(morning + 2 * HOUR) == 1
    assert set(Notice.objects.filter(code="matter_carried_told").values_list("person", flat=True)) == {town.head.pk}
    matter(town, morning)
    Membership.objects.filter(person=town.head).update(ends_at=morning)
    assert [raise_carried_matters(morning + 2 * HOUR) for _ in range(2)] == [1, 0]


@pytest.mark.clause("A3")
def test_it_is_shown_as_raised_on_the_list_the_entry_and_the_page_now(town: Town, morning) -> None:
    entry = matter(town, morning)
    pass_on(town, morning + 2 * HOUR, 3)
    assert matters_raised(town.supervisor, town.site, morning + 2 * HOUR) == []
    raise_carried_matters(morning + 2 * HOUR)
    (item,) = matters_raised(town.supervisor, town.site, morning + 2 * HOUR)
    assert item.url.endswith("/follow-ups/?show=raised") and matters_raised(town.agent, town.site, morning + 2 * HOUR) == []
    client = signed_in(town.agent)
    page = tree(client.get(f"/log/{town.desk.slug}/follow-ups/?show=raised"))
    assert "漏水" in words(page) and "raised" in words(page)
    assert "the supervisors were told" in words(tree(client.get(f"/log/{town.desk.slug}/{entry.number}/")))
    actions.move_follow_up(actor=town.agent, root=entry, now=morning + 3 * HOUR, state="closed", result="好")
    assert matters_raised(town.supervisor, town.site, morning + 4 * HOUR) == []


@pytest.mark.clause("A20")
def test_what_is_for_supervisors_only_is_raised_to_them_alone(town: Town, morning) -> None:
    matter(town, morning, audience="supervisors")
    pass_on(town, morning + 2 * HOUR, 3)
    raise_carried_matters(morning + 2 * HOUR)
    assert raises()[0].audience == "supervisors"


def test_a_tick_costs_the_same_however_many_were_raised_before(town: Town, morning, django_assert_max_num_queries) -> None:
    for _ in range(15):
        matter(town, morning)
    pass_on(town, morning + 2 * HOUR, 3)
    assert raise_carried_matters(morning + 2 * HOUR) == 15
    with django_assert_max_num_queries(12):
        assert raise_carried_matters(morning + 2 * HOUR) == 0
