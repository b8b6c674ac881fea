"""The guided page of a desk, and the three ways to begin: a handover, a closing, an opening."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desks.models import Desk
from desks.permissions import desk_page
from handover import actions
from handover.forms import ComeForm, OpenForm
from handover.views.guided import act_and_answer, guided, holders


@desk_page("handover.view")
@require_GET
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The open handover with its steps, or how to begin one."""
    return guided(request, desk)


@desk_page("handover.take_part")
@require_POST
def prepare(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begins to prepare the handover of the watch; who takes over is named when they come."""
    return act_and_answer(
        request, desk, key="prepare", form=forms.Form(request.POST), anchor="guided",
        act=lambda data, now: actions.prepare_handover(actor=request.user, desk=desk, now=now),
    )


@desk_page("handover.take_part")
@require_POST
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begins a handover face to face."""
    form = ComeForm(request.POST, people=holders(desk, timezone.now()))
    return act_and_answer(
        request, desk, key="start", form=form, anchor="guided",
        act=lambda data, now: actions.start_handover(
            actor=request.user, desk=desk, incoming=form.people[data["incoming"]], now=now,
            colleagues=[form.people[pk] for pk in data["colleagues"]], together=not data["apart"], apart_because=data["apart_because"],
        ),
    )


@desk_page("handover.take_part")
@require_http_methods(["GET", "POST"])
def open_desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begins to open the desk; the address alone leads to the page that offers it."""
    if request.method == "GET":
        return redirect("handover:page", desk.slug)
    form = OpenForm(request.POST, people=holders(desk, timezone.now()))
    return act_and_answer(
        request, desk, key="open", form=form, anchor="guided",
        act=lambda data, now: actions.open_desk(
            actor=request.user, desk=desk, now=now, colleagues=[form.people[pk] for pk in data["colleagues"]]
        ),
    )


@desk_page("handover.take_part")
@require_http_methods(["GET", "POST"])
def close_desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begins to close the desk for the night; the address alone leads to the page that offers it."""
    if request.method == "GET":
        return redirect("handover:page", desk.slug)
    return act_and_answer(
        request, desk, key="close", form=forms.Form(request.POST), anchor="guided",
        act=lambda data, now: actions.close_desk(actor=request.user, desk=desk, now=now),
    )
