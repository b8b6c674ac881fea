"""Why somebody has a duty, in force, planned, or in a draft that nobody has used yet (A5, E4)."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.models import Desk, Person
from desks.permissions import desk_page, may
from rosters.models import DraftRun, Duty, Roster
from rosters.planning import Plan
from rosters.queries import plan_in_force, plan_of_roster, roster_of, why_not_bring_in
from rosters.queries.drafts import pins_of, plan_of_run
from rosters.reasons import reasons_for


@desk_page("roster.view")
@require_safe
def why_duty(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Why a duty in force is whose it is: one's own, and for who drafts rosters everybody's."""
    duty = get_object_or_404(Duty.objects.select_related("person", "roster__desk__site"), desk=desk, pk=pk, taken_out_by__isnull=True)
    drafts = may(request.user, "roster.draft", desk=desk, now=timezone.now())
    roster = roster_of(desk, duty.site_day.replace(day=1))
    if not drafts and (duty.person_id != request.user.pk or roster is None or roster.state != Roster.State.REPORTED):
        raise Http404
    if roster is None:
        raise Http404
    pinned = (duty.person_id, duty.site_day) in pins_of(roster)
    return _why(request, desk, plan_in_force(roster), duty.person, duty.site_day, sees_all=drafts, pinned=pinned, back="")


@desk_page("roster.draft")
@require_safe
def why_cell(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Why a cell of a month that is planned is as it is, or with `draft` one of a draft that is not used yet, for who drafts it."""
    roster = roster_of(desk, month)
    person, _dash, day = request.GET.get("cell", "").partition("-")
    try:
        found = date.fromisoformat(day)
        key = int(person)
    except ValueError:
        raise Http404 from None
    if found.replace(day=1) != month:
        raise Http404
    run = _run(request, desk, month)
    pinned = set()
    if run is not None:
        plan, pinned = plan_of_run(run), {(each, date.fromisoformat(fixed)) for each, fixed, _code in run.pinned}
    elif roster is not None:
        plan, pinned = plan_in_force(roster) if roster.is_final else plan_of_roster(roster), pins_of(roster)
    else:
        raise Http404
    line = next((line for line in plan.lines if line.person is not None and line.person.pk == key), None)
    if line is None or line.person is None:
        raise Http404
    editable = run is None and roster is not None and why_not_bring_in(desk, month, roster, timezone.now()) is None
    return _why(request, desk, plan, line.person, found, sees_all=True, pinned=(key, found) in pinned, back=request.GET["cell"] if editable else "", run=run)


def _run(request: HttpRequest, desk: Desk, month: date) -> DraftRun | None:
    """The draft that the address names, if it has found something."""
    named = request.GET.get("draft")
    if named is None:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 18):
        raise Http404
    run = get_object_or_404(DraftRun.objects.select_related("desk__site", "desk__settings"), desk=desk, month=month, pk=int(named))
    if not run.rows or run.open:
        raise Http404
    return run


def _why(
    request: HttpRequest, desk: Desk, plan: Plan, person: Person, day: date, *, sees_all: bool, pinned: bool, back: str, run: DraftRun | None = None
) -> HttpResponse:
    reasons = reasons_for(desk, plan.month, plan, person, day, pinned=pinned, sees_all=sees_all)
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "month": plan.month, "person": person, "day": day, "reasons": reasons, "sees_all": sees_all,
        "own": person == request.user, "back": back, "run": run,
    }
    return render(request, "rosters/why.html", context)
