"""Reads of the duties in force and of shift types: who is on, who is next (A5, A23, A24)."""

from datetime import date, datetime, timedelta

from django.db.models import Min, Q, QuerySet

from desks.models import Desk, Person
from rosters.models import Duty, Roster, ShiftType
from rosters.planning import days_of

# More people than are on duty and relieve them at any desk.
NEAR = 60


def in_force(desk: Desk) -> QuerySet[Duty]:
    """The desk's duties in force, by start, with their people."""
    return Duty.objects.filter(desk=desk, taken_out_by__isnull=True).select_related("person").order_by("starts_at", "pk")


def duties_on(desk: Desk, day: date) -> QuerySet[Duty]:
    """The duties of a site's day, by start; a night's duty belongs to the day on which it begins (I11)."""
    return in_force(desk).filter(site_day=day)


def duties_at(desk: Desk, moment: datetime) -> list[Duty]:
    """The duties under way at an aware moment: from their start, until before their end."""
    return list(in_force(desk).filter(starts_at__lte=moment, ends_at__gt=moment))


def next_change_of(desk: Desk, moment: datetime) -> datetime | None:
    """When the next duties begin after that moment, or None when none is rostered."""
    return Duty.objects.filter(desk=desk, taken_out_by__isnull=True, starts_at__gt=moment).aggregate(at=Min("starts_at"))["at"]


def relief_for(desk: Desk, moment: datetime) -> list[Duty]:
    """The duties that begin next after that moment, all at the same time; who relieves (A23)."""
    at = next_change_of(desk, moment)
    return list(in_force(desk).filter(starts_at=at)) if at else []


def now_and_next(desk: Desk, moment: datetime) -> tuple[list[Duty], list[Duty]]:
    """The duties under way and those that begin next, in one reading: what the desk page asks every few seconds.

    Each with its check-in, if there is one.
    """
    rows = list(in_force(desk).filter(ends_at__gt=moment).select_related("person", "check_in")[:NEAR])
    later = [duty for duty in rows if duty.starts_at > moment]
    return [duty for duty in rows if duty.starts_at <= moment], [
        duty for duty in later if duty.starts_at == later[0].starts_at
    ]


def duties_beside(duty: Duty) -> list[Duty]:
    """The desk's other duties in force that overlap this one, hand over to it or relieve it: whom a change of it touches."""
    rows = in_force(duty.desk).filter(starts_at__lte=duty.ends_at, ends_at__gte=duty.starts_at)
    return list(rows.exclude(pk=duty.pk))


def duty_of(person: Person, desk: Desk, moment: datetime, lead: timedelta = timedelta(0)) -> Duty | None:
    """The person's duty at the desk under way then, or else the one that begins within the lead (A24)."""
    return in_force(desk).filter(person=person, starts_at__lte=moment + lead, ends_at__gt=moment).first()


def own_duties(person: Person, month: date) -> list[Duty]:
    """The person's own duties of a month at every desk, once they are out (A5), with their shift type as `.shift`."""
    days = days_of(month)
    rows = (
        Duty.objects.filter(person=person, taken_out_by__isnull=True, site_day__range=(days[0], days[-1]))
        .filter(Q(roster__isnull=True) | Q(roster__state=Roster.State.REPORTED))
        .select_related("desk", "desk__site")
        .order_by("starts_at")
    )
    duties = list(rows)
    types = {
        (row.desk_id, row.code, row.version): row
        for row in ShiftType.objects.filter(desk__in={duty.desk_id for duty in duties})
    }
    for duty in duties:
        duty.shift = types[duty.desk_id, duty.shift_code, duty.shift_version]
    return duties


def shifts_of(desk: Desk) -> list[ShiftType]:
    """The shift types in use at the desk, in their order."""
    return list(ShiftType.objects.filter(desk=desk, current=True))


def shift_types_by_key(desk: Desk) -> dict[tuple[str, int], ShiftType]:
    """Every shift type that the desk ever had, by code and version: what plans and duties refer to."""
    return {(row.code, row.version): row for row in ShiftType.objects.filter(desk=desk)}
