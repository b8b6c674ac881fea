"""What was found about a handover afterwards (C12, A30)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from desks.models import Desk, Person
from desks.permissions import may
from handover.models import (
    OmissionReport,
)


def omissions_of(desk: Desk) -> QuerySet[OmissionReport]:
    """The reports of omissions of the desk, newest first, with what was said and decided (C12)."""
    return OmissionReport.objects.filter(desk=desk).select_related(
        "desk__site", "desk__settings", "handover__incoming", "handover__outgoing", "handover__entry", "about", "reported_by", "entry__words",
        "evidence", "statement", "decision__decided_by",
    )


def omissions_for(desk: Desk, reader: Person, now: datetime) -> QuerySet[OmissionReport]:
    """The reports that this reader may see: all for supervisors, head and auditor, else those they made or are asked about."""
    rows = omissions_of(desk)
    if may(reader, "log.see_restricted", desk=desk, now=now):
        return rows
    return rows.filter(Q(reported_by=reader) | Q(about=reader))


def narrowed_omissions(rows: QuerySet[OmissionReport], show: str) -> QuerySet[OmissionReport]:
    """The reports that wait for a statement, those that wait for a decision, the decided ones, or all."""
    narrowed = {
        "asked": Q(statement__isnull=True, decision__isnull=True), "heard": Q(statement__isnull=False, decision__isnull=True),
        "decided": Q(decision__isnull=False),
    }
    return rows.filter(narrowed[show]) if show in narrowed else rows
