"""What the office shows on pages of other floors: the briefing on the desk page, and what waits for the supervisor."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.clock import at, local_day
from desks.hooks import NowItem
from desks.models import Desk, OpeningHours, Person, Site
from desks.permissions import may
from office.models import Briefing
from office.queries import briefing_for, people_on_duty


def briefing_context(person: Person, desk: Desk, briefing: Briefing | None, now: datetime) -> dict[str, Any]:
    """Who has acknowledged the briefing, who on duty has not, and whether this person is asked."""
    acks = list(briefing.acknowledgements.select_related("person")) if briefing else []
    done = {ack.person_id for ack in acks}
    on_duty = people_on_duty(desk, now)
    staff = may(person, "briefing.read", desk=desk, now=now) and not may(person, "briefing.write", desk=desk, now=now)
    asked = bool(briefing) and person.pk not in done and (staff or person.pk in {each.pk for each in on_duty})
    return {
        "briefing": briefing, "acks": acks, "waiting": [each for each in on_duty if each.pk not in done], "asked": asked,
        "desk": desk,
    }


def briefing_strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Today's briefing on the watch strip, with "acknowledge" for the actor; for the supervisor also when there is none."""
    now = timezone.now()
    person = request.user
    if not isinstance(person, Person) or not may(person, "briefing.read", desk=desk, now=now):
        return None
    briefing = briefing_for(desk, local_day(now, desk.site.zone))
    may_write = may(person, "briefing.write", desk=desk, now=now)
    if briefing is None and not may_write:
        return None
    context = briefing_context(person, desk, briefing, now)
    return context | {"template": "office/_briefing_strip.html", "wide": True, "may_write": may_write}


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """For who writes briefings: the open desks that have none for today (A32)."""
    today = local_day(now, site.zone)
    items = []
    for desk in site.desks.filter(active=True).select_related("settings", "site"):
        if not may(person, "briefing.write", desk=desk, now=now) or briefing_for(desk, today):
            continue
        hours = OpeningHours.objects.filter(desk=desk, weekday=today.weekday()).first()
        if hours is None or now >= at(today, hours.closes, site.zone):
            continue
        items.append(
            NowItem(
                tone="info", icon="flag", what=_("No briefing for today yet"), why=desk.label,
                url=reverse("office:briefing", args=[desk.slug]), act=_("Write"),
            )
        )
    return items
