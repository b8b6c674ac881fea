"""Two drafts or versions of a month beside each other: figures, both grids row by row, what differs (A5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.clock import local_day
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from desks.templatetags.desks_tags import local_time
from rosters.causes import with_causes
from rosters.grid import Grid, GridRow, Totals, grid_of
from rosters.models import DraftRun, Roster
from rosters.patterns import differences
from rosters.planning import Plan
from rosters.queries import days_of_kind, needs_of, plan_of_roster, roster_of, shifts_of
from rosters.queries.drafts import facts_of_plan, plan_of_run
from rosters.rules.figures import figures_of
from rosters.views.standing import standing_context

MOST_DRAFTS = 20


@dataclass(frozen=True)
class Side:
    """One of the two: a version of the roster, or what a run of the engine has found."""

    code: str
    label: str
    version: int | None = None
    run: DraftRun | None = None

    def plan(self, roster: Roster | None) -> Plan:
        """What it plans."""
        if self.run is not None:
            return plan_of_run(self.run)
        assert roster is not None
        return plan_of_roster(roster, self.version)


def sides_of(desk: Desk, month: date, roster: Roster | None) -> dict[str, Side]:
    """What of a month can be put beside another: every version, and the newest drafts that have found something, by their codes in an address."""
    found = {
        str(number): Side(str(number), _("version %(version)d") % {"version": number}, version=number)
        for number in range(1, (roster.version if roster is not None else 0) + 1)
    }
    runs = list(DraftRun.objects.filter(desk=desk, month=month).select_related("desk__site", "desk__settings").order_by("pk"))
    for number, run in list(enumerate(runs, start=1))[-MOST_DRAFTS:]:
        if run.rows and not run.open:
            label = _("draft %(number)d of %(at)s") % {"number": number, "at": local_time(run.asked_at, desk)}
            found[f"d{run.pk}"] = Side(f"d{run.pk}", label, run=run)
    return found


@desk_page("roster.draft")
@require_safe
def versions(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Two versions or drafts of a month beside each other: what each comes to, both grids row by row, and each cell that differs."""
    roster = roster_of(desk, month)
    sides = sides_of(desk, month, roster)
    if not sides:
        raise Http404
    refused, (before, after) = None, _asked(request, list(sides))
    if before not in sides or after not in sides:
        refused = Refused("A5", _("There is no such version of this roster."), _("Choose two of those below."))
        before, after = _last_two(list(sides))
    one, other = sides[before], sides[after]
    old, new = one.plan(roster), other.plan(roster)
    found = differences(old, new)
    if _is_followed(one, other):
        found = with_causes(desk, month, old, new, found)
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "refused": refused, "may_draft": True, "sides": sides.values(),
        "before": one, "after": other, "found": sorted(found, key=lambda each: (each.person.display_name, each.person.pk, each.day)),
        "figures": figures_beside(desk, month, old, new), "pair": _pair(desk, month, old, new),
    }
    if roster is not None and other.version is not None:
        context |= standing_context(roster, new, timezone.now(), version=other.version)
    return render(request, "rosters/versions.html", context, status=422 if refused else 200)


def _asked(request: HttpRequest, codes: list[str]) -> tuple[str, str]:
    before, after = _last_two(codes)
    return request.GET.get("from") or before, request.GET.get("to") or after


def _last_two(codes: list[str]) -> tuple[str, str]:
    """The version that stands and the one before it; the newest drafts where there is none."""
    versions = [code for code in codes if code.isdigit()] or codes
    return versions[-2] if len(versions) > 1 else versions[-1], versions[-1]


def _is_followed(one: Side, other: Side) -> bool:
    """Whether the second came about by solving the first again, so that each change has its reason."""
    run = other.run
    if run is None and other.version is not None and one.version is not None:
        return DraftRun.objects.filter(base_version=one.version, used_version=other.version, fate=DraftRun.Fate.USED).exists()
    return run is not None and one.version is not None and run.base_version == one.version


def figures_beside(desk: Desk, month: date, old: Plan, new: Plan) -> list[tuple[str, Any, Any]]:
    """Each figure in words, of the first plan and of the second."""
    nights = {shift.code for shift in shifts_of(desk) if shift.night}
    one, other = (figures_of(facts_of_plan(desk, month, plan), nights) for plan in (old, new))
    rows: Mapping[str, str] = {
        "missing": _("people missing"), "hard": _("what may not stand"), "unfairness": _("unfairness of this month"), "wishes": _("wishes not met"),
        "rests": _("short rests"), "hours": _("hours of all"), "hours_over": _("furthest above the contract, hours"), "hours_under": _("furthest below the contract, hours"),
    }
    return [(words, getattr(one, name), getattr(other, name)) for name, words in rows.items()]


@dataclass(frozen=True)
class Pair:
    """Two grids, row by row: of each person both sides, of each shift both totals."""

    grid: Grid
    rows: list[tuple[str, GridRow | None, GridRow | None]]
    totals: list[tuple[Totals, Totals | None]]


def _pair(desk: Desk, month: date, old: Plan, new: Plan) -> Pair:
    shifts, kinds = shifts_of(desk), days_of_kind(desk.site, month, desk)
    needs, today = needs_of(desk, kinds), local_day(timezone.now(), desk.site.zone)
    marks = {(each.person.pk, each.day): "differs" for each in differences(old, new)}
    one, other = (grid_of(plan, shifts=shifts, today=today, kinds=kinds, needs=needs, marks=marks) for plan in (old, new))
    left, right = ({row.person.pk: row for row in grid.rows if row.person is not None} for grid in (one, other))
    keys = list(dict.fromkeys([*left, *right]))
    rows = [((left.get(key) or right[key]).name, left.get(key), right.get(key)) for key in keys]
    later = {line.shift.pk: line for line in other.totals}
    first = {line.shift.pk: line for line in one.totals}
    totals: list[tuple[Totals, Totals | None]] = [(line, later.get(line.shift.pk)) for line in one.totals]
    totals += [(replace(line, counts=[(0, need > 0) for need in line.needed]), line) for key, line in later.items() if key not in first]
    return Pair(one, rows, totals)
