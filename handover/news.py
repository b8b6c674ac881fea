"""What is new to the incoming since their own last watch at the desk, and what of it they have read (A25)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from desks.models import Desk, Person
from handover.models import Handover
from logbook.models import Entry, WatchMember
from logbook.queries import emergencies, entries_of

# Who has never been of a watch here reads back so far.
NEW_HERE = timedelta(days=7)


@dataclass(frozen=True)
class LastHere:
    """Until when the person was of a watch of the desk, and after which entry they may not know the log."""

    until: datetime
    after: int
    """The last entry of their watch; of who left before its end the first, and the time decides."""
    left_early: bool = False
    there: bool = False
    """They are of the watch that holds the desk: nothing is new to them."""


def last_here(person: Person | None, desk: Desk, now: datetime) -> LastHere | None:
    """The person's last watch at the desk, or None for somebody new; who is of the watch now has been here until now. One query."""
    if person is None:
        return None
    rows = WatchMember.objects.filter(person=person, watch__desk=desk).select_related("watch")
    last = rows.order_by(F("left_at").desc(nulls_first=True)).first()
    if last is None:
        return None
    if last.left_at is None:
        return LastHere(now, last.watch.first_number, there=True)
    early = last.watch.last_number is None or last.left_at != last.watch.ended_at
    return LastHere(last.left_at, (last.watch.first_number if early else last.watch.last_number) or 0, left_early=early)


def last_of_incoming(handover: Handover) -> LastHere | None:
    """Until when the incoming was here before this handover."""
    return last_here(handover.incoming, handover.desk, handover.started_at)


def new_entries(handover: Handover, last: LastHere | None) -> QuerySet[Entry]:
    """The entries since the incoming's own last watch, of all watches between, up to the cut-off; none for a handover without one.

    `last` is what `last_of_incoming` says. Entries that only supervisors read are not among them: the text of those is
    not shown at the desk.
    """
    if handover.incoming_id is None or (last is not None and last.there):
        return Entry.objects.none()
    found = entries_of(handover.desk, first=last.after + 1 if last else None, last=handover.cut_off)
    if last is None or last.left_early:
        found = found.filter(recorded_at__gt=last.until if last else handover.started_at - NEW_HERE)
    return found.filter(audience=Entry.Audience.STAFF).order_by("number")


def important_new(handover: Handover, last: LastHere | None) -> QuerySet[Entry]:
    """Those of the new entries that nobody reads past: emergencies, urgent ones, what was set on top (A25)."""
    important = emergencies() | Q(urgency="urgent") | Q(fields__has_key="pinned_until")
    retracted = Entry.objects.filter(refers_to=OuterRef("pk"), act=Entry.Act.RETRACTION)
    return new_entries(handover, last).filter(important, act=Entry.Act.ENTRY).exclude(Exists(retracted))


def read_keys(handover: Handover) -> set[int]:
    """The keys of the entries that the incoming has read one by one or by "read all"."""
    return set(handover.readings.filter(person=handover.incoming_id).values_list("entry", flat=True))


def unread_important(handover: Handover) -> list[Entry]:
    """The important new entries that the incoming has not read yet, in their order."""
    read = read_keys(handover)
    return [entry for entry in important_new(handover, last_of_incoming(handover)).select_related("words") if entry.pk not in read]
