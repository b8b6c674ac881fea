"""Who has come for a handover before the watch is theirs: what the incoming does in it says so (A22, A24)."""

from datetime import datetime

from django.db.models import F, QuerySet

from desks.models import Desk
from handover.models import (
    Handover,
    HandoverCheckLine,
    HandoverCountLine,
    HandoverMatter,
    HandoverQuestion,
    Refusal,
)


def came(desk: Desk, begin: datetime, end: datetime) -> list[tuple[int, datetime]]:
    """Each incoming's acts in handovers of the desk in [begin, end), as (person's id, moment); one reading.

    A handover that takes long, or is refused, makes nobody late who was there when it began.
    """
    sources: list[tuple[QuerySet, str, str, str]] = [
        (Handover.objects.filter(desk=desk), "started_by", "started_at", ""),
        (HandoverMatter.objects.filter(handover__desk=desk), "acknowledged_by", "acknowledged_at", "handover__"),
        (HandoverCountLine.objects.filter(handover__desk=desk), "counted_by", "counted_at", "handover__"),
        (HandoverCheckLine.objects.filter(handover__desk=desk), "checked_by", "checked_at", "handover__"),
        (HandoverQuestion.objects.filter(handover__desk=desk), "asked_by", "asked_at", "handover__"),
        (Refusal.objects.filter(handover__desk=desk), "person", "refused_at", "handover__"),
    ]
    parts = [
        rows.filter(**{who: F(f"{to}incoming"), f"{at}__gte": begin, f"{at}__lt": end}).order_by().values_list(who, at)
        for rows, who, at, to in sources
    ]
    return list(parts[0].union(*parts[1:]))
