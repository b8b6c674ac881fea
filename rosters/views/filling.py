"""The supervisor's pages: what waits for a decision, duties to be filled, the sick call, one duty and what may be done with it (A13, A23)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.queries import duty_pool
from desks.refusal import Refused
from rosters import actions
from rosters.clock_requests import duties_of_who_left
from rosters.forms_requests import CallForm, ExtendForm, HandOverForm, NameForm, ReasonForm, ReserveForm
from rosters.models import Duty, EmptyDuty, Repayment, Reserve, StandInCall, Swap
from rosters.queries import (
    empty_duties,
    in_force,
    kinds_of_leave,
    leaves_of,
    stand_ins_for,
    stands_of,
    swaps_of,
    takers_of,
    to_decide,
    touched_by,
)
from rosters.views.requests import PER_PAGE, say_unseen, with_shift

LATELY = 10


@desk_page("duty.decide")
@require_safe
def changes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for the supervisor, with the facts on each card; today's duties; what was settled, also what changed nothing."""
    now = timezone.now()
    swaps, leaves = to_decide(desk)
    kinds = kinds_of_leave(desk)
    fits, touched = stands_of(desk, swaps, now), touched_by(leaves, now)
    cards = [{"swap": row, "fits": fits[row.pk]} for row in swaps if row.taken_by]
    with_shift([duty for row in swaps for duty in (row.duty, row.returns) if duty], desk)
    today = local_day(now, desk.site.zone)
    near = in_force(desk).filter(ends_at__gt=now, site_day__lte=today + timedelta(days=1)).select_related("desk__site")
    lately = list(swaps_of(desk).exclude(state="agreed")[:LATELY])
    with_shift([row.duty for row in lately], desk)
    empties = empty_duties(desk, now)
    with_shift([row.duty for row in empties], desk)
    left = with_shift(list(duties_of_who_left(now).filter(desk=desk)), desk)
    reserves = Reserve.objects.filter(desk=desk, site_day__gte=today).select_related("person")[:14]
    context = {
        "section": "rosters", "desk": desk, "cards": cards, "waiting": len(cards) + len(leaves), "gaps": len(empties) + len(left),
        "leaves": [{"leave": row, "kind": kinds.get(row.kind, row.kind), "touched": touched[row.pk]} for row in leaves],
        "empties": empties, "left": left,
        "debts": Repayment.objects.filter(swap__desk=desk, state="owed").select_related("swap__person", "swap__taken_by", "swap__duty")[:PER_PAGE],
        "leave_lately": leaves_of(desk).exclude(state="requested")[:LATELY], "lately": lately,
        "near": with_shift(list(near), desk), "now": now, "today": today, "reserves": reserves,
    }
    return render(request, "rosters/changes.html", context)


def _duty(desk: Desk, pk: int) -> Duty:
    rows = Duty.objects.select_related("person", "desk__site", "desk__settings", "brought_in_by", "taken_out_by")
    return get_object_or_404(rows, pk=pk, desk=desk)


@desk_page("roster.view")
@require_safe
def duty(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One duty: whose and when, what changed it, and what the reader may do with it."""
    return _duty_page(request, desk, _duty(desk, pk))


def _duty_page(request: HttpRequest, desk: Desk, duty: Duty, refused: dict[str, forms.Form] | None = None) -> HttpResponse:
    now, person = timezone.now(), request.user
    decides = may(person, "duty.decide", desk=desk, now=now)
    own = duty.person_id == person.pk
    if duty.roster_id is not None and duty.roster.state != "reported" and not decides:
        raise Http404
    stands = duty.taken_out_by_id is None and duty.ends_at > now
    fits = takers_of(desk, duty, max(duty.starts_at, now), duty.ends_at, now) if decides and stands else []
    refused = refused or {}
    for form in refused.values():
        say_unseen(request, form, decides and stands)
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "duty": with_shift([duty], desk)[0], "own": own, "now": now, "decides": decides and stands,
        "running": stands and duty.starts_at <= now, "stands": stands, "fits": fits,
        "may_ask": stands and duty.starts_at > now and (own or decides) and may(person, "duty.ask", desk=desk, now=now),
        "hand_form": refused.get("hand") or HandOverForm(duty=duty, fits=[fit for fit in fits if fit.standing.may]),
        "extend_form": refused.get("extend") or ExtendForm(auto_id="id_extend_%s"),
        "added": duty.brought_in_by is not None and duty.brought_in_by.kind in {"support", "extension"},
        "off_form": refused.get("off") or ReasonForm(auto_id="id_off_%s"),
        "sick_form": refused.get("sick") or ReasonForm(auto_id="id_sick_%s"), "open": next(iter(refused), ""),
        "live": Swap.objects.filter(duty=duty, state__in=["requested", "agreed"]).first() if own or decides else None,
    }
    return render(request, "rosters/duty.html", context, status=422 if refused else 200)


def _duty_act(
    request: HttpRequest, desk: Desk, pk: int, name: str, form: forms.Form, act: Callable[[Duty], Any], done: Callable[[Any], HttpResponse]
) -> HttpResponse:
    found = _duty(desk, pk)
    if form.is_valid():
        try:
            made = act(found)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return done(made)
    return _duty_page(request, desk, found, {name: form})


@desk_page("duty.decide")
@require_POST
def sick(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody cannot come: the duty is empty at once, and the page of the stand-ins opens."""
    form = ReasonForm(request.POST, auto_id="id_sick_%s")
    return _duty_act(
        request, desk, pk, "sick", form,
        lambda found: actions.report_sick(actor=request.user, duty=found, reason=form.cleaned_data["reason"], now=timezone.now()),
        lambda empty: redirect("rosters:fill", desk.slug, empty.pk),
    )


@desk_page("duty.decide")
@require_POST
def hand_over(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Hands the duty, or a part of it, to somebody else at once."""
    now, found = timezone.now(), _duty(desk, pk)
    fits = takers_of(desk, found, max(found.starts_at, min(now, found.ends_at)), found.ends_at, now)
    form = HandOverForm(request.POST, duty=found, fits=fits)

    def done(made: Duty) -> HttpResponse:
        messages.success(request, _("%(name)s takes the duty; whom it touches has been told.") % {"name": made.person.display_name})
        return redirect("rosters:duty", desk.slug, made.pk)

    return _duty_act(
        request, desk, pk, "hand", form,
        lambda duty: actions.hand_over_duty(
            actor=request.user, duty=duty, person=form.chosen(), reason=form.cleaned_data["reason"], now=timezone.now(), **form.part()
        ),
        done,
    )


@desk_page("duty.decide")
@require_POST
def extend(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Extends the duty beyond its end."""
    form = ExtendForm(request.POST, auto_id="id_extend_%s")

    def done(made: Duty) -> HttpResponse:
        messages.success(request, _("The duty is longer; %(name)s has been told.") % {"name": made.person.display_name})
        return redirect("rosters:duty", desk.slug, made.pk)

    return _duty_act(
        request, desk, pk, "extend", form,
        lambda duty: actions.extend_duty(
            actor=request.user, duty=duty, ends_at=form.end(duty), reason=form.cleaned_data["reason"], now=timezone.now()
        ),
        done,
    )


@desk_page("duty.decide")
@require_POST
def call_off(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Calls support or an extension off."""
    form = ReasonForm(request.POST, auto_id="id_off_%s")

    def done(found: Duty) -> HttpResponse:
        messages.success(request, _("Called off; %(name)s has been told.") % {"name": found.person.display_name})
        return redirect("rosters:support", desk.slug)

    return _duty_act(
        request, desk, pk, "off", form,
        lambda duty: actions.call_off(actor=request.user, duty=duty, reason=form.cleaned_data["reason"], now=timezone.now()), done,
    )


def _empty(desk: Desk, pk: int) -> EmptyDuty:
    rows = EmptyDuty.objects.select_related("duty__person", "duty__desk__site", "desk__site", "desk__settings")
    return get_object_or_404(rows, pk=pk, desk=desk)


@desk_page("roster.view")
@require_safe
def fill(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Who could take an empty duty: the reserve, who is free and rested and had the fewest; what those called have said.

    The project head, who is told while nobody supervises, reads it and names nobody.
    """
    if not any(may(request.user, right, desk=desk) for right in ("duty.decide", "site.overview")):
        raise Http404
    return _fill_page(request, desk, _empty(desk, pk))


def _fill_page(request: HttpRequest, desk: Desk, empty: EmptyDuty, refused: dict[str, Any] | None = None) -> HttpResponse:
    now = timezone.now()
    decides = may(request.user, "duty.decide", desk=desk, now=now)
    calls: dict[int, list[StandInCall]] = {}
    for call in empty.calls.select_related("called_by", "person"):
        calls.setdefault(call.person_id, []).append(call)
    refused = refused or {}
    stands = empty.state == EmptyDuty.State.OPEN and empty.ends_at > now
    say_unseen(request, refused.get("form") or refused.get("leave"), stands)
    rows = [
        {"fit": fit if decides else fit.for_colleagues(), "calls": calls.get(fit.person.pk, []), "refused": refused.get("form") if refused.get("person") == fit.person.pk else None}
        for fit in (stand_ins_for(empty, now) if stands else [])
    ]
    taken = Duty.objects.filter(brought_in_by=empty.filled_by).select_related("person").first() if empty.filled_by_id else None
    context = {
        "section": "rosters", "desk": desk, "empty": empty, "duty": with_shift([empty.duty], desk)[0], "now": now, "stands": stands,
        "decides": decides, "able": [row for row in rows if row["fit"].standing.may], "unable": [row for row in rows if not row["fit"].standing.may],
        "answers": StandInCall.Answer.choices, "taken": taken, "calls": [call for each in calls.values() for call in each],
        "leave_form": refused.get("leave") or ReasonForm(auto_id="id_leave_%s"), "rest_hours": desk.settings.rest_hours,
        "refused": refused.get("form") if not refused.get("person") else None,
    }
    return render(request, "rosters/fill.html", context, status=422 if refused else 200)


@desk_page("duty.decide")
@require_POST
def name(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Names who takes the empty duty: the second tap of a sick call."""
    empty, now = _empty(desk, pk), timezone.now()
    form = NameForm(request.POST, people=list(duty_pool(desk, now)))
    if form.is_valid():
        try:
            made = actions.name_stand_in(
                actor=request.user, empty=empty, person=form.chosen(), reason=form.cleaned_data["reason"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s takes the duty; whom it touches has been told.") % {"name": made.person.display_name})
            return redirect("rosters:fill", desk.slug, pk)
    return _fill_page(request, desk, _empty(desk, pk), {"form": form, "person": form.cleaned_data.get("person")})


@desk_page("duty.decide")
@require_POST
def call(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Notes what somebody who was called answered."""
    empty = _empty(desk, pk)
    form = CallForm(request.POST, people=list(duty_pool(desk, timezone.now())))
    if form.is_valid():
        try:
            actions.note_call(
                actor=request.user, empty=empty, person=form.chosen(), answer=form.cleaned_data["answer"], now=timezone.now()
            )
        except Refused as refusal:
            messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.error(request, _("Nothing was noted: choose who was called and what they answered."))
    return redirect("rosters:fill", desk.slug, pk)


@desk_page("duty.decide")
@require_POST
def leave_empty(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Decides that nobody need take it."""
    form = ReasonForm(request.POST, auto_id="id_leave_%s")
    if form.is_valid():
        try:
            actions.leave_empty(actor=request.user, empty=_empty(desk, pk), reason=form.cleaned_data["reason"], now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The duty stays empty; the log says why."))
            return redirect("rosters:changes", desk.slug)
    return _fill_page(request, desk, _empty(desk, pk), {"leave": form})


@desk_page("duty.decide")
@require_http_methods(["GET", "POST"])
def reserve(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lays down who could be called on a day."""
    now = timezone.now()
    form = ReserveForm(request.POST or None, desk=desk, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_reserve(actor=request.user, desk=desk, day=form.cleaned_data["day"], people=form.chosen(), now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Kept: who is new in reserve has been told."))
            return redirect("rosters:reserve", desk.slug)
    today = local_day(now, desk.site.zone)
    rows = Reserve.objects.filter(desk=desk, site_day__gte=today).select_related("person").order_by("site_day", "pk")
    context = {"section": "rosters", "desk": desk, "form": form, "reserves": rows[:60]}
    return render(request, "rosters/reserve.html", context, status=422 if form.errors else 200)
