"""The rounds of a day, walking one, saying why one was missed, and the day on paper (B1.3, C3, C4)."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook.actions import record_reading
from logbook.reading import text_of
from logbook.taking_out import may_take_out
from logbook.views.export import list_export
from logbook.views.promises import promised
from rounds import actions
from rounds.forms import DayForm, ReasonForm, WalkForm, read_moment
from rounds.models import Round, RoundMiss
from rounds.queries import Slot, readings_of, reasons_of, slot_at, slots_of_day

export = list_export("rounds")


def _day_shown(request: HttpRequest, desk: Desk, now: datetime) -> tuple[DayForm, date]:
    form, today = DayForm(request.GET), local_day(now, desk.site.zone)
    if not form.is_valid():
        return form, today
    day = form.cleaned_data["day"] or today
    return DayForm(initial={"day": day}), day


def _context(request: HttpRequest, desk: Desk, day: date, now: datetime, bound: dict[str, forms.Form]) -> dict[str, Any]:
    """The rounds of the day as this reader may see and act on them; what of the log it shows is recorded as read (I8)."""
    slots = slots_of_day(desk, day, now)
    readings = readings_of(slot.walk for slot in slots if slot.walk is not None)
    reasons = reasons_of(slot.miss for slot in slots if slot.miss is not None)
    may_walk = may(request.user, "round.walk", desk=desk, now=now)
    lines = [_line(request, slot, bound, may_walk, now) | {
        "readings": readings.get(slot.walk.pk, []) if slot.walk else [],
        "reasons": [(each, text_of(each.entry)) for each in (reasons.get(slot.miss.pk, []) if slot.miss else [])],
    } for slot in slots]
    numbers = [each.number for line in lines for each, _words in line["reasons"]] + [slot.walk.number for slot in slots if slot.walk]
    if numbers:
        record_reading(
            actor=request.user, desk=desk, session_key=request.session.session_key, page="rounds", filters={"day": str(day)},
            from_number=min(numbers), to_number=max(numbers), count=len(numbers), now=now,
        )
    return {
        "desk": desk, "section": "desk", "now": now, "day": day, "lines": lines, "today": local_day(now, desk.site.zone),
        "may_export": may_take_out("rounds", of=desk, reader=request.user, now=now), "asked": f"month={day:%Y-%m}",  # type: ignore[arg-type]
        "before": day - timedelta(days=1), "after": day + timedelta(days=1), "any": bool(lines) or Round.objects.filter(desk=desk, current=True).exists(),
        "counts": {
            "walked": sum(slot.walk is not None for slot in slots), "missed": sum(slot.miss is not None for slot in slots), "all": len(slots),
        },
    }


def _line(request: HttpRequest, slot: Slot, bound: dict[str, forms.Form], may_walk: bool, now: datetime) -> dict[str, Any]:
    walks = may_walk and slot.is_open and actions.walks(request.user, slot.round, now)  # type: ignore[arg-type]
    miss = slot.miss
    return {
        "slot": slot, "may_walk": walks, "walk_form": (bound.get(f"walk-{slot.key}") or WalkForm(slot=slot)) if walks or f"walk-{slot.key}" in bound else None,
        "bound": f"walk-{slot.key}" in bound,
        "reason_form": (bound.get(f"explain-{miss.pk}") or ReasonForm(auto_id=f"explain-{miss.pk}-%s")) if miss and may_walk else None,
    }


def _page(request: HttpRequest, desk: Desk, day: date, now: datetime, form: forms.Form, bound: dict[str, forms.Form]) -> HttpResponse:
    context = _context(request, desk, day, now, bound) | {"form": form}
    return render(request, "rounds/rounds.html", context, status=422 if bound else 200)


@desk_page("round.view")
@require_GET
@promised
def rounds(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The rounds of one day: what is due, who walked what when, what was missed and why."""
    now = timezone.now()
    form, day = _day_shown(request, desk, now)
    return _page(request, desk, day, now, form, {})


@desk_page("round.view")
@require_GET
@promised
def sheet(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The rounds of one day on paper, with room for what is still to be walked."""
    now = timezone.now()
    _form, day = _day_shown(request, desk, now)
    return render(request, "rounds/sheet.html", _context(request, desk, day, now, {}))


@desk_page("round.walk")
@require_POST
def walk(request: HttpRequest, desk: Desk, code: str, due: str) -> HttpResponse:
    """The round of that time was walked; one tap, or with what was read off."""
    now, moment = timezone.now(), read_moment(due)
    found = Round.objects.filter(desk=desk, code=code, current=True).select_related("desk__site", "desk__settings").first()
    if found is None or moment is None:
        raise Http404
    day = local_day(moment, desk.site.zone)
    slot = slot_at(found, moment, now) or Slot(found, moment, None, now=now)
    form = WalkForm(request.POST, slot=slot)
    address = reverse("rounds:rounds", args=[desk.slug])
    if form.is_valid():
        try:
            done = actions.walk_round(
                actor=request.user, round=found, due_at=moment, found=form.found(), remark=form.cleaned_data["remark"],  # type: ignore[arg-type]
                key=form.cleaned_data["key"], now=now,
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Walked. It stands in the log as number %(number)s.") % {"number": done.number})
            from_desk = request.POST.get("from") == "desk"
            return redirect("logbook:desk", desk.slug) if from_desk else redirect(f"{address}?day={day}")
    return _page(request, desk, day, now, DayForm(initial={"day": day}), {f"walk-{slot.key}": form})


@desk_page("round.walk")
@require_POST
def explain(request: HttpRequest, desk: Desk, miss: int) -> HttpResponse:
    """Why a round was missed."""
    now = timezone.now()
    found = get_object_or_404(RoundMiss.objects.select_related("desk__site", "round", "entry"), desk=desk, pk=miss)
    day = local_day(found.due_at, desk.site.zone)
    form = ReasonForm(request.POST, auto_id=f"explain-{found.pk}-%s")
    if form.is_valid():
        try:
            actions.explain_miss(actor=request.user, miss=found, words=form.cleaned_data["reason"], now=now)  # type: ignore[arg-type]
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The reason stands in the log, beside what was missed."))
            return redirect(reverse("rounds:rounds", args=[desk.slug]) + f"?day={day}#miss-{found.pk}")
    return _page(request, desk, day, now, DayForm(initial={"day": day}), {f"explain-{found.pk}": form})
