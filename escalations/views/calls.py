"""What is said of calls with one tap: by the desk on the escalation's page, by a department contact on a page of their own (A16)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from escalations import actions, calls_shown
from escalations.forms import CallForm
from escalations.models import Call, CallStep, Escalation
from escalations.queries import calls_to
from escalations.views.steps import MINUTES, page_of, readable, to
from logbook.actions import record_reading
from logbook.models import Entry
from logbook.reading import rows_for


@desk_page("escalation.view")
@require_POST
def say(request: HttpRequest, desk: Desk, pk: int, call: int) -> HttpResponse:
    """No answer, answered, is coming, is on site: one tap each."""
    escalation = readable(request, desk, pk)
    refusal = _said(request, get_object_or_404(Call, escalation=escalation, pk=call))
    return to(escalation) if refusal is None else page_of(request, readable(request, desk, pk), refusal=refusal)


@desk_page("escalation.view")
@require_POST
def call_on(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Calls the next of the tree, or the step that the form names, out of its turn."""
    escalation, now = readable(request, desk, pk), timezone.now()
    wanted = request.POST.get("step", "")
    try:
        if wanted:
            step = get_object_or_404(CallStep, site=desk.site_id, current=True, pk=wanted if wanted.isdigit() else 0)
            actions.call_beside(actor=request.user, escalation=escalation, step=step, now=now)
        else:
            actions.call_next(actor=request.user, escalation=escalation, now=now)
    except Refused as refusal:
        return page_of(request, readable(request, desk, pk), refusal=refusal)
    return to(escalation)


@desk_page("escalation.called")
@require_http_methods(["GET", "HEAD", "POST"])
def called(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """What a department contact sees of an emergency that they were called for: the matter and the place, and their own answer.

    Anybody else's is not there (404): neither the log nor another escalation can be read from here (I8).
    """
    now = timezone.now()
    rows = Escalation.objects.select_related("desk__site", "desk__settings", "entry__book__desk", "entry__words", "entry__author")
    escalation = get_object_or_404(rows, desk=desk, pk=pk)
    own = calls_to(request.user).filter(escalation=escalation).first()
    if own is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _said(request, own)
        if refusal is None:
            messages.success(request, _("The desk sees it."))
            return redirect("escalations:called", desk.slug, pk)
    row = rows_for([escalation.entry], reader=request.user, desk=desk, now=now)[0]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="called", filters={"escalation": pk},
        from_number=row.number, to_number=row.number, now=now, count=1,
    )
    own.refresh_from_db()
    context = {
        "desk": desk, "escalation": escalation, "row": row, "call": own, "state": calls_shown.said_of(own),
        "tone": calls_shown.TONES[Call.State(own.state)], "minutes": MINUTES, "refusal": refusal,
        "restricted": escalation.entry.audience != Entry.Audience.STAFF,
        "open": escalation.state != Escalation.State.CLOSED,
    }
    return render(request, "escalations/called.html", context, status=422 if refusal else 200)


def _said(request: HttpRequest, call: Call) -> Refused | None:
    """Does what the form says of the call; returns why not, where it is refused."""
    form = CallForm(request.POST)
    if not form.is_valid():
        return Refused("A16", _("Say whether they answered, are coming, or are there."), _("Load the page again."))
    try:
        actions.say_of_call(
            actor=request.user, call=call, said=form.cleaned_data["said"], minutes=form.cleaned_data["minutes"], now=timezone.now()
        )
    except Refused as refusal:
        return refusal
    return None
