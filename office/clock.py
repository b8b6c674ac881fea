"""The office's clock: whoever comes on duty is told of the day's briefing (A32, I7)."""

from datetime import datetime

from desks.clock import local_day
from desks.models import Desk
from office.actions import tell_briefing
from office.queries import briefing_for


def tell_briefings(now: datetime) -> int:
    """Tells people who have come on duty of today's briefing, each once; returns how many were told."""
    told = 0
    for desk in Desk.objects.filter(active=True).select_related("site", "settings"):
        briefing = briefing_for(desk, local_day(now, desk.site.zone))
        told += tell_briefing(briefing=briefing, now=now) if briefing else 0
    return told
