"""When the two daily inspections fall due, and what the clock does about them (A32, I7)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from desks.models import DeskSettings, Membership
from desks.testing import Town
from desks.wording import worded
from inspections import clock
from inspections.models import Inspection
from inspections.queries import due_inspections
from inspections.rules import change_of_shift
from inspections.tests.making import finished, started
from logbook.models import Entry
from notices.models import Notice
from office.actions import name_acting_supervisor
from rosters.tests.scenes import reported

DAY = date(2026, 11, 24)


def _hours(*clock_times: str) -> list[datetime]:
    return [datetime.fromisoformat(f"2026-11-24T{each}+00:00") for each in clock_times]


def _tick(now: datetime) -> tuple[int, int]:
    return clock.plan_and_miss(now), clock.remind(now)


@pytest.mark.clause("A32")
@pytest.mark.parametrize(
    "duties,change",
    [
        ([], "15:00"),
        ([("08:00", "22:00")], "15:00"),
        ([("08:00", "16:00"), ("16:00", "22:00")], "16:00"),
        ([("08:00", "16:00"), ("11:00", "13:00"), ("15:45", "22:00")], "15:45"),
        ([("08:00", "22:00"), ("11:00", "13:00")], "11:00"),
        ([("08:00", "15:00"), ("15:00", "18:00"), ("18:00", "22:00")], "15:00"),
    ],
)
def test_the_change_of_shift_is_the_first_start_that_relieves_somebody(duties, change: str) -> None:
    opens, closes, expected = _hours("08:00", "22:00", change)
    assert change_of_shift([tuple(_hours(*pair)) for pair in duties], opens, closes) == expected


@pytest.mark.clause("A32")
def test_half_past_nine_and_an_hour_after_the_middle_of_the_day_without_a_roster(town: Town) -> None:
    first, second = due_inspections(town.desk, DAY)
    zone = town.site.zone
    assert [f"{each.astimezone(zone):%H:%M}" for each in (first.remind_at, first.due_at)] == ["09:00", "09:30"]
    assert [f"{each.astimezone(zone):%H:%M}" for each in (second.remind_at, second.due_at)] == ["15:00", "16:00"]


@pytest.mark.clause("A32")
def test_the_times_are_settings(town: Town) -> None:
    DeskSettings.objects.filter(desk=town.desk).update(
        inspection_time="10:15", inspection_reminder_minutes=5, handover_inspection_minutes=30
    )
    desk = type(town.desk).objects.get(pk=town.desk.pk)
    times = [f"{each.astimezone(town.site.zone):%H:%M}" for due in due_inspections(desk, DAY) for each in (due.remind_at, due.due_at)]
    assert times == ["10:10", "10:15", "15:00", "15:30"]


@pytest.mark.clause("A32")
def test_at_nine_the_supervisor_is_reminded_at_half_past_it_is_overdue_and_the_head_is_told(town: Town, morning) -> None:
    early = morning - timedelta(seconds=1)
    _tick(early)
    assert not Notice.objects.exists()
    _tick(morning)
    about = Notice.objects.filter(url__contains=town.desk.slug)
    assert {(notice.person, notice.occasion) for notice in about} == {(town.supervisor, "reminder")}
    _tick(morning + timedelta(minutes=30) - timedelta(seconds=1))
    assert about.all().count() == 1
    _tick(morning + timedelta(minutes=30))
    overdue = {notice.person for notice in about.filter(occasion="overdue")}
    assert overdue == {town.supervisor, town.head}, "and nobody of the desk"
    for seconds in (0, 30, 3600):
        _tick(morning + timedelta(minutes=30, seconds=seconds))
    assert about.all().count() == 3


@pytest.mark.clause("A32")
def test_who_acts_is_told_and_a_done_one_is_told_to_nobody(town: Town, morning) -> None:
    name_acting_supervisor(
        actor=town.supervisor, site=town.site, person=town.butler, rights=["inspection.do"], starts_at=morning,
        ends_at=morning + timedelta(hours=4), now=morning,
    )
    _tick(morning)
    assert Notice.objects.filter(person=town.butler, occasion="reminder", url__contains=town.desk.slug).count() == 1
    finished(town, morning + timedelta(minutes=5))
    _tick(morning + timedelta(minutes=31))
    assert not Notice.objects.filter(occasion="overdue", url__contains=town.desk.slug).exists()


@pytest.mark.clause("A3")
def test_while_nobody_supervises_the_project_head_is_reminded(town: Town, morning) -> None:
    Membership.objects.filter(person=town.supervisor).update(ends_at=morning)
    _tick(morning)
    assert {each.person for each in Notice.objects.filter(url__contains=town.desk.slug, occasion="reminder")} == {town.head}


@pytest.mark.clause("A3")
def test_who_acts_without_that_right_is_not_told(town: Town, morning) -> None:
    name_acting_supervisor(
        actor=town.supervisor, site=town.site, person=town.butler, rights=["roster.draft"], starts_at=morning,
        ends_at=morning + timedelta(hours=4), now=morning,
    )
    _tick(morning)
    _tick(morning + timedelta(minutes=30))
    assert not Notice.objects.filter(person=town.butler, matter="inspection").exists()


@pytest.mark.clause("I11")
def test_a_notice_names_the_desk_in_the_reader_s_language(town: Town, morning) -> None:
    type(town.desk).objects.filter(pk=town.desk.pk).update(label_zh_hans="前台")
    _tick(morning)
    reported(town, morning)
    said = set()
    with translation.override("zh-hans"):
        for notice in Notice.objects.filter(person=town.supervisor, url__contains=town.desk.slug, matter="inspection"):
            said.add(worded(notice.code, notice.fields, town.desk))
        for notice in Notice.objects.filter(person=town.head, matter="roster"):
            said.add(worded(notice.code, notice.fields, town.desk))
    assert len(said) == 2 and all("前台" in words for words in said)
    assert any("2026年12月" in words for words in said)


@pytest.mark.clause("A32")
def test_one_under_way_is_not_reminded_of_but_is_overdue(town: Town, morning) -> None:
    started(town, morning - timedelta(minutes=5))
    _tick(morning)
    about = Notice.objects.filter(url__contains=town.desk.slug)
    assert not about.exists()
    _tick(morning + timedelta(minutes=30))
    assert {notice.occasion for notice in about} == {"overdue"}


@pytest.mark.clause("A32")
def test_at_the_day_s_end_it_is_missed_and_the_log_says_so_to_supervisors(town: Town, morning) -> None:
    _tick(morning)
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    _tick(midnight - timedelta(seconds=1))
    assert not Inspection.objects.filter(state="missed").exists()
    _tick(midnight)
    assert Inspection.objects.filter(desk=town.desk, state="missed", site_day=DAY).count() == 2
    entries = Entry.objects.filter(book__desk=town.desk, code="inspection_missed")
    assert entries.count() == 2 and {entry.audience for entry in entries} == {"supervisors"}
    _tick(midnight)
    assert entries.count() == 2


@pytest.mark.clause("I7")
def test_a_beat_that_was_down_for_two_days_records_what_was_missed_and_tells_only_what_is_true(town: Town, morning) -> None:
    _tick(morning)
    told = Notice.objects.count()
    _tick(morning + timedelta(days=2, hours=1))
    missed = Inspection.objects.filter(desk=town.desk, state="missed")
    assert sorted({row.site_day.day for row in missed}) == [24, 25] and missed.count() == 4
    fresh = Notice.objects.order_by("pk")[told:]
    assert {notice.occasion for notice in fresh} == {"overdue"}
    days = Inspection.objects.filter(pk__in=[notice.matter_id for notice in fresh]).values_list("site_day", flat=True)
    assert set(days) == {date(2026, 11, 26)}


@pytest.mark.clause("I7")
def test_a_clock_moved_back_tells_nothing_twice(town: Town, morning) -> None:
    _tick(morning + timedelta(minutes=31))
    count = Notice.objects.count()
    _tick(morning - timedelta(hours=3))
    _tick(morning + timedelta(minutes=31))
    assert Notice.objects.count() == count


def test_a_changed_setting_moves_what_is_planned_and_not_what_is_done(town: Town, morning) -> None:
    _tick(morning - timedelta(hours=1))
    DeskSettings.objects.filter(desk=town.desk).update(inspection_time="10:00")
    town.desk.settings.refresh_from_db()
    row = Inspection.objects.get(desk=town.desk, occasion="morning")
    clock.plan_and_miss(morning)
    row.refresh_from_db()
    assert row.due_at == morning + timedelta(hours=1)
    finished(town, morning)
    DeskSettings.objects.filter(desk=town.desk).update(inspection_time="11:00")
    clock.plan_and_miss(morning)
    row.refresh_from_db()
    assert row.due_at == morning + timedelta(hours=1)
