"""Acknowledging one's duties of a published month, and who has not (A5)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.models import Desk, Person
from desks.permissions import desk_page
from desks.refusal import Refused
from rosters import actions
from rosters.models import Roster
from rosters.queries import roster_of
from rosters.queries.acknowledged import changed_for, own_seen, seen_by


def seen_context(reader: Person, roster: Roster, *, sees_all: bool) -> dict[str, Any]:
    """What the month's page shows of a published roster: one's own acknowledgement, and to who drafts everybody's."""
    if roster.state != Roster.State.REPORTED:
        return {}
    own = own_seen(roster, reader)
    seen = seen_by(roster) if sees_all else []
    return {
        "own_seen": own, "changed": changed_for(roster, reader) if own is not None else [], "seen": seen, "unseen": sum(each.at is None for each in seen),
    }


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
    return redirect("rosters:month", desk.slug, month)
