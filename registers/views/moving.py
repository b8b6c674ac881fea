"""Issuing and taking back, what does not come back, what comes in and leaves for good (B1.9, A28)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.models import Desk
from desks.permissions import desk_page
from registers import actions
from registers.forms import BackForm, ExtendForm, GoneForm, IssueForm, MoveForm
from registers.models import CustodyIssue
from registers.rules import read_amount
from registers.views.answering import answered


@desk_page("custody.move")
@require_POST
def issue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Something goes out and is to come back."""
    form = IssueForm(request.POST, desk=desk, auto_id="issue-%s")

    def act(data: dict[str, Any], now: datetime) -> Any:
        return actions.issue_item(
            actor=request.user, item=form.chosen(), amount=read_amount(data["amount"] or "1", "amount"), taken_by=data["taken_by"],
            piece=data["piece"], purpose=data["purpose"], due_at=data["due_at"], key=data["key"], now=now,
        )

    return answered(request, desk, "issue", form, act, _("Issued. It stands in the log, and here until it is back."))


@desk_page("custody.move")
@require_POST
def back(request: HttpRequest, desk: Desk, issue: int) -> HttpResponse:
    """What was out comes back."""
    found = get_object_or_404(CustodyIssue.objects.select_related("desk"), pk=issue, desk=desk)

    def act(data: dict[str, Any], now: datetime) -> Any:
        amount = read_amount(data["amount"], "amount") if data["amount"].strip() else None
        return actions.take_back(
            actor=request.user, issue=found, amount=amount, brought_by=data["brought_by"], note=data["note"], now=now
        )

    return answered(
        request, desk, f"back-{found.pk}", BackForm(request.POST, auto_id=f"back-{found.pk}-%s"), act, _("Taken back. It stands in the log.")
    )


@desk_page("custody.move")
@require_POST
def extend(request: HttpRequest, desk: Desk, issue: int) -> HttpResponse:
    """What is out is expected back at another time."""
    found = get_object_or_404(CustodyIssue.objects.select_related("desk"), pk=issue, desk=desk)
    return answered(
        request, desk, f"extend-{found.pk}", ExtendForm(request.POST, desk=desk, auto_id=f"extend-{found.pk}-%s"),
        lambda data, now: actions.extend_issue(actor=request.user, issue=found, now=now, **data),
        _("The new time stands. It is raised anew once that has passed."),
    )


@desk_page("handover.decide")
@require_POST
def gone(request: HttpRequest, desk: Desk, issue: int) -> HttpResponse:
    """The supervisor says that it does not come back."""
    found = get_object_or_404(CustodyIssue.objects.select_related("desk"), pk=issue, desk=desk)
    return answered(
        request, desk, f"gone-{found.pk}", GoneForm(request.POST, auto_id=f"gone-{found.pk}-%s"),
        lambda data, now: actions.write_off(actor=request.user, issue=found, now=now, **data), _("Written off. The reason stands in the log."),
    )


@desk_page("custody.move")
@require_POST
def move(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Something comes in, or leaves for good."""
    form = MoveForm(request.POST, desk=desk, auto_id="move-%s")

    def act(data: dict[str, Any], now: datetime) -> Any:
        return actions.move_for_good(
            actor=request.user, item=form.chosen(), amount=read_amount(data["amount"], "amount"), comes_in=data["way"] == "in",
            who=data["who"], reason=data["reason"], key=data["key"], now=now,
        )

    return answered(request, desk, "move", form, act, _("Kept. It stands in the log, and the next count expects it."))
