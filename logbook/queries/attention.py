"""Entries that ask for somebody's attention (A25)."""

from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, QuerySet

from desks.models import Desk, Person, Role
from desks.queries import people_of_desk
from logbook.models import Entry
from logbook.queries.entries import entries_of


def readers_offered(desk: Desk, now: datetime) -> QuerySet[Person]:
    """Who may be asked to read an entry of the desk: its staff and its supervisors (A25)."""
    return people_of_desk(desk, now, [Role.AGENT, Role.BUTLER, Role.SUPERVISOR])


def pinned_of(desk: Desk, now: datetime) -> QuerySet[Entry]:
    """The desk's entries that matter until a time to come, the newest first, save those that were retracted (A25)."""
    retracted = Entry.objects.filter(refers_to=OuterRef("pk"), act=Entry.Act.RETRACTION)
    rows = entries_of(desk).filter(fields__has_key="pinned_until", fields__pinned_until__gt=now.astimezone(UTC).isoformat())
    return rows.exclude(Exists(retracted))
