"""What is kept and for how long: periods of personal values, legal holds, requests to veil (A18, A20, I12)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.binding import confirm
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions
from logbook.forms.keeping import AskPurgeForm, DecidePurgeForm, HoldForm, LiftForm, PeriodForm, RetentionForm
from logbook.lines import period_labels
from logbook.models import Archive, LegalHold, PurgeRequest
from logbook.queries import (
    archives_of,
    erasures_of,
    expired_before_of,
    holds_of,
    open_veil_requests_of,
    periods_of,
    purge_requests_of,
    purgeable_of,
    retention_of,
)

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
        "periods": [{"label": label, **periods_of(desk.site, name, now)} for name, label in period_labels().items()],
        "holds": holds, "erasures": erasures_of(desk)[:SHOWN], "veils": open_veil_requests_of(desk)[:SHOWN],
        **_retained(request, desk, refused), "may_hold": may(request.user, "log.hold", desk=desk, now=now),
        "may_read": may(request.user, "log.read", desk=desk, now=now), "may_read_site_book": may(request.user, "site.book", site=desk.site, now=now),
        "period_form": (refused.get("period") or PeriodForm()) if may(request.user, "log.set_periods", desk=desk, now=now) else None,
        "hold_form": refused.get("hold") or HoldForm(initial={"scope": "thread"}),
    }
    return render(request, "logbook/keeping.html", context, status=422 if refused else 200)


def _retained(request: HttpRequest, desk: Desk, refused: dict[str, forms.Form]) -> dict[str, Any]:
    """The period of the record, what has expired, archives and requests to purge, and who must do what next."""
    now = timezone.now()
    asks, confirms = may(request.user, "log.ask_purge", desk=desk, now=now), may(request.user, "log.confirm_purge", site=desk.site, now=now)
    requests = list(purge_requests_of(desk)[:SHOWN])
    for each in requests:
        each.answer = getattr(each, "decision", None)
        each.done = getattr(each, "purge", None)
        each.complete = each.done is not None and actions.is_complete(each.done)
        if confirms and each.answer is None and each.asked_by_id != request.user.pk:
            each.form = refused.get(f"purge-{each.pk}") or DecidePurgeForm(auto_id=f"purge-{each.pk}-%s")
    offered = purgeable_of(desk)
    return {
        "retention": retention_of(desk.site, now), "expired_before": expired_before_of(desk.site), "archives": archives_of(desk)[:SHOWN],
        "purge_requests": requests,
        "retention_form": (refused.get("retention") or RetentionForm()) if may(request.user, "log.set_retention", desk=desk, now=now) else None,
        "purge_form": (refused.get("purge") or AskPurgeForm(offered=offered)) if asks and (offered.exists() or "purge" in refused) else None,
    }


@desk_page("log.set_retention")
@require_POST
def set_retention(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sets for how many years the desk's site keeps its record."""
    form = RetentionForm(request.POST)
    if form.is_valid():
        try:
            actions.set_retention(actor=request.user, site=desk.site, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Set. A longer period holds at once, a shorter one in a day."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {"retention": form})


@desk_page("log.ask_purge")
@require_POST
def ask_purge(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Asks to purge what is archived, up to the end of a month, with PIN or password."""
    now = timezone.now()
    form = AskPurgeForm(request.POST, offered=purgeable_of(desk))
    if form.is_valid():
        archive: Archive = form.cleaned_data["archive"]
        try:
            confirmed = confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            actions.ask_purge(actor=request.user, confirmed=confirmed, desk=desk, archive=archive, reason=form.cleaned_data["reason"], now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Asked. The site administrator confirms it, and nothing goes before."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {"purge": form})


@desk_page("log.confirm_purge")
@require_POST
def decide_purge(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Confirms or declines what somebody else asked to purge, with PIN or password."""
    now = timezone.now()
    asked = get_object_or_404(
        PurgeRequest.objects.select_related("archive__book__desk", "archive__book__site", "asked_by"), pk=pk, archive__in=archives_of(desk)
    )
    form = DecidePurgeForm(request.POST, auto_id=f"purge-{pk}-%s")
    if form.is_valid():
        confirms = form.cleaned_data["decision"] == "confirm"
        try:
            confirmed = confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            actions.decide_purge(
                actor=request.user, confirmed=confirmed, desk=desk, request=asked, confirms=confirms, reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Confirmed. The operator’s next run of purge_log carries it out.") if confirms else _("It stays as it is."))
            return redirect("logbook:keeping", desk.slug)
    return _page(request, desk, {f"purge-{pk}": form})


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
            messages.success(request, _("The hold is in place: nothing of it is erased, veiled or purged."))
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
