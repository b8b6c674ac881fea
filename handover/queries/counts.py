"""What is counted and checked at a handover: what is expected, each number written, what became of what failed (A27, A28)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from desks.models import Desk, Person
from handover.models import (
    Handover,
    HandoverCheckLine,
    HandoverCounting,
)
from handover.queries.handovers import open_handover, sides_of
from registers.queries import custody_of


def expected_of(handover: Handover) -> dict[str, Decimal]:
    """What is expected of each item now, by its code: the last count with what moved since (A28)."""
    return {row.item.code: row.expected for row in custody_of(handover.desk)}


def countings_of(handover: Handover) -> dict[int, list[HandoverCounting]]:
    """Every number that was written of each item in this handover, oldest first, by the item's key."""
    found: dict[int, list[HandoverCounting]] = {}
    for each in handover.countings.select_related("counted_by").order_by("pk"):
        found.setdefault(each.item_id, []).append(each)
    return found


@dataclass(frozen=True)
class CountNow:
    """What a page of a handover reads once of its count: what is expected now, and every number that was written."""

    expected: dict[str, Decimal]
    countings: dict[int, list[HandoverCounting]]


def count_now(handover: Handover) -> CountNow:
    """The two together; nothing is expected any more of a handover that is over."""
    return CountNow(expected_of(handover) if handover.is_open else {}, countings_of(handover))


def is_answered(line: HandoverCheckLine, refused_at: datetime | None) -> bool:
    """Whether a check that fails needs nothing more; a ground counts once somebody has refused since (`refused_at`, the last)."""
    if line.answer == HandoverCheckLine.Answer.GROUND:
        return refused_at is not None and line.answered_at is not None and refused_at >= line.answered_at
    return bool(line.answer)


def last_refused_at(handover: Handover) -> datetime | None:
    """When this handover was refused last, or None."""
    return handover.refusals.order_by("-pk").values_list("refused_at", flat=True).first()


def counting(person: Person, desk: Desk) -> bool:
    """Whether the person takes part in an open handover of the desk in which something is not counted yet."""
    handover = open_handover(desk)
    if handover is None or not handover.counts.filter(counted__isnull=True).exists():
        return False
    return bool(sides_of(handover, person, timezone.now()))


# ---- content and obstacles -------------------------------------------------------------------------------------------
