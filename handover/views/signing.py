"""Signing and refusing: each with the person's own PIN or password, whoever is the actor of the screen (A29)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from desks import binding
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from handover import actions
from handover.forms import RefuseForm, SignForm
from handover.models import Handover, HandoverMatter
from handover.views.guided import act_and_answer, one

SIGNING: dict[tuple[str, str], Callable[..., Any]] = {
    ("face", "outgoing"): actions.sign_out,
    ("face", "incoming"): actions.sign_in,
    ("closing", "outgoing"): actions.sign_closing,
    ("opening", "incoming"): actions.sign_opening,
}


@sensitive_post_parameters("secret")
@desk_page("handover.take_part")
@require_POST
def sign(request: HttpRequest, desk: Desk, handover: int, side: str) -> HttpResponse:
    """One side signs; the second signature, or the only one, completes it."""
    found = one(desk, handover)
    act = SIGNING.get((found.mode, side))
    if act is None:
        raise Http404
    form = SignForm(request.POST, auto_id=f"sign-{side}-%s")

    def signed(data: dict[str, Any], now: datetime) -> None:
        confirmed = _confirmed(found, side, data["secret"], now)
        ticked = {"heard": _ticked(request, found)} if act is actions.sign_out else {}
        act(confirmed=confirmed, handover=found, digest=data["digest"], seen=data["seen"] or 0, now=now, **ticked)

    completes = (found.mode, side) != ("face", "outgoing")
    done = reverse("handover:record", args=[desk.slug, found.pk]) if completes else ""
    return act_and_answer(request, desk, key=f"sign-{side}", form=form, anchor="sign", act=signed, done=done)


@sensitive_post_parameters("secret")
@desk_page("handover.take_part")
@require_POST
def refuse(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """One side refuses, with ground and remedy."""
    found = one(desk, handover)
    form = RefuseForm(request.POST, desk=desk, auto_id="refuse-%s")

    def refused(data: dict[str, Any], now: datetime) -> None:
        confirmed = _confirmed(found, data["side"], data["secret"], now)
        actions.refuse(
            confirmed=confirmed, handover=found, ground=form.chosen(), remedy=data["remedy"], remark=data["remark"], now=now,
            by_when=data["by_when"], note=data["note"],
        )

    return act_and_answer(request, desk, key="refuse", form=form, anchor="stop", act=refused)


def _ticked(request: HttpRequest, handover: Handover) -> list[HandoverMatter]:
    """The matters of which the outgoing ticked, beside their signature, that they were said back rightly."""
    keys = {int(key) for key in request.POST.getlist("heard") if key.isdecimal() and len(key) < 19}
    return list(handover.matters.filter(pk__in=keys, heard_at__isnull=True))


def _confirmed(handover: Handover, side: str, secret: str, now: datetime) -> binding.Confirmation:
    person = getattr(handover, side)
    if person is None:
        raise Refused("A29", _("Nobody stands on this side of the handover."))
    return binding.confirm(person, secret, now=now, settings=handover.desk.settings)
