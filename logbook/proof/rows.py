"""Entries as they stand in the tables, read in bulk: raw columns for verifying, plain values for exporting (I2; docs/record.md).

PostgreSQL writes the rows in COPY's text form; they stay bytes as far as they can. That costs a third of what objects of
the driver cost.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import compress
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

if TYPE_CHECKING:
    from logbook.gone import Gone

PORTION = 4000
NULL = b"\\N"

# In the order of the names, so that the lines come nearly sorted. Moments are the wall clock of UTC. What is not there is empty.
COLUMNS = {
    "act": "e.act", "audience": "e.audience", "author": "a.ref::text", "code": "e.code", "due_at": "(e.due_at AT TIME ZONE 'UTC')::text",
    "entered_by": "b.ref::text", "follow_state": "e.follow_state", "handler": "e.handler",
    "kind": "CASE WHEN e.kind <> '' THEN e.kind || '/' || COALESCE(e.kind_version, 0) END", "late": "CASE WHEN e.late THEN 'true' END",
    "next_step": "e.next_step", "occurred_at": "(e.occurred_at AT TIME ZONE 'UTC')::text",
    "original_recorded_at": "(e.original_recorded_at AT TIME ZONE 'UTC')::text", "place": "e.place", "reason": "e.reason",
    "refers_to": "rb.origin || ' ' || r.number", "result": "e.result", "root": "tb.origin || ' ' || t.number",
    "severity": "e.severity", "source": "e.source", "urgency": "e.urgency", "waiting_for": "e.waiting_for",
    "waiting_until": "(e.waiting_until AT TIME ZONE 'UTC')::text",
}
MOMENTS = frozenset({"due_at", "occurred_at", "original_recorded_at", "waiting_until"})
(
    NUMBER, RECORDED_AT, PREVIOUS, DIGEST, LEAF, SECRET, KEPT_DIGEST, KEPT_AT, TEXT, SALT, FIELDS, PERSONAL, FIRST_COLUMN,
) = range(13)
# Each text is fetched by its key (OFFSET keeps the planner from reading all of them for each portion).
ROWS = f"""COPY (
SELECT e.number, e.recorded_at AT TIME ZONE 'UTC', encode(e.previous, 'hex'), encode(e.digest, 'hex'), e.leaf, encode(e.secret, 'hex'),
       encode(d.digest, 'hex'), d.recorded_at AT TIME ZONE 'UTC', w.text, encode(w.salt, 'hex'), e.fields, e.personal,
       {", ".join(f"COALESCE({column}, '')" for column in COLUMNS.values())}
FROM logbook_entry e
LEFT JOIN desks_person a ON a.id = e.author_id LEFT JOIN desks_person b ON b.id = e.entered_by_id
LEFT JOIN logbook_entry r ON r.id = e.refers_to_id LEFT JOIN logbook_book rb ON rb.id = r.book_id
LEFT JOIN logbook_entry t ON t.id = e.root_id LEFT JOIN logbook_book tb ON tb.id = t.book_id
LEFT JOIN LATERAL (SELECT text, salt FROM logbook_entrytext WHERE entry_id = e.id OFFSET 0) w ON true
LEFT JOIN logbook_entrydigest d ON d.book_id = {{book}} AND d.number = e.number AND d.number BETWEEN {{first}} AND {{last}}
WHERE e.book_id = {{book}} AND e.number BETWEEN {{first}} AND {{last}} ORDER BY e.number
) TO STDOUT"""  # noqa: S608  columns of this module and whole numbers
PERSONAL_VALUES = """COPY (
SELECT name, id, value, encode(salt, 'hex') FROM logbook_personalvalue WHERE book_id = {book} AND id = ANY ('{{{keys}}}'::bigint[])
) TO STDOUT"""

Own = tuple[str, bytes, bytes]
"""Name, salt and value of something with a salt of its own; the value is UTF-8."""


@dataclass(slots=True)
class Row:
    """One entry: its columns as COPY writes them, and what has salts of its own."""

    columns: list[bytes]
    own: list[Own]
    gone: dict[str, Any]
    """Personal values that the entry points at and that are not there, by name: their keys."""
    named: dict[str, Any] = field(default_factory=dict)
    """The ordinary values that have no column of their own, by name."""
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
        lines = [line[:-1].split(b"\t") for line in _lines(ROWS.format(**bounds))]
        every_personal, every_named = (_objects([columns[place] for columns in lines]) for place in (PERSONAL, FIELDS))
        values = _values(bounds["book"], every_personal)
        rows = []
        for columns, personal, named in zip(lines, every_personal, every_named, strict=True):
            own: list[Own] = []
            away: dict[str, Any] = {}
            for name, key in personal.items():
                found = values.get((name, str(key)))
                if found is None:
                    away[name] = key
                else:
                    own.append((name, *found))
            if columns[TEXT] != NULL:
                own.append(("text", unhexlify(columns[SALT]), unescaped(columns[TEXT])))
            rows.append(Row(columns, own, away, named))
        if gone is not None:
            gone.explain(rows)
        yield from rows


def _objects(column: list[bytes]) -> list[dict[str, Any]]:
    """The names and values of each JSON object of a column; of anything else, which the record never makes, none."""
    return [found if isinstance(found, dict) else {} for found in json.loads(b"[" + unescaped(b",".join(column)) + b"]")]


def _values(book: int, every: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[bytes, bytes]]:
    """Salt and value of each personal value that the entries point at and that stands, by name and key."""
    keys = ",".join(key for personal in every for each in personal.values() if KEY.fullmatch(key := str(each)))
    if not keys:
        return {}
    lines = (line[:-1].split(b"\t") for line in _lines(PERSONAL_VALUES.format(book=book, keys=keys)))
    return {(name.decode(), key.decode()): (unhexlify(salt), unescaped(value)) for name, key, value, salt in lines}


class _Lines(list[bytes]):
    """Takes what COPY writes: the driver hands over one row at a time."""

    write = list.append


def _lines(statement: str) -> list[bytes]:
    written = _Lines()
    with transaction.atomic(), connection.cursor() as cursor:
        # Processes that are started to help with a portion cost half as much again as reading it.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.copy_expert(statement, written)  # type: ignore[attr-defined]
    return written


KEY = re.compile(r"[0-9]{1,18}", re.A)
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
        if value:
            present.append((name, written_moment(value) if name in MOMENTS else unescaped(value)))
    return present + [(name, _said(value)) for name, value in row.named.items()]


def _said(value: Any) -> bytes:
    # Another value than a text is something that the record never takes: it makes a commitment of its own.
    return (value if isinstance(value, str) else json.dumps(value)).encode()


@lru_cache(maxsize=1024)
def _frame(name: str) -> tuple[str, bytes, bytes]:
    """How the line of a field begins, what its salt is made from, and what stands before length and value."""
    named = name.encode()
    return f"{name} ", named, len(named).to_bytes(2, "big") + named


class _Framed(dict[bytes, bytes]):
    """What is hashed after the salt for the values of one column, as COPY writes them; most columns say the same few again and again."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._begins, self._meant = _frame(name)[2], written_moment if name in MOMENTS else unescaped

    def __missing__(self, value: bytes) -> bytes:
        said = self._meant(value)
        made = self._begins + len(said).to_bytes(4, "big") + said
        if len(self) < KEPT and len(value) <= SHORT:
            self[value] = made
        return made


KEPT, SHORT = 500, 60
PLAN = [(*_frame(name)[:2], _Framed(name)) for name in COLUMNS]


def committed(row: Row) -> str:
    """The lines of the leaf below its head, each made from what stands in the tables now."""
    hash_of, columns = sha256, row.columns
    secret, said = unhexlify(columns[SECRET]), columns[FIRST_COLUMN:]
    lines = [
        begins + hash_of(hash_of(secret + named).digest() + framed[value]).hexdigest()
        for (begins, named, framed), value in zip(compress(PLAN, said), filter(None, said))  # noqa: B905  both as long as there are values
    ]
    for name, other in row.named.items():
        begins, named, frame = _frame(name)
        value = _said(other)
        lines.append(begins + hash_of(hash_of(secret + named).digest() + frame + len(value).to_bytes(4, "big") + value).hexdigest())
    for name, salt, value in row.own:
        begins, _named, frame = _frame(name)
        lines.append(begins + hash_of(salt + frame + len(value).to_bytes(4, "big") + value).hexdigest())
    if row.gone or row.explained:
        # A value that is not there makes no commitment: its line fits no leaf.
        rightly = {line.split(" ", 1)[0] for line in row.explained}
        lines += [f"{name} missing" for name in row.gone if name not in rightly]
        lines += row.explained
    # ASCII names and a space below them all: sorted as text is sorted by bytes.
    lines.sort()
    lines.append("")
    return "\n".join(lines)
