"""The list of inspections with what is due today, the page to inspect with, and the record of a finished one (A31, A32)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desks.clock import local_day
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from inspections import actions
from inspections.forms import FilterForm, ItemAnswer
from inspections.models import Inspection
from inspections.queries import due_inspections, findings_of, inspections_of, items_for
from logbook.taking_out import may_take_out

PAGE = 30


def _list_page(request: HttpRequest, desk: Desk, now: datetime, refusal: Refused | None = None) -> HttpResponse:
    form = FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    due = due_inspections(desk, local_day(now, desk.site.zone))
    context = {
        "desk": desk, "section": "inspections", "now": now, "refusal": refusal, "filter_form": form,
        "due": [(each, each.tone_at(now), Inspection.Occasion(each.occasion).label) for each in due],
        "next_occasion": next((each.occasion for each in due if each.is_waiting), ""),
        "may_do": may(request.user, "inspection.do", desk=desk, now=now),
        "unsettled": findings_of(desk, state="unsettled").count(),
        "may_export": may_take_out("inspections", of=desk, reader=request.user, now=now),
        "asked": urlencode({name: value for name, value in asked.items() if value}),
        "rows": Paginator(inspections_of(desk, **asked), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "inspections/page.html", context, status=422 if refusal else 200)


@desk_page("inspection.view")
@require_GET
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is due today, and the inspections made."""
    return _list_page(request, desk, timezone.now())


@desk_page("inspection.do")
@require_POST
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Starts one of today's inspections or one at will, or goes on with it."""
    now = timezone.now()
    occasion = request.POST.get("occasion", "")
    if occasion not in Inspection.Occasion.values:
        raise Http404
    try:
        row = actions.start_inspection(actor=request.user, desk=desk, occasion=occasion, now=now)
    except Refused as refusal:
        return _list_page(request, desk, now, refusal)
    return redirect("inspections:inspection", desk.slug, row.pk)


def _found(desk: Desk, pk: int) -> Inspection:
    rows = Inspection.objects.select_related("desk__site", "desk__settings", "inspector")
    return get_object_or_404(rows, desk=desk, pk=pk)


def _context(request: HttpRequest, desk: Desk, row: Inspection, posted: bool = False) -> dict[str, Any]:
    answers = [ItemAnswer.read(item, result, request.POST if posted else None) for item, result in items_for(row)]
    answered = sum(answer.result is not None for answer in answers)
    return {
        "desk": desk, "section": "inspections", "inspection": row, "answers": answers, "answered": answered,
        "total": len(answers), "complete": answered == len(answers),
        "occasion": Inspection.Occasion(row.occasion).label,
        "may_do": may(request.user, "inspection.do", desk=desk), "now": timezone.now(),
    }


@desk_page("inspection.view")
@require_GET
def inspection(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The page to inspect with while it is under way; afterwards its record, which prints on A4."""
    row = _found(desk, pk)
    context = _context(request, desk, row)
    inspecting = row.state == Inspection.State.IN_PROGRESS and context["may_do"]
    return render(request, "inspections/inspect.html" if inspecting else "inspections/record.html", context)


@desk_page("inspection.do")
@require_POST
def save(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Stores every item that is answered, then passes the rest or finishes, as the button says."""
    row = _found(desk, pk)
    now = timezone.now()
    act = request.POST.get("do", "")
    try:
        for item, result in items_for(row):
            answer = ItemAnswer.read(item, result, request.POST)
            if answer.outcome:
                actions.set_result(
                    actor=request.user, inspection=row, item=item, outcome=answer.outcome, remark=answer.remark,
                    correction=answer.correction, now=now,
                )
        if act == "rest":
            actions.pass_the_rest(actor=request.user, inspection=row, now=now)
        elif act == "finish":
            actions.finish_inspection(actor=request.user, inspection=row, now=now)
            messages.success(request, _("The inspection is finished and stands in the log."))
    except Refused as refusal:
        row = _found(desk, pk)
        context = _context(request, desk, row, posted=True) | {"refusal": refusal}
        under_way = row.state == Inspection.State.IN_PROGRESS
        return render(request, "inspections/inspect.html" if under_way else "inspections/record.html", context, status=422)
    return redirect("inspections:inspection", desk.slug, row.pk)


@desk_page("inspection.do")
@require_POST
def save_item(request: HttpRequest, desk: Desk, pk: int, item: int) -> HttpResponse:
    """Stores one item as it is tapped; answers with the progress and the word "saved" beside the item."""
    row = _found(desk, pk)
    found, result = next(((each, res) for each, res in items_for(row) if each.pk == item), (None, None))
    if found is None:
        raise Http404
    answer = ItemAnswer.read(found, result, request.POST)
    refusal = None
    if answer.outcome:
        try:
            actions.set_result(
                actor=request.user, inspection=row, item=found, outcome=answer.outcome, remark=answer.remark,
                correction=answer.correction, now=timezone.now(),
            )
        except Refused as caught:
            refusal = caught
    context = _context(request, desk, row) | {"item": found, "saved": bool(answer.outcome) and not refusal, "refusal": refusal}
    return render(request, "inspections/_saved.html", context, status=422 if refusal else 200)
