"""Reads of rosters and duties that more than one page or floor needs (A5, A24). Only duties in force are duties."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Min, Q, QuerySet

from desks.clock import month_bounds
from desks.models import Desk, Membership, Person
from desks.queries import people_by_name, people_of_desk, supervisors_of
from desks.refusal import Refused
from logbook.models import Watch
from logbook.queries import current_watch, watch_people
from rosters import rules
from rosters.models import Absence, Duty, PlannedDuty, Roster, RosterLine, ShiftType
from rosters.planning import Cell, Ground, Line, Plan, Problem, days_of, plan_of
from rosters.reading import Table

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
    """The duties under way and those that begin next, in one reading: what the desk page asks every few seconds."""
    rows = list(in_force(desk).filter(ends_at__gt=moment)[:NEAR])
    later = [duty for duty in rows if duty.starts_at > moment]
    return [duty for duty in rows if duty.starts_at <= moment], [
        duty for duty in later if duty.starts_at == later[0].starts_at
    ]


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
    # The month's own roster is no other duty: that it is in force already is said once, not for each of its duties.
    own = Q(roster__desk=desk, roster__month=month)
    for duty in around.exclude(own).select_related("desk"):
        name = duty.desk.label if duty.desk.site_id == desk.site_id else ""
        busy.setdefault(duty.person_id, []).append((duty.starts_at, duty.ends_at, name))
    weekdays = set(desk.opening_hours.values_list("weekday", flat=True))
    return Ground(month, zone, by_name, eligible, shifts_of(desk), weekdays, busy)


def plan_to_bring_in(table: Table, desk: Desk, month: date, now: datetime) -> Plan:
    """What a table would make of the desk's month, with every problem; that the month takes no plan now is the first of them."""
    plan = plan_of(table, ground_of(desk, month, now))
    if refusal := why_not_bring_in(desk, month, roster_of(desk, month), now):
        plan.problems.insert(0, Problem(None, None, refusal.reason, refusal.remedy))
    return plan


def why_not_bring_in(desk: Desk, month: date, roster: Roster | None, now: datetime) -> Refused | None:
    """Why no plan is brought in for the desk's month now, whatever it says, or None (A5, I6)."""
    if refusal := rules.why_not_month(month=month, now=now, zone=desk.site.zone):
        return refusal
    if roster is None:
        return None
    return rules.why_not_change(final=roster.is_final, submitted=roster.state == Roster.State.SUBMITTED)


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


def plan_in_force(roster: Roster) -> Plan:
    """What is in force in the roster's month: the approved version with every change decided since."""
    types = shift_types_by_key(roster.desk)
    plan = Plan(roster.month, days_of(roster.month))
    order = RosterLine.objects.filter(roster=roster, version=roster.version).select_related("person").order_by("position")
    duties = list(in_force(roster.desk).filter(site_day__range=(plan.days[0], plan.days[-1])))
    for person in dict.fromkeys([*(row.person for row in order), *(duty.person for duty in duties)]):
        plan.lines.append(Line(None, person.display_name, "", person, {day: Cell("", None) for day in plan.days}))
    by_person = {line.person.pk: line for line in plan.lines if line.person is not None}
    for duty in duties:
        by_person[duty.person_id].cells[duty.site_day].shifts.append(types[duty.shift_code, duty.shift_version])
    return plan


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


def roster_of(desk: Desk, month: date) -> Roster | None:
    """The desk's roster of the month, or None."""
    return Roster.objects.filter(desk=desk, month=month).select_related("drafted_by", "desk__site").first()


def steps_of(roster: Roster) -> list[Any]:
    """Every step of the roster, the newest first: who, when, why."""
    return list(roster.history.select_related("history_user").order_by("-history_date", "-history_id"))


def roles_in(desk: Desk, month: date) -> dict[int, str]:
    """The code of each person's role that may take a duty at the desk in the month, by the person's id (A6)."""
    begin, end = month_bounds(month, desk.site.zone)
    rows = Membership.objects.filter(
        Q(desk=desk) | Q(desk__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=begin),
        site=desk.site, role__in=desk.settings.duty_roles, starts_at__lt=end,
    )
    return dict(rows.order_by("starts_at").values_list("person", "role"))


def covers_of(desk: Desk, person: Person, now: datetime) -> list[Person]:
    """Who could stay at the desk while the person is away: colleagues of the watch first, then who may come to it (A10)."""
    watch = current_watch(desk)
    if watch is None:
        return []
    away = away_from(watch)
    there = watch_people(watch)
    colleagues = [each for each in there if each != person and each.pk not in away]
    others = [*people_of_desk(desk, now), *supervisors_of(desk.site, now)]
    present = {each.pk for each in there}
    return [*colleagues, *dict.fromkeys(each for each in others if each.pk not in present and each != person)]
