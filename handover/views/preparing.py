"""The small posts of preparing and telling: summary, own steps, said back and heard, news read, face to face, risk (A25–A27, A30, C8)."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from desks.models import Desk
from desks.permissions import desk_page
from handover import actions
from handover.forms import StepForm, SummaryForm, TogetherForm
from handover.models import Handover
from handover.views.guided import act_and_answer, note_reading, one
from logbook.queries import entries_of
from logbook.views.photos import photos_sent


@desk_page("handover.take_part")
@require_POST
def heard(request: HttpRequest, desk: Desk, handover: int, matter: int) -> HttpResponse:
    """The outgoing ticks that what the incoming said back is right."""
    row = get_object_or_404(one(desk, handover).matters, pk=matter)
    return act_and_answer(
        request, desk, key=f"heard-{row.pk}", form=forms.Form(request.POST), anchor=f"matter-{row.pk}",
        act=lambda data, now: actions.hear_matter(actor=request.user, matter=row, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def summary(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The outgoing's own words of the summary."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="summary", form=SummaryForm(request.POST, auto_id="summary-%s"), anchor="prepared",
        act=lambda data, now: actions.write_summary(actor=request.user, handover=found, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def together(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Whether both go through it face to face."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="together", form=TogetherForm(request.POST, auto_id="together-%s"), anchor="together",
        act=lambda data, now: actions.say_together(
            actor=request.user, handover=found, now=now, together=data["together"] == Handover.Together.YES,
            apart_because=data["apart_because"],
        ),
    )


@desk_page("handover.take_part")
@require_POST
def do(request: HttpRequest, desk: Desk, handover: int, step: int) -> HttpResponse:
    """One step of the desk's own, with its photo where it asks for one."""
    row = get_object_or_404(one(desk, handover).steps, pk=step)
    sent = photos_sent(request, timezone.now())
    form = sent.placed(StepForm(sent.data, auto_id=f"step-{row.pk}-%s"))
    return act_and_answer(
        request, desk, key=f"step-{row.pk}", form=form, anchor=f"step-{row.pk}",
        act=lambda data, now: actions.do_step(actor=request.user, step=row, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def do_all(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Every step that needs no photo is done."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="do_all", form=forms.Form(request.POST), anchor="steps",
        act=lambda data, now: actions.do_steps(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def read(request: HttpRequest, desk: Desk, handover: int, number: int) -> HttpResponse:
    """The incoming has read one entry."""
    found = one(desk, handover)
    entry = get_object_or_404(entries_of(desk, first=number, last=number))
    note_reading(request, desk, "handover-news", [number], handover=found.pk)
    return act_and_answer(
        request, desk, key=f"read-{number}", form=forms.Form(request.POST), anchor="new-entries",
        act=lambda data, now: actions.read_entry(actor=request.user, handover=found, entry=entry, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def read_all(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The incoming has read all that is new; what is important one by one before."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="read_all", form=forms.Form(request.POST), anchor="new-entries",
        act=lambda data, now: actions.read_all(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.decide")
@require_POST
def agree(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The supervisor agrees to a handover of higher risk."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="agree", form=forms.Form(request.POST), anchor="risk",
        act=lambda data, now: actions.agree_to_risk(actor=request.user, handover=found, now=now),
    )
