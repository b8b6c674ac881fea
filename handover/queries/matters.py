"""What a handover tells: the open matters drawn from the log, and the entries of its watch (A26, I4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from desks.models import Desk
from handover.models import (
    Handover,
    HandoverMatter,
)
from handover.rules import MatterFacts, severity_of, why_one_by_one
from logbook.models import Entry, FollowUp, Watch
from logbook.queries import entries_of, open_follow_ups_of
from logbook.rules import counts_from


@dataclass(frozen=True)
class Drawn:
    """An open follow-up as it enters a handover."""

    root_id: int
    group: str
    why: str
    severity: str
    next_step: str
    last_number: int
    handler: str = ""
    due_at: datetime | None = None
    """The due time that counts: of a matter that waits for a date, that date."""


def drawn_matters(desk: Desk, mode: str, *, since: datetime, now: datetime) -> list[Drawn]:
    """Every open follow-up of the desk with its group: alone, or in the list of the unchanged rest (A26).

    At an opening the whole night is one list; at a closing only what is urgent stands alone. A matter that only
    supervisors read is theirs: it stands in the list by number and kind.
    """
    due_soon = timedelta(minutes=desk.settings.due_soon_minutes)
    drawn = []
    for follow_up in open_follow_ups_of(desk).select_related("last_entry"):
        facts = MatterFacts(
            follow_up.opened_at, follow_up.changed_at, follow_up.due_at, follow_up.urgency, follow_up.severity
        )
        why = why_one_by_one(facts, since=since, now=now, due_soon=due_soon)
        if follow_up.root.audience == Entry.Audience.SUPERVISORS:
            why = ""
        alone = why == "critical" if mode == Handover.Mode.CLOSING else bool(why) and mode == Handover.Mode.FACE
        group = HandoverMatter.Group.ONE_BY_ONE if alone else HandoverMatter.Group.REST
        drawn.append(
            Drawn(
                follow_up.pk, group, why, severity_of(facts, why), follow_up.next_step, follow_up.last_entry.number, follow_up.handler,
                follow_up.due_at
                and counts_from(state=follow_up.state, due_at=follow_up.due_at, waiting_until=follow_up.waiting_until),
            )
        )
    return drawn


@dataclass(frozen=True)
class MatterNow:
    """A matter of a handover with its follow-up as it stands now."""

    matter: HandoverMatter
    follow_up: FollowUp
    moved: bool
    """Whether an entry came after the telling: shown, and before the first signature to be told again."""


def matters_now(handover: Handover) -> list[MatterNow]:
    """The matters with their follow-ups, critical ones first, then in the order of their numbers."""
    matters = list(
        handover.matters.select_related("root__words", "told_by", "acknowledged_by").prefetch_related("questions").order_by("root__number")
    )
    follow_ups = FollowUp.objects.select_related("last_entry").in_bulk([matter.root_id for matter in matters])
    rank = {"critical": 0, "watch": 1, "stable": 2}
    rows = [
        MatterNow(
            matter, follow_ups[matter.root_id],
            follow_ups[matter.root_id].last_entry.number > (matter.told_number or handover.cut_off),
        )
        for matter in matters
    ]
    return sorted(rows, key=lambda row: (rank[row.matter.severity], row.matter.root.number))


def not_yet_included(handover: Handover, seen: int) -> int:
    """How many matters came in, moved or were settled since the list was drawn or they were told, up to entry `seen` (A26)."""
    if handover.state != Handover.State.PREPARING:
        return 0
    there = {
        root_id: told or handover.cut_off for root_id, told in handover.matters.values_list("root_id", "told_number")
    }
    newest = dict(open_follow_ups_of(handover.desk).values_list("pk", "last_entry__number"))
    settled = FollowUp.objects.filter(pk__in=there.keys() - newest.keys()).values_list("pk", "last_entry__number")
    return sum(number <= seen and number > there.get(pk, 0) for pk, number in [*newest.items(), *settled])


def entries_since(handover: Handover) -> QuerySet[Entry]:
    """The entries written since the cut-off: listed, and nothing becomes stale by them (I4)."""
    last = handover.entry.number - 1 if handover.entry else None
    return entries_of(handover.desk, first=handover.cut_off + 1, last=last).order_by("number")


def entries_of_watch(watch: Watch) -> QuerySet[Entry]:
    """The entries of a watch, newest first: the range of its numbers (I3)."""
    return entries_of(watch.desk, first=watch.first_number, last=watch.last_number)


# ---- counting and checking -------------------------------------------------------------------------------------------
