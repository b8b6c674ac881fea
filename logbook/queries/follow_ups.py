"""The matters of a desk by their state (A1, A9, A30)."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet, Window

from desks.models import Desk
from logbook.models import Entry, FollowUp
from logbook.queries.entries import HEAVY, book_ids_of
from logbook.rules import OPEN_STATES


def _follow_ups_of(desk: Desk, see_restricted: bool) -> QuerySet[FollowUp]:
    found = FollowUp.objects.filter(book__in=book_ids_of(desk))
    return found if see_restricted else found.exclude(root__audience=Entry.Audience.SUPERVISORS)


def open_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's open matters, by due time, those without one last (A1); only with `see_restricted` those of supervisors."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("due_at", "root__number")
    )


def todo_of(desk: Desk, limit: int, now: datetime, *, see_restricted: bool = True) -> tuple[list[Entry], int, int]:
    """The first entries of the open matters by due time, how many are open and how many overdue; one query.

    See `open_follow_ups_of`.
    """
    matters = list(
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words")
        .defer(*(f"root__{name}" for name in HEAVY))
        .annotate(all_open=Window(Count("pk")), all_overdue=Window(Count("pk", filter=_overdue(now))))
        .order_by("due_at", "root__number")[:limit]
    )
    return [matter.root for matter in matters], *((matters[0].all_open, matters[0].all_overdue) if matters else (0, 0))


def _overdue(now: datetime) -> Q:
    return Q(due_at__lte=now) & ~(Q(state="waiting") & Q(waiting_until__gt=now))


def overdue_follow_ups_of(desk: Desk, now: datetime, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """Open matters past their due time; one that waits for a date counts from that date."""
    return open_follow_ups_of(desk, see_restricted=see_restricted).filter(_overdue(now))


def closed_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's closed matters, the newest first; see `open_follow_ups_of`."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state=FollowUp.State.CLOSED)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("-changed_at")
    )


def open_and_overdue(desk: Desk, now: datetime, *, see_restricted: bool = True) -> tuple[int, int]:
    """How many matters of the desk are open, and how many of them are overdue; see `open_follow_ups_of`."""
    counted = _follow_ups_of(desk, see_restricted).filter(state__in=OPEN_STATES).aggregate(
        open=Count("pk"), overdue=Count("pk", filter=_overdue(now))
    )
    return counted["open"], counted["overdue"]


def open_imported_of(desk: Desk) -> QuerySet[FollowUp]:
    """The desk's imported matters that are still open, oldest first (A1)."""
    return open_follow_ups_of(desk).filter(root__original_recorded_at__isnull=False).order_by("root__number")
