"""What stops a handover: a refusal, a fault, an open matter during which the desk is not handed over (C9–C11)."""


from django.db.models import QuerySet

from handover.models import (
    Handover,
    Refusal,
)
from logbook.actions import book_of
from logbook.models import Entry, FollowUp
from logbook.queries import open_follow_ups_of


def open_refusal(handover: Handover) -> Refusal | None:
    """The refusal of this handover that waits for a decision, or None."""
    row = handover.refusals.filter(decision__isnull=True)
    return row.select_related("person", "ground", "entry", "handover__desk__site", "handover__desk__settings").last()


def suspension_of(handover: Handover) -> Entry | None:
    """The entry that last suspended this handover, or None (C11)."""
    return _own_acts(handover, "handover_suspended", "handover_suspended_both").first()


def meanwhile_of(handover: Handover) -> tuple[int, int] | None:
    """The range of numbers written during the last fault that is over, or None where nothing was (C11)."""
    resumed = _own_acts(handover, "handover_resumed_after").first() if handover.suspended_for else None
    return (int(resumed.fields["from_number"]), int(resumed.fields["to_number"])) if resumed is not None else None


def _own_acts(handover: Handover, *codes: str) -> QuerySet[Entry]:
    """The acts of these codes about this handover, newest first."""
    rows = Entry.objects.filter(book=book_of(handover.desk), act=Entry.Act.ACT, code__in=codes)
    return rows.filter(fields__handover=str(handover.ref)).order_by("-number")


def stopping_matters(handover: Handover) -> QuerySet[FollowUp]:
    """The open matters of the kinds during which the desk is not handed over (C10); none where the desk names none.

    They stop no opening: then nobody holds the desk, and somebody must.
    """
    kinds = handover.desk.settings.stopping_kinds
    if not kinds or not handover.is_open or handover.mode == Handover.Mode.OPENING:
        return FollowUp.objects.none()
    return open_follow_ups_of(handover.desk).filter(root__kind__in=kinds)


# ---- what is found afterwards ----------------------------------------------------------------------------------------------
