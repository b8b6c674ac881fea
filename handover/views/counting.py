"""The small posts of counting and checking (A14, A27, A28, C7)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from desks.models import Desk
from desks.permissions import desk_page
from handover import actions
from handover.forms import CheckForm, CountForm, CountSheetForm, PutRightForm
from handover.models import HandoverCheckLine
from handover.rules import read_reading
from handover.views.guided import act_and_answer, one
from logbook.views.photos import photos_sent
from registers.rules import read_amount


@desk_page("handover.take_part")
@require_POST
def count_all(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Everything not counted yet is as expected; with one more word, everything not checked yet is in order too."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="count_all", form=forms.Form(request.POST), anchor="count",
        act=lambda data, now: actions.count_all_correct(
            actor=request.user, handover=found, now=now, and_checked="and_checked" in request.POST
        ),
    )


@desk_page("handover.take_part")
@require_POST
def count_sheet(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The numbers of a blind count, all at once."""
    found = one(desk, handover)
    form = CountSheetForm(request.POST, lines=found.counts.filter(counted__isnull=True).select_related("item"), auto_id="sheet-%s")
    return act_and_answer(
        request, desk, key="sheet", form=form, anchor="count",
        act=lambda data, now: actions.count_sheet(actor=request.user, handover=found, counted=form.numbers, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def count(request: HttpRequest, desk: Desk, handover: int, line: int) -> HttpResponse:
    """One item as it was counted."""
    row = get_object_or_404(one(desk, handover).counts, pk=line)
    form = CountForm(request.POST, auto_id=f"count-{row.pk}-%s")
    return act_and_answer(
        request, desk, key=f"count-{row.pk}", form=form, anchor=f"count-{row.pk}",
        act=lambda data, now: actions.count_item(
            actor=request.user, line=row, counted=read_amount(data["counted"]), explanation=data["explanation"], now=now
        ),
    )


@desk_page("handover.take_part")
@require_POST
def check_all(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Everything not checked yet is in order."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="check_all", form=forms.Form(request.POST), anchor="environment",
        act=lambda data, now: actions.check_all_pass(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def check(request: HttpRequest, desk: Desk, handover: int, line: int) -> HttpResponse:
    """One thing at the desk, with its reading, remark and photos; what fails may say at once what becomes of it."""
    row = get_object_or_404(one(desk, handover).checks.select_related("item"), pk=line)
    sent = photos_sent(request, timezone.now())
    form = sent.placed(CheckForm(sent.data, auto_id=f"check-{row.pk}-%s"))

    def act(data: dict[str, Any], now: datetime) -> None:
        reading = read_reading(data["reading"]) if data["reading"].strip() and row.item.sort == row.item.Sort.READING else None
        done = actions.check_item(
            actor=request.user, line=row, result=data["result"], remark=data["remark"], reading=reading, photos=data["photos"], now=now
        )
        if done.result == HandoverCheckLine.Result.FAIL and data["answer"]:
            _answer(request, done, data["answer"], "", now)

    to_refusal = request.POST.get("answer") == HandoverCheckLine.Answer.GROUND
    return act_and_answer(
        request, desk, key=f"check-{row.pk}", form=form, anchor="refuse" if to_refusal else f"check-{row.pk}", act=act
    )


@desk_page("handover.take_part")
@require_POST
def answer_check(request: HttpRequest, desk: Desk, handover: int, line: int) -> HttpResponse:
    """What becomes of something that failed: put right, a follow-up, or the ground of a refusal, to which this leads."""
    row = get_object_or_404(one(desk, handover).checks, pk=line)
    answer = request.POST.get("answer", "")
    return act_and_answer(
        request, desk, key=f"answer-check-{row.pk}", form=PutRightForm(request.POST, auto_id=f"answer-check-{row.pk}-%s"),
        anchor="refuse" if answer == HandoverCheckLine.Answer.GROUND else f"check-{row.pk}",
        act=lambda data, now: _answer(request, row, answer, data["words"], now),
    )


def _answer(request: HttpRequest, line: HandoverCheckLine, answer: str, words: str, now: datetime) -> None:
    if answer == HandoverCheckLine.Answer.FOLLOW_UP:
        actions.follow_up_check(actor=request.user, line=line, now=now)
    elif answer == HandoverCheckLine.Answer.GROUND:
        actions.make_ground(actor=request.user, line=line, now=now)
    else:
        actions.put_right(actor=request.user, line=line, words=words, now=now)
