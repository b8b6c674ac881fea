"""Which entries carry which files (A18; the indexes stand in migration 0017)."""

import json
from collections.abc import Collection, Iterator

from django.db import connection

from desks.hooks import kept_files
from logbook.models import Book
from logbook.rules import Attachment, attachments_in


def is_attached(digest: str) -> bool:
    """Whether any entry of any book, or a later floor, refers to the file of that digest."""
    if kept_elsewhere([digest]):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM logbook_entry WHERE record_attachments(fields) @> ARRAY[%s] AND fields ? 'attachment_01')", [digest]
        )
        return bool(cursor.fetchone()[0])


def kept_elsewhere(digests: Collection[str]) -> set[str]:
    """Those of the files to which a later floor refers; they are in no entry, and so in no export of the record."""
    return set().union(*(keeper(digests) for _name, keeper in kept_files))


def attachments_of_book(book: Book) -> Iterator[tuple[int, str, Attachment | None]]:
    """Number of the entry, name of the field and what it says, of every attachment of the book, in the order of the numbers.

    None stands for a field that names an attachment and says none.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT number, fields FROM logbook_entry WHERE book_id = %s AND fields ? 'attachment_01' ORDER BY number", [book.pk])
        for number, found in cursor:
            fields = found if isinstance(found, dict) else json.loads(found)
            for name in sorted(each for each in fields if each.startswith("attachment_")):
                yield number, name, next(iter(attachments_in({name: str(fields[name])})), None)
