"""Reads of who came for which duty, from the desk's watches and from check-ins, and of the cases that came of it (A22, A24)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from desks.hooks import panels_of
from desks.models import Desk, Person
from desks.permissions import may
from logbook.models import Watch, WatchMember
from rosters import rules
from rosters.models import CheckIn, Duty, PresenceCase, TimeCorrection
from rosters.queries.duties import in_force
from rosters.rules import Attendance, Span

AROUND = timedelta(days=1)
"""So long before and after duties it is looked who was at the desk: longer than anybody comes early or stays on."""
LOOK_BACK = timedelta(days=2)
"""A clock that stood still catches up for so long; what is older is found in the month's table."""


def at_desk(desk: Desk, people: Iterable[int] | None, begin: datetime, end: datetime, now: datetime) -> dict[int, list[Span]]:
    """When the people, or anybody, were of a watch of the desk in [begin, end), by their ids; a time that goes on, up to now (I3)."""
    found: dict[int, list[Span]] = {}
    rows = WatchMember.objects.filter(Q(left_at__isnull=True) | Q(left_at__gt=begin), watch__desk=desk, joined_at__lt=min(end, now))
    if people is not None:
        rows = rows.filter(person__in=list(people))
    for person, joined, left in rows.order_by("joined_at", "pk").values_list("person", "joined_at", "left_at"):
        found.setdefault(person, []).append((joined, min(left, now) if left is not None else now))
    return found


def span_from(came_at: datetime, ends_at: datetime, watch: Sequence[Span], now: datetime) -> Span:
    """From having come until being of the watch; who never is, is taken to be there until the duty's end."""
    joined = min((begin for begin, _end in watch if came_at <= begin < ends_at), default=None)
    return came_at, min(now, joined if joined is not None else max(ends_at, came_at))


def attendances(desk: Desk, duties: Sequence[Duty], now: datetime) -> dict[int, Attendance]:
    """What became of these duties of one desk up to now, by the duty's id; six readings however many they are (A22, A24).

    The times of a correction that has been made hold instead of what watch and check-in say.
    """
    if not duties:
        return {}
    spans = spans_of(desk, duties, now)
    people = {duty.person_id for duty in duties}
    begin, end = _around(duties)
    others: dict[int, list[tuple[int, Span]]] = {}
    rows = in_force(desk).filter(person__in=people, starts_at__lt=end, ends_at__gt=begin)
    for key, person, starts, ends in rows.values_list("pk", "person", "starts_at", "ends_at"):
        others.setdefault(person, []).append((key, (starts, ends)))
    corrected: dict[int, list[Span]] = {}
    for row in TimeCorrection.objects.filter(duty__in=duties, made_at__lte=now).order_by("pk"):
        corrected[row.duty_id] = [(row.arrived_at, row.left_at)] if row.arrived_at is not None and row.left_at is not None else []
    lead = timedelta(minutes=desk.settings.arrival_lead_minutes)
    kept_since = Watch.objects.filter(desk=desk).aggregate(at=Min("started_at"))["at"]
    return {
        duty.pk: rules.attendance_of(
            (duty.starts_at, duty.ends_at), corrected.get(duty.pk, spans.get(duty.person_id, [])),
            [span for key, span in others.get(duty.person_id, []) if key != duty.pk], lead=lead, now=now,
            is_kept=duty.pk in corrected or (kept_since is not None and kept_since <= duty.starts_at),
        )
        for duty in duties
    }


def spans_of(desk: Desk, duties: Sequence[Duty], now: datetime) -> dict[int, list[Span]]:
    """When the people of these duties were at the desk around them, by their ids: of its watch, checked in, or busy with taking it over."""
    begin, end = _around(duties)
    found = at_desk(desk, {duty.person_id for duty in duties}, begin, end, now)
    watch = {person: list(spans) for person, spans in found.items()}
    for row in CheckIn.objects.filter(duty__in=duties, at__lt=now).select_related("duty"):
        found.setdefault(row.person_id, []).append(span_from(row.at, row.duty.ends_at, watch.get(row.person_id, []), now))
    for person, moment in sorted({each for answer in panels_of("came", desk, begin, min(end, now)) for each in answer}):
        inside = any(first <= moment < last for first, last in watch.get(person, []))
        for duty in [] if inside else duties:
            if duty.person_id == person and duty.starts_at - rules.CHECK_IN_BEFORE <= moment < duty.ends_at:
                found.setdefault(person, []).append(span_from(moment, duty.ends_at, watch.get(person, []), now))
    return {person: rules.merged(spans) for person, spans in found.items()}


def _around(duties: Sequence[Duty]) -> Span:
    return min(duty.starts_at for duty in duties) - AROUND, max(duty.ends_at for duty in duties) + AROUND


def duty_to_check_in(person: Person, desk: Desk, now: datetime) -> Duty | None:
    """The person's duty for which a check-in counts now: the one under way, or the next one that begins soon (A24)."""
    rows = in_force(desk).filter(person=person, starts_at__lte=now + rules.CHECK_IN_BEFORE, ends_at__gt=now)
    return rows.select_related("check_in").first()


def duties_without_anybody(desk: Desk, now: datetime) -> list[Duty]:
    """Duties past the desk's limit for which nobody has come and nobody was asked yet, oldest first (A22).

    Only duties since whose beginning the desk keeps watches: a desk that has just been set up accuses nobody.
    """
    minutes = desk.settings.no_show_minutes
    if not minutes:
        return []
    kept = Watch.objects.filter(desk=desk, started_at__lte=OuterRef("starts_at"))
    rows = in_force(desk).filter(
        Exists(kept), starts_at__lte=now - timedelta(minutes=minutes), starts_at__gt=now - LOOK_BACK, presence_cases__isnull=True
    )
    duties = list(rows)
    known = attendances(desk, duties, now)
    return [
        duty for duty in duties
        if rules.is_no_show(arrived=known[duty.pk].arrived_at is not None, starts_at=duty.starts_at, minutes=minutes, now=now)
    ]


def never_came(desk: Desk, first: date, last: date, now: datetime) -> set[tuple[int, datetime]]:
    """Duties of these site days that are over and for which, as it stands now, their person never came: by person's id and beginning.

    Looked at are only those of which somebody has said so: the clock, past the desk's limit, or who corrected the time. One reading
    where there are none (A5, A22).
    """
    said = Q(presence_cases__kind=PresenceCase.Kind.NO_SHOW) | Q(time_corrections__isnull=False, time_corrections__arrived_at__isnull=True)
    duties = list(in_force(desk).filter(said, site_day__range=(first, last), ends_at__lte=now).distinct())
    known = attendances(desk, duties, now)
    return {(duty.person_id, duty.starts_at) for duty in duties if known[duty.pk].arrival == rules.Arrival.MISSING}


def cases_for(desk: Desk, reader: Person, now: datetime) -> QuerySet[PresenceCase]:
    """The cases of the desk that the reader may see: all of them by right, else the own ones (A22, I8)."""
    rows = PresenceCase.objects.filter(desk=desk).select_related(
        "desk__site", "desk__settings", "about", "duty", "raised_by", "entry", "statement__entry", "outcome__entry", "outcome__settled_by"
    )
    if not may(reader, "presence.view", desk=desk, now=now):
        rows = rows.filter(about=reader)
    return rows.order_by("-pk")


CASES = {
    "asked": Q(statement__isnull=True, outcome__isnull=True), "heard": Q(statement__isnull=False, outcome__isnull=True),
    "settled": Q(outcome__isnull=False),
}


def narrowed_cases(rows: QuerySet[PresenceCase], show: str) -> QuerySet[PresenceCase]:
    """Those that wait for a statement, that were heard, or that are settled; all for any other word."""
    return rows.filter(CASES[show]) if show in CASES else rows
