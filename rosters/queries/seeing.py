"""Reads for seeing duties: one's own that come, and a desk's days as they run (A5, I11)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from desks.clock import at, day_bounds
from desks.models import Desk, Person
from rosters.models import Duty, Roster, ShiftType
from rosters.queries.days import kinds_between
from rosters.queries.duties import shift_types_by_key
from rosters.rules.days import KindOfDay

PUBLISHED = Q(roster__isnull=True) | Q(roster__state=Roster.State.REPORTED)


@dataclass(frozen=True)
class Bar:
    """A duty on a day's line: where it begins and how long it lasts there, in minutes of that day; a night has a bar on each of its days."""

    duty: Duty
    shift: ShiftType
    begins: int
    length: int
    mine: bool
    is_now: bool


@dataclass(frozen=True)
class DayLine:
    """One day of a desk with its bars; `minutes` is how long the day is, 1440 unless the clock is changed in it (I11)."""

    day: date
    kind: KindOfDay
    minutes: int
    now: int | None
    """How far it has gone, on the day that is today."""
    bars: list[Bar]
    hours: tuple[int, ...] = ()
    """At which minutes the site's clock shows 6, 12 and 18: the lines by which a bar is read."""


def published(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """Of these duties those that are in force and out: reported with their roster, or brought in by a decided change (A5)."""
    return rows.filter(PUBLISHED, taken_out_by__isnull=True)


def coming_duties(person: Person, now: datetime, until: datetime) -> list[Duty]:
    """The person's published duties that are not over and begin before `until`, at every desk, by start; with `.shift`."""
    rows = published(Duty.objects.filter(person=person, ends_at__gt=now, starts_at__lt=until))
    duties = list(rows.select_related("desk__site", "desk__settings").order_by("starts_at", "pk"))
    types = {(row.desk_id, row.code, row.version): row for row in ShiftType.objects.filter(desk__in={duty.desk_id for duty in duties})}
    for duty in duties:
        duty.shift = types[duty.desk_id, duty.shift_code, duty.shift_version]
    return duties


def day_lines(desk: Desk, days: list[date], now: datetime, reader: Person) -> list[DayLine]:
    """The desk's published duties on these days of the site, a line for each day with its kind; three readings."""
    # In UTC: between two moments of one zone Python counts on the clock's face, which is wrong on the day that it is changed.
    bounds = {day: tuple(moment.astimezone(UTC) for moment in day_bounds(day, desk.site.zone)) for day in days}
    begin, end = bounds[days[0]][0], bounds[days[-1]][1]
    rows = published(Duty.objects.filter(desk=desk, starts_at__lt=end, ends_at__gt=begin)).select_related("person")
    duties, types = list(rows.order_by("starts_at", "pk")), shift_types_by_key(desk)
    kinds = kinds_between(desk.site, days[0], days[-1], desk)
    lines = []
    for day, (first, last) in bounds.items():
        bars = [
            Bar(
                duty, types[duty.shift_code, duty.shift_version], _minutes(max(duty.starts_at, first) - first),
                _minutes(min(duty.ends_at, last) - max(duty.starts_at, first)), duty.person_id == reader.pk, duty.starts_at <= now < duty.ends_at,
            )
            for duty in duties if duty.starts_at < last and duty.ends_at > first
        ]
        hours = tuple(_minutes(at(day, time(hour), desk.site.zone).astimezone(UTC) - first) for hour in (6, 12, 18))
        lines.append(DayLine(day, kinds[day], _minutes(last - first), _minutes(now - first) if first <= now < last else None, bars, hours))
    return lines


def _minutes(amount: timedelta) -> int:
    return int(amount.total_seconds() // 60)
