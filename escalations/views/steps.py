"""Pages of escalations: raising one from an entry, the list, and the page where it is decided (A4, A11, A20)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks import binding
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from escalations import actions, calls_shown, pages
from escalations.forms import CloseForm, ConfirmForm, DecideForm, PassUpForm, PhoneForm, RaiseForm
from escalations.lists import SHOWS
from escalations.models import Escalation, Level
from escalations.queries import (
    asked_of,
    escalations_of,
    is_supervised,
    level_asked,
    may_read,
    open_escalation_of,
    steps_of,
    why_not_raise,
    with_times,
)
from logbook.actions import record_reading
from logbook.models import Entry
from logbook.reading import rows_for
from logbook.taking_out import may_take_out
from logbook.views.promises import promised

PAGE = 30
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120)
"""What who is coming chooses among, in minutes."""


@desk_page("escalation.view")
@require_safe
@promised
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's escalations, the open ones unless asked otherwise."""
    now = timezone.now()
    show = request.GET.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    page = Paginator(escalations_of(desk, "" if show == "all" else show), PAGE).get_page(request.GET.get("page"))
    lines = pages.lines_of(list(page), reader=request.user, now=now)
    numbers = [line.escalation.entry.number for line in lines]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="escalations", filters={"show": show},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), now=now, count=len(numbers),
    )
    context = {
        "section": "log", "desk": desk, "page": page, "lines": lines, "show": show, "asked": urlencode({"show": show}),
        "may_export": may_take_out("escalations", of=desk, reader=request.user, now=now),
    }
    return render(request, "escalations/list.html", context)


@desk_page("escalation.raise")
@require_http_methods(["GET", "HEAD", "POST"])
def raise_one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Escalates the entry of that number; a GET shows the form of one line."""
    entry = get_object_or_404(Entry.objects.select_related("book__desk", "root__book__desk"), book__desk=desk, number=number)
    now = timezone.now()
    form = RaiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.raise_escalation(actor=request.user, entry=entry, now=now, **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            if level_asked(made, now) == Level.PROJECT_HEAD:
                said = _("The project head is told, for nobody supervises now. The answer comes to your notices.")
            else:
                said = _("The supervisor is told. The answer comes to your notices.")
            messages.success(request, said)
            return to(made) if may_read(request.user, made, now) else redirect("escalations:list", desk.slug)
    row = rows_for([entry], reader=request.user, desk=desk, now=now)[0]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="escalation_raise", filters={"entry": number},
        from_number=number, to_number=number, now=now,
    )
    context = {
        "section": "log", "desk": desk, "form": form, "row": row, "open": open_escalation_of(entry),
        "supervised": is_supervised(desk, now), "refusal": why_not_raise(entry.root or entry),
    }
    return render(request, "escalations/raise.html", context, status=422 if form.errors else 200)


@desk_page("escalation.view")
@require_safe
@promised
def page(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One escalation: the matter, its steps, and what the reader may do."""
    return page_of(request, readable(request, desk, pk))


@desk_page("escalation.view")
@require_POST
def acknowledge(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Who is asked says that they have seen it."""
    escalation = readable(request, desk, pk)
    actions.acknowledge_escalation(actor=request.user, escalation=escalation, now=timezone.now())
    return to(escalation)


@sensitive_post_parameters("secret")
@desk_page("escalation.view")
@require_POST
def decide(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Who is asked decides, with PIN or password."""
    form = DecideForm(request.POST, auto_id="decide-%s")
    return _bound(request, desk, pk, "decide", form, actions.decide_escalation, _("Your decision is recorded and told."))


@sensitive_post_parameters("secret")
@desk_page("escalation.decide")
@require_POST
def pass_up(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The supervisor passes it on to the project head, with PIN or password."""
    form = PassUpForm(request.POST, auto_id="pass-up-%s")
    return _bound(request, desk, pk, "pass_up", form, actions.pass_up, _("The project head is told."))


@desk_page("escalation.raise")
@require_POST
def phone(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A decision given by phone is written down."""
    escalation = readable(request, desk, pk)
    people = asked_of(escalation, timezone.now())
    form = PhoneForm(request.POST, people=people, auto_id="phone-%s")
    said = _("The decision is recorded; who gave it confirms it afterwards.")
    return _bound(request, desk, pk, "phone", form, actions.record_phone_decision, said)


@sensitive_post_parameters("secret")
@desk_page("escalation.view")
@require_POST
def confirm(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A decision given by phone is confirmed, with PIN or password."""
    form = ConfirmForm(request.POST, auto_id="confirm-%s")
    return _bound(request, desk, pk, "confirm", form, actions.confirm_phone_decision, _("The decision is confirmed."))


@desk_page("escalation.view")
@require_POST
def close(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """What was decided is done."""
    form = CloseForm(request.POST, auto_id="close-%s")
    return _bound(request, desk, pk, "close", form, actions.close_escalation, _("The escalation is closed."))


def _bound(
    request: HttpRequest, desk: Desk, pk: int, name: str, form: forms.Form, act: Callable[..., Escalation], said: str
) -> HttpResponse:
    """Form → act → page; a refusal stands beside its field and keeps what was typed. A PIN is asked before the act."""
    escalation = readable(request, desk, pk)
    if form.is_valid():
        now, values = timezone.now(), dict(form.cleaned_data)
        review = values.pop("review", None)
        try:
            if "secret" in values:
                secret = values.pop("secret")
                values["confirmed"] = binding.confirm(request.user, secret, now=now, settings=desk.settings)
            act(actor=request.user, escalation=escalation, now=now, **values)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, said)
            return redirect("logbook:review", desk.slug, review.isoformat()) if review else to(escalation)
    return page_of(request, readable(request, desk, pk), {name: form})


def readable(request: HttpRequest, desk: Desk, pk: int) -> Escalation:
    """The desk's escalation. Raises Http404 for another desk's, and for one whose words are not for this reader."""
    rows = with_times(Escalation.objects.all())
    rows = rows.select_related("desk__site", "desk__settings", "entry__book__desk", "entry__words", "raised_by")
    found = get_object_or_404(rows, desk=desk, pk=pk)
    if not may_read(request.user, found, timezone.now()):
        raise Http404
    return found


def page_of(
    request: HttpRequest, escalation: Escalation, refused: dict[str, Any] | None = None, refusal: Refused | None = None
) -> HttpResponse:
    """The page of one escalation; a refused form stands in its place, a refusal of a tap above (then the status is 422)."""
    now, desk = timezone.now(), escalation.desk
    steps = steps_of(escalation)
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="escalation",
        filters={"escalation": escalation.pk}, from_number=escalation.entry.number, to_number=steps[-1].entry.number, now=now,
        count=len(steps) + 1,
    )
    tone, state = pages.state_of(escalation, level_asked(escalation, now))
    offered = pages.forms_for(escalation, reader=request.user, now=now)
    events = pages.events_of(steps, escalation)
    context = {
        "section": "log", "desk": desk, "escalation": escalation, "tone": tone, "state": state,
        "row": rows_for([escalation.entry], reader=request.user, desk=desk, now=now)[0],
        "clocks": pages.clocks_of(escalation, now), "calls": calls_shown.calls_for(escalation, reader=request.user, now=now),
        "minutes": MINUTES, "refusal": refusal, "now": now,
        "events": events, "asked_for": [event for event in events if event["kind"] in pages.ASKING and event["note"]],
        "given": next((event for event in reversed(events) if event["kind"] == pages.Kind.PHONE_DECIDED), None),
        "forms": offered | (refused or {}), "refused": set(refused or {}),
    }
    return render(request, "escalations/page.html", context, status=422 if refused or refusal else 200)


def to(escalation: Escalation) -> HttpResponse:
    """To the escalation's page."""
    return redirect(actions.address_of(escalation))
