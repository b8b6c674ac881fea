"""Acknowledging one's duties of a published month, and who has not (A5)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.clock import local_day
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from rosters import actions
from rosters.models import Roster
from rosters.queries import own_duties, roster_of, shifts_of
from rosters.queries.acknowledged import changed_for, is_over, own_seen, seen_by
from rosters.queries.own_month import own_months


def seen_context(reader: Person, roster: Roster, *, sees_all: bool) -> dict[str, Any]:
    """What the month's page shows of a published roster: one's own acknowledgement, and to who drafts everybody's."""
    if roster.state != Roster.State.REPORTED:
        return {}
    own = own_seen(roster, reader)
    if own is not None and own.at is None and is_over(roster, timezone.now()):
        own = None
    seen = seen_by(roster) if sees_all else []
    return {
        "own_seen": own, "changed": changed_for(roster, reader) if own is not None else [], "seen": seen, "unseen": sum(each.at is None for each in seen),
    }


@desk_page("roster.view")
@require_safe
def own_month(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """A published month as it is for the reader: figures, wishes not met, what changed since, every duty; to be acknowledged."""
    roster = roster_of(desk, month)
    if roster is None or roster.state != Roster.State.REPORTED:
        raise Http404
    now = timezone.now()
    mine, shifts = own_months(roster).get(request.user.pk), {shift.code: shift for shift in shifts_of(desk)}
    context: dict[str, Any] = {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "own": mine, "today": local_day(now, desk.site.zone),
        "duties": [duty for duty in own_duties(request.user, month) if duty.desk_id == desk.pk], "may_ask": may(request.user, "duty.ask", desk=desk, now=now),
        "unmet": [(breach.days[0], shifts.get(breach.shift)) for breach in mine.unmet] if mine is not None else [],
    } | seen_context(request.user, roster, sees_all=False)
    return render(request, "rosters/own_month.html", context)


@desk_page("roster.view")
@require_POST
def acknowledge(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The reader has seen their duties of the month."""
    roster = roster_of(desk, month)
    if roster is None:
        raise Http404
    try:
        actions.acknowledge_roster(actor=request.user, roster=roster, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("Acknowledged. Whoever drafts the roster sees it."))
    return redirect("rosters:own_month" if request.POST.get("to") == "own" else "rosters:month", desk.slug, month)
