"""The inspections' clock: planned each day, reminded of, raised when overdue, missed at the day's end (A32, I7).

Both acts ask the database what stands; they may run at any time, any number of times, after any pause.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from desks.claims import AlreadyChanged
from desks.clock import day_bounds, local_day
from desks.models import Desk
from inspections import rules
from inspections.actions import miss_inspection, plan_inspections, remind_of_inspection
from inspections.models import Inspection
from inspections.queries import due_inspections, last_planned_day


def _desks() -> Iterator[Desk]:
    yield from Desk.objects.filter(active=True, settings__isnull=False).select_related("site", "settings")


def _days_to_plan(desk: Desk, today: date) -> Iterator[date]:
    """From the day after the last planned one until today: days on which the beat was down are made up for."""
    last = last_planned_day(desk)
    day = today if last is None else min(today, max(last + timedelta(days=1), today - rules.CATCH_UP))
    while day <= today:
        yield day
        day += timedelta(days=1)


def plan_and_miss(now: datetime) -> int:
    """Plans the days up to today and marks as missed what nobody did on its day; returns how many things were done.

    A missed inspection is a fact of its day and is recorded; nobody is told of it any more.
    """
    done = 0
    for desk in _desks():
        today = local_day(now, desk.site.zone)
        for day in _days_to_plan(desk, today):
            done += plan_inspections(desk=desk, day=day, now=now)
        waiting = Inspection.objects.filter(desk=desk, site_day__lt=today, state__in=["planned", "in_progress"])
        for row in waiting.exclude(occasion="extra").select_related("desk__site").order_by("site_day", "due_at"):
            assert row.due_at is not None
            if rules.is_missed(due_at=row.due_at, day_ends=day_bounds(row.site_day, desk.site.zone)[1], now=now):
                try:
                    miss_inspection(inspection=row, now=now)
                except AlreadyChanged:
                    continue
                done += 1
    return done


def remind(now: datetime) -> int:
    """Tells of today's inspections that wait or are overdue; returns how many people were told just now."""
    told = 0
    for desk in _desks():
        for due in due_inspections(desk, local_day(now, desk.site.zone)):
            told += remind_of_inspection(due=due, now=now)
    return told
