"""What kind of day a day is, and which of a shift's needs count on it, as pure functions (A5, A6).

A day is a working day, a weekend, a public holiday or a make-up working day (a Saturday or Sunday worked for a holiday). The
site's own days go before the calendar, a desk's before the site's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from desks.models.labels import in_own_language

SATURDAY_AND_SUNDAY = frozenset({5, 6})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DayKind(StrEnum):
    """The four kinds of day; the value is the code that needs name them by."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class Source(StrEnum):
    """Whence the kind of a day is known."""

    WEEKDAY = "weekday"
    CALENDAR = "calendar"
    SITE = "site"
    DESK = "desk"


@dataclass(frozen=True)
class Name:
    """What a day is called, in each language; empty where it has no name of its own."""

    en: str = ""
    zh_hans: str = ""
    zh_hant: str = ""

    def __str__(self) -> str:
        return in_own_language(self.en, self.zh_hans, self.zh_hant)


@dataclass(frozen=True)
class PublicDay:
    """A day of the public calendar that is not what its weekday says."""

    kind: DayKind
    name: Name
    estimated: bool = False
    """The calendar expects it, and says that it may be another day."""


@dataclass(frozen=True)
class PublicYear:
    """A year of a region's public calendar. `published` says whether the calendar knows the year at all."""

    published: bool
    days: Mapping[date, PublicDay]
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY


@dataclass(frozen=True)
class OwnDay:
    """A day that the site, or one desk of it, has named: a holiday, a working day, one of special need, a closure."""

    what: str
    name: Name
    of_desk: bool


@dataclass(frozen=True)
class KindOfDay:
    """A site's day: its kind, what it is called and whence this is known."""

    day: date
    kind: DayKind
    name: Name = Name()
    source: Source = Source.WEEKDAY
    certain: bool = True
    """False where the public calendar does not know the year yet, or only expects the day: what stands here is by weekday or a guess of the calendar's own."""
    busy: bool = False
    closed: bool = False

    @property
    def is_off(self) -> bool:
        """Whether those who work office hours have it off."""
        return self.kind in {DayKind.WEEKEND, DayKind.HOLIDAY}

    @property
    def weekend(self) -> tuple[int, int] | None:
        """The weekend that the day belongs to, as year and number of its ISO week; None on other days."""
        return self.day.isocalendar()[:2] if self.kind == DayKind.WEEKEND else None


def kind_of(day: date, *, year: PublicYear, own: Iterable[OwnDay] = ()) -> KindOfDay:
    """The kind of a day by the public calendar of its year and the own days named for it (A6).

    A closure or special need leaves the kind as it is, and is said beside it. Of two own days that name a kind the desk's counts.
    """
    public = year.days.get(day)
    if public is not None:
        kind, name, source, certain = public.kind, public.name, Source.CALENDAR, not public.estimated
    else:
        kind = DayKind.WEEKEND if day.weekday() in year.weekend else DayKind.WORKING
        name, source, certain = Name(), Source.WEEKDAY, year.published
    busy = closed = False
    for each in sorted(own, key=lambda one: one.of_desk):
        where = Source.DESK if each.of_desk else Source.SITE
        if each.what == "holiday":
            kind, source, certain = DayKind.HOLIDAY, where, True
        elif each.what == "working":
            kind = DayKind.MAKEUP if day.weekday() in year.weekend else DayKind.WORKING
            source, certain = where, True
        busy = busy or each.what == "busy"
        closed = closed or each.what == "closed"
        name = each.name if str(each.name) else name
    return KindOfDay(day, kind, name, source, certain, busy, closed)


@dataclass(frozen=True)
class NeedRow:
    """A row of a shift's needs: on which days (a weekday or a kind of day), how many, and of them with which skill."""

    shift: str
    on: str
    people: int
    skill: str = ""


def rows_for(day: KindOfDay) -> tuple[str, ...]:
    """By which names the needs of a day are looked for, the nearest first (A6).

    Special need goes before everything. On holidays and make-up days the kind goes before the weekday, and a make-up Saturday
    is then a working day and no Saturday; on other days the weekday goes before the kind.
    """
    weekday = WEEKDAYS[day.day.weekday()]
    ways: dict[DayKind, tuple[str, ...]] = {
        DayKind.HOLIDAY: ("holiday", weekday, "weekend"),
        DayKind.MAKEUP: ("makeup", "working"),
        DayKind.WEEKEND: (weekday, "weekend"),
        DayKind.WORKING: (weekday, "working"),
    }
    return (("busy",) if day.busy else ()) + ways[day.kind]


def there_throughout(parts: Iterable[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> int:
    """How many people these parts come to from `begins` to `ends`: the fewest that are there at any time of it (A6).

    Two who share a shift without a gap are one; with a gap, nobody is there all the time.
    """
    spans = [(max(starts.astimezone(UTC), begins.astimezone(UTC)), min(stops.astimezone(UTC), ends.astimezone(UTC))) for starts, stops in parts]
    spans = [(starts, stops) for starts, stops in spans if starts < stops]
    # How many are there changes only where a part begins or ends.
    moments = {begins.astimezone(UTC), *(moment for _starts, moment in spans if moment < ends)}
    return min(sum(starts <= moment < stops for starts, stops in spans) for moment in moments)


def is_open(day: KindOfDay, open_weekdays: frozenset[int] | set[int]) -> bool:
    """Whether a desk that opens on these weekdays opens on the day: the site may close it, or name a working day of its own (A6)."""
    named = day.source in {Source.SITE, Source.DESK} and day.kind == DayKind.MAKEUP
    return not day.closed and (named or day.day.weekday() in open_weekdays)


def people_needed(
    day: KindOfDay, *, shift: str, usual: int, rows: Iterable[NeedRow], open_weekdays: frozenset[int] | set[int]
) -> dict[str, int]:
    """How many people a shift needs on a day: under "" all of them, under a skill those of them who must have it (A6).

    Nobody on a day that is closed, or on a weekday on which the desk does not open unless the site has named it a working day.
    """
    if not is_open(day, open_weekdays):
        return {}
    own = [row for row in rows if row.shift == shift]
    needed: dict[str, int] = {"": usual}
    for skill in dict.fromkeys(row.skill for row in own):
        by_name = {row.on: row.people for row in own if row.skill == skill}
        found = next((by_name[name] for name in rows_for(day) if name in by_name), None)
        if found is not None:
            needed[skill] = found
    return {skill: min(people, needed[""]) for skill, people in needed.items() if people}
