"""What escalations show on pages of other floors: an entry's page, the desk page, the list of now (A3, A4)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from escalations import pages
from escalations.actions import address_of
from escalations.forms import RaiseForm
from escalations.models import Escalation, Level
from escalations.queries import may_read, open_escalation_of, open_escalations_of
from logbook.models import Entry


def entry_tools(request: HttpRequest, desk: Desk, entry: Entry) -> dict[str, Any] | None:
    """On an entry's page: its open escalation, or the one step that passes it up (A4)."""
    now = timezone.now()
    found = open_escalation_of(entry)
    if found is not None:
        if not may(request.user, "escalation.view", desk=desk, now=now) or not may_read(request.user, found, now):
            return None
        tone, state = pages.state_of(found)
        return {"template": "escalations/_entry_open.html", "escalation": found, "tone": tone, "state": state, "desk": desk}
    if not may(request.user, "escalation.raise", desk=desk, now=now) or entry.code.startswith("escalation_"):
        return None
    if Entry.objects.filter(refers_to=entry.root_id or entry.pk, act=Entry.Act.RETRACTION).exists():
        return None
    form = RaiseForm(auto_id="escalate-%s")
    return {"template": "escalations/_entry_raise.html", "form": form, "number": entry.number, "desk": desk}


def desk_todo(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """In the to-do column: open escalations with their state; how long somebody takes is not shown on this screen."""
    now = timezone.now()
    if not may(request.user, "escalation.view", desk=desk, now=now):
        return None
    lines = pages.lines_of(list(open_escalations_of(desk)), reader=request.user, now=now)
    return {"template": "escalations/_todo.html", "lines": lines, "desk": desk} if lines else None


def now(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits for a decision or a confirmation of this person at the site (A3, A11)."""
    rows = Escalation.objects.filter(desk__site=site, desk__active=True).exclude(
        state=Escalation.State.CLOSED, confirmation__in=[Escalation.Confirmation.NONE, Escalation.Confirmation.CONFIRMED]
    )
    rows = rows.select_related("desk__site", "desk__settings", "entry", "entry__words", "raised_by").order_by("asked_at")
    items = [_item(each, person, now) for each in rows if may_read(person, each, now)]
    return [item for item in items if item is not None]


def _item(escalation: Escalation, person: Person, now: datetime) -> NowItem | None:
    offered = pages.forms_for(escalation, reader=person, now=now)
    waits = escalation.state in {Escalation.State.RAISED, Escalation.State.ACKNOWLEDGED}
    if waits and "decide" in offered:
        what = (
            _("Emergency: decide about #%(number)s") if escalation.emergency else _("Decide about #%(number)s")
        ) % {"number": escalation.entry.number}
        tone, act = ("bad" if escalation.emergency else "warn"), _("Decide")
    elif "confirm" in offered:
        what = _("Confirm the decision by phone about #%(number)s") % {"number": escalation.entry.number}
        tone, act = "accent", _("Confirm")
    else:
        return None
    words = pages.lines_of([escalation], reader=person, now=now)[0].text
    who = escalation.raised_by.display_name
    if escalation.level == Level.PROJECT_HEAD:
        who = _("%(who)s, passed on by the supervisor") % {"who": who}
    return NowItem(
        tone=tone, icon="alert", what=what, why=" · ".join(part for part in (words[:80], who, escalation.desk.label) if part),
        url=address_of(escalation), act=act, at=escalation.asked_at,
    )
