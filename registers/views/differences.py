"""Differences of a count: explained by whoever knows, settled by the supervisor (A28)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.models import Desk
from desks.permissions import desk_page
from registers import actions
from registers.forms import ExplainForm, SettleForm
from registers.models import CustodyDifference
from registers.views.answering import answered


@desk_page("handover.decide")
@require_POST
def settle(request: HttpRequest, desk: Desk, difference: int) -> HttpResponse:
    """The supervisor settles a difference."""
    found = get_object_or_404(CustodyDifference, pk=difference, desk=desk)
    return answered(
        request, desk, f"settle-{found.pk}", SettleForm(request.POST, auto_id=f"settle-{found.pk}-%s"),
        lambda data, now: actions.settle_difference(actor=request.user, difference=found, now=now, **data),
        _("Settled. The reason stands in the log."),
    )


@desk_page("handover.take_part")
@require_POST
def explain(request: HttpRequest, desk: Desk, difference: int) -> HttpResponse:
    """Somebody of the desk says what they know about a difference."""
    found = get_object_or_404(CustodyDifference, pk=difference, desk=desk)
    return answered(
        request, desk, f"explain-{found.pk}", ExplainForm(request.POST, auto_id=f"explain-{found.pk}-%s"),
        lambda data, now: actions.explain_difference(actor=request.user, difference=found, now=now, **data),
        _("Kept. It stands in the log."),
    )
