"""Reads for drafting and editing a month: who is on leave, which cells stand, what a run has found (A5, A13, I6)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from desks.clock import day_bounds, local_day
from desks.models import Desk, Person
from rosters.drafting import plan_of_rows, standing, with_standing
from rosters.models import CellRemark, DraftRun, Leave, Roster, RosterPin
from rosters.planning import Plan, days_of
from rosters.queries import people_of_month, plan_of_roster, shift_types_by_key
from rosters.queries.facts import facts_of
from rosters.rules.facts import Breach, Code, PlanFacts

Moments = tuple[datetime, datetime]
Cells = dict[tuple[int, date], str | None]


def leaves_of_month(desk: Desk, month: date, people: Iterable[int]) -> dict[int, list[Moments]]:
    """When each of these people is on approved leave, in the month and on the days beside it."""
    days = days_of(month)
    begin, end = day_bounds(days[0], desk.site.zone)[0], day_bounds(days[-1], desk.site.zone)[1]
    found: dict[int, list[Moments]] = {}
    rows = Leave.objects.filter(state="approved", person__in=list(people), starts_at__lt=end, ends_at__gt=begin).order_by("starts_at")
    for person, starts, ends in rows.values_list("person", "starts_at", "ends_at"):
        found.setdefault(person, []).append((starts, ends))
    return found


def days_away(leaves: Mapping[int, Iterable[Moments]], desk: Desk, month: date) -> dict[int, set[date]]:
    """The days that are leave from midnight to midnight; leave of hours takes no whole day."""
    found: dict[int, set[date]] = {}
    for day in days_of(month):
        begin, end = day_bounds(day, desk.site.zone)
        for person, spans in leaves.items():
            if any(starts <= begin and end <= ends for starts, ends in spans):
                found.setdefault(person, set()).add(day)
    return found


def facts_of_plan(desk: Desk, month: date, plan: Plan) -> PlanFacts:
    """The facts by which a plan of the month is judged, with what is known of leave."""
    people = {person.pk for person in people_of_month(desk, month)} | {line.person.pk for line in plan.lines if line.person is not None}
    return facts_of(desk, month, plan, away=days_away(leaves_of_month(desk, month, people), desk, month))


def pins_of(roster: Roster) -> set[tuple[int, date]]:
    """The cells that drafts of the month must leave as they are."""
    return set(RosterPin.objects.filter(roster=roster).values_list("person", "site_day"))


def standing_cells(roster: Roster | None, now: datetime) -> tuple[Plan | None, Cells]:
    """The plan that stands with its cells that a draft must keep: pinned ones, and the days up to today (I6)."""
    if roster is None:
        return None, {}
    plan, pins = plan_of_roster(roster), pins_of(roster)
    found: Cells = dict(standing(roster.desk, plan, local_day(now, roster.desk.site.zone)))
    for line in plan.lines:
        for day, cell in line.cells.items():
            if line.person is not None and (line.person.pk, day) in pins:
                found[line.person.pk, day] = cell.shifts[0].code if cell.shifts else None
    return plan, found


def plan_of_run(run: DraftRun) -> Plan:
    """The best roster of a run as a plan of the month; cells that stand are as they were in the version it began from."""
    there = {str(person.pk): person for person in people_of_month(run.desk, run.month)}
    missing = [key for key in run.rows if key not in there]
    there |= {str(person.pk): person for person in Person.objects.filter(pk__in=missing).order_by("name", "pk")}
    shifts = {shift.code: shift for shift in shift_types_by_key(run.desk).values() if shift.current}
    plan = plan_of_rows(run.month, run.rows, {key: person for key, person in there.items() if key in run.rows}, shifts)
    if not run.base_version:
        return plan
    roster = Roster.objects.get(desk=run.desk, month=run.month)
    cells = [(person, date.fromisoformat(day)) for person, day, _code in run.pinned]
    return with_standing(plan, plan_of_roster(roster, run.base_version), cells)


def breaches_of_run(run: DraftRun) -> list[Breach]:
    """What was found against the run's roster when it ended."""
    return [breach_from(each) for each in run.breaches]


def as_data(breach: Breach) -> dict[str, Any]:
    """A breach as it is stored."""
    return {
        "code": breach.code.value, "person": breach.person, "days": [day.isoformat() for day in breach.days], "shift": breach.shift,
        "skill": breach.skill, "amount": breach.amount, "limit": breach.limit,
    }


def breach_from(data: Mapping[str, Any]) -> Breach:
    """A stored breach."""
    days = tuple(date.fromisoformat(day) for day in data["days"])
    return Breach(Code(data["code"]), data["person"], days, data["shift"], data["skill"], data["amount"], data["limit"])


def remarks_of(roster: Roster) -> list[CellRemark]:
    """What the last review that returned the roster said of cells; nothing before one, and nothing once it is final."""
    rows = CellRemark.objects.filter(roster=roster)
    last = rows.order_by("-version").values_list("version", flat=True).first()
    return [] if roster.is_final or last is None else list(rows.filter(version=last).select_related("person", "made_by"))


def runs_of(desk: Desk, month: date) -> list[DraftRun]:
    """The runs of a month that nobody has used or put aside, the newest first."""
    return list(DraftRun.objects.filter(desk=desk, month=month, fate="").select_related("desk__site", "desk__settings", "asked_by", "stopped_by"))
