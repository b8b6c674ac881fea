"""All swaps and all leave of a desk, also those that changed nothing in the end, as their lists are narrowed (A13)."""

from datetime import date

from django.db.models import Q, QuerySet

from desks.clock import day_bounds
from desks.models import Choice, Desk, Person
from rosters.models import Leave, Swap


def swaps_of(
    desk: Desk, *, state: str = "", person: Person | None = None, since: date | None = None, until: date | None = None
) -> QuerySet[Swap]:
    """The desk's swaps, the newest first: of the person who asked or took it, of duties between two days of the site."""
    rows = Swap.objects.filter(desk=desk)
    if state:
        rows = rows.filter(state=state)
    if person is not None:
        rows = rows.filter(Q(person=person) | Q(taken_by=person))
    if since is not None:
        rows = rows.filter(duty__site_day__gte=since)
    if until is not None:
        rows = rows.filter(duty__site_day__lte=until)
    return rows.select_related("person", "taken_by", "filed_by", "decided_by", "duty__desk__site", "returns").order_by("-asked_at", "-pk")


def leaves_of(
    desk: Desk, *, state: str = "", person: Person | None = None, since: date | None = None, until: date | None = None
) -> QuerySet[Leave]:
    """The leave that was asked for at the desk, the newest first: of the person, touching the days of the site between two of them."""
    rows, zone = Leave.objects.filter(desk=desk), desk.site.zone
    if state:
        rows = rows.filter(state=state)
    if person is not None:
        rows = rows.filter(person=person)
    if since is not None:
        rows = rows.filter(ends_at__gt=day_bounds(since, zone)[0])
    if until is not None:
        rows = rows.filter(starts_at__lt=day_bounds(until, zone)[1])
    return rows.select_related("person", "filed_by", "decided_by", "desk__site").order_by("-asked_at", "-pk")


def kinds_of_leave(desk: Desk) -> dict[str, str]:
    """What each kind of leave is called, also one that the desk has no more, by its code."""
    rows = Choice.objects.filter(desk=desk, purpose=Choice.Purpose.LEAVE_KIND).order_by("version")
    return {row.code: row.label for row in rows}
