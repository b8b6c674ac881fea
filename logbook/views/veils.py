"""Showing a customer unmasked, veiling a text, and reading what is veiled (A18, A20, I8): thin functions on an entry's page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from desks import binding
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from logbook import actions
from logbook.forms.keeping import AskVeilForm, DecideVeilForm, ReadSealedForm
from logbook.models import Entry
from logbook.queries import open_veil_requests_of
from logbook.reading import text_of
from logbook.views.entry import entry_answer
from logbook.views.opened import Opened, opened_entry, veilable


@desk_page("log.see_personal")
@require_POST
def reveal(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The customer's name and phone: for the script of a list two values, for everybody else the entry's page with them."""
    now = timezone.now()
    opened = opened_entry(request, desk, number, now)
    try:
        values = actions.reveal_personal(
            actor=request.user, entry=Entry.objects.select_related("book__desk__site").get(pk=opened.row.entry.pk),
            session_key=request.session.session_key, now=now,
        )
    except Refused as refusal:
        if request.htmx:
            return JsonResponse({"refused": f"{refusal.reason} {refusal.remedy}"}, status=422)
        return entry_answer(request, desk, opened, now, {}, refusal=refusal)
    if request.htmx:
        return JsonResponse({"words": " ".join(values[name] for name in ("customer", "phone", "numbers") if name in values)})
    opened.row.customer, opened.row.phone = values.get("customer", ""), values.get("phone", "")
    opened.row.masked = opened.row.may_reveal = False
    opened.row.numbers = ""
    if not opened.row.veiled:
        opened.row.text = text_of(opened.row.entry, unmasked=True)
    return entry_answer(request, desk, opened, now, {})


def _signed(
    request: HttpRequest, desk: Desk, number: int, name: str, make: Callable[[Opened], forms.Form],
    carry_out: Callable[[Opened, Any, binding.Confirmation, datetime], str],
) -> HttpResponse:
    """A binding act on an entry: open, parse, prove by PIN or password, act, and say so or show the refusal in its place."""
    now = timezone.now()
    opened = opened_entry(request, desk, number, now)
    if opened.row.hidden:
        raise PermissionDenied
    form = make(opened)
    if form.is_valid():
        try:
            confirmed = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            messages.success(request, carry_out(opened, form, confirmed, now))
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("logbook:entry", desk.slug, number)
    return entry_answer(request, desk, opened, now, {name: form})


@sensitive_post_parameters("secret")
@desk_page("log.ask_veil")
@require_POST
def ask_veil(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Asks to veil the ticked texts of the thread."""

    def carry_out(opened: Opened, form: AskVeilForm, confirmed: binding.Confirmation, now: datetime) -> str:
        wanted = {int(each) for each in form.cleaned_data["entries"]}
        entries = [row.entry for row in opened.thread if row.number in wanted]
        actions.ask_veil(actor=request.user, confirmed=confirmed, entries=entries, reason=form.cleaned_data["reason"], now=now)
        return _("Asked; a supervisor reads it and decides.")

    return _signed(
        request, desk, number, "veil", lambda opened: AskVeilForm(request.POST, numbers=veilable(opened)), carry_out
    )


@sensitive_post_parameters("secret")
@desk_page("log.confirm_veil")
@require_POST
def decide_veil(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Veils what somebody asked to veil, or leaves it readable with a reason."""

    def carry_out(opened: Opened, form: DecideVeilForm, confirmed: binding.Confirmation, now: datetime) -> str:
        asked = open_veil_requests_of(desk).filter(entry=opened.row.entry).first()
        if asked is None:
            raise Refused("A18", _("Nobody asks to veil this, or it was answered already."), _("Load the page again."))
        if form.cleaned_data["decision"] == "decline":
            actions.decline_veil(actor=request.user, request=asked, reason=form.cleaned_data["reason"], now=now)
            return _("The text stays readable; who asked is told.")
        note = actions.confirm_veil(actor=request.user, confirmed=confirmed, request=asked, now=now)
        return _("Veiled; number %(number)s says so.") % {"number": note.number}

    return _signed(request, desk, number, "decide_veil", lambda _opened: DecideVeilForm(request.POST), carry_out)


@sensitive_post_parameters("secret")
@desk_page("log.read_sealed")
@require_POST
def read_sealed(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Shows an auditor the veiled text once, on the page that answers; the database leaves the access record."""
    now = timezone.now()
    opened = opened_entry(request, desk, number, now)
    if not opened.row.veiled:
        raise Http404
    form = ReadSealedForm(request.POST)
    if form.is_valid():
        try:
            confirmed = binding.confirm(request.user, form.cleaned_data["secret"], now=now, settings=desk.settings)
            text = actions.read_sealed(
                actor=request.user, confirmed=confirmed, entry=opened.row.entry, session_key=request.session.session_key,
                why=form.cleaned_data["reason"], now=now,
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return entry_answer(request, desk, opened, now, {}, sealed=text)
    return entry_answer(request, desk, opened, now, {"sealed": form})
