"""Stopping, cancelling, and the supervisor's acts: relief, takeover, release, decision (A23, C11, E9)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from desks import binding
from desks.models import Desk
from desks.permissions import desk_page
from handover import actions
from handover.forms import CancelForm, DecideForm, ReleaseForm, ReliefForm, SuspendForm, TakeOverForm
from handover.views.guided import act_and_answer, holders, one


@desk_page("handover.take_part")
@require_POST
def suspend(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """A fault stops the handover."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="suspend", form=SuspendForm(request.POST, auto_id="suspend-%s"), anchor="stop",
        act=lambda data, now: actions.suspend(actor=request.user, handover=found, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def resume(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The fault is over."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="resume", form=forms.Form(request.POST), anchor="guided",
        act=lambda data, now: actions.resume(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def cancel(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The handover does not take place."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="cancel", form=CancelForm(request.POST, auto_id="cancel-%s"), anchor="guided",
        act=lambda data, now: actions.cancel(actor=request.user, handover=found, now=now, **data),
    )


@desk_page("handover.decide")
@require_POST
def decide(request: HttpRequest, desk: Desk, handover: int, refusal: int) -> HttpResponse:
    """The supervisor decides about a refusal."""
    found = get_object_or_404(one(desk, handover).refusals.select_related("handover__desk__site", "entry"), pk=refusal)
    return act_and_answer(
        request, desk, key="decide", form=DecideForm(request.POST, auto_id="decide-%s"), anchor="guided",
        act=lambda data, now: actions.decide_refusal(actor=request.user, refusal=found, now=now, **data),
    )


@desk_page("handover.decide")
@require_POST
def relief(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The supervisor names somebody to relieve the watch."""
    form = ReliefForm(request.POST, people=holders(desk, timezone.now()), auto_id="relief-%s")
    return act_and_answer(
        request, desk, key="relief", form=form, anchor="supervisor",
        act=lambda data, now: actions.name_relief(
            actor=request.user, desk=desk, person=form.people[data["person"]], now=now
        ),
    )


@sensitive_post_parameters("secret")
@desk_page("watch.take_over")
@require_POST
def take_over(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The supervisor takes the desk over in person."""
    form = TakeOverForm(request.POST, desk=desk, auto_id="take-over-%s")

    def taken(data: dict[str, Any], now: datetime) -> None:
        confirmed = binding.confirm(request.user, data["secret"], now=now, settings=desk.settings)
        actions.take_over(confirmed=confirmed, desk=desk, reason=form.chosen(), note=data["note"], now=now)

    return act_and_answer(request, desk, key="take_over", form=form, anchor="supervisor", act=taken)


@desk_page("handover.take_part")
@require_POST
def release(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Illness or danger releases the holder at once."""
    form = ReleaseForm(request.POST, desk=desk, codes=actions.RELEASING, auto_id="release-%s")
    return act_and_answer(
        request, desk, key="release", form=form, anchor="supervisor",
        act=lambda data, now: actions.release_holder(
            actor=request.user, desk=desk, ground=form.chosen(), note=data["note"], now=now
        ),
    )


@desk_page("watch.hold")
@require_POST
def fill_gap(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Somebody of the desk takes it while nobody holds it."""
    return act_and_answer(
        request, desk, key="fill", form=forms.Form(request.POST), anchor="guided",
        act=lambda data, now: actions.fill_gap(actor=request.user, desk=desk, now=now),
    )
