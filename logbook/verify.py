"""Recomputes the record outside the database and names the first number that does not hold (A18, I2; docs/record.md)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from logbook.gone import Gone
from logbook.models import Book

ZEROS = "00" * 32
ROWS = """
SELECT e.id, e.number, e.recorded_at, e.previous, e.digest, e.leaf, e.secret, a.ref, b.ref, e.act, e.code, e.kind,
       e.kind_version, e.audience, e.occurred_at, e.late, e.source, e.place, e.urgency, e.handler, e.due_at, e.reason,
       rb.origin, r.number, tb.origin, t.number, e.follow_state, e.waiting_for, e.waiting_until, e.next_step, e.severity,
       e.result, e.original_recorded_at, e.fields, e.personal, w.text, w.salt, d.digest, d.recorded_at
FROM logbook_entry e
LEFT JOIN desks_person a ON a.id = e.author_id LEFT JOIN desks_person b ON b.id = e.entered_by_id
LEFT JOIN logbook_entry r ON r.id = e.refers_to_id LEFT JOIN logbook_book rb ON rb.id = r.book_id
LEFT JOIN logbook_entry t ON t.id = e.root_id LEFT JOIN logbook_book tb ON tb.id = t.book_id
LEFT JOIN logbook_entrytext w ON w.entry_id = e.id
LEFT JOIN logbook_entrydigest d ON d.book_id = e.book_id AND d.number = e.number
WHERE e.book_id = %s ORDER BY e.number
"""


@dataclass(frozen=True)
class Breach:
    """The first thing in a book that does not hold."""

    origin: str
    number: int
    what: str


@dataclass(frozen=True)
class Report:
    """What a verification found: how many entries of how many books, and the first breach of each.

    `erased` and `veiled` count the values and texts that do not stand any more, each by an entry that says so.
    """

    books: int
    entries: int
    breaches: list[Breach]
    erased: int = 0
    veiled: int = 0


def verify(books: list[Book] | None = None) -> Report:
    """Recomputes every entry of the books (all of them unless said): numbers, links, commitments, digests, projection."""
    books = list(Book.objects.order_by("pk")) if books is None else books
    count, breaches, erased, veiled = 0, [], 0, 0
    for book in books:
        gone = Gone(book.pk)
        done, breach = _verify_book(book, gone)
        count, erased, veiled = count + done, erased + gone.erased, veiled + gone.veiled
        breach = breach or _verify_tail(book, done) or _verify_follow_ups(book)
        breaches += [breach] if breach else []
    return Report(len(books), count, breaches, erased, veiled)


def _verify_book(book: Book, gone: Gone) -> tuple[int, Breach | None]:
    previous, count, last_time = ZEROS, 0, None
    for row in _stream(book.pk, gone):
        wrong = _why_wrong(row, book.origin, count + 1, previous, last_time)
        if wrong:
            return count, Breach(book.origin, count + 1, wrong)
        count, previous, last_time = count + 1, bytes(row["digest"]).hex(), row["recorded_at"]
    return count, None


def _why_wrong(row: dict[str, Any], origin: str, number: int, previous: str, last_time: datetime | None) -> str:
    if row["number"] != number:
        return f"missing: number {row['number']} follows {number - 1}"
    if bytes(row["previous"]).hex() != previous:
        return "its link does not fit the entry before it"
    if last_time is not None and row["recorded_at"] < last_time:
        return "its time of recording is before the entry before it"
    if hashlib.sha256(b"\x00" + row["leaf"].encode()).digest() != bytes(row["digest"]):
        return "its digest does not fit its leaf"
    if row["kept_digest"] is None or bytes(row["kept_digest"]) != bytes(row["digest"]):
        return "its digest is not the one kept apart"
    head = ["duty-desk-entry/1", origin, str(number), _time(row["recorded_at"]), previous]
    lines = row["leaf"].split("\n")
    if lines[:5] != head:
        return "the head of its leaf does not fit"
    if lines[5:-1] != _committed(row) or lines[-1]:
        name, is_missing = _first_difference(lines[5:-1], _committed(row))
        if is_missing:
            return f"missing: {name} does not stand, and no entry erased or veiled it by rule"
        return f"what it says does not fit what it committed to: {name}"
    return ""


def _first_difference(stood: list[str], stands: list[str]) -> tuple[str, bool]:
    """The name of the first field that differs, and whether it was committed to and has no value any more."""
    names = {line.split(" ")[0] for line in set(stood) ^ set(stands)}
    name = min(names) if names else "order"
    return name, name in {line.split(" ")[0] for line in stood} - {line.split(" ")[0] for line in stands}


def _committed(row: dict[str, Any]) -> list[str]:
    secret = bytes(row["secret"])
    lines = [
        _line(hashlib.sha256(secret + name.encode()).digest(), name, value)
        for name, value in _present(row).items()
    ]
    lines += [_line(bytes(salt), name, value) for name, value, salt in row["personal_values"]]
    if row["text"] is not None:
        lines.append(_line(bytes(row["salt"]), "text", row["text"]))
    lines += row["gone"]
    return sorted(lines, key=str.encode)


def _present(row: dict[str, Any]) -> dict[str, str]:
    """The ordinary fields that have a line: columns that are not empty, and every named value."""
    return {name: value for name, value in _plain(row).items() if value} | row["fields"]


def _plain(row: dict[str, Any]) -> dict[str, str]:
    def reference(origin: str | None, number: int | None) -> str:
        return f"{origin} {number}" if origin else ""

    return {
        "act": row["act"], "audience": row["audience"], "code": row["code"], "author": str(row["author"] or ""),
        "entered_by": str(row["entered_by"] or ""),
        "kind": f"{row['kind']}/{row['kind_version'] or 0}" if row["kind"] else "",
        "occurred_at": _time(row["occurred_at"]), "late": "true" if row["late"] else "", "source": row["source"],
        "place": row["place"], "urgency": row["urgency"], "handler": row["handler"], "due_at": _time(row["due_at"]),
        "reason": row["reason"], "refers_to": reference(row["refers_origin"], row["refers_number"]),
        "root": reference(row["root_origin"], row["root_number"]), "follow_state": row["follow_state"],
        "waiting_for": row["waiting_for"], "waiting_until": _time(row["waiting_until"]), "next_step": row["next_step"],
        "severity": row["severity"], "result": row["result"], "original_recorded_at": _time(row["original_recorded_at"]),
    }


def _line(salt: bytes, name: str, value: str) -> str:
    named, said = name.encode(), value.encode()
    framed = salt + len(named).to_bytes(2, "big") + named + len(said).to_bytes(4, "big") + said
    return f"{name} {hashlib.sha256(framed).hexdigest()}"


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""


COLUMNS = [
    "id", "number", "recorded_at", "previous", "digest", "leaf", "secret", "author", "entered_by", "act", "code", "kind",
    "kind_version", "audience", "occurred_at", "late", "source", "place", "urgency", "handler", "due_at", "reason",
    "refers_origin", "refers_number", "root_origin", "root_number", "follow_state", "waiting_for", "waiting_until",
    "next_step", "severity", "result", "original_recorded_at", "fields", "personal", "text", "salt", "kept_digest", "kept_at",
]


def _stream(book_id: int, gone: Gone) -> Iterator[dict[str, Any]]:
    """The rows of a book in order, a thousand at a time, each with its personal values."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 1000
        cursor.execute(ROWS, [book_id])
        while chunk := cursor.fetchmany(1000):
            rows = [dict(zip(COLUMNS, values, strict=True)) for values in chunk]
            for row in rows:
                for name in ("fields", "personal"):
                    row[name] = row[name] if isinstance(row[name], dict) else json.loads(row[name])
            values = _personal_values([pk for row in rows for pk in row["personal"].values()])
            for row in rows:
                row["personal_values"] = [(name, *values[pk]) for name, pk in row["personal"].items() if pk in values]
            gone.explain(rows, set(values))
            yield from rows


def _personal_values(keys: list[int]) -> dict[int, tuple[str, bytes]]:
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, value, salt FROM logbook_personalvalue WHERE id = ANY(%s)", [keys])
        return {key: (value, salt) for key, value, salt in cursor.fetchall()}


def _verify_tail(book: Book, entries: int) -> Breach | None:
    """Digests are kept for ever: more of them than entries means that the newest entries are gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(number) FROM logbook_entrydigest WHERE book_id = %s", [book.pk])
        count, newest = cursor.fetchone()
    if (count, newest or 0) != (entries, entries):
        return Breach(book.origin, entries + 1, f"missing: the digests reach to number {newest}")
    return None


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
    return Breach(book.origin, row[0], "the state of its follow-up is not what its entries say") if row else None
