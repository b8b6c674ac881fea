"""Findings: their list, each with its way from the problem to the verified action, and the owner's own (A33)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.queries import people_of_desk
from desks.refusal import Refused
from inspections import actions
from inspections.forms import ActionForm, CorrectForm, DoneForm, FindingFilterForm, SendBackForm
from inspections.models import Finding
from inspections.queries import OF, OWNER_ROLES, findings_of, recent_with_same_item
from logbook.taking_out import may_take_out
from registers.queries import numbers_hidden

PAGE = 30


@desk_page("inspection.view")
@require_GET
def findings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's findings; unless asked for others, those that are not settled."""
    form, now = FindingFilterForm(request.GET or {"state": "unsettled"}), timezone.now()
    state = form.cleaned_data["state"] if form.is_valid() else ""
    context = {
        "desk": desk, "section": "inspections", "filter_form": form, "today": local_day(now, desk.site.zone),
        "may_export": may_take_out("findings", of=desk, reader=request.user, now=now), "asked": urlencode({"state": state}) if state else "",
        "rows": Paginator(findings_of(desk, state=state), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "inspections/findings.html", context)


def _found(desk: Desk, pk: int) -> Finding:
    rows = Finding.objects.select_related(*OF, "desk__site", "desk__settings", "owner", "verified_by")
    return get_object_or_404(rows, desk=desk, pk=pk)


def _forms(finding: Finding, now: datetime, data: Any, act: str) -> dict[str, forms.Form]:
    """The forms of the acts that the finding's state allows; the one that was posted holds what was typed."""
    today = local_day(now, finding.desk.site.zone)
    people = people_of_desk(finding.desk, now, OWNER_ROLES)
    given = {"cause": finding.cause, "action": finding.action, "owner": finding.owner_id, "due_on": finding.due_on}
    made: dict[str, Callable[[Any], forms.Form]] = {
        "correct": CorrectForm,
        "action": lambda posted: ActionForm(posted, people=people, today=today, initial=given),
        "done": DoneForm,
        "back": SendBackForm,
    }
    allowed = {"open": ["correct", "action"], "action_set": ["done", "action"], "done": ["back"]}.get(finding.state, [])
    return {name: made[name](data if name == act else None) for name in {*allowed, *([act] if act in made else [])}}


def _page(
    request: HttpRequest, finding: Finding, now: datetime, *, own: bool, shown: dict[str, forms.Form] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    may_do = may(request.user, "inspection.do", desk=finding.desk, now=now) and not own
    steps = finding.history.select_related("history_user").order_by("history_date", "history_id")
    names = dict(Finding.State.choices)
    context = {
        "desk": finding.desk, "section": "inspections", "finding": finding, "may_do": may_do, "own": own,
        "forms": shown if shown is not None else _forms(finding, now, None, ""), "refusal": refusal,
        "hides": numbers_hidden(finding.desk, request.user, now),
        "repeats": recent_with_same_item(finding), "today": local_day(now, finding.desk.site.zone),
        "events": [
            {
                "at": step.history_date, "text": names[step.state],
                "who": step.history_user.display_name if step.history_user else "",
                "note": step.history_change_reason if step.history_change_reason not in names else "",
            }
            for step in steps
        ],
    }
    failed = refusal or any(form.errors for form in context["forms"].values())
    return render(request, "inspections/finding.html", context, status=422 if failed else 200)


@desk_page("inspection.view")
@require_GET
def finding(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One finding with what can be done about it now."""
    return _page(request, _found(desk, pk), timezone.now(), own=False)


def _act(request: HttpRequest, row: Finding, now: datetime, act: str, given: dict[str, Any]) -> None:
    if act == "correct":
        actions.correct_finding(actor=request.user, finding=row, now=now, **given)
    elif act == "action":
        actions.set_action(actor=request.user, finding=row, now=now, **given)
    elif act == "done":
        actions.finish_action(actor=request.user, finding=row, now=now, **given)
    elif act == "back":
        actions.send_back_action(actor=request.user, finding=row, now=now, **given)
    else:
        actions.verify_action(actor=request.user, finding=row, now=now)


def _answered(request: HttpRequest, row: Finding, act: str, *, own: bool) -> HttpResponse:
    now = timezone.now()
    shown = _forms(row, now, request.POST, act)
    form = shown.get(act)
    refusal = None
    if form is None or form.is_valid():
        try:
            _act(request, row, now, act, form.cleaned_data if form else {})
        except Refused as caught:
            if form is not None and caught.field in form.fields:
                place_refusal(form, caught)
            else:
                refusal = caught
                row = _found(row.desk, row.pk)
        else:
            messages.success(request, _("Saved."))
            return redirect("inspections:own_finding" if own else "inspections:finding", row.desk.slug, row.pk)
    return _page(request, row, now, own=own, shown=shown, refusal=refusal)


@desk_page("inspection.do")
@require_POST
def settle(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor's acts on a finding: corrected, action, done, verified, sent back."""
    act = request.POST.get("act", "")
    if act not in {"correct", "action", "done", "back", "verify"}:
        raise Http404
    return _answered(request, _found(desk, pk), act, own=False)


@desk_page("finding.answer")
@require_http_methods(["GET", "POST"])
def own_finding(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """An action that is the actor's own, reached from its notice: what is asked, and saying that it is done."""
    row = _found(desk, pk)
    if row.owner_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        return _answered(request, row, "done", own=True)
    return _page(request, row, timezone.now(), own=True)
