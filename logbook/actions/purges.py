"""Purging what has expired: a supervisor asks, the administrator confirms, a command of the owner's carries it out (A19, I12).

Each step checks everything once more in the database, holds the book for a few milliseconds and commits: what remains is
always a contiguous tail, and a purge that was cut off goes on where it was.
"""

import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Desk, Person, Role
from desks.permissions import may
from desks.queries import people_with_role
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook import rules
from logbook.actions.archives import why_archive_does_not_hold
from logbook.actions.attachments import files_no_longer_needed
from logbook.actions.books import hold_books, site_book_of
from logbook.actions.record import record_act
from logbook.models import Archive, Book, Purge, PurgeDecision, PurgeRequest, PurgeStep
from logbook.queries import purge_stop_of, purges_asked_of
from notices.actions import tell

FIRST_PORTION, LEAST, MOST = 150, 50, 1000
"""Entries of the first step, and of any: each step is as large as the one before lets it be to hold the book for `HOLDS` (docs/decisions/0045)."""
HOLDS = 0.02
"""Seconds: well below what somebody who writes would notice."""
UNHELD = 1000
"""Rows at a time of what goes without the book's lock."""


@transaction.atomic
def ask_purge(*, actor: Person, confirmed: Confirmation, desk: Desk, archive: Archive | None, reason: str, now: datetime) -> PurgeRequest:
    """Asks to purge a book of the desk, or the site's, up to the end of an archived month; the administrators are told (A19).

    The confirmation is the actor's own PIN or password. Raises Refused.
    """
    if confirmed.person.pk != actor.pk:
        raise Refused("A19", _("A request is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    if not may(actor, "log.ask_purge", desk=desk, now=now):
        raise Refused("A19", _("The supervisor asks to purge."), _("Ask the supervisor."))
    if archive is None or archive.book.site_id != desk.site_id or archive.book.desk_id not in {desk.pk, None}:
        raise Refused("A19", _("This month is not archived."), _("Choose one of the list."), field="archive")
    site_book = site_book_of(desk.site)
    hold_books(site_book, archive.book)
    reason = rules.cleaned(reason)
    stop, number = purge_stop_of(archive)
    waiting = purges_asked_of(archive.book).exists()
    refusal = rules.why_not_ask_purge(stop=stop, number=number, waiting=waiting, reason=reason) or rules.why_not_value(
        name="reason", value=reason, longest=200
    )
    if refusal:
        raise refusal
    said = _said(archive) | name_of("by", actor) | {"why": reason}
    record_act(actor=actor, site=desk.site, now=now, code="purge_asked", fields=said)
    made = PurgeRequest.objects.create(archive=archive, asked_by=actor, asked_at=now, reason=reason, method=confirmed.method)
    tell(
        people=[each for each in people_with_role(desk.site, Role.SITE_ADMINISTRATOR, now) if each.pk != actor.pk], site=desk.site,
        matter="purge", matter_id=made.pk, occasion="asked", code="purge_wanted", fields=said, url=_page(desk), now=now,
    )
    return made


@transaction.atomic
def decide_purge(
    *, actor: Person, confirmed: Confirmation, desk: Desk, request: PurgeRequest, confirms: bool, reason: str, now: datetime
) -> PurgeDecision:
    """Confirms what somebody else asked to purge, or declines it with a reason; who asked is told (A19). Raises Refused.

    Nothing goes by this alone: the operator's command carries it out, and the database checks everything again.
    """
    if confirmed.person.pk != actor.pk:
        raise Refused("A19", _("An answer is signed with one's own PIN."), _("Enter your own PIN."), field="secret")
    hold_books(site_book_of(desk.site), request.archive.book)
    reason = rules.cleaned(reason)
    refusal = rules.why_not_decide_purge(
        same_person=request.asked_by_id == actor.pk, may_confirm=may(actor, "log.confirm_purge", site=desk.site, now=now),
        waiting=not PurgeDecision.objects.filter(request=request).exists(), confirms=confirms, reason=reason,
    ) or rules.why_not_value(name="reason", value=reason, longest=200)
    if refusal:
        raise refusal
    if confirms:
        stop, number = purge_stop_of(request.archive)
        if refusal := rules.why_not_ask_purge(stop=stop, number=number, waiting=False, reason=request.reason):
            raise refusal
    code = "purge_confirmed" if confirms else "purge_declined"
    said = _said(request.archive) | name_of("by", actor) | {"why": reason or request.reason}
    record_act(actor=actor, site=desk.site, now=now, code=code, fields=said)
    try:
        with transaction.atomic():
            made = PurgeDecision.objects.create(
                request=request, confirmed=confirms, decided_by=actor, decided_at=now, reason=reason, method=confirmed.method
            )
    except IntegrityError as error:
        raise Refused("A19", _("This request has been answered already."), _("Load the page again.")) from error
    tell(
        people=[request.asked_by], site=desk.site, matter="purge", matter_id=request.pk, occasion="decided", code=f"{code}_told", fields=said,
        url=_page(desk), now=now,
    )
    return made


@transaction.atomic
def begin_purge(*, request: PurgeRequest) -> Purge:
    """Records that a confirmed request is being carried out; nothing has gone yet. As the owner.

    Raises Refused for an archive that does not hold, and a database error for what the database refuses.
    """
    _check_archives(request.archive)
    made = Purge.objects.create(
        request=request, book=request.archive.book, first_number=0, last_number=0, at=request.asked_at, note_id=0, site_note_id=0
    )
    made.refresh_from_db()
    return made


@dataclass
class Carried:
    """What a purge has done: entries gone, stubs left for rows that stay, access records and history rows gone."""

    purge: Purge
    entries: int = 0
    stubs: int = 0
    others: int = 0


def waiting_purges() -> Iterator[PurgeRequest]:
    """The confirmed requests that are not carried out, or not to their end, oldest first."""
    rows = PurgeRequest.objects.filter(decision__confirmed=True).select_related("archive__book__site", "archive__book__desk", "purge")
    for request in rows.order_by("pk"):
        if not hasattr(request, "purge") or not is_complete(request.purge):
            yield request


def is_complete(purge: Purge) -> bool:
    """Whether every number of the purge has gone."""
    return PurgeStep.objects.filter(purge=purge, last_number=purge.last_number).exists()


def carry_out_purge(*, request: PurgeRequest, portion: int | None = None, step_done: Callable[[int, int], None] | None = None) -> Carried:
    """Removes what a confirmed request asks for, as the owner. Raises Refused for an archive that does not hold.

    1. Every archive of the range is read back: only what verifies outside may go here.
    2. The database checks request, people, age, holds and open matters, and writes the entries that say so.
    3. Steps of `portion` entries, or of as many as take some twenty milliseconds, each a transaction of its own under the book's
       lock; then the stubs that nothing points at.
    4. Access records of the desk and histories whose period is over; then the files that nothing refers to any more.

    Must not run inside a transaction. What the database refuses, it raises as a database error.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("A purge commits each of its steps.")
    purge = Purge.objects.filter(request=request).first() or begin_purge(request=request)
    carried, size = Carried(purge), portion or FIRST_PORTION
    begun = time.perf_counter()
    with _keys_asked_at_once():
        while count := _call("SELECT record_purge_step(%s, %s)", purge.pk, size)[0]:
            carried.entries += count
            size = portion or next_portion(size, time.perf_counter() - begun)
            if step_done is not None:
                step_done(carried.entries, purge.last_number - purge.first_number + 1)
            begun = time.perf_counter()
        reached = 0
        while (row := _call("SELECT reached, gone FROM record_purge_stubs(%s, %s, %s)", purge.pk, reached, portion or UNHELD))[0] is not None:
            reached = row[0]
    while count := _call("SELECT record_purge_others(%s, %s)", purge.pk, portion or UNHELD)[0]:
        carried.others += count
    carried.stubs = purge.book.entries.filter(number__lte=purge.last_number, code="purged").count()
    files_no_longer_needed(found.digest for value in attachments_named(purge) if (found := rules.attachment_of(value)))
    return carried


def next_portion(portion: int, took: float) -> int:
    """How many entries the next step takes after one of so many seconds: at most twice as many, and never fewer than `LEAST`."""
    return max(LEAST, min(MOST, 2 * portion, int(portion * HOLDS / max(took, 0.0001))))


def attachments_named(purge: Purge) -> set[str]:
    """The values of the `attachment_…` fields of the entries that went, from their archives: a purge that goes on knows them too."""
    found: set[str] = set()
    for archive in _archives(purge.book, purge.first_number, purge.last_number):
        with zipfile.ZipFile(settings.ARCHIVE_DIR / archive.file_name) as file:
            lines = file.read("book-1/entries.jsonl")
        # Most entries have none, and to look at each would take as long as its removal.
        at = lines.find(b'"attachment_')
        while at >= 0:
            begin, end = lines.rfind(b"\n", 0, at) + 1, lines.find(b"\n", at)
            found |= {value for name, value in json.loads(lines[begin:end])["fields"].items() if name.startswith("attachment_")}
            at = lines.find(b'"attachment_', end)
    return found


def _archives(book: Book, first: int, last: int) -> QuerySet[Archive]:
    return Archive.objects.filter(book=book, last_number__gte=first, last_number__lte=last).order_by("first_number")


def _check_archives(upto: Archive) -> None:
    gone = Purge.objects.filter(book=upto.book).order_by("-last_number").values_list("last_number", flat=True).first() or 0
    for archive in _archives(upto.book, gone + 1, upto.last_number):
        if words := why_archive_does_not_hold(archive):
            raise Refused("A19", _("The archive of %(month)s does not hold: %(why)s") % {"month": f"{archive.month:%Y-%m}", "why": words},
                          _("Bring the file back from your copies; nothing was purged."))


@contextmanager
def _keys_asked_at_once() -> Iterator[None]:
    """While this lasts the server asks no foreign key for each row by itself, where each step asks all of them at once (docs/decisions/0045).

    Set once: each time it is set the server forgets all its plans. A step that finds another key asks for its own rows all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_keys_known()")
        known = cursor.fetchone()[0]
        if known:
            cursor.execute("SET session_replication_role = 'replica'")
        try:
            yield
        finally:
            # A connection that is lost has lost the setting with it.
            if known and connection.is_usable():
                cursor.execute("RESET session_replication_role")


def _call(statement: str, *values: int) -> tuple[int, ...]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Processes that are started to help with a step take several times as long to begin as what they help with.
        cursor.execute(f"SET LOCAL max_parallel_workers_per_gather = 0; {statement}", values)
        return cursor.fetchone()


def _said(archive: Archive) -> dict[str, str]:
    book: Book = archive.book
    return in_each_language("desk", book.desk or book.site) | {"month": f"{archive.month:%Y-%m}", "last": str(archive.last_number)}


def _page(desk: Desk) -> str:
    return reverse("logbook:keeping", args=[desk.slug]) + "#purge"
