"""A book as plain rows for the independent verifier: what docs/record.md says stands where, read by plain SQL."""

import hashlib
from typing import Any

from django.db import connection

from logbook.models import Book
from logbook.proof import rows
from logbook.queries import head_of


def plain_rows(book: Book) -> list[dict[str, Any]]:
    """Each entry with its fields (salt and value), and under `gone` what was erased or veiled: commitment and number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v.number, v.name, n.number FROM logbook_erasedvalue v JOIN logbook_entry n ON n.id = v.note_id WHERE v.book_id = %s", [book.pk])
        told = cursor.fetchall()
        cursor.execute(
            """SELECT e.number, 'text', n.number FROM logbook_veil v JOIN logbook_entry e ON e.id = v.entry_id
            JOIN logbook_entry n ON n.id = v.note_id WHERE e.book_id = %s""", [book.pk]
        )
        told += cursor.fetchall()
    entries = []
    for row in rows.stream(book.pk, 1, head_of(book)[0]):
        secret = bytes.fromhex(row.columns[rows.SECRET].decode())
        fields = {
            name: (hashlib.sha256(secret + name.encode()).digest(), value.decode()) for name, value in rows.ordinary_fields(row)
        }
        fields |= {name: (salt, value.decode()) for name, salt, value in row.own}
        lines = dict(line.split(" ", 1) for line in row.columns[rows.LEAF].decode().split("\n")[5:-1])
        entries.append({
            "number": row.number,
            "recorded": rows.written_moment(row.columns[rows.RECORDED_AT]).decode(),
            "fields": fields,
            "gone": {name: {"commitment": lines[name], "by": by} for number, name, by in told if number == row.number},
            "digest": bytes.fromhex(row.columns[rows.DIGEST].decode()),
        })
    return entries
