"""Reads of rosters and duties that more than one page or floor needs (A5, A24). Only duties in force are duties."""

from datetime import date, datetime, timedelta

from django.db.models import F, Min, Q, QuerySet

from desks.clock import month_bounds
from desks.models import Desk, Membership, Person
from desks.queries import people_by_name
from logbook.models import Watch
from rosters.models import Absence, Duty, PlannedDuty, Roster, RosterLine, ShiftType
from rosters.planning import Cell, Ground, Line, Plan, days_of


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


def duty_of(person: Person, desk: Desk, moment: datetime, lead: timedelta = timedelta(0)) -> Duty | None:
    """The person's duty at the desk under way then, or else the one that begins within the lead (A24)."""
    return in_force(desk).filter(person=person, starts_at__lte=moment + lead, ends_at__gt=moment).first()


def away_now(desk: Desk) -> list[Absence]:
    """Who of the watch that holds the desk is away for a while, the longest first (A10)."""
    return list(
        Absence.objects.filter(watch__desk=desk, watch__ended_at__isnull=True, back_at__isnull=True)
        .filter(watch__members__person=F("person"), watch__members__left_at__isnull=True)
        .select_related("person", "cover", "watch")
        .order_by("since", "pk")
    )


def away_from(watch: Watch) -> set[int]:
    """The ids of the people of the watch who are away."""
    return set(Absence.objects.filter(watch=watch, back_at__isnull=True).values_list("person", flat=True))


def shifts_of(desk: Desk) -> list[ShiftType]:
    """The shift types in use at the desk, in their order."""
    return list(ShiftType.objects.filter(desk=desk, current=True))


def shift_types_by_key(desk: Desk) -> dict[tuple[str, int], ShiftType]:
    """Every shift type that the desk ever had, by code and version: what plans and duties refer to."""
    return {(row.code, row.version): row for row in ShiftType.objects.filter(desk=desk)}


def ground_of(desk: Desk, month: date, now: datetime) -> Ground:
    """What a plan of the desk's month is checked against; people who come or go within the month are among them."""
    zone = desk.site.zone
    begin, end = month_bounds(month, zone)
    by_name: dict[str, list[Person]] = {}
    for moment in (max(now, begin), end - timedelta(seconds=1)):
        for way, people in people_by_name(desk.site, moment).items():
            known = by_name.setdefault(way, [])
            known += [person for person in people if person not in known]
    roles = Membership.objects.filter(Q(desk=desk) | Q(desk__isnull=True), site=desk.site, role__in=desk.settings.duty_roles)
    eligible: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for row in roles.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=begin), starts_at__lt=end):
        eligible.setdefault(row.person_id, []).append((row.starts_at, row.ends_at))
    busy: dict[int, list[tuple[datetime, datetime, str]]] = {}
    around = Duty.objects.filter(
        taken_out_by__isnull=True, starts_at__lt=end + timedelta(days=1), ends_at__gt=begin, person__in=eligible
    )
    for duty in around.select_related("desk"):
        name = duty.desk.label if duty.desk.site_id == desk.site_id else ""
        busy.setdefault(duty.person_id, []).append((duty.starts_at, duty.ends_at, name))
    weekdays = set(desk.opening_hours.values_list("weekday", flat=True))
    return Ground(month, zone, by_name, eligible, shifts_of(desk), weekdays, busy)


def plan_of_roster(roster: Roster, version: int | None = None) -> Plan:
    """The present version of a roster, or an earlier one, as a plan: its people in order, their shifts by day."""
    version = version or roster.version
    types = shift_types_by_key(roster.desk)
    plan = Plan(roster.month, days_of(roster.month))
    by_person = {}
    lines = RosterLine.objects.filter(roster=roster, version=version).select_related("person").order_by("position")
    for row in lines:
        cells = {day: Cell("", None) for day in plan.days}
        by_person[row.person_id] = line = Line(None, row.person.display_name, "", row.person, cells)
        plan.lines.append(line)
    for duty in PlannedDuty.objects.filter(roster=roster, version=version).order_by("pk"):
        by_person[duty.person_id].cells[duty.site_day].shifts.append(types[duty.shift_code, duty.shift_version])
    return plan
