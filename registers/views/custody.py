"""What the desk keeps and what is out, the history of it, and both on paper (A28, B1.9)."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.taking_out import may_take_out
from logbook.views.export import list_export
from registers.forms import BackForm, ExplainForm, ExtendForm, GoneForm, IssueForm, MoveForm, SettleForm
from registers.models import CustodyItem
from registers.queries import (
    custody_of,
    explanations_of,
    happened,
    history_keys,
    numbers_hidden,
    open_differences,
    out_of,
)

PAGE = 50
export_history = list_export("custody")


def custody_page(request: HttpRequest, desk: Desk, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    """The page; `refused` is the form that was sent, under the name of its act, with why not."""
    now = timezone.now()
    bound = dict([refused] if refused else [])
    differences = list(open_differences(desk))
    said = explanations_of(differences)
    issues = list(out_of(desk))
    of_item: dict[str, list[Any]] = {}
    for each in issues:
        of_item.setdefault(each.item_code, []).append(each)
    context = {
        "desk": desk, "section": "handover", "now": now, "hides": numbers_hidden(desk, request.user, now),
        "rows": [
            {"row": row, "out": out, "out_amount": sum(each.left for each in out)}
            for row in custody_of(desk) for out in [of_item.get(row.item.code, [])]
        ],
        "issues": [
            {
                "issue": each, "late": each.due_at is not None and each.due_at <= now,
                "back": bound.get(f"back-{each.pk}") or BackForm(auto_id=f"back-{each.pk}-%s"),
                "extend": bound.get(f"extend-{each.pk}") or ExtendForm(desk=desk, auto_id=f"extend-{each.pk}-%s"),
                "gone": bound.get(f"gone-{each.pk}") or GoneForm(auto_id=f"gone-{each.pk}-%s"),
            }
            for each in issues
        ],
        "differences": [
            {
                "difference": each, "said": said.get(each.count.entry_id, {}).get(each.count.item_code, []),
                "settle": bound.get(f"settle-{each.pk}") or SettleForm(auto_id=f"settle-{each.pk}-%s"),
                "explain": bound.get(f"explain-{each.pk}") or ExplainForm(auto_id=f"explain-{each.pk}-%s"),
            }
            for each in differences
        ],
        "may_settle": may(request.user, "handover.decide", desk=desk), "may_explain": may(request.user, "handover.take_part", desk=desk),
        "may_move": may(request.user, "custody.move", desk=desk), "may_export": may_take_out("custody", of=desk, reader=request.user, now=now),
        "issue_form": bound.get("issue") or IssueForm(desk=desk, auto_id="issue-%s", initial={"item": request.GET.get("item", "")}),
        "move_form": bound.get("move") or MoveForm(desk=desk, auto_id="move-%s"), "open": refused[0] if refused else request.GET.get("open", ""),
    }
    return render(request, "registers/custody.html", context, status=422 if refused else 200)


@desk_page("handover.view")
@require_GET
def custody(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk keeps, what the next count expects, what is out and with whom, and the differences that are open."""
    return custody_page(request, desk)


@desk_page("handover.view")
@require_GET
def sheet(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the desk keeps and what is out, on paper."""
    now = timezone.now()
    context = {
        "desk": desk, "section": "handover", "now": now, "rows": custody_of(desk), "issues": out_of(desk),
        "hides": numbers_hidden(desk, request.user, now), "differences": open_differences(desk),
    }
    return render(request, "registers/sheet.html", context)


@desk_page("handover.view")
@require_GET
def item(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The history of an item: counts and movements, each with whose watch it was: who held it when."""
    found = CustodyItem.objects.filter(desk=desk, code=code).order_by("-version").first()
    if found is None:
        raise Http404
    return _history(request, desk, found)


@desk_page("handover.view")
@require_GET
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The history of everything that the desk keeps."""
    return _history(request, desk, None)


def _history(request: HttpRequest, desk: Desk, found: CustodyItem | None) -> HttpResponse:
    now = timezone.now()
    code, piece = found.code if found else "", request.GET.get("piece", "").replace("\0", "").strip()
    page = Paginator(history_keys(desk, code, piece), PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk, "section": "handover", "item": found, "page": page, "lines": happened(desk, page.object_list),
        "hides": numbers_hidden(desk, request.user, now), "piece": piece,
        "asked": urlencode({name: value for name, value in (("item", code), ("piece", piece)) if value}),
        "may_export": may_take_out("custody", of=desk, reader=request.user, now=now),
    }
    return render(request, "registers/item.html", context)
