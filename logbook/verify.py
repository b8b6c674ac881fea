"""Recomputes the record outside the database and names the first number that does not hold (A18, I2; docs/record.md).

Contents here: each entry's commitments, leaf, digest and link. What follows from them stands beside: the tree and its
checkpoints in `logbook.proof.sealed`, the follow-ups below. `logbook.proof.finding` says of what kind a difference is.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from logbook.gone import Gone, counts
from logbook.models import Book
from logbook.proof.beside import side_by_side
from logbook.proof.confirming import confirmed, is_worth_it
from logbook.proof.finding import Breach, kind_of
from logbook.proof.notes import Head
from logbook.proof.rows import (
    DIGEST,
    KEPT_AT,
    KEPT_DIGEST,
    LEAF,
    NUMBER,
    PREVIOUS,
    RECORDED_AT,
    SECRET,
    TEXT,
    Row,
    committed,
    stream,
    written_moment,
)
from logbook.proof.sealed import verify_sealed
from logbook.purged import Purged, purged_of

ZEROS = b"00" * 32
SAY_EVERY = 10_000
# (origin, entries done, entries in all): called from time to time, for who waits.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What a verification found: how many entries and checkpoints of how many books, and the first breach of each book."""

    books: int
    entries: int
    breaches: list[Breach]
    checkpoints: int = 0
    erased: int = 0
    """Personal values that do not stand any more, each by an entry that says so."""
    veiled: int = 0
    """Texts that do not stand any more, each by an entry that says so."""


def verify(
    books: list[Book] | None = None, *, first: int = 1, last: int | None = None, contents: bool = True,
    outside: Sequence[Head] = (), progress: Progress | None = None,
) -> Report:
    """Recomputes the books (all of them unless said) and compares them with the checkpoints stored, and those from `outside`.

    `first` and `last` bound the numbers whose contents are recomputed; numbers, tree and checkpoints are always those of
    the whole book, as far as it reaches when this begins. Without `contents` only the digests kept apart are looked at.
    Whatever is written meanwhile is left to the next time. A book from which was purged by rule
    begins with its first number that stands; the digests kept apart are there from the first one on.
    """
    books = list(Book.objects.order_by("pk")) if books is None else books
    entries = checkpoints = erased = veiled = 0
    breaches = []
    for book in books:
        reach, purged = _reach_of(book), purged_of(book)
        done, breach = 0, None
        if contents:
            done, breach = verify_range(book, max(first, purged.begins), reach if last is None else min(last, reach), progress)
        (sealed, seal_breach), odd = _projected(book, reach, [head for head in outside if head.origin == book.origin], purged)
        breach = _earlier(breach, seal_breach) or odd
        entries, checkpoints = entries + (done if contents else reach - purged.begins + 1), checkpoints + sealed
        gone = counts(book.pk)
        erased, veiled = erased + gone[0], veiled + gone[1]
        breaches += [breach] if breach else []
    return Report(len(books), entries, breaches, checkpoints, erased, veiled)


def _earlier(one: Breach | None, other: Breach | None) -> Breach | None:
    found = [each for each in (one, other) if each is not None]
    return min(found, key=lambda each: each.number) if found else None


def _reach_of(book: Book) -> int:
    """The newest number that entry or kept digest of the book has, in one statement: others may be writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT GREATEST((SELECT max(number) FROM logbook_entry WHERE book_id = %(book)s),"
            " (SELECT max(number) FROM logbook_entrydigest WHERE book_id = %(book)s))", {"book": book.pk},
        )
        return int(cursor.fetchone()[0] or 0)


def _projected(
    book: Book, reach: int, outside: Sequence[Head], purged: Purged
) -> tuple[tuple[int, Breach | None], Breach | None]:
    """What holds of tree and checkpoints, and of the follow-ups, both looked at at once."""
    works: list[Callable[[], Any]] = [partial(verify_sealed, book, reach, outside, purged), partial(_verify_follow_ups, book, purged)]
    sealed, follow_ups = side_by_side(works)
    return sealed, follow_ups


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without the search for cycles, of which rows have none: it would look at all of a portion again and again, a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def verify_range(book: Book, first: int, last: int, progress: Progress | None = None) -> tuple[int, Breach | None]:
    """How many entries from `first` to `last` hold before the first one that does not, and that one.

    The entry before `first` is taken from the digests kept apart. Of a long range Python looks only at what is left by what is compiled.
    """
    with _nothing_collected():
        if not is_worth_it(last - first + 1):
            return _plainly(book, first, last, progress)
        number = first - 1
        for doubtful, count, in_order in confirmed(book.pk, book.origin, first, last, *_before(book, first)):
            if not in_order:
                break
            for begin, end in _runs(doubtful):
                held, breach = _plainly(book, begin, end)
                if breach is not None:
                    return begin - first + held, breach
            number += count
            if progress is not None and number // SAY_EVERY > (number - count) // SAY_EVERY:
                progress(book.origin, number, last)
        # Numbers that do not follow one another, or end too early: Python says which.
        held, breach = _plainly(book, number + 1, last, progress)
    return number + 1 - first + held, breach


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of the numbers that follow one another."""
    for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0]):
        together = [number for _, number in run]
        yield together[0], together[-1]


def _plainly(book: Book, first: int, last: int, progress: Progress | None = None) -> tuple[int, Breach | None]:
    previous, last_time = _before(book, first)
    number = first - 1
    for row in stream(book.pk, first, last, Gone(book.pk)):
        number += 1
        if breach := _breach_of(row, book, number, previous, last_time):
            return number - first, breach
        previous, last_time = row.columns[DIGEST], written_moment(row.columns[RECORDED_AT])
        if progress is not None and number % SAY_EVERY == 0:
            progress(book.origin, number, last)
    if number < last:
        # Digests are kept for ever: more of them than entries means that entries are gone.
        return number + 1 - first, Breach(book.origin, number + 1, kind_of(book, number + 1), "there is no such entry")
    return number + 1 - first, None


def _breach_of(row: Row, book: Book, number: int, previous: bytes, last_time: bytes) -> Breach | None:
    columns = row.columns
    if not (columns[SECRET] and columns[DIGEST] and columns[PREVIOUS]):
        return Breach(book.origin, number, "missing", "only its number stands, and no purge by rule says why")
    if wrong := _why_wrong(row, book.origin, number, previous, last_time):
        odd = min(number, row.number)
        return Breach(book.origin, odd, kind_of(book, odd), wrong)
    return None


def _before(book: Book, first: int) -> tuple[bytes, bytes]:
    """Digest (hex) and time, as the record writes it, of the entry before; zeros and nothing for the first."""
    if first <= 1:
        return ZEROS, b""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(digest, 'hex'), (recorded_at AT TIME ZONE 'UTC')::text FROM logbook_entrydigest WHERE book_id = %s AND number = %s",
            [book.pk, first - 1],
        )
        digest, at = cursor.fetchone() or ("", "")
    return digest.encode(), written_moment(at.encode()) if at else b""


def _why_wrong(row: Row, origin: str, number: int, previous: bytes, last_time: bytes) -> str:
    """What does not hold in a row; nothing where all does. The leaf is written anew and must be the one that stands."""
    columns = row.columns
    at, digest = columns[RECORDED_AT], columns[DIGEST]
    lines, moment = committed(row), written_moment(at)
    written = f"duty-desk-entry/1\n{origin}\n{number}\n{moment.decode()}\n{previous.decode()}\n{lines}".encode()
    if (
        written == columns[LEAF]
        and sha256(b"\x00" + written).hexdigest().encode() == digest == columns[KEPT_DIGEST]
        and columns[KEPT_AT] == at
        and columns[PREVIOUS] == previous
        and columns[NUMBER] == str(number).encode()
        and last_time <= moment
    ):
        return ""
    return _first_wrong(row, origin, number, previous, last_time, lines)


def _first_wrong(row: Row, origin: str, number: int, previous: bytes, last_time: bytes, committed_to: str) -> str:
    columns = row.columns
    at, leaf = written_moment(columns[RECORDED_AT]), columns[LEAF]
    if row.number != number:
        return f"number {row.number} follows {number - 1}"
    if columns[PREVIOUS] != previous:
        return "its link does not fit the entry before it"
    if at < last_time:
        return "its time of recording is before that of the entry before it"
    if sha256(b"\x00" + leaf).hexdigest().encode() != columns[DIGEST]:
        return "its digest does not fit its leaf"
    if columns[KEPT_DIGEST] != columns[DIGEST] or columns[KEPT_AT] != columns[RECORDED_AT]:
        return "its digest or time is not the one kept apart"
    lines = leaf.decode().split("\n")
    if lines[:5] != ["duty-desk-entry/1", origin, str(number), at.decode(), previous.decode()]:
        return "the head of its leaf does not fit"
    name = _first_difference(lines[5:], committed_to.split(chr(10)))
    if name in row.gone or (name == "text" and columns[TEXT] is None):
        return f"missing: {name} does not stand, and no entry erased or veiled it by rule"
    return f"what it says does not fit what it committed to: {name}"


def _first_difference(stood: list[str], stands: list[str]) -> str:
    names = {line.split(" ")[0] for line in set(stood) ^ set(stands)}
    return min(names) if names else "order"


# The table is read once, it is by far the largest thing here; each matter's steps are folded in one pass and set beside what is kept.
PROJECTION = """
WITH steps AS (
    SELECT COALESCE(root_id, id) AS root_id, id, number, follow_state, handler, due_at, urgency, severity, next_step, waiting_for,
        waiting_until, result, occurred_at, recorded_at
    FROM logbook_entry WHERE book_id = %(book)s AND follow_state <> ''
), newest AS (
    SELECT root_id, (array_agg(id ORDER BY number DESC))[1] AS id, (array_agg(follow_state ORDER BY number DESC))[1] AS state,
        (array_agg(handler ORDER BY number DESC) FILTER (WHERE handler <> ''))[1] AS handler,
        (array_agg(due_at ORDER BY number DESC) FILTER (WHERE due_at IS NOT NULL))[1] AS due_at,
        (array_agg(urgency ORDER BY number DESC) FILTER (WHERE urgency <> ''))[1] AS urgency,
        (array_agg(severity ORDER BY number DESC) FILTER (WHERE severity <> ''))[1] AS severity,
        (array_agg(waiting_for ORDER BY number DESC))[1] AS waiting_for,
        (array_agg(waiting_until ORDER BY number DESC))[1] AS waiting_until,
        (array_agg(next_step ORDER BY number DESC) FILTER (WHERE next_step <> ''))[1] AS next_step,
        (array_agg(result ORDER BY number DESC))[1] AS result, (array_agg(recorded_at ORDER BY number DESC))[1] AS changed_at,
        min(occurred_at) FILTER (WHERE id = root_id) AS opened_at
    FROM steps GROUP BY root_id HAVING min(number) FILTER (WHERE id = root_id) >= %(begins)s
), derived AS (
    SELECT root_id, state, COALESCE(handler, ''), due_at, COALESCE(urgency, ''), COALESCE(severity, ''), waiting_for, waiting_until,
        COALESCE(next_step, ''), CASE WHEN id = root_id OR state = 'closed' THEN result ELSE '' END, id, opened_at, changed_at
    FROM newest
), kept AS (
    SELECT root_id, state, handler, due_at, urgency, severity, waiting_for, waiting_until, next_step, result, last_entry_id,
        opened_at, changed_at
    FROM logbook_followup WHERE book_id = %(book)s
), odd AS (
    SELECT COALESCE(derived.root_id, kept.root_id) AS root_id FROM derived FULL JOIN kept USING (root_id) WHERE derived IS DISTINCT FROM kept
)
SELECT min((SELECT number FROM logbook_entry WHERE id = odd.root_id)) FROM odd
"""


def _verify_follow_ups(book: Book, purged: Purged) -> Breach | None:
    with transaction.atomic(), connection.cursor() as cursor:
        # A quarter of a million steps are sorted in memory then.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(PROJECTION, {"book": book.pk, "begins": purged.begins})
        number = cursor.fetchone()[0]
    return Breach(book.origin, number, "projection", "the state of its follow-up is not what its entries say") if number else None
