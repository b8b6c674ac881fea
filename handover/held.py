"""Who held a desk, second by second: watches, the holder's part passing on within them, and gaps, as stretches (A22, A23, E2, I3).

Nothing is kept for it: watches say who held the desk from when until when, the entries of their numbers say when the part
passed on, and releases say since when nobody was there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person
from handover.models import Handover, Refusal, Release
from handover.rules import past_duty
from logbook.models import Entry, Watch
from logbook.queries import book_ids_of
from rosters.models import Duty
from rosters.queries import in_force

PASSED = "holder_passed"
BEGAN: dict[str, Promise] = {
    "opening": _("opened the desk"), "handover": _("by a handover"), "takeover": _("by the supervisor's takeover"),
    "release": _("after an emergency release"), "passed": _("the holder's part was passed on"), "gap": _("the holder was released"),
    "closing": _("began to hold the desk"), "start": _("began to hold the desk"),
}
ENDED: dict[str, Promise] = {
    **dict(Watch.Ending.choices), "closing": _("closed the desk"), "passed": _("part passed on"), "": _("goes on"),
}


@dataclass(frozen=True)
class Stretch:
    """A time in which one person held the desk, or nobody did although it was open. Half-open; `ends_at` is None while it goes on."""

    watch: Watch
    starts_at: datetime
    ends_at: datetime | None
    holder: Person | None
    """Nobody: a gap after a release."""
    began: str
    """How it began: opening, handover, takeover, release, passed, start (a watch that began otherwise)."""
    ended: str
    """How it ended: the watch's ending, or "passed", or "" while it goes on."""
    taken_over: Handover | None = None
    """The handover by which the holder took the desk, or opened it."""
    given_over: Handover | None = None
    """The handover by which the holder gave the desk on, or closed it."""
    duties: list[Duty] = field(default_factory=list)
    """The holder's duties in force that overlap it."""
    past: list[tuple[datetime, datetime]] | None = None
    """The times of it that lie past the end of the holder's duty; None where no duty of theirs overlaps it."""

    @property
    def over(self) -> timedelta:
        """How long it lasted past the end of the holder's duty."""
        return sum((end - begin for begin, end in self.past or []), timedelta(0))

    def until(self, now: datetime) -> datetime:
        """Its end, or now while it goes on."""
        return self.ends_at if self.ends_at is not None else now


@dataclass(frozen=True)
class RefusalMark:
    """A refusal as the timeline marks it: when, and at which handover. Who and why stand in that handover's record."""

    at: datetime
    handover_id: int


def watches_between(desk: Desk, begin: datetime, end: datetime) -> list[Watch]:
    """The watches that held the desk at any moment of [begin, end), oldest first; two readings of one index."""
    rows = Watch.objects.filter(desk=desk).select_related("holder")
    before = rows.filter(started_at__lt=begin).order_by("-started_at", "-pk").first()
    within = list(rows.filter(started_at__gte=begin, started_at__lt=end).order_by("started_at", "pk"))
    reaches = before is not None and (before.ended_at is None or before.ended_at > begin)
    return [*([before] if before is not None and reaches else []), *within]


def stretches_between(desk: Desk, begin: datetime, end: datetime, now: datetime) -> list[Stretch]:
    """Who held the desk in [begin, end), oldest first, each stretch whole: it may reach out of the period on either side."""
    watches = watches_between(desk, begin, end)
    if not watches:
        return []
    links, made = _Links(desk, watches), []
    for watch in watches:
        made += _stretches_of(watch, links)
    kept = [each for each in made if each.starts_at < end and (each.ends_at is None or each.ends_at > begin)]
    return _with_duties(desk, kept, now)


def held_at(desk: Desk, moment: datetime, now: datetime) -> Stretch | None:
    """The one stretch that holds the moment, or None where the desk was closed then. Raises ValueError for the future."""
    if moment > now:
        raise ValueError("Nobody has held the desk yet at a moment that is still to come.")
    found = stretches_between(desk, moment, moment + timedelta(microseconds=1), now)
    # Two acts of one moment leave a stretch without length: the last of them holds it.
    return found[-1] if found else None


def refusals_between(desk: Desk, begin: datetime, end: datetime) -> list[RefusalMark]:
    """The refusals of [begin, end), oldest first."""
    rows = Refusal.objects.filter(handover__desk=desk, refused_at__gte=begin, refused_at__lt=end).order_by("refused_at")
    return [RefusalMark(*each) for each in rows.values_list("refused_at", "handover_id")]


def first_held(desk: Desk) -> datetime | None:
    """When the desk was first held, or None."""
    return Watch.objects.filter(desk=desk).aggregate(at=Min("started_at"))["at"]


class _Links:
    """What belongs to some watches, read at once: passes of the part, gaps, handovers at their begin and end."""

    def __init__(self, desk: Desk, watches: list[Watch]) -> None:
        keys = [watch.pk for watch in watches]
        first = min(watch.first_number for watch in watches)
        last = None if any(watch.last_number is None for watch in watches) else max(watch.last_number or 0 for watch in watches)
        passed = Entry.objects.filter(book__in=book_ids_of(desk), act=Entry.Act.ACT, code=PASSED, number__gte=first)
        if last is not None:
            passed = passed.filter(number__lte=last)
        self.passed: list[Entry] = list(passed.select_related("author").order_by("number"))
        self.gaps: dict[int, list[Release]] = {}
        for each in Release.objects.filter(watch__in=keys, passed_to__isnull=True).select_related("entry"):
            self.gaps.setdefault(each.watch_id, []).append(each)
        done = Handover.objects.filter(watch__in=keys, state=Handover.State.COMPLETED).order_by("pk")
        self.opened = {each.watch_id: each for each in done if each.mode == Handover.Mode.OPENING}
        self.ended = {each.watch_id: each for each in done if each.mode != Handover.Mode.OPENING}
        self.before = self._predecessors(desk, watches)

    def _predecessors(self, desk: Desk, watches: list[Watch]) -> dict[int, Watch]:
        """The watch from which each took over: the one whose numbers end just before it begins."""
        by_end = {watch.last_number: watch for watch in watches if watch.last_number is not None}
        first = watches[0]
        earlier = Watch.objects.filter(desk=desk, started_at__lte=first.started_at, pk__lt=first.pk)
        if (found := earlier.order_by("-started_at", "-pk").first()) is not None and found.last_number is not None:
            by_end[found.last_number] = found
            done = Handover.objects.filter(watch=found, state=Handover.State.COMPLETED).exclude(mode=Handover.Mode.OPENING)
            self.ended |= {each.watch_id: each for each in done}
        return {watch.pk: by_end[watch.first_number - 1] for watch in watches if watch.first_number - 1 in by_end}

    def passes_of(self, watch: Watch) -> list[Entry]:
        """When the part passed on within the watch; who passed it is the entry's author."""
        return [
            each for each in self.passed
            if watch.first_number <= each.number and (watch.last_number is None or each.number <= watch.last_number)
        ]


def _stretches_of(watch: Watch, links: _Links) -> list[Stretch]:
    before = links.before.get(watch.pk)
    handed = links.ended.get(before.pk) if before is not None else None
    began = "opening" if watch.pk in links.opened else (before.ending if before is not None else "start")
    passes, gaps = links.passes_of(watch), links.gaps.get(watch.pk, [])
    # Who passes the part is the entry's author: who got it is who passes it next, or the watch's holder as it stands.
    got = [*(each.author for each in passes), watch.holder][1:]
    changes = [(each.number, each.occurred_at, person) for each, person in zip(passes, got, strict=True)]
    changes += [(each.entry.number, each.released_at, None) for each in gaps]
    holders: list[tuple[datetime, Person | None]] = [(watch.started_at, passes[0].author if passes else watch.holder)]
    for _number, at, person in sorted(changes, key=lambda change: change[0]):
        holders.append((at, person))
    ends = [at for at, _person in holders[1:]] + [watch.ended_at]
    made = []
    for place, ((starts_at, person), ends_at) in enumerate(zip(holders, ends, strict=True)):
        last = place == len(holders) - 1
        released = not last and holders[place + 1][1] is None
        made.append(Stretch(
            watch, starts_at, ends_at, person,
            began=began if place == 0 else "gap" if person is None else "passed",
            ended=watch.ending if last else "release" if released else "passed",
            taken_over=(links.opened.get(watch.pk) or handed) if place == 0 else None,
            given_over=links.ended.get(watch.pk) if last else None,
        ))
    return made


def _with_duties(desk: Desk, stretches: list[Stretch], now: datetime) -> list[Stretch]:
    """The same stretches with the holder's duties and the time past them."""
    if not stretches:
        return []
    begin, end = stretches[0].starts_at, max(each.until(now) for each in stretches)
    rows: dict[int, list[Duty]] = {}
    for duty in in_force(desk).filter(starts_at__lt=end, ends_at__gt=begin):
        rows.setdefault(duty.person_id, []).append(duty)
    made = []
    for each in stretches:
        until = each.until(now)
        own: Iterable[Duty] = rows.get(each.holder.pk, []) if each.holder is not None else []
        duties = [duty for duty in own if duty.starts_at < until and duty.ends_at > each.starts_at]
        past = past_duty(each.starts_at, until, [(duty.starts_at, duty.ends_at) for duty in duties])
        made.append(replace(each, duties=duties, past=past))
    return made
