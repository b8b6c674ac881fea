"""The small posts of the steps: telling, acknowledging, questions, remarks (A25, A26, A29, A30)."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from desks.models import Desk
from desks.permissions import desk_page
from handover import actions
from handover.forms import (
    AcknowledgeForm,
    AnswerForm,
    AskForm,
    RemarksForm,
    ReserveForm,
    TellForm,
)
from handover.models import Handover
from handover.queries import typed_of
from handover.views.guided import act_and_answer, one


@desk_page("handover.take_part")
@require_POST
def refresh(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Draws the matters anew from the log."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="refresh", form=forms.Form(request.POST), anchor="matters",
        act=lambda data, now: actions.bring_up_to_date(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def tell(request: HttpRequest, desk: Desk, handover: int, matter: int) -> HttpResponse:
    """The outgoing tells a matter; at a closing with who has it overnight."""
    found = one(desk, handover)
    row = get_object_or_404(found.matters, pk=matter)

    def act(data: dict, now: object) -> object:
        if found.mode == Handover.Mode.CLOSING:
            return actions.name_overnight(actor=request.user, matter=row, overnight=data["overnight"], now=now)
        told = {name: data[name] for name in ("next_step", "severity", "overnight")}
        return actions.tell_matter(actor=request.user, matter=row, now=now, carried=form.carried(), **told)

    form = TellForm(request.POST, auto_id=f"matter-{row.pk}-%s", zone=desk.site.zone)
    return act_and_answer(request, desk, key=f"matter-{row.pk}", form=form, anchor=f"matter-{row.pk}", act=act)


@desk_page("handover.take_part")
@require_POST
def acknowledge(request: HttpRequest, desk: Desk, handover: int, matter: int) -> HttpResponse:
    """The incoming confirms one matter."""
    found = one(desk, handover)
    row = get_object_or_404(found.matters, pk=matter)
    form = AcknowledgeForm(request.POST, auto_id=f"acknowledge-{row.pk}-%s", typed=typed_of(found, row))
    return act_and_answer(
        request, desk, key=f"acknowledge-{row.pk}", form=form, anchor=f"matter-{row.pk}",
        act=lambda data, now: actions.acknowledge_matter(actor=request.user, matter=row, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def ask(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The incoming asks about a matter, or about anything that happened."""
    found = one(desk, handover)
    form = AskForm(request.POST, auto_id="ask-%s")
    number = request.POST.get("matter", "")
    matter = get_object_or_404(found.matters, pk=number) if number.isdigit() else None
    return act_and_answer(
        request, desk, key=f"ask-{matter.pk}" if matter else "ask", form=form,
        anchor=f"matter-{matter.pk}" if matter else "questions",
        act=lambda data, now: actions.ask(
            actor=request.user, handover=found, question=data["question"], matter=matter, now=now
        ),
    )


@desk_page("handover.take_part")
@require_POST
def answer(request: HttpRequest, desk: Desk, handover: int, question: int) -> HttpResponse:
    """The outgoing answers a question."""
    row = get_object_or_404(one(desk, handover).questions, pk=question)
    return act_and_answer(
        request, desk, key=f"answer-{row.pk}", form=AnswerForm(request.POST, auto_id=f"answer-{row.pk}-%s"),
        anchor=f"question-{row.pk}",
        act=lambda data, now: actions.answer(actor=request.user, question=row, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def acknowledge_rest(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The incoming confirms the list of unchanged matters."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="rest", form=forms.Form(request.POST), anchor="rest",
        act=lambda data, now: actions.acknowledge_rest(actor=request.user, handover=found, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def remarks(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """What else the incoming should know."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="remarks", form=RemarksForm(request.POST), anchor="remarks",
        act=lambda data, now: actions.write_remarks(actor=request.user, handover=found, now=now, **data),
    )


@desk_page("handover.take_part")
@require_POST
def reservations(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """What the incoming takes over under reservation."""
    found = one(desk, handover)
    return act_and_answer(
        request, desk, key="reservations", form=ReserveForm(request.POST), anchor="reservations",
        act=lambda data, now: actions.reserve(actor=request.user, handover=found, now=now, **data),
    )
