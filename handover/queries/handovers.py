"""Which handovers a desk has, and on which side of one somebody stands (A22–A30)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from desks.models import Desk, Person
from handover.models import Handover, HandoverCheckLine
from logbook.queries import watch_people


def hex_of(digest: Any) -> str:
    """A digest as hexadecimal characters, however the record hands it out; empty for an empty book."""
    if not digest:
        return ""
    return digest if isinstance(digest, str) else bytes(digest).hex()


def open_handover(desk: Desk) -> Handover | None:
    """The desk's open handover, or None."""
    return (
        Handover.objects.filter(desk=desk, state__in=Handover.OPEN_STATES)
        .select_related("desk__site", "desk__settings", "outgoing", "incoming", "watch", "started_by")
        .first()
    )


def last_closing(desk: Desk) -> Handover | None:
    """The newest completed closing of the desk, or None."""
    return (
        Handover.objects.filter(desk=desk, mode=Handover.Mode.CLOSING, state=Handover.State.COMPLETED)
        .select_related("outgoing")
        .order_by("-ended_at")
        .first()
    )


def found_otherwise(opening: Handover) -> list[HandoverCheckLine]:
    """What passed when the desk was closed last and fails at this opening (A27); none where nobody closed it before."""
    closing = last_closing(opening.desk)
    if closing is None or closing.entry_id is None:
        return []
    passed = closing.checks.filter(result=HandoverCheckLine.Result.PASS).values_list("item__code", flat=True)
    return list(opening.checks.filter(result=HandoverCheckLine.Result.FAIL, item__code__in=set(passed)).select_related("item"))


def handovers_of(desk: Desk) -> QuerySet[Handover]:
    """All handovers of the desk, newest first."""
    return Handover.objects.filter(desk=desk).select_related("outgoing", "incoming", "entry", "void_finding")


def past_handovers(desk: Desk) -> QuerySet[Handover]:
    """The desk's handovers that are over, newest first."""
    return (
        Handover.objects.filter(desk=desk)
        .exclude(state__in=Handover.OPEN_STATES)
        .select_related("outgoing", "incoming", "entry", "void_finding")
    )


def sides_of(handover: Handover, person: Person, now: datetime) -> set[str]:
    """On which sides the person stands: the outgoing with the colleagues of the watch, the incoming alone.

    Colleagues of the incoming count and check with them, as "colleague".
    """
    sides = set()
    watch = handover.watch
    if handover.incoming_id == person.pk:
        sides.add("incoming")
    elif handover.colleagues.filter(person=person).exists():
        sides.add("colleague")
    if handover.mode != Handover.Mode.OPENING and (
        handover.outgoing_id == person.pk
        or (watch is not None and person.pk in {each.pk for each in watch_people(watch)} and "incoming" not in sides)
    ):
        sides.add("outgoing")
    return sides


# ---- matters -------------------------------------------------------------------------------------------------------
