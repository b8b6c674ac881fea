"""Drafting a month by the engine: asked for, watched, stopped, two beside each other, used or put aside (A3, A5, A6)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page
from desks.refusal import Refused
from rosters import actions
from rosters.causes import with_causes
from rosters.forms_drafts import DraftForm
from rosters.grid import grid_of
from rosters.models import DraftRun, Roster
from rosters.patterns import differences
from rosters.planning import Plan
from rosters.queries import days_of_kind, needs_of, plan_of_roster, roster_of, shifts_of, why_not_bring_in
from rosters.queries.drafts import breaches_of_run, pins_of, plan_of_run, runs_of
from rosters.queries.facts import leave_days
from rosters.saying import breaches_in_words, clash_in_words, grouped
from rosters.views.comparing import figures_beside

SIDE_BY_SIDE = 2
TONES = {"done": "good", "stopped": "info", "failed": "bad", "running": "info", "queued": "warn"}


@desk_page("roster.draft")
@require_http_methods(["GET", "POST"])
def drafting(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The drafts of a month, the newest first, and a form for another one."""
    now = timezone.now()
    roster = roster_of(desk, month)
    form = DraftForm(request.POST or None, standing=roster is not None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_draft(
                actor=request.user, desk=desk, month=month, seconds=form.cleaned_data["seconds"], keeps=form.cleaned_data.get("keeps", False), now=now,
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("rosters:drafting", desk.slug, month)
    return _page(request, desk, month, roster, form)


def _page(request: HttpRequest, desk: Desk, month: date, roster: Roster | None, form: DraftForm, refused: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    runs = runs_of(desk, month)
    shown = [_shown(run, desk, roster) for run in runs[:SIDE_BY_SIDE]]
    ended = [each for each in shown if each["plan"] is not None and not each["run"].open]
    between = differences(ended[1]["plan"], ended[0]["plan"]) if len(ended) == SIDE_BY_SIDE else None
    figures = figures_beside(desk, month, ended[0]["plan"], ended[1]["plan"]) if between is not None else []
    context = {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "form": form, "runs": shown, "figures": figures, "refused": refused, "may_draft": True,
        "between": between, "ended": ended, "pins": len(pins_of(roster)) if roster is not None else 0, "is_running": any(run.open for run in runs),
        "closed": why_not_bring_in(desk, month, roster, now), "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
        "more": runs[SIDE_BY_SIDE:],
    }
    return render(request, "rosters/drafting.html", context, status=422 if form.errors or refused else 200)


def _shown(run: DraftRun, desk: Desk, roster: Roster | None) -> dict[str, Any]:
    """A run with its grid, and once it has ended with what is wrong and what clashes."""
    shifts = shifts_of(desk)
    plan: Plan | None = plan_of_run(run) if run.rows else None
    context: dict[str, Any] = {
        "run": run, "desk": desk, "month": run.month, "tone": TONES[run.state], "plan": plan, "share": _share(run),
        "why": f"{reverse('rosters:why_cell', args=[desk.slug, run.month])}?draft={run.pk}&", "number": DraftRun.objects.filter(desk=desk, month=run.month, pk__lte=run.pk).count(),
    }
    if plan is not None:
        kinds = days_of_kind(desk.site, run.month, desk)
        today = local_day(timezone.now(), desk.site.zone)
        pins = {(person, date.fromisoformat(day)): "pin" for person, day, _code in run.pinned}
        context["grid"] = grid_of(plan, shifts=shifts, today=today, kinds=kinds, needs=needs_of(desk, kinds), marks=pins, leave=leave_days([line.person.pk for line in plan.lines if line.person], plan.days, desk.site.zone))
        if roster is not None:
            context["beside"] = f"{reverse('rosters:versions', args=[desk.slug, run.month])}?from={roster.version}&to=d{run.pk}"
            context["standing"] = roster.version
        if roster is not None and run.base_version:
            before = plan_of_roster(roster, run.base_version)
            found = differences(before, plan)
            # While the engine is at work the roster changes every second: nobody reads reasons yet.
            context["changed"] = found if run.open else with_causes(desk, run.month, before, plan, found)
    if not run.open:
        people = {line.person.pk: line.person for line in plan.lines if line.person is not None} if plan is not None else {}
        if run.clash:
            keys = [each["person"] for each in run.clash["rules"] if each["person"]]
            people |= Person.objects.in_bulk(keys)
        codes = {shift.code: shift for shift in shifts}
        breaches = breaches_of_run(run)
        context |= {
            "said": breaches_in_words(grouped(breaches), people, codes), "clash": clash_in_words(run.clash, desk, run.month, people, codes),
            "hard": sum(breach.hard for breach in breaches),
            "stale": run.base_version != (roster.version if roster is not None else 0),
        }
    return context


def _share(run: DraftRun) -> int | None:
    """By how much at most the best possible roster could be cheaper, in percent rounded up; None where nothing is known."""
    if run.cost is None:
        return None
    return 0 if run.cost == 0 else max(0, -int(-100 * (run.cost - run.bound) // run.cost))


@desk_page("roster.draft")
@require_safe
def draft(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """One draft: how far it is, and the best roster so far. The page asks for it again every second or two while it runs."""
    run = _run_of(desk, month, pk)
    roster = roster_of(desk, month)
    context = {"section": "rosters", "may_draft": True, "each": _shown(run, desk, roster), "desk": desk, "month": month}
    part = "rosters/_draft.html" if request.headers.get("HX-Request") else "rosters/draft.html"
    answer = render(request, part, context)
    if request.headers.get("HX-Request") and not run.open:
        # What can be done with it, and the comparison, stand on the whole page.
        answer["HX-Refresh"] = "true"
    return answer


def _run_of(desk: Desk, month: date, pk: int) -> DraftRun:
    return get_object_or_404(DraftRun.objects.select_related("desk__site", "desk__settings", "asked_by", "stopped_by"), desk=desk, month=month, pk=pk)


def _settle(request: HttpRequest, desk: Desk, month: date, pk: int, act: Callable[..., Any], done: str, to: str) -> HttpResponse:
    """The three posts about a draft have one way: the act, and on a refusal the page with its words."""
    run = _run_of(desk, month, pk)
    try:
        act(actor=request.user, run=run, now=timezone.now())
    except Refused as refusal:
        roster = roster_of(desk, month)
        return _page(request, desk, month, roster, DraftForm(standing=roster is not None), refusal)
    messages.success(request, done)
    return redirect(to, desk.slug, month)


@desk_page("roster.draft")
@require_POST
def stop_draft(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """Stops the engine; the best roster that it has stays."""
    return _settle(request, desk, month, pk, actions.stop_draft, _("It stops with the best roster that it has."), "rosters:drafting")


@desk_page("roster.draft")
@require_POST
def use_draft(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """Makes a draft the next version of the month's roster."""
    return _settle(request, desk, month, pk, actions.use_draft, _("The roster is a draft now. Staff see it once it is reported."), "rosters:month")


@desk_page("roster.draft")
@require_POST
def aside_draft(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """Puts a draft aside."""
    return _settle(request, desk, month, pk, actions.put_draft_aside, _("Put aside; nothing of it has taken effect."), "rosters:drafting")
