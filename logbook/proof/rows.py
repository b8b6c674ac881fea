"""Entries as they stand in the tables, read in bulk: raw columns for verifying, plain values for exporting (I2; docs/record.md).

They are fetched as text and stay bytes as far as they can (`logbook.proof.fetching`): objects of the driver cost three times as much.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from logbook.proof.fetching import Rows, ahead, as_rows, fetched

if TYPE_CHECKING:
    from logbook.gone import Gone

PORTION = 4000

# In the order of the names, so that the lines come nearly sorted. Moments are the wall clock of UTC. What is not there is empty.
COLUMNS = {
    "act": "e.act", "audience": "e.audience", "author": "a.ref::text", "code": "e.code", "due_at": "(e.due_at AT TIME ZONE 'UTC')::text",
    "entered_by": "b.ref::text", "follow_state": "e.follow_state", "handler": "e.handler",
    # A version without a kind says nothing and is in no leaf: it must not be there.
    "kind": "CASE WHEN e.kind <> '' OR e.kind_version IS NOT NULL THEN e.kind || '/' || COALESCE(e.kind_version, 0) END", "late": "CASE WHEN e.late THEN 'true' END",
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
STANDING = """
FROM logbook_entry e
LEFT JOIN desks_person a ON a.id = e.author_id LEFT JOIN desks_person b ON b.id = e.entered_by_id
LEFT JOIN logbook_entry r ON r.id = e.refers_to_id LEFT JOIN logbook_book rb ON rb.id = r.book_id
LEFT JOIN logbook_entry t ON t.id = e.root_id LEFT JOIN logbook_book tb ON tb.id = t.book_id
LEFT JOIN LATERAL (SELECT text, salt FROM logbook_entrytext WHERE entry_id = e.id OFFSET 0) w ON true
LEFT JOIN logbook_entrydigest d ON d.book_id = {book} AND d.number = e.number AND d.number BETWEEN {first} AND {last}
WHERE e.book_id = {book} AND e.number BETWEEN {first} AND {last} ORDER BY e.number
"""
ROWS = f"""
SELECT e.number::text, (e.recorded_at AT TIME ZONE 'UTC')::text, COALESCE(encode(e.previous, 'hex'), ''), COALESCE(encode(e.digest, 'hex'), ''),
       COALESCE(e.leaf, ''), COALESCE(encode(e.secret, 'hex'), ''), COALESCE(encode(d.digest, 'hex'), ''),
       COALESCE((d.recorded_at AT TIME ZONE 'UTC')::text, ''), w.text, COALESCE(encode(w.salt, 'hex'), ''),
       COALESCE(e.fields::text, '{{{{}}}}'), COALESCE(e.personal::text, '{{{{}}}}'),
       {", ".join(f"COALESCE({column}, '')" for column in COLUMNS.values())}
{STANDING}"""  # noqa: S608  columns of this module and whole numbers
# The same columns as what is compiled takes them: moments and hashes as PostgreSQL keeps them.
BINARY_ROWS = f"""
SELECT e.number, e.recorded_at, e.previous, e.digest, e.leaf, e.secret, d.digest, d.recorded_at, w.text, w.salt, e.fields::text, e.personal::text,
       {", ".join(f"e.{name}" if name in MOMENTS else column for name, column in COLUMNS.items())}
{STANDING}"""  # noqa: S608
PERSONAL_VALUES = """
SELECT name, id::text, value, encode(salt, 'hex') FROM logbook_personalvalue WHERE book_id = {book} AND id = ANY ('{{{keys}}}'::bigint[])
"""
BINARY_VALUES = """
SELECT id, name, value, salt FROM logbook_personalvalue WHERE book_id = {book} AND id = ANY ('{{{keys}}}'::bigint[]) ORDER BY id
"""

# Most entries have no values of such a kind: one for all of them.
NOTHING: Mapping[str, Any] = MappingProxyType({})
Own = tuple[str, bytes, bytes]
"""Name, salt and value of something with a salt of its own; the value is UTF-8."""


@dataclass(slots=True)
class Row:
    """One entry: its columns as text, empty where they are NULL (None, of the text), and what has salts of its own."""

    columns: tuple[Any, ...]
    own: list[Own]
    gone: Mapping[str, Any]
    """Personal values that the entry points at and that are not there, by name: their keys."""
    named: Mapping[str, Any]
    """The ordinary values that have no column of their own, by name."""
    explained: Mapping[str, int]
    """The lines of those, and of a veiled text, that rightly have no value any more: they stay in the leaf, and the entry of
    this number says so (logbook.gone)."""

    @property
    def number(self) -> int:
        """The number under which the row stands."""
        return int(self.columns[NUMBER])


def bounds_of(first: int, last: int, portion: int) -> list[tuple[int, int]]:
    """First and last number of each portion."""
    return [(begin, min(begin + portion - 1, last)) for begin in range(first, last + 1, portion)]


def stream(book_id: int, first: int, last: int, gone: "Gone | None" = None) -> Iterator[Row]:
    """The entries from one number to another in their order, 4,000 numbers at a time; `gone` explains what is not there."""
    for lines in ahead([ROWS.format(book=int(book_id), first=begin, last=end) for begin, end in bounds_of(first, last, PORTION)], as_rows):
        rows = _rows_of(int(book_id), lines)
        if gone is not None:
            gone.explain(rows)
        yield from rows


def _rows_of(book: int, lines: Rows) -> list[Row]:
    every_personal, every_named = (_objects([columns[place] for columns in lines]) for place in (PERSONAL, FIELDS))
    values = _values(book, every_personal)
    rows = []
    for columns, personal, named in zip(lines, every_personal, every_named, strict=True):
        own: list[Own] = []
        away = NOTHING
        if personal:
            standing = {name: values.get((name, str(key))) for name, key in personal.items()}
            own = [(name, *found) for name, found in standing.items() if found is not None]
            if len(own) < len(standing):
                away = {name: personal[name] for name, found in standing.items() if found is None}
        if columns[TEXT] is not None:
            own.append(("text", unhexlify(columns[SALT]), columns[TEXT]))
        rows.append(Row(columns, own, away, named, NOTHING))
    return rows


def says_a_text(row: Row) -> bool:
    """Whether the leaf has a line of a text, standing or not."""
    return b"\ntext " in row.columns[LEAF]


def _objects(column: list[bytes]) -> list[Mapping[str, Any]]:
    """The names and values of each JSON object of a column; of anything else, which the record never makes, none."""
    return [NOTHING if each == b"{}" or not isinstance(found := json.loads(each), dict) else found for each in column]


def _values(book: int, every: list[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[bytes, bytes]]:
    """Salt and value of each personal value that the entries point at and that stands, by name and key."""
    keys = ",".join(key for personal in every for each in personal.values() if KEY.fullmatch(key := str(each)))
    if not keys:
        return {}
    rows = fetched(PERSONAL_VALUES.format(book=book, keys=keys), as_rows)
    return {(name.decode(), key.decode()): (unhexlify(salt), value) for name, key, value, salt in rows}


KEY = re.compile(r"[0-9]{1,18}", re.A)
ENDS = {19: b".000000Z"} | {20 + digits: b"0" * (6 - digits) + b"Z" for digits in range(1, 7)}


def written_moment(value: bytes | None) -> bytes:
    """A moment as the record writes it; PostgreSQL leaves out zeros at the end. What is no moment stays what it is."""
    if value is None:
        return b"?"
    return value[:10] + b"T" + value[11:] + ENDS.get(len(value), b"?")


def ordinary_fields(row: Row) -> list[tuple[str, bytes]]:
    """Name and value of each ordinary field that has a line: columns that are not empty, and every named value."""
    present = []
    for name, value in zip(COLUMNS, row.columns[FIRST_COLUMN:], strict=True):
        if value:
            present.append((name, written_moment(value) if name in MOMENTS else value))
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
    """What is hashed after the salt for the values of one column; most columns say the same few again and again."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._begins, self._moment = _frame(name)[2], name in MOMENTS

    def __missing__(self, value: bytes) -> bytes:
        said = written_moment(value) if self._moment else value
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
