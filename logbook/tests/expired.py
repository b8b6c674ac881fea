"""A book of three months, the first two of them expired: for tests of archiving and purging."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from desks import record_clock
from desks.binding import Confirmation
from desks.models import Person
from desks.testing import Town
from logbook import actions
from logbook.actions.purges import begin_purge
from logbook.models import Archive, Book, Entry, Purge, PurgeDecision, PurgeRequest
from logbook.queries import purgeable_of

NOVEMBER = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 5, 1, 0, tzinfo=UTC)
# The first moment at which November and December 2026 are three years old in Shanghai.
AFTERWARDS = datetime(2029, 12, 31, 16, 0, tzinfo=UTC)


@dataclass
class Old:
    """The desk's book with what stands in it by name."""

    book: Book
    entries: dict[str, Entry]
    clock: Callable[[datetime], None]


def write_old_book(town: Town, clock: Callable[[datetime], None]) -> Old:
    """Matters that cross the months, personal values, a veiled text, a correction; a checkpoint of each month; the clock afterwards."""
    made: dict[str, Entry] = {}

    def write(name: str, now: datetime, **values: object) -> None:
        made[name] = actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"{name} 漏水", **values)

    clock(NOVEMBER)
    write("enquiry", NOVEMBER, kind="enquiry", customer="王女士", phone="13800138000")
    write("repair", NOVEMBER, kind="repair", place="5栋1203", customer="李先生")
    write("secret", NOVEMBER, kind="enquiry")
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, NOVEMBER), entries=[made["secret"]], reason="误写", now=NOVEMBER)
    actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.supervisor, NOVEMBER), request=asked, now=NOVEMBER)
    actions.make_checkpoint(book=made["enquiry"].book, occasion="day", now=NOVEMBER)
    write("november", NOVEMBER, kind="enquiry")
    clock(DECEMBER)
    made["closed"] = actions.move_follow_up(actor=town.agent, root=made["repair"], now=DECEMBER, state="closed", result="已修复")
    write("december", DECEMBER, kind="enquiry", phone="13900139000")
    clock(JANUARY)
    made["added"] = actions.add_to_entry(actor=town.supervisor, entry=made["enquiry"], now=JANUARY, text="补充")
    write("january", JANUARY, kind="enquiry")
    actions.make_checkpoint(book=made["enquiry"].book, occasion="day", now=JANUARY)
    clock(AFTERWARDS)
    return Old(made["enquiry"].book, made, clock)


def signed(person: Person, now: datetime) -> Confirmation:
    """That the person has given the PIN."""
    return Confirmation(person, "pin", now)


def ask(town: Town, archive: Archive | None, *, by: Person | None = None, reason: str = "期满", now: datetime = AFTERWARDS) -> PurgeRequest:
    """The supervisor asks."""
    person = by or town.supervisor
    return actions.ask_purge(actor=person, confirmed=signed(person, now), desk=town.desk, archive=archive, reason=reason, now=now)


def confirm(town: Town, request: PurgeRequest, *, by: Person | None = None, confirms: bool = True, reason: str = "", now: datetime = AFTERWARDS) -> PurgeDecision:
    """The administrator answers."""
    person = by or town.administrator
    return actions.decide_purge(
        actor=person, confirmed=signed(person, now), desk=town.desk, request=request, confirms=confirms, reason=reason, now=now
    )


def newest_archive(town: Town, book: Book) -> Archive:
    """The archive of the last expired month of the book."""
    return purgeable_of(town.desk).filter(book=book).order_by("-month")[0]


def archived(town: Town, as_owner: Callable[[], AbstractContextManager[None]], settings: Any, folder: Path) -> Old:
    """The old book with both expired months archived in the folder."""
    settings.ARCHIVE_DIR = folder / "archives"
    record_clock.install()
    made = write_old_book(town, record_clock.set_to)
    with as_owner():
        actions.archive_months(book=made.book, now=AFTERWARDS)
    return made


def agreed(town: Town, old: Old) -> PurgeRequest:
    """Asked and confirmed, for all that has expired."""
    request = ask(town, newest_archive(town, old.book))
    confirm(town, request)
    return request


def purged(request: PurgeRequest, portion: int = 3, steps: int | None = None) -> Purge:
    """Within the test's transaction: begun, and so many steps of it (all unless said)."""
    made = Purge.objects.filter(request=request).first() or begin_purge(request=request)
    with connection.cursor() as cursor:
        while steps is None or steps > 0:
            cursor.execute("SELECT record_purge_step(%s, %s)", [made.pk, portion])
            if not cursor.fetchone()[0]:
                break
            steps = None if steps is None else steps - 1
        if steps is None:
            cursor.execute("SELECT record_purge_stubs(%s, 0, 100)", [made.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return made
