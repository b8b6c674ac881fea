"""What the rounds show on pages of earlier floors: the next round and how late it is, and what was missed (C3)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import local_moment
from rounds.actions import walks
from rounds.models import RoundMiss, RoundWalk
from rounds.queries import slots_now

SHOWN = 6
# What was missed longer ago is read on the rounds' page.
SHOWN_FOR = timedelta(hours=24)


def desk_todo(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """What can be walked now and what comes next; one tap where nothing is read off on the way."""
    if not may(request.user, "round.view", desk=desk):
        return None
    now = timezone.now()
    slots = slots_now(desk, now)
    if not slots:
        return None
    may_walk = may(request.user, "round.walk", desk=desk, now=now)
    return {
        "template": "rounds/_desk_todo.html", "desk": desk, "late": sum(slot.state in {"late", "missed"} for slot in slots),
        "lines": [
            {"slot": slot, "may_walk": may_walk and slot.is_open and walks(request.user, slot.round, now), "key": uuid4()}  # type: ignore[arg-type]
            for slot in slots[:SHOWN]
        ],
    }


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits for the supervisor: each round of the last day that was missed, not walked since, and not explained."""
    items = []
    misses = RoundMiss.objects.filter(desk__site=site, told_at__isnull=False, due_at__gte=now - SHOWN_FOR, reasons__isnull=True)
    walked = set(RoundWalk.objects.filter(desk__site=site, due_at__gte=now - SHOWN_FOR).values_list("desk", "round_code", "due_at"))
    for miss in misses.select_related("desk__site", "round").order_by("due_at", "pk"):
        if (miss.desk_id, miss.round_code, miss.due_at) in walked or not may(person, "handover.decide", desk=miss.desk, now=now):
            continue
        day = miss.due_at.astimezone(site.zone).date()
        items.append(
            NowItem(
                "warn", "clock", _("Round missed: %(round)s") % {"round": miss.round.label},
                _("%(desk)s: due %(at)s, not walked since, and nobody has said why.")
                % {"desk": miss.desk.label, "at": local_moment(miss.due_at, miss.desk)},
                reverse("rounds:rounds", args=[miss.desk.slug]) + f"?day={day}#miss-{miss.pk}", _("Look"), miss.due_at,
            )
        )
    return items
