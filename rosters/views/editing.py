"""Editing a month while it is planned: the grid, one cell without a script, patterns, and the check while somebody edits (A5, A6)."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page
from desks.refusal import Refused
from rosters import actions
from rosters.forms_drafts import CellForm, EditForm, FillForm
from rosters.grid import grid_of
from rosters.models import Roster
from rosters.patterns import CellChange, cycle_of, edited, rotated, week_continued, week_copied
from rosters.planning import Line, Plan
from rosters.queries import (
    days_of_kind,
    needs_of,
    people_of_month,
    plan_in_force,
    plan_of_roster,
    roster_of,
    shifts_of,
    why_not_bring_in,
)
from rosters.queries.drafts import facts_of_plan, pins_of, remarks_of
from rosters.queries.facts import leave_days
from rosters.rules.working_time import breaches_of
from rosters.saying import Said, breaches_in_words, grouped

Cell = tuple[Person, date]


@desk_page("roster.draft")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The month's grid to be edited; what is posted is all that was changed since it was loaded, or one cell."""
    roster = _roster(desk, month)
    if request.method == "GET":
        return _page(request, roster)
    if "changes" not in request.POST:
        return _one_cell(request, roster)
    form = EditForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.edit_cells(
                actor=request.user, roster=roster, seen=given["version"], changes=given["changes"], pins=given["pins"], now=timezone.now(),
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return _saved(request, desk, month, len(given["changes"]))
    return _page(request, roster, form=form)


@desk_page("roster.draft")
@require_POST
def begin(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Begins a month with an empty grid."""
    try:
        actions.begin_roster(actor=request.user, desk=desk, month=month, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
        return redirect("rosters:month", desk.slug, month)
    return redirect("rosters:edit", desk.slug, month)


def _roster(desk: Desk, month: date) -> Roster:
    roster = roster_of(desk, month)
    if roster is None:
        raise Http404
    return roster


def _saved(request: HttpRequest, desk: Desk, month: date, cells: int) -> HttpResponse:
    messages.success(request, ngettext("Saved: %(count)d cell.", "Saved: %(count)d cells.", cells) % {"count": cells})
    return redirect("rosters:edit", desk.slug, month)


def _one_cell(request: HttpRequest, roster: Roster) -> HttpResponse:
    cell = _cell(request, roster)
    if cell is None:
        raise Http404
    person, day = cell
    form = CellForm(request.POST, shifts=shifts_of(roster.desk))
    if form.is_valid():
        given = form.cleaned_data
        # A shift that is not in use any more has no box: it stays as long as nothing else is chosen.
        change = CellChange(person.pk, day, given["before"], tuple(given["shifts"]))
        try:
            actions.edit_cells(
                actor=request.user, roster=roster, seen=given["version"], changes=[change], pins={(person.pk, day): given["pin"]}, now=timezone.now(),
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return _saved(request, roster.desk, roster.month, int(set(change.before) != set(change.after)))
    return _page(request, roster, cell_form=form)


def _cell(request: HttpRequest, roster: Roster) -> Cell | None:
    """The cell that the address names, if it is one of the roster's month and people."""
    person, _dash, day = request.GET.get("cell", "").partition("-")
    try:
        found = date.fromisoformat(day)
        people = {each.pk: each for each in _people(roster, plan_of_roster(roster))}
        return (people[int(person)], found) if found.replace(day=1) == roster.month else None
    except (ValueError, KeyError):
        return None


def _people(roster: Roster, plan: Plan) -> list[Person]:
    there = [line.person for line in plan.lines if line.person is not None]
    return [*there, *(person for person in people_of_month(roster.desk, roster.month) if person not in there)]


def _with_everybody(plan: Plan, people: list[Person]) -> Plan:
    """The plan with a line for everybody who may get a duty, also who has none."""
    there = {line.person.pk for line in plan.lines if line.person is not None}
    plan.lines += [Line(None, person.display_name, "", person, {}) for person in people if person.pk not in there]
    return plan


def _page(
    request: HttpRequest, roster: Roster, *, form: EditForm | None = None, cell_form: CellForm | None = None, fill: FillForm | None = None
) -> HttpResponse:
    desk, month, now = roster.desk, roster.month, timezone.now()
    plan = plan_of_roster(roster)
    people, shifts, kinds = _people(roster, plan), shifts_of(desk), days_of_kind(desk.site, month, desk)
    plan, pins = _with_everybody(plan, people), pins_of(roster)
    cell = _cell(request, roster)
    if cell is not None and cell_form is None:
        there = [shift.code for line in plan.lines if line.person == cell[0] and cell[1] in line.cells for shift in line.cells[cell[1]].shifts]
        given = {"version": roster.version, "before": "+".join(there), "shifts": there, "pin": (cell[0].pk, cell[1]) in pins}
        cell_form = CellForm(initial=given, shifts=shifts, auto_id="id_cell_%s")
    start = {"version": roster.version, "first": plan.days[0], "until": plan.days[-1]}
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "may_draft": True, "closed": why_not_bring_in(desk, month, roster, now),
        "grid": grid_of(
            plan, shifts=shifts, today=local_day(now, desk.site.zone), kinds=kinds, needs=needs_of(desk, kinds), marks=dict.fromkeys(pins, "pin"),
            leave=leave_days([person.pk for person in people], plan.days, desk.site.zone),
        ),
        "remarks": remarks_of(roster), "said": _said(roster, plan, people), "shifts": shifts, "cell": cell, "cell_form": cell_form if cell is not None else None,
        "form": form, "sent_changes": form.data.get("changes", "") if form is not None else "", "sent_pins": form.data.get("pins", "") if form is not None else "",
        "fill": fill or FillForm(initial=start, people=people, auto_id="id_fill_%s"), "fill_open": fill is not None,
        "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
    }
    refused = any(each is not None and each.is_bound for each in (form, cell_form, fill))
    return render(request, "rosters/edit.html", context, status=422 if refused else 200)


def _said(roster: Roster, plan: Plan, people: list[Person]) -> list[Said]:
    breaches = grouped(breaches_of(facts_of_plan(roster.desk, roster.month, plan)))
    return breaches_in_words(breaches, {person.pk: person for person in people}, {shift.code: shift for shift in shifts_of(roster.desk)})


@desk_page("roster.draft")
@require_POST
def check_edit(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """What the rules say of the grid as it stands in the editor's page; nothing is saved."""
    roster = _roster(desk, month)
    form, plan = EditForm(request.POST), plan_of_roster(roster)
    people = _people(roster, plan)
    refused = None
    if form.is_valid():
        try:
            plan = edited(plan, form.cleaned_data["changes"], {person.pk: person for person in people}, {shift.code: shift for shift in shifts_of(desk)})
        except Refused as refusal:
            refused = refusal
    context = {"said": _said(roster, plan, people), "refused": refused, "unreadable": bool(form.errors)}
    return render(request, "rosters/_breaches.html", context, status=422 if refused or form.errors else 200)


@desk_page("roster.draft")
@require_POST
def fill_cells(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Fills many cells by a rotation, or by a week that is repeated; pinned cells stay."""
    roster = _roster(desk, month)
    plan = plan_of_roster(roster)
    form = FillForm(request.POST, people=_people(roster, plan), auto_id="id_fill_%s")
    if form.is_valid():
        given = form.cleaned_data
        chosen, pins = [int(key) for key in given["people"]], pins_of(roster)
        try:
            if given["way"] == "week":
                changes = week_copied(plan, chosen, given["first"], given["until"], pins)
            elif given["way"] == "before":
                changes = week_continued(
                    plan, _month_before(desk, given["first"]), chosen, given["first"], given["until"], pins, {shift.code: shift for shift in shifts_of(desk)}
                )
            else:
                changes = rotated(plan, chosen, given["first"], given["until"], cycle_of(given["pattern"], shifts_of(desk)), pins, given["later"] or 0)
            actions.edit_cells(actor=request.user, roster=roster, seen=given["version"], changes=changes, pins={}, now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return _saved(request, desk, month, len(changes))
    return _page(request, roster, fill=form)


def _month_before(desk: Desk, first: date) -> Plan | None:
    """What is planned, or in force, in the month of the day seven days before, if that is another month."""
    month = (first - timedelta(days=7)).replace(day=1)
    roster = roster_of(desk, month) if month != first.replace(day=1) else None
    if roster is None:
        return None
    return plan_in_force(roster) if roster.is_final else plan_of_roster(roster)
