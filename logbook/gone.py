"""What a verification makes of a value that does not stand any more: erased or veiled by an entry that says so, or missing.

The entry that says so is committed to like every other; what it says is recomputed here (A18, I1; docs/record.md).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

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
        self.erased = self.veiled = 0

    def explain(self, rows: list[dict[str, Any]], standing: set[int]) -> None:
        """Gives each row `gone`: names of the fields that rightly have no value -> the line that stays in the leaf.

        A value that is gone without a rightful entry is not in it, so its line is found to be missing.
        """
        lacking = {pk: (row, name) for row in rows for name, pk in row["personal"].items() if pk not in standing}
        untold = {row["id"]: row for row in rows if row["text"] is None and "\ntext " in row["leaf"]}
        for row in rows:
            row["gone"] = []
        if lacking:
            self._explain_erased(lacking)
        if untold:
            self._explain_veiled(untold)

    def _explain_erased(self, lacking: dict[int, tuple[dict[str, Any], str]]) -> None:
        found = _rows("SELECT value_id, number, name, note_id FROM logbook_erasedvalue WHERE book_id = %s AND value_id = ANY(%s)",
                      [self._book_id, list(lacking)])
        notes = self._notes({note for *_, note in found})
        for value_id, number, name, note_id in found:
            row, wanted = lacking[value_id]
            note = notes.get(note_id)
            if note is None or (number, name) != (row["number"], wanted) or note.code != f"personal_erased_{name}":
                continue
            age = max(SHORTEST, timedelta(days=int(note.fields.get("days", "0"))))
            if note.number > number and note.recorded_at - row["recorded_at"] >= age and self._list_of(note_id) == note.fields.get("erased_digest"):
                row["gone"].append(_line_of(row, name))
                self.erased += 1

    def _explain_veiled(self, untold: dict[int, dict[str, Any]]) -> None:
        found = _rows("SELECT entry_id, note_id, record_sealed_commitment(entry_id) FROM logbook_veil WHERE entry_id = ANY(%s)", [list(untold)])
        notes = self._notes({note for _, note, _ in found})
        for entry_id, note_id, sealed in found:
            row, note = untold[entry_id], notes.get(note_id)
            if note is None or note.code != "text_veiled" or note.refers_to != entry_id or note.number <= row["number"]:
                continue
            # What lies sealed must be what was committed to, and two people are needed.
            if _line_of(row, "text") == f"text {sealed}" and note.author and note.author != note.fields.get("asked_ref"):
                row["gone"].append(f"text {sealed}")
                self.veiled += 1

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


def _line_of(row: dict[str, Any], name: str) -> str:
    """The line of that field in the leaf, which its digest holds; empty where there is none."""
    return next((line for line in row["leaf"].split("\n")[5:] if line.startswith(f"{name} ")), "")
