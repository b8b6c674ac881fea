"""What a verification makes of a value that does not stand any more: erased or veiled by an entry that says so, or missing.

The entry that says so is committed to like every other; what it says is recomputed here (A18, I1; docs/record.md).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from logbook.proof.rows import LEAF, RECORDED_AT, TEXT, Row, says_a_text

SHORTEST = timedelta(days=30)


@dataclass(frozen=True)
class _Note:
    """An entry that says what was erased or veiled."""

    number: int
    recorded_at: datetime
    code: str
    fields: dict[str, str]
    refers_to: int | None
    author: str


class Gone:
    """The erased values and veiled texts of one book; reads nothing before a value is asked for that does not stand."""

    def __init__(self, book_id: int) -> None:
        self._book_id = book_id
        self._lists: dict[int, str] | None = None

    def explain(self, rows: list[Row]) -> None:
        """Gives each row in `explained` the lines of the leaf that rightly have no value any more, with the number of the entry that says so.

        A value that is gone without a rightful entry has none there, so its line is found to be missing.
        """
        lacking = {key: (row, name) for row in rows for name, key in row.gone.items() if isinstance(key, int)}
        untold = {row.number: row for row in rows if row.columns[TEXT] is None and says_a_text(row)}
        if lacking:
            self._explain_erased(lacking)
        if untold:
            self._explain_veiled(untold)

    def _explain_erased(self, lacking: dict[int, tuple[Row, str]]) -> None:
        found = _rows("SELECT value_id, number, name, note_id FROM logbook_erasedvalue WHERE book_id = %s AND value_id = ANY(%s)",
                      [self._book_id, list(lacking)])
        notes = self._notes({note for *_, note in found})
        for value_id, number, name, note_id in found:
            row, wanted = lacking[value_id]
            note = notes.get(note_id)
            if note is None or (number, name) != (row.number, wanted) or note.code != f"personal_erased_{name}":
                continue
            age = max(SHORTEST, timedelta(days=int(note.fields.get("days", "0"))))
            recorded_at = datetime.fromisoformat(row.columns[RECORDED_AT].decode()).replace(tzinfo=UTC)
            if note.number > number and note.recorded_at - recorded_at >= age and self._list_of(note_id) == note.fields.get("erased_digest"):
                row.explained = {**row.explained, _line_of(row, name): note.number}

    def _explain_veiled(self, untold: dict[int, Row]) -> None:
        found = _rows(
            """SELECT entry.number, entry.id, veil.note_id, record_sealed_commitment(entry.id) FROM logbook_veil AS veil
            JOIN logbook_entry AS entry ON entry.id = veil.entry_id WHERE entry.book_id = %s AND entry.number = ANY(%s)""",
            [self._book_id, list(untold)],
        )
        notes = self._notes({note for _, _, note, _ in found})
        for number, entry_id, note_id, sealed in found:
            row, note = untold[number], notes.get(note_id)
            if note is None or note.code != "text_veiled" or note.refers_to != entry_id or note.number <= number:
                continue
            # What lies sealed must be what was committed to, and two people are needed.
            if _line_of(row, "text") == f"text {sealed}" and note.author and note.author != note.fields.get("asked_ref"):
                row.explained = {**row.explained, f"text {sealed}": note.number}

    def _notes(self, keys: set[int]) -> dict[int, _Note]:
        found = _rows(
            """SELECT e.id, e.number, e.recorded_at, e.code, e.fields, e.refers_to_id, a.ref FROM logbook_entry e
            LEFT JOIN desks_person a ON a.id = e.author_id WHERE e.book_id = %s AND e.id = ANY(%s)""",
            [self._book_id, list(keys)],
        )
        return {
            key: _Note(number, at, code, fields if isinstance(fields, dict) else json.loads(fields), refers_to, str(author or ""))
            for key, number, at, code, fields, refers_to, author in found
        }

    def _list_of(self, note_id: int) -> str:
        """The digest over the numbers and names that an entry erased, as that entry must state it."""
        if self._lists is None:
            self._lists = {}
            digests: dict[int, Any] = {}
            with connection.chunked_cursor() as cursor:
                cursor.execute("SELECT note_id, number, name FROM logbook_erasedvalue WHERE book_id = %s ORDER BY note_id, number", [self._book_id])
                for note, number, name in cursor:
                    digests.setdefault(note, hashlib.sha256()).update(f"{number} {name}\n".encode())
            self._lists = {note: digest.hexdigest() for note, digest in digests.items()}
        return self._lists.get(note_id, "")


def _rows(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _line_of(row: Row, name: str) -> str:
    """The line of that field in the leaf, which its digest holds; empty where there is none."""
    lines = row.columns[LEAF].decode().split("\n")[5:]
    return next((line for line in lines if line.startswith(f"{name} ")), "")


def counts(book_id: int) -> tuple[int, int]:
    """How many personal values of the book were erased by rule, and how many texts veiled."""
    ((erased, veiled),) = _rows(
        """SELECT (SELECT count(*) FROM logbook_erasedvalue WHERE book_id = %s),
        (SELECT count(*) FROM logbook_veil AS veil JOIN logbook_entry AS entry ON entry.id = veil.entry_id WHERE entry.book_id = %s)""",
        [book_id, book_id],
    )
    return erased, veiled
