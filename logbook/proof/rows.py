"""Entries as they stand in the tables, read in bulk: raw columns for verifying, plain values for exporting (I2; docs/record.md).

PostgreSQL writes the rows in COPY's text form; they stay bytes as far as they can. That costs a third of what objects of
the driver cost.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from logbook.gone import Gone

PORTION = 4000
NULL = b"\\N"

# In the order of the names, so that the lines come nearly sorted. Moments are the wall clock of UTC.
COLUMNS = {
    "act": "e.act", "audience": "e.audience", "author": "a.ref", "code": "e.code", "due_at": "e.due_at AT TIME ZONE 'UTC'",
    "entered_by": "b.ref", "follow_state": "e.follow_state", "handler": "e.handler",
    "kind": "CASE WHEN e.kind <> '' THEN e.kind || '/' || COALESCE(e.kind_version, 0) END", "late": "CASE WHEN e.late THEN 'true' END",
    "next_step": "e.next_step", "occurred_at": "e.occurred_at AT TIME ZONE 'UTC'",
    "original_recorded_at": "e.original_recorded_at AT TIME ZONE 'UTC'", "place": "e.place", "reason": "e.reason",
    "refers_to": "rb.origin || ' ' || r.number", "result": "e.result", "root": "tb.origin || ' ' || t.number",
    "severity": "e.severity", "source": "e.source", "urgency": "e.urgency", "waiting_for": "e.waiting_for",
    "waiting_until": "e.waiting_until AT TIME ZONE 'UTC'",
}
MOMENTS = frozenset({"due_at", "occurred_at", "original_recorded_at", "waiting_until"})
(
    NUMBER, RECORDED_AT, PREVIOUS, DIGEST, LEAF, SECRET, KEPT_DIGEST, KEPT_AT, TEXT, SALT, FIELDS, PERSONAL, FIRST_COLUMN,
) = range(13)
# Each text is fetched by its key (OFFSET keeps the planner from reading all of them for each portion).
ROWS = f"""COPY (
SELECT e.number, e.recorded_at AT TIME ZONE 'UTC', encode(e.previous, 'hex'), encode(e.digest, 'hex'), e.leaf, encode(e.secret, 'hex'),
       encode(d.digest, 'hex'), d.recorded_at AT TIME ZONE 'UTC', w.text, encode(w.salt, 'hex'), e.fields, e.personal,
       {", ".join(COLUMNS.values())}
FROM logbook_entry e
LEFT JOIN desks_person a ON a.id = e.author_id LEFT JOIN desks_person b ON b.id = e.entered_by_id
LEFT JOIN logbook_entry r ON r.id = e.refers_to_id LEFT JOIN logbook_book rb ON rb.id = r.book_id
LEFT JOIN logbook_entry t ON t.id = e.root_id LEFT JOIN logbook_book tb ON tb.id = t.book_id
LEFT JOIN LATERAL (SELECT text, salt FROM logbook_entrytext WHERE entry_id = e.id OFFSET 0) w ON true
LEFT JOIN logbook_entrydigest d ON d.book_id = {{book}} AND d.number = e.number AND d.number BETWEEN {{first}} AND {{last}}
WHERE e.book_id = {{book}} AND e.number BETWEEN {{first}} AND {{last}} ORDER BY e.number
) TO STDOUT"""  # noqa: S608  columns of this module and whole numbers
PERSONAL_VALUES = """COPY (
SELECT v.name, v.id, v.value, encode(v.salt, 'hex')
FROM logbook_entry e
CROSS JOIN LATERAL jsonb_each_text(CASE WHEN jsonb_typeof(e.personal) = 'object' THEN e.personal ELSE '{{}}' END) AS said
JOIN logbook_personalvalue v ON v.name = said.key AND v.book_id = e.book_id
    AND v.id = CASE WHEN said.value ~ '^[0-9]{{1,18}}$' THEN said.value::bigint END
WHERE e.book_id = {book} AND e.number BETWEEN {first} AND {last} AND e.personal <> '{{}}'
) TO STDOUT"""

Own = tuple[str, bytes, bytes]
"""Name, salt and value of something with a salt of its own; the value is UTF-8."""


@dataclass(slots=True)
class Row:
    """One entry: its columns as COPY writes them, and what has salts of its own."""

    columns: list[bytes]
    own: list[Own]
    gone: dict[str, int]
    """Personal values that the entry points at and that are not there, by name: their keys."""
    explained: dict[str, int] = field(default_factory=dict)
    """The lines of those, and of a veiled text, that rightly have no value any more: they stay in the leaf, and the entry of
    this number says so (logbook.gone)."""

    @property
    def number(self) -> int:
        """The number under which the row stands."""
        return int(self.columns[NUMBER])


def stream(book_id: int, first: int, last: int, gone: "Gone | None" = None) -> Iterator[Row]:
    """The entries from one number to another in their order, 4,000 numbers at a time; `gone` explains what is not there."""
    for begin in range(first, last + 1, PORTION):
        bounds = {"book": int(book_id), "first": begin, "last": min(begin + PORTION - 1, last)}
        values = {
            (name, key): (value, salt)
            for name, key, value, salt in (line.split(b"\t") for line in _lines(PERSONAL_VALUES.format(**bounds)))
        }
        rows = []
        for line in _lines(ROWS.format(**bounds)):
            columns = line.split(b"\t")
            own: list[Own] = []
            away: dict[str, int] = {}
            if columns[PERSONAL] != b"{}":
                for name, key in _named(columns[PERSONAL]).items():
                    value, salt = values.get((name.encode(), str(key).encode()), (None, b""))
                    if value is None:
                        away[name] = key
                    else:
                        own.append((name, bytes.fromhex(salt.decode()), unescaped(value)))
            if columns[TEXT] != NULL:
                own.append(("text", bytes.fromhex(columns[SALT].decode()), unescaped(columns[TEXT])))
            rows.append(Row(columns, own, away))
        if gone is not None:
            gone.explain(rows)
        yield from rows


def _named(value: bytes) -> dict[str, Any]:
    """The names and values of a JSON object; of anything else, which the record never makes, none."""
    found = json.loads(unescaped(value))
    return found if isinstance(found, dict) else {}


def _lines(statement: str) -> list[bytes]:
    written = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, written)  # type: ignore[attr-defined]
    return written.getvalue().split(b"\n")[:-1]


ESCAPED = re.compile(rb"\\(.)", re.S)
MEANT = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def unescaped(value: bytes) -> bytes:
    """What COPY's text form means."""
    return ESCAPED.sub(lambda found: MEANT.get(found[1], found[1]), value) if b"\\" in value else value


ENDS = {19: b".000000Z"} | {20 + digits: b"0" * (6 - digits) + b"Z" for digits in range(1, 7)}


def written_moment(value: bytes) -> bytes:
    """A moment as the record writes it; COPY leaves out zeros at the end. What is no moment stays what it is."""
    return value[:10] + b"T" + value[11:] + ENDS.get(len(value), b"?")


def ordinary_fields(row: Row) -> list[tuple[str, bytes]]:
    """Name and value of each ordinary field that has a line: columns that are not empty, and every named value."""
    present = []
    for name, value in zip(COLUMNS, row.columns[FIRST_COLUMN:], strict=True):
        if value and value != NULL:
            present.append((name, written_moment(value) if name in MOMENTS else unescaped(value)))
    if row.columns[FIELDS] != b"{}":
        # Another value than a text is something that the record never takes: it makes a commitment of its own.
        named = _named(row.columns[FIELDS]).items()
        present += [(name, (value if isinstance(value, str) else json.dumps(value)).encode()) for name, value in named]
    return present


FRAMES = {name: (name.encode(), len(name).to_bytes(2, "big") + name.encode(), f"{name} ") for name in (*COLUMNS, "text", "customer", "phone")}


def committed(row: Row) -> str:
    """The lines of the leaf below its head, each made from what stands in the tables now."""
    hash_of, secret, lines = sha256, bytes.fromhex(row.columns[SECRET].decode()), []
    for name, said in ordinary_fields(row):
        named, framed, shown = FRAMES.get(name) or _frame(name)
        salt = hash_of(secret + named).digest()
        lines.append(shown + hash_of(salt + framed + len(said).to_bytes(4, "big") + said).hexdigest())
    for name, salt, said in row.own:
        _named, framed, shown = FRAMES.get(name) or _frame(name)
        lines.append(shown + hash_of(salt + framed + len(said).to_bytes(4, "big") + said).hexdigest())
    # A value that is not there makes no commitment: its line fits no leaf.
    rightly = {line.split(" ", 1)[0] for line in row.explained}
    lines += [f"{name} missing" for name in row.gone if name not in rightly]
    lines += row.explained
    # ASCII names and a space below them all: sorted as text is sorted by bytes.
    lines.sort()
    lines.append("")
    return "\n".join(lines)


def _frame(name: str) -> tuple[bytes, bytes, str]:
    named = name.encode()
    return named, len(named).to_bytes(2, "big") + named, f"{name} "
