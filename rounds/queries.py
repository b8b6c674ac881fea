"""Reads of rounds: when they are due, which were walked, which were missed (C3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest

from django.db.models import Min

from desks.clock import day_bounds, local_day
from desks.models import Desk, OpeningHours
from logbook.models import Watch
from rounds.models import Round, RoundMiss, RoundPoint, RoundReading, RoundReason, RoundWalk
from rounds.rules import LATEST, Hours, Schedule, dues, dues_around, in_force_since, is_missed, last_chance

# How far ahead the next time of a round is looked for: over a weekend, and over a holiday after it.
AHEAD = timedelta(days=8)


@dataclass
class Slot:
    """One time of a round: whether it was walked or missed, and until when it still can be walked."""

    round: Round
    due_at: datetime
    following: datetime | None
    walk: RoundWalk | None = None
    miss: RoundMiss | None = None
    points: list[RoundPoint] = field(default_factory=list)
    now: datetime | None = None

    @property
    def grace(self) -> timedelta:
        """How long after its time it counts as missed."""
        return timedelta(minutes=self.round.grace_minutes)

    @property
    def state(self) -> str:
        """walked, walked_late, missed, late, due or coming."""
        assert self.now is not None
        if self.walk is not None:
            return "walked_late" if self.walk.late else "walked"
        if self.miss is not None or is_missed(due_at=self.due_at, grace=self.grace, now=self.now):
            return "missed"
        if self.late_minutes:
            return "late"
        return "due" if self.now >= self.due_at - self.grace else "coming"

    @property
    def is_open(self) -> bool:
        """Whether it can be walked now, in time or late."""
        assert self.now is not None
        return self.walk is None and self.round.current and self.due_at - self.grace <= self.now < last_chance(self.due_at, self.following)

    @property
    def late_minutes(self) -> int:
        """Whole minutes past its time."""
        assert self.now is not None
        return max(0, int((self.now - self.due_at).total_seconds() // 60))

    @property
    def stamp(self) -> int:
        """Its time in an address: whole seconds since 1970."""
        return int(self.due_at.timestamp())

    @property
    def key(self) -> str:
        """What forms and anchors call it."""
        return f"{self.round.code}-{self.stamp}"


def rounds_of(desk: Desk) -> list[Round]:
    """The rounds in use, in the desk's order."""
    return list(Round.objects.filter(desk=desk, current=True).order_by("position", "code"))


def points_of(desk: Desk) -> dict[str, list[RoundPoint]]:
    """The points in use by the code of their round, in their order."""
    found: dict[str, list[RoundPoint]] = {}
    for point in RoundPoint.objects.filter(desk=desk, current=True).order_by("position", "code"):
        found.setdefault(point.round_code, []).append(point)
    return found


def hours_of(desks: Iterable[Desk]) -> dict[int, Hours]:
    """The opening hours of each desk by its key."""
    found: dict[int, dict[int, tuple]] = {}
    for row in OpeningHours.objects.filter(desk__in=[desk.pk for desk in desks]):
        found.setdefault(row.desk_id, {})[row.weekday] = (row.opens, row.closes)
    return found  # type: ignore[return-value]


def schedules_of(rounds: Iterable[Round], now: datetime) -> dict[int, Schedule]:
    """The schedule of each round by its key, since its days and times are what they are, and since the desk's first watch; two queries.

    A new wording is a new version with the same days and times: nothing begins anew with it. At a desk that nobody has held yet
    rounds begin now: nothing was missed there.
    """
    rows = list(rounds)
    by_code = {(row.desk_id, row.code): row for row in rows}
    stories: dict[tuple[int, str], list[tuple[datetime, tuple | None]]] = {key: [] for key in by_code}
    told = Round.history.filter(desk__in={row.desk_id for row in rows}, code__in={row.code for row in rows})
    for desk, code, moment, current, weekdays, times in told.order_by("history_date", "history_id").values_list(
        "desk", "code", "history_date", "current", "weekdays", "times"
    ):
        if (desk, code) in stories:
            stories[desk, code].append((moment, (tuple(weekdays), tuple(times)) if current else None))
    watches = Watch.objects.filter(desk__in={row.desk_id for row in rows})
    begun = dict(watches.order_by().values_list("desk").annotate(first=Min("started_at")))
    found = {}
    for key, row in by_code.items():
        since = in_force_since(stories[key])
        if since is not None:
            found[row.pk] = Schedule(frozenset(row.weekdays), tuple(row.times), max(since, begun.get(row.desk_id, now)))
    return found


def slots_of_day(desk: Desk, day: date, now: datetime) -> list[Slot]:
    """Every time of the site's day, by its moment: what is due by today's rounds, and what was walked or missed by former ones."""
    zone, rounds, hours = desk.site.zone, rounds_of(desk), hours_of([desk]).get(desk.pk, {})
    schedules, points = schedules_of(rounds, now), points_of(desk)
    begin, end = day_bounds(day, zone)
    slots: dict[tuple[str, datetime], Slot] = {}
    for row in rounds:
        if row.pk not in schedules:
            continue
        found = dues(schedules[row.pk], hours, day, day + AHEAD, zone)
        for due, following in zip_longest(found, found[1:]):
            if due < end:
                slots[row.code, due] = Slot(row, due, following, points=points.get(row.code, []), now=now)
    _told(desk, slots, begin, end, now)
    return sorted(slots.values(), key=lambda slot: (slot.due_at, slot.round.position))


def slots_now(desk: Desk, now: datetime) -> list[Slot]:
    """What can be walked now, and the next time of each round that has none; by its moment."""
    rounds = rounds_of(desk)
    if not rounds:
        return []
    hours, schedules, points = hours_of([desk]).get(desk.pk, {}), schedules_of(rounds, now), points_of(desk)
    slots: dict[tuple[str, datetime], Slot] = {}
    for row in rounds:
        if row.pk not in schedules:
            continue
        found = dues_around(schedules[row.pk], hours, now, LATEST, AHEAD, desk.site.zone)
        for due, following in zip_longest(found, found[1:]):
            slots[row.code, due] = Slot(row, due, following, points=points.get(row.code, []), now=now)
    _told(desk, slots, now - LATEST, now + AHEAD, now)
    shown = [slot for slot in slots.values() if slot.is_open]
    waiting = {slot.round.code for slot in shown}
    for row in rounds:
        coming = [slot for slot in slots.values() if slot.round.code == row.code and slot.due_at > now and slot.walk is None]
        if row.code not in waiting and coming:
            shown.append(min(coming, key=lambda slot: slot.due_at))
    return sorted(shown, key=lambda slot: (slot.due_at, slot.round.position))


def _told(desk: Desk, slots: dict[tuple[str, datetime], Slot], begin: datetime, end: datetime, now: datetime) -> None:
    """Puts walks and misses of the time to their slots; those of rounds that are not due any more get one of their own."""
    spans = {"desk": desk, "due_at__gte": begin, "due_at__lt": end}
    for name, rows in (
        ("walk", RoundWalk.objects.filter(**spans).select_related("round", "by", "entry")),
        ("miss", RoundMiss.objects.filter(**spans).select_related("round", "entry")),
    ):
        for row in rows:
            slot = slots.setdefault((row.round_code, row.due_at), Slot(row.round, row.due_at, None, now=now))
            setattr(slot, name, row)


def slot_at(round: Round, due_at: datetime, now: datetime) -> Slot | None:
    """The slot of that round and moment, or None where it is not due then."""
    day = local_day(due_at, round.desk.site.zone)
    return next((slot for slot in slots_of_day(round.desk, day, now) if slot.round == round and slot.due_at == due_at), None)


def readings_of(walks: Iterable[RoundWalk]) -> dict[int, list[RoundReading]]:
    """What was found at each point, by the walk's key; one query."""
    found: dict[int, list[RoundReading]] = {}
    for row in RoundReading.objects.filter(walk__in=[walk.pk for walk in walks]).select_related("point").order_by("pk"):
        found.setdefault(row.walk_id, []).append(row)
    return found


def reasons_of(misses: Iterable[RoundMiss]) -> dict[int, list[RoundReason]]:
    """The reasons that were given, by the missed round's key, oldest first; one query."""
    found: dict[int, list[RoundReason]] = {}
    for row in RoundReason.objects.filter(miss__in=[miss.pk for miss in misses]).select_related("by", "entry__words").order_by("number"):
        found.setdefault(row.miss_id, []).append(row)
    return found


@dataclass(frozen=True)
class Missed:
    """A round that was missed in a stretch of the log: whether it was walked late, and whether somebody said why, within it."""

    miss: RoundMiss
    walk: RoundWalk | None
    reasons: list[RoundReason]


def missed_in(desk: Desk, first: int, last: int) -> list[Missed]:
    """The rounds whose missing stands in these numbers of the desk's book, oldest first, with what the same numbers say of them since.

    By numbers alone: what both sign of it changes only when the list is drawn anew (I4).
    """
    misses = list(RoundMiss.objects.filter(desk=desk, number__gte=first, number__lte=last).select_related("round", "entry").order_by("number"))
    if not misses:
        return []
    walks = {
        (walk.round_code, walk.due_at): walk
        for walk in RoundWalk.objects.filter(desk=desk, due_at__in=[miss.due_at for miss in misses], number__lte=last).select_related("by")
    }
    reasons = reasons_of(misses)
    return [
        Missed(miss, walks.get((miss.round_code, miss.due_at)), [each for each in reasons.get(miss.pk, []) if each.number <= last])
        for miss in misses
    ]
