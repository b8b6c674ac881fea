"""Recomputes the record outside the database and names the first number that does not hold (A18, I2; docs/record.md).

Contents here: each entry's commitments, leaf, digest and link. What follows from them stands beside: the tree and its
checkpoints in `logbook.proof.sealed`, the follow-ups below. `logbook.proof.finding` says of what kind a difference is.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from multiprocessing import get_context
from typing import Any

from django.db import connection

from logbook.models import Book
from logbook.proof.finding import Breach, kind_of
from logbook.proof.notes import Head
from logbook.proof.sealed import verify_sealed

ZEROS = "00" * 32
PORTION = 2000
# (origin, entries done, entries in all): called from time to time, for who waits.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What a verification found: how many entries and checkpoints of how many books, and the first breach of each book."""

    books: int
    entries: int
    breaches: list[Breach]
    checkpoints: int = 0


def verify(
    books: list[Book] | None = None, *, first: int = 1, last: int | None = None, contents: bool = True,
    outside: Sequence[Head] = (), progress: Progress | None = None, processes: int = 1,
) -> Report:
    """Recomputes the books (all of them unless said) and compares them with the checkpoints stored, and those from `outside`.

    `first` and `last` bound the numbers whose contents are recomputed; numbers, tree and checkpoints are always those of
    the whole book, as far as it reaches when this begins. Without `contents` only the digests kept apart are looked at.
    More `processes` share the contents. Whatever is written meanwhile is left to the next time.
    """
    books = list(Book.objects.order_by("pk")) if books is None else books
    entries = checkpoints = 0
    breaches = []
    for book in books:
        reach = _reach_of(book)
        done, breach = 0, None
        if contents:
            done, breach = _contents(book, max(first, 1), min(last or reach, reach), progress, processes)
        sealed, seal_breach = verify_sealed(book, reach, [head for head in outside if head.origin == book.origin])
        breach = _earlier(breach, seal_breach) or _verify_follow_ups(book)
        entries, checkpoints = entries + (done if contents else reach), checkpoints + sealed
        breaches += [breach] if breach else []
    return Report(len(books), entries, breaches, checkpoints)


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


def _contents(
    book: Book, first: int, last: int, progress: Progress | None, processes: int
) -> tuple[int, Breach | None]:
    """Every entry from one number to another; several processes take neighbouring ranges of it."""
    width = -(-(last - first + 1) // processes) if last >= first else 0
    if processes == 1 or width < PORTION:
        return verify_range(book, first, last, progress)
    ranges = [(at, min(at + width - 1, last)) for at in range(first, last + 1, width)]
    # A process that is made by forking would share this one's connection.
    with ProcessPoolExecutor(len(ranges), mp_context=get_context("spawn"), initializer=_set_up) as pool:
        results = [pool.submit(_range_of, book.pk, begin, end, dict(connection.settings_dict)) for begin, end in ranges]
        found = [each.result() for each in results]
    for place, (_done, breach) in enumerate(found):
        if breach is not None:
            return sum(done for done, _breach in found[: place + 1]), breach
    if progress is not None:
        progress(book.origin, last, last)
    return sum(done for done, _breach in found), None


def _set_up() -> None:
    import django

    django.setup()


def _range_of(book: int, first: int, last: int, database: dict[str, Any]) -> tuple[int, Breach | None]:
    """One range in a process of its own, on the database of the process that asked."""
    connection.settings_dict.update(database)
    try:
        return verify_range(Book.objects.get(pk=book), first, last)
    finally:
        connection.close()


def verify_range(book: Book, first: int, last: int, progress: Progress | None = None) -> tuple[int, Breach | None]:
    """How many entries from `first` to `last` hold before the first one that does not, and that one.

    The entry before `first` is taken from the digests kept apart.
    """
    previous, number = _before(book, first), first - 1
    for row in _stream(book.pk, first, last):
        number += 1
        previous_digest, last_time = previous
        if wrong := _why_wrong(row, book.origin, number, previous_digest, last_time):
            odd = min(number, row[NUMBER])
            return number - first, Breach(book.origin, odd, kind_of(book, odd), wrong)
        previous = bytes(row[DIGEST]).hex(), row[RECORDED_AT]
        if progress is not None and number % 10_000 == 0:
            progress(book.origin, number, last)
    if number < last:
        # Digests are kept for ever: more of them than entries means that entries are gone.
        return number - first + 1, Breach(book.origin, number + 1, kind_of(book, number + 1), "there is no such entry")
    return number - first + 1, None


def _before(book: Book, first: int) -> tuple[str, datetime | None]:
    if first <= 1:
        return ZEROS, None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, recorded_at AT TIME ZONE 'UTC' FROM logbook_entrydigest WHERE book_id = %s AND number = %s",
            [book.pk, first - 1],
        )
        digest, at = cursor.fetchone() or (b"", None)
    return bytes(digest).hex(), at


# Moments come as the wall clock of UTC, so that a fixed way of writing them is enough.
ROWS = """
SELECT e.number, e.recorded_at AT TIME ZONE 'UTC', e.previous, e.digest, e.leaf, e.secret, d.digest, d.recorded_at AT TIME ZONE 'UTC',
       w.text, w.salt, e.fields::text, e.personal::text,
       e.act, e.audience, a.ref::text, e.code, e.due_at AT TIME ZONE 'UTC', b.ref::text, e.follow_state, e.handler, e.kind,
       e.kind_version, CASE WHEN e.late THEN 'true' END, e.next_step, e.occurred_at AT TIME ZONE 'UTC',
       e.original_recorded_at AT TIME ZONE 'UTC', e.place, e.reason, rb.origin || ' ' || r.number, e.result,
       tb.origin || ' ' || t.number, e.severity, e.source, e.urgency, e.waiting_for, e.waiting_until AT TIME ZONE 'UTC'
FROM logbook_entry e
LEFT JOIN desks_person a ON a.id = e.author_id LEFT JOIN desks_person b ON b.id = e.entered_by_id
LEFT JOIN logbook_entry r ON r.id = e.refers_to_id LEFT JOIN logbook_book rb ON rb.id = r.book_id
LEFT JOIN logbook_entry t ON t.id = e.root_id LEFT JOIN logbook_book tb ON tb.id = t.book_id
LEFT JOIN logbook_entrytext w ON w.entry_id = e.id
LEFT JOIN logbook_entrydigest d ON d.book_id = e.book_id AND d.number = e.number
WHERE e.book_id = %s AND e.number BETWEEN %s AND %s ORDER BY e.number
"""
(NUMBER, RECORDED_AT, PREVIOUS, DIGEST, LEAF, SECRET, KEPT_DIGEST, KEPT_AT, TEXT, SALT, FIELDS, PERSONAL, FIRST_COLUMN) = range(13)
COLUMNS = (
    "act", "audience", "author", "code", "due_at", "entered_by", "follow_state", "handler", "kind", "kind_version", "late",
    "next_step", "occurred_at", "original_recorded_at", "place", "reason", "refers_to", "result", "root", "severity", "source",
    "urgency", "waiting_for", "waiting_until",
)
KIND, KIND_VERSION = (FIRST_COLUMN + COLUMNS.index(name) for name in ("kind", "kind_version"))
PERSONAL_VALUES = FIRST_COLUMN + len(COLUMNS)


def _stream(book_id: int, first: int, last: int) -> Iterator[list[Any]]:
    """The rows of a book in order, a portion at a time, each with its personal values at the end."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = PORTION
        cursor.execute(ROWS, [book_id, first, last])
        while portion := cursor.fetchmany(PORTION):
            rows = [[*values, ()] for values in portion]
            said = [(row, json.loads(row[PERSONAL])) for row in rows if row[PERSONAL] != "{}"]
            values = _personal_values([key for _row, named in said for key in named.values()], book_id)
            for row, named in said:
                row[PERSONAL_VALUES] = [(name, *values[name, key]) for name, key in named.items() if (name, key) in values]
            yield from rows


def _personal_values(keys: list[int], book_id: int) -> dict[tuple[str, int], tuple[str, bytes]]:
    """The values under name and key, of this book alone."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, id, value, salt FROM logbook_personalvalue WHERE id = ANY(%s) AND book_id = %s", [keys, book_id]
        )
        return {(name, key): (value, bytes(salt)) for name, key, value, salt in cursor.fetchall()}


def _why_wrong(row: Sequence[Any], origin: str, number: int, previous: str, last_time: datetime | None) -> str:
    """What does not hold in a row; nothing where all does. The leaf is written anew and must be the one that stands."""
    at, leaf, digest = row[RECORDED_AT], row[LEAF], bytes(row[DIGEST])
    committed = _committed(row)
    written = f"duty-desk-entry/1\n{origin}\n{number}\n{_time(at)}\n{previous}\n{committed}"
    if (
        written == leaf
        and row[NUMBER] == number
        and sha256(b"\x00" + written.encode()).digest() == digest
        and row[KEPT_DIGEST] is not None
        and bytes(row[KEPT_DIGEST]) == digest
        and row[KEPT_AT] == at
        and bytes(row[PREVIOUS]).hex() == previous
        and (last_time is None or last_time <= at)
    ):
        return ""
    return _first_wrong(row, origin, number, previous, last_time, committed)


def _first_wrong(row: Sequence[Any], origin: str, number: int, previous: str, last_time: datetime | None, committed: str) -> str:
    at, leaf, digest = row[RECORDED_AT], row[LEAF], bytes(row[DIGEST])
    head = ["duty-desk-entry/1", origin, str(number), _time(at), previous]
    if row[NUMBER] != number:
        return f"number {row[NUMBER]} follows {number - 1}"
    if bytes(row[PREVIOUS]).hex() != previous:
        return "its link does not fit the entry before it"
    if last_time is not None and at < last_time:
        return "its time of recording is before that of the entry before it"
    if sha256(b"\x00" + leaf.encode()).digest() != digest:
        return "its digest does not fit its leaf"
    if row[KEPT_DIGEST] is None or bytes(row[KEPT_DIGEST]) != digest or row[KEPT_AT] != at:
        return "its digest or time is not the one kept apart"
    lines = leaf.split("\n")
    if lines[:5] != head:
        return "the head of its leaf does not fit"
    return f"what it says does not fit what it committed to: {_first_difference(lines[5:], committed.split(chr(10)))}"


def _first_difference(stood: list[str], stands: list[str]) -> str:
    names = {line.split(" ")[0] for line in set(stood) ^ set(stands)}
    return min(names) if names else "order"


def _framed(name: str) -> bytes:
    named = name.encode()
    return len(named).to_bytes(2, "big") + named


FRAMES = {name: (name.encode(), _framed(name), f"{name} ") for name in COLUMNS if name != "kind_version"}


def _committed(row: Sequence[Any]) -> str:
    """The lines of the leaf below its head, each made from what stands in the database now."""
    hash_of, secret = sha256, bytes(row[SECRET])
    lines = []
    for name, value in _present(row):
        frame = FRAMES.get(name) or (name.encode(), _framed(name), f"{name} ")
        said = value.encode()
        salt = hash_of(secret + frame[0]).digest()
        lines.append(frame[2] + hash_of(salt + frame[1] + len(said).to_bytes(4, "big") + said).hexdigest())
    own = [*row[PERSONAL_VALUES], ("text", row[TEXT], bytes(row[SALT]))] if row[TEXT] is not None else row[PERSONAL_VALUES]
    for name, value, salt in own:
        said = value.encode()
        lines.append(f"{name} {hash_of(salt + _framed(name) + len(said).to_bytes(4, 'big') + said).hexdigest()}")
    # ASCII names and a space below them all: sorted as text is sorted by bytes.
    lines.sort()
    return "\n".join(lines) + "\n"


def _present(row: Sequence[Any]) -> list[tuple[str, str]]:
    """The ordinary fields that have a line: columns that are not empty, and every named value."""
    present = []
    for name, value in zip(COLUMNS, row[FIRST_COLUMN:PERSONAL_VALUES], strict=True):
        if not value or name == "kind_version":
            continue
        if name == "kind":
            value = f"{value}/{row[KIND_VERSION] or 0}"  # noqa: PLW2901
        present.append((name, value if isinstance(value, str) else _time(value)))
    if row[FIELDS] != "{}":
        present += json.loads(row[FIELDS]).items()
    return present


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds") + "Z"


PROJECTION = """
WITH steps AS (
    SELECT COALESCE(root_id, id) AS root_id, (array_agg(id ORDER BY number DESC))[1] AS last_id,
        (array_agg(handler ORDER BY number DESC) FILTER (WHERE handler <> ''))[1] AS handler,
        (array_agg(due_at ORDER BY number DESC) FILTER (WHERE due_at IS NOT NULL))[1] AS due_at,
        (array_agg(urgency ORDER BY number DESC) FILTER (WHERE urgency <> ''))[1] AS urgency,
        (array_agg(severity ORDER BY number DESC) FILTER (WHERE severity <> ''))[1] AS severity,
        (array_agg(next_step ORDER BY number DESC) FILTER (WHERE next_step <> ''))[1] AS next_step
    FROM logbook_entry WHERE book_id = %(book)s AND follow_state <> '' GROUP BY 1
), derived AS (
    SELECT s.root_id, last.follow_state AS state, COALESCE(s.handler, '') AS handler, s.due_at,
        COALESCE(s.urgency, '') AS urgency, COALESCE(s.severity, '') AS severity, last.waiting_for, last.waiting_until,
        COALESCE(s.next_step, '') AS next_step,
        CASE WHEN last.id = s.root_id OR last.follow_state = 'closed' THEN last.result ELSE '' END AS result,
        last.id AS last_entry_id, root.occurred_at AS opened_at, last.recorded_at AS changed_at
    FROM steps s JOIN logbook_entry last ON last.id = s.last_id JOIN logbook_entry root ON root.id = s.root_id
), kept AS (
    SELECT root_id, state, handler, due_at, urgency, severity, waiting_for, waiting_until, next_step, result, last_entry_id,
        opened_at, changed_at
    FROM logbook_followup WHERE book_id = %(book)s
)
SELECT root.number FROM ((TABLE derived EXCEPT TABLE kept) UNION (TABLE kept EXCEPT TABLE derived)) AS odd
JOIN logbook_entry root ON root.id = odd.root_id ORDER BY 1 LIMIT 1
"""


def _verify_follow_ups(book: Book) -> Breach | None:
    with connection.cursor() as cursor:
        cursor.execute(PROJECTION, {"book": book.pk})
        row = cursor.fetchone()
    return Breach(book.origin, row[0], "projection", "the state of its follow-up is not what its entries say") if row else None
