"""Checking in, and the cases of who did not come or came late: read, heard, settled (A22, A24)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Choice, Desk, Role
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook.actions import record_reading
from logbook.taking_out import may_take_out
from logbook.views.export import list_export
from rosters import actions
from rosters.forms_presence import AskOtherForm, SettleForm, StateForm
from rosters.models import Duty, PresenceCase
from rosters.queries import attendances, cases_for, gap_of, may_be_asked, narrowed_cases

PAGE = 30
export_cases = list_export("presence")


@desk_page("watch.hold")
@require_POST
def check_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Somebody with a duty is at the desk."""
    actions.check_in(actor=request.user, desk=desk, now=timezone.now())
    messages.success(request, _("Noted: you are at the desk. It counts as work from now on."))
    return redirect("logbook:desk", desk.slug)


@desk_page("roster.view")
@require_safe
def cases(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The cases that the reader may see: one's own, or all of the desk."""
    now, show = timezone.now(), request.GET.get("show", "")
    page = Paginator(narrowed_cases(cases_for(desk, request.user, now), show), PAGE).get_page(request.GET.get("page"))
    note_reading(request, desk, "presence", [row.entry.number for row in page], show=show)
    context = {
        "section": "rosters", "desk": desk, "page": page, "show": show,
        "may_export": may_take_out("presence", of=desk, reader=request.user, now=now), "sees_all": may(request.user, "presence.view", desk=desk, now=now),
    }
    return render(request, "rosters/cases.html", context)


@desk_page("roster.view")
@require_safe
def case(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One case: the facts, what the person says, the outcome."""
    return _shown(request, desk, _one(request, desk, pk), {}, 200)


@desk_page("roster.view")
@require_POST
def state(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The person says what happened."""
    found, form = _one(request, desk, pk), StateForm(request.POST, auto_id="state-%s")
    return _act(request, desk, found, "state", form, lambda now: actions.state_presence(
        actor=request.user, case=found, words=form.cleaned_data["words"], now=now
    ))


@desk_page("presence.settle")
@require_POST
def settle(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor settles a case."""
    found, form = _one(request, desk, pk), SettleForm(request.POST, auto_id="settle-%s")
    return _act(request, desk, found, "settle", form, lambda now: actions.settle_presence(
        actor=request.user, case=found, now=now, **form.cleaned_data
    ))


@desk_page("presence.settle")
@require_POST
def ask(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor asks why somebody came late for a duty."""
    duty = get_object_or_404(Duty.objects.select_related("person", "desk__site", "desk__settings"), desk=desk, pk=pk)
    made = actions.ask_about_lateness(actor=request.user, duty=duty, now=timezone.now())
    return redirect("rosters:case", desk.slug, made.pk)


@desk_page("presence.settle")
@require_POST
def ask_other(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor asks somebody else about the same unattended desk."""
    found = _one(request, desk, pk)
    form = AskOtherForm(request.POST, people=may_be_asked(found) if found.since else [], auto_id="other-%s")
    if form.is_valid():
        try:
            made = actions.ask_another(actor=request.user, case=found, person=form.cleaned_data["person"], now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("rosters:case", desk.slug, made.pk)
    return _shown(request, desk, found, {"other": form}, 422)


def _one(request: HttpRequest, desk: Desk, pk: int) -> PresenceCase:
    found = cases_for(desk, request.user, timezone.now()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest, desk: Desk, found: PresenceCase, key: str, form: forms.Form, act: Callable[[datetime], Any]
) -> HttpResponse:
    if form.is_valid():
        try:
            act(timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("rosters:case", desk.slug, found.pk)
    return _shown(request, desk, _one(request, desk, found.pk), {key: form}, 422)


def _shown(request: HttpRequest, desk: Desk, found: PresenceCase, bound: dict[str, Any], status: int) -> HttpResponse:
    now = timezone.now()
    settled, heard, own = hasattr(found, "outcome"), hasattr(found, "statement"), request.user.pk == found.about_id
    settles = may(request.user, "presence.settle", desk=desk, now=now) and not own
    note_reading(request, desk, "presence_case", [found.entry.number], case=found.pk)
    context = {
        "section": "rosters", "desk": desk, "case": found, "own": own, "now": now, **_facts(found, settles, bound, now),
        "state_form": None if settled or heard or not own else bound.get("state") or StateForm(auto_id="state-%s"),
        "settle_form": None if settled or not settles else bound.get("settle") or SettleForm(auto_id="settle-%s"),
        "waits": not heard and now < found.may_settle_at,
    }
    return render(request, "rosters/case.html", context, status=status)


def _facts(found: PresenceCase, settles: bool, bound: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the record says of it: about a duty who came when, about an unattended desk from when until when and whose rule it is."""
    if found.duty is not None:
        return {"attendance": attendances(found.desk, [found.duty], now)[found.duty.pk]}
    gap = gap_of(found, now)
    others = may_be_asked(found) if settles else []
    reason = Choice.objects.filter(desk=found.desk, purpose="absence_reason", code=found.because).order_by("-current", "-pk").first() if found.because else None
    return {
        "gap": gap, "goes_on": gap is not None and gap.end == now, "length": gap.end - gap.begin if gap else None,
        "because": reason, "roles": [str(Role(role).label) for role in found.desk.settings.attended_by],
        "other_form": (bound.get("other") or AskOtherForm(people=others, auto_id="other-%s")) if others else None,
    }


def note_reading(request: HttpRequest, desk: Desk, page: str, numbers: list[int], **filters: object) -> None:
    """Who read what about whom is recorded, as of any entry for supervisors (I8)."""
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page=page, filters=filters,
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=timezone.now(),
    )
