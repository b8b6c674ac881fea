"""Where a book begins: what was purged by rule, as an entry of the book itself says, and what is merely missing (A19, I12; docs/record.md).

The entry that says so is committed to like every other; a row beside it alone lets nothing pass.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from logbook.models import Book

# Three years, a leap day and a day for the zones less than nothing: a calendar's three years have 1,095 days at least.
SHORTEST = timedelta(days=1095)


@dataclass(frozen=True)
class Purged:
    """The first number that stands, and what says why none before it does; 1 and nothing for a whole book."""

    begins: int = 1
    last: int = 0
    """The last number that may rightly be gone: a purge that was cut off goes on up to it."""
    note: int = 0
    """The number of the entry that says so."""
    request: int = 0
    file_digest: str = ""


def purged_of(book: Book) -> Purged:
    """What was rightly purged from the book: the newest purge whose entry stands and agrees with it in everything.

    Two different people, the archive's digest, the range, and an age of three years at least: else the entries are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.last_number, n.number, p.request_id, r.file_digest FROM logbook_purge p
            JOIN logbook_entry n ON n.id = p.note_id AND n.book_id = p.book_id JOIN desks_person author ON author.id = n.author_id
            JOIN logbook_purgerequest q ON q.id = p.request_id JOIN logbook_purgedecision d ON d.request_id = q.id AND d.confirmed
            JOIN desks_person asker ON asker.id = q.asked_by_id
            JOIN logbook_archive r ON r.id = q.archive_id AND r.book_id = p.book_id AND r.last_number = p.last_number
            JOIN logbook_entrydigest o ON o.book_id = p.book_id AND o.number = p.last_number
            WHERE p.book_id = %s AND n.code = 'log_purged' AND n.number > p.last_number AND n.author_id = d.decided_by_id
            AND n.author_id <> q.asked_by_id AND n.fields ->> 'asked_ref' = asker.ref::text
            AND n.fields ->> 'first' = p.first_number::text AND n.fields ->> 'last' = p.last_number::text
            AND n.fields ->> 'file_digest' = r.file_digest AND n.recorded_at >= o.recorded_at + %s::interval
            ORDER BY p.last_number DESC LIMIT 1""",
            [book.pk, f"{SHORTEST.total_seconds():.0f} seconds"],
        )
        row = cursor.fetchone()
        if row is None:
            return Purged()
        last, note, request, digest = row
        # Up to there a stub may stand, which only says that a number was there.
        cursor.execute(
            "SELECT min(number) FROM logbook_entry WHERE book_id = %s AND (number > %s OR code <> 'purged')", [book.pk, last]
        )
        begins = min(cursor.fetchone()[0] or last + 1, last + 1)
    return Purged(begins, last, note, request, digest)
