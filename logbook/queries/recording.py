"""What an entry needs to be recorded, and what holds at its moment (A8, A9, A17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from desks.by_hand import Columns
from desks.facts import KINDS
from desks.gate import known_of
from desks.keeping import Kept
from desks.models import Desk, EntryKind, KindField, Person
from logbook.models import Book, Entry, EntryDigest, FollowUp
from logbook.queries.entries import book_ids_of
from logbook.rules import EMERGENCY, OPEN_STATES

_KIND = Columns(EntryKind)
# What took longer than a day was not settled at once; so much of the book is looked at.
_AT_ONCE = timedelta(days=1)


def head_of(book: Book) -> tuple[int, bytes]:
    """Number and digest of the newest entry; nought and zeros for an empty book."""
    last = EntryDigest.objects.filter(book=book).order_by("-number").first()
    return (last.number, bytes(last.digest)) if last else (0, bytes(32))


@dataclass(frozen=True)
class Recording:
    """What an entry needs: the kinds in use by code, the desk's present book (or None), and whether the writer is of the watch."""

    kinds: dict[str, EntryKind]
    book_id: int | None
    of_the_watch: bool


TO_RECORD = ("desks.kinds", "logbook.book", "logbook.of_the_watch")


def recording_at(desk: Desk, writer: Person, now: datetime) -> Recording:
    """What an entry of this writer at the desk needs. A page that knows TO_RECORD has read it; else one statement does.

    The kinds, which nobody changes for weeks, are kept under a digest of their rows. Nothing else in the product runs
    as often as the saving of an entry.
    """
    known = desk.known
    if known is None or known.person_id != writer.pk or not known.facts.keys() >= set(TO_RECORD):
        values = known_of(desk, writer, now, TO_RECORD)
    else:
        values = tuple(known.facts[name] for name in TO_RECORD)
    digest, book_id, of_the_watch = values
    return Recording(_kinds_of(desk, digest), book_id, of_the_watch)


_kinds = Kept(64)


def _kinds_of(desk: Desk, digest: str) -> dict[str, EntryKind]:
    found = _kinds.find((desk.pk, digest))
    if found is None:
        # The digest comes with the rows: what is kept under it is what it is of.
        statement = f"SELECT ({KINDS}), {_KIND.of('own')} FROM desks_desk AS desk JOIN desks_entrykind AS own ON own.desk_id = desk.id"
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE desk.id = %s AND own.current", [desk.pk])
            rows = cursor.fetchall()
        found = {kind.code: kind for kind in (_KIND.read(row[1:]) for row in rows)}
        # A change of a field is a new version of its kind: the kinds' digest tells the fields' state as well.
        fields = list(KindField.objects.filter(kind__desk=desk, kind__current=True, current=True).order_by("position", "code"))
        for kind in found.values():
            kind.own = [field for field in fields if field.kind_id == kind.pk]
        if rows:
            _kinds.put((desk.pk, rows[0][0]), found)
    return found


def desk_since(desk: Desk) -> datetime | None:
    """When the desk's first book began: the time of its first entry; None for an empty one."""
    return EntryDigest.objects.filter(book__desk=desk, number=1).order_by("recorded_at").values_list("recorded_at", flat=True).first()


def emergencies(path: str = "") -> Q:
    """The entries, at the end of `path`, that are emergencies by kind or by urgency: the same as rules.is_emergency (A9)."""
    return Q(**{f"{path}kind": EMERGENCY}) | Q(**{f"{path}urgency": EMERGENCY})


def in_emergency(desk: Desk, moment: datetime) -> bool:
    """Whether the moment lies in an emergency of the desk, or in the time after one that its settings name (A9).

    One that was settled when it was written down began when it happened and ended when it was recorded. One statement.
    """
    ended = moment - timedelta(minutes=desk.settings.emergency_after_minutes)
    still = Q(state__in=OPEN_STATES) | Q(state=FollowUp.State.CLOSED, changed_at__gt=ended)
    matters = FollowUp.objects.filter(still, emergencies("root__"), book__in=book_ids_of(desk), opened_at__lte=moment)
    settled = Entry.objects.filter(
        emergencies(), ~Exists(Entry.objects.filter(refers_to=OuterRef("pk"), act=Entry.Act.RETRACTION)), book__in=book_ids_of(desk),
        act=Entry.Act.ENTRY, follow_state="", original_recorded_at__isnull=True, occurred_at__lte=moment,
        occurred_at__gt=ended - _AT_ONCE, recorded_at__gt=ended,
    )
    return matters.values("root").union(settled.values("pk"), all=True).exists()


def running_emergencies(desk: Desk) -> list[FollowUp]:
    """The emergencies of the desk that are not closed, the newest first, each with its first entry."""
    found = FollowUp.objects.filter(emergencies("root__"), book__in=book_ids_of(desk), state__in=OPEN_STATES)
    return list(found.select_related("root__words").order_by("-opened_at"))
