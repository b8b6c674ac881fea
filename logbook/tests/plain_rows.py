"""A book as plain rows for the independent verifier: what docs/record.md says stands where, read by plain SQL."""

import hashlib
from datetime import UTC
from typing import Any

from django.db import connection

from logbook.gone import Gone
from logbook.models import Book
from logbook.verify import _present, _stream


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
    for row in _stream(book.pk, Gone(book.pk)):
        secret = bytes(row["secret"])
        fields = {name: (hashlib.sha256(secret + name.encode()).digest(), value) for name, value in _present(row).items()}
        fields |= {name: (bytes(salt), value) for name, value, salt in row["personal_values"]}
        if row["text"] is not None:
            fields["text"] = (bytes(row["salt"]), row["text"])
        lines = dict(line.split(" ", 1) for line in row["leaf"].split("\n")[5:-1])
        entries.append({
            "number": row["number"],
            "recorded": row["recorded_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "fields": fields,
            "gone": {name: {"commitment": lines[name], "by": by} for number, name, by in told if number == row["number"]},
            "digest": bytes(row["digest"]),
        })
    return entries
