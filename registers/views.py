"""Pages of what the desk keeps: the list, the history of an item, differences to explain and settle (A28)."""

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
from django.views.decorators.http import require_GET, require_POST

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from registers import actions
from registers.forms import ExplainForm, SettleForm
from registers.models import CustodyDifference, CustodyItem
from registers.queries import counts_of, custody_of, explanations_of, open_differences

PAGE = 50


def _custody_page(request: HttpRequest, desk: Desk, refused: tuple[int, forms.Form] | None = None) -> HttpResponse:
    differences = list(open_differences(desk))
    said = explanations_of(differences)
    rows = []
    for each in differences:
        row = {
            "difference": each, "said": said.get(each.count.entry_id, {}).get(each.count.item_code, []),
            "settle": SettleForm(auto_id=f"settle-{each.pk}-%s"), "explain": ExplainForm(auto_id=f"explain-{each.pk}-%s"),
        }
        if refused and refused[0] == each.pk:
            row["settle" if isinstance(refused[1], SettleForm) else "explain"] = refused[1]
        rows.append(row)
    context = {
        "desk": desk, "section": "handover", "rows": custody_of(desk), "differences": rows,
        "may_settle": may(request.user, "handover.decide", desk=desk),
        "may_explain": may(request.user, "handover.take_part", desk=desk),
    }
    return render(request, "registers/custody.html", context, status=422 if refused else 200)


@desk_page("handover.view")
@require_GET
def custody(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk keeps, what the next count expects, and the differences that are open."""
    return _custody_page(request, desk)


@desk_page("handover.view")
@require_GET
def item(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The history of an item: each count, by whom, with what difference."""
    found = CustodyItem.objects.filter(desk=desk, code=code).order_by("-version").first()
    if found is None:
        raise Http404
    page = Paginator(counts_of(desk, code), PAGE).get_page(request.GET.get("page"))
    return render(request, "registers/item.html", {"desk": desk, "section": "handover", "item": found, "page": page})


def _answered(
    request: HttpRequest, desk: Desk, found: CustodyDifference, form: forms.Form,
    act: Callable[[dict[str, Any], datetime], Any], words: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data, timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, words)
            return redirect("registers:custody", desk.slug)
    return _custody_page(request, desk, (found.pk, form))


@desk_page("handover.decide")
@require_POST
def settle(request: HttpRequest, desk: Desk, difference: int) -> HttpResponse:
    """The supervisor settles a difference."""
    found = get_object_or_404(CustodyDifference, pk=difference, desk=desk)
    form = SettleForm(request.POST, auto_id=f"settle-{found.pk}-%s")
    return _answered(
        request, desk, found, form,
        lambda data, now: actions.settle_difference(actor=request.user, difference=found, now=now, **data),
        _("Settled. The reason stands in the log."),
    )


@desk_page("handover.take_part")
@require_POST
def explain(request: HttpRequest, desk: Desk, difference: int) -> HttpResponse:
    """Somebody of the desk says what they know about a difference."""
    found = get_object_or_404(CustodyDifference, pk=difference, desk=desk)
    form = ExplainForm(request.POST, auto_id=f"explain-{found.pk}-%s")
    return _answered(
        request, desk, found, form,
        lambda data, now: actions.explain_difference(actor=request.user, difference=found, now=now, **data),
        _("Kept. It stands in the log."),
    )
