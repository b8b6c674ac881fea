"""What escalations show on pages of other floors: an entry's page, the desk page, the list of now (A3, A4)."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.clock import local_day
from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from escalations import calls_shown, pages
from escalations.actions import address_of
from escalations.forms import ConfirmForm, DecideForm, RaiseForm
from escalations.models import Escalation, Level
from escalations.queries import (
    is_supervised,
    level_asked,
    may_read,
    open_escalation_of,
    open_escalations_of,
    unconfirmed_of,
    why_not_raise,
    with_times,
)
from logbook.models import Entry
from logbook.queries import running_emergencies
from logbook.reading import text_of
from logbook.rules import is_emergency


def entry_tools(request: HttpRequest, desk: Desk, entry: Entry) -> dict[str, Any] | None:
    """On an entry's page: its open escalation, or the one step that passes it up; in an emergency, who is called (A4, A16)."""
    now = timezone.now()
    found = open_escalation_of(entry)
    if found is not None:
        if not may(request.user, "escalation.view", desk=desk, now=now) or not may_read(request.user, found, now):
            return None
        tone, state = pages.state_of(found, level_asked(found, now))
        return {
            "template": "escalations/_entry_open.html", "escalation": found, "tone": tone, "state": state, "desk": desk,
            "call": calls_shown.calls_for(found, reader=request.user, now=now),
        }
    root = entry.root or entry
    if not may(request.user, "escalation.raise", desk=desk, now=now) or why_not_raise(root) is not None:
        return None
    emergency = is_emergency(kind=root.kind, urgency=root.urgency)
    return {
        "template": "escalations/_entry_raise.html", "form": RaiseForm(auto_id="escalate-%s"), "number": entry.number, "desk": desk,
        "supervised": is_supervised(desk, now), "emergency": emergency, "first": calls_shown.first_to_call(root, desk, now) if emergency else None,
    }


def desk_todo(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """In the to-do column: open escalations with their state; how long somebody takes is not shown on this screen."""
    now = timezone.now()
    if not may(request.user, "escalation.view", desk=desk, now=now):
        return None
    lines = pages.lines_of(list(open_escalations_of(desk)), reader=request.user, now=now)
    return {"template": "escalations/_todo.html", "lines": lines, "desk": desk} if lines else None


def desk_strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """On top of the desk page, in sight on a phone too: emergencies for which nobody was called yet (A16)."""
    if not may(request.user, "escalation.raise", desk=desk, now=timezone.now()):
        return None
    running = [
        matter.root for matter in running_emergencies(desk)
        if open_escalation_of(matter.root) is None and matter.root.audience == Entry.Audience.STAFF
    ]
    emergencies = [{"number": root.number, "text": text_of(root)} for root in running]
    return {"template": "escalations/_strip.html", "desk": desk, "wide": True, "emergencies": emergencies} if emergencies else None


def desk_aside(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Below the to-do column: the way to write down a decision by phone (A11)."""
    if not may(request.user, "escalation.raise", desk=desk, now=timezone.now()):
        return None
    return {"template": "escalations/_aside.html", "desk": desk}


def review_panel(request: HttpRequest, desk: Desk, day: date) -> dict[str, Any] | None:
    """In the day's review: the decisions by phone of that day that wait to be confirmed (A11, A21)."""
    now = timezone.now()
    supervises = may(request.user, "escalation.decide", desk=desk, now=now)
    spoken = []
    for step in unconfirmed_of(desk):
        if local_day(step.at, desk.site.zone) != day or not may_read(request.user, step.escalation, now):
            continue
        number = step.escalation.pk
        offered = pages.forms_for(step.escalation, reader=request.user, now=now)
        may_confirm = pages.may_confirm(step.escalation, request.user, supervises)
        initial = {"review": day}
        spoken.append({
            "step": step, "escalation": step.escalation, "text": text_of(step.escalation.entry), "decision": text_of(step.entry),
            "confirm": ConfirmForm(auto_id=f"confirm-{number}-%s", initial=initial) if may_confirm else None,
            "decide": DecideForm(auto_id=f"decide-{number}-%s", initial=initial) if "decide" in offered else None,
        })
    return {"template": "escalations/_review.html", "spoken": spoken, "desk": desk} if spoken else None


def now(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits for a decision or a confirmation of this person at the site (A3, A11)."""
    rows = with_times(Escalation.objects.filter(desk__site=site, desk__active=True).exclude(
        state=Escalation.State.CLOSED, confirmation__in=[Escalation.Confirmation.NONE, Escalation.Confirmation.CONFIRMED]
    ))
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
        quotes=(escalation.desk, escalation.entry.number) if words else None,
    )
