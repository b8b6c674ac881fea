"""Reads of a month's roster, and what a plan is checked against (A5, A6, I5, I6)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from desks.clock import month_bounds
from desks.models import Desk, Membership, Person
from desks.queries import people_by_name
from desks.refusal import Refused
from rosters import rules
from rosters.models import Duty, Leave, PlannedDuty, Roster, RosterLine
from rosters.planning import Cell, Ground, Line, Plan, Problem, days_of, plan_of
from rosters.queries.days import days_of_kind, needs_of, open_days_of
from rosters.queries.duties import in_force, shift_types_by_key, shifts_of
from rosters.reading import Table


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
    kinds = days_of_kind(desk.site, month, desk)
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    leaves = Leave.objects.filter(state="approved", person__in=eligible, starts_at__lt=end + timedelta(days=1), ends_at__gt=begin)
    for person, *span in leaves.values_list("person", "starts_at", "ends_at"):
        away.setdefault(person, []).append((span[0], span[1]))
    return Ground(month, zone, by_name, eligible, shifts_of(desk), open_days_of(desk, kinds), needs_of(desk, kinds), busy, away)


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
    """What is in force in the roster's month: the approved version with every change decided since; parts with their own hours."""
    types = shift_types_by_key(roster.desk)
    plan = Plan(roster.month, days_of(roster.month))
    order = RosterLine.objects.filter(roster=roster, version=roster.version).select_related("person").order_by("position")
    duties = list(in_force(roster.desk).filter(site_day__range=(plan.days[0], plan.days[-1])))
    for person in dict.fromkeys([*(row.person for row in order), *(duty.person for duty in duties)]):
        plan.lines.append(Line(None, person.display_name, "", person, {day: Cell("", None) for day in plan.days}))
    by_person = {line.person.pk: line for line in plan.lines if line.person is not None}
    for duty in duties:
        cell, shift = by_person[duty.person_id].cells[duty.site_day], types[duty.shift_code, duty.shift_version]
        if shift not in cell.shifts:
            cell.shifts.append(shift)
        zone = roster.desk.site.zone
        cell.parts.append((shift, duty.starts_at.astimezone(zone), duty.ends_at.astimezone(zone)))
        if (duty.starts_at, duty.ends_at) != rules.span_of(day=duty.site_day, starts=shift.starts, ends=shift.ends, zone=zone):
            cell.hours.append(f"{duty.starts_at.astimezone(zone):%H:%M}–{duty.ends_at.astimezone(zone):%H:%M}")
    return plan


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
