"""What is kept and for how long: periods of personal values, legal holds, requests to veil (A18, A20, I12)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions
from logbook.actions.keeping import PERSONAL_NAMES
from logbook.forms.keeping import HoldForm, LiftForm, PeriodForm
from logbook.lines import PERSONAL_LABELS
from logbook.models import LegalHold
from logbook.queries import erasures_of, holds_of, open_veil_requests_of, periods_of

SHOWN = 50


@desk_page("log.keeping")
@require_safe
def keeping(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The periods in force and to come, the holds that lie, what was erased lately, what waits to be veiled."""
    return _page(request, desk)


def _page(request: HttpRequest, desk: Desk, refused: dict[str, forms.Form] | None = None) -> HttpResponse:
    now, refused = timezone.now(), refused or {}
    holds = list(holds_of(desk))
    for hold in holds:
        hold.lift_form = refused.get(f"lift-{hold.pk}") or LiftForm(auto_id=f"lift-{hold.pk}-%s")
    context: dict[str, Any] = {
        "section": "keeping", "desk": desk, "now": now,
        "periods": [{"label": PERSONAL_LABELS[name], **periods_of(desk.site, name, now)} for name in PERSONAL_NAMES],
        "holds": holds, "erasures": erasures_of(desk)[:SHOWN], "veils": open_veil_requests_of(desk)[:SHOWN],
        "may_hold": may(request.user, "log.hold", desk=desk, now=now),
        "may_read": may(request.user, "log.read", desk=desk, now=now),
        "period_form": (refused.get("period") or PeriodForm()) if may(request.user, "log.set_periods", desk=desk, now=now) else None,
        "hold_form": refused.get("hold") or HoldForm(initial={"scope": "thread"}),
    }
    return render(request, "logbook/keeping.html", context, status=422 if refused else 200)


@desk_page("log.set_periods")
@require_POST
def set_period(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sets the period of a kind of personal value for the desk's site."""
    form = PeriodForm(request.POST)
    if form.is_valid():
        try:
            actions.set_personal_period(actor=request.user, site=desk.site, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Set; it takes effect in a day."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {"period": form})


@desk_page("log.hold")
@require_POST
def place_hold(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Places a legal hold."""
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            actions.place_hold(actor=request.user, desk=desk, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The hold lies: nothing of it is erased, veiled or purged."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {"hold": form})


@desk_page("log.hold")
@require_POST
def lift_hold(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Lifts a legal hold, with a reason."""
    hold = get_object_or_404(LegalHold.objects.select_related("desk__site", "note"), desk=desk, pk=pk)
    form = LiftForm(request.POST, auto_id=f"lift-{pk}-%s")
    if form.is_valid():
        try:
            actions.lift_hold(actor=request.user, hold=hold, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The hold is lifted."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {f"lift-{pk}": form})
