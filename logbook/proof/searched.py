"""The search texts against what their entries say: recomputed, and the first of each book that differs is named (A18, A21; docs/record.md).

Folding a text costs several times what verifying its entry costs, so this is a mode of its own, and each night looks at a part.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from logbook.folding import VERSION, folded, search_text, with_units
from logbook.models import Book, Entry
from logbook.proof.finding import Breach
from logbook.rules import searched_parts

# So many nights until each search text has been recomputed once, and so many neighbouring numbers at a time.
NIGHTS = 32
PORTION = 256
# A veiled text takes its search text along; a number that stands for a purged entry says nothing.
ROWS = """
SELECT e.number, e.act, e.code, e.fields, COALESCE(w.text, ''), e.place, e.result, e.next_step, e.handler, e.waiting_for,
       e.code = 'purged' OR (w.entry_id IS NULL AND e.leaf LIKE E'%%\\ntext %%'), s.book_id, s.number, s.search, s.folding
FROM logbook_entry e LEFT JOIN logbook_entrytext w ON w.entry_id = e.id LEFT JOIN logbook_searchtext s ON s.entry_id = e.id
WHERE e.book_id = %s AND e.number BETWEEN %s AND %s ORDER BY e.number
"""
SAID = ("text", "place", "result", "next_step", "handler", "waiting_for")


def verify_search(books: Sequence[Book], progress: Callable[[str, int, int], None] | None = None) -> tuple[int, list[Breach]]:
    """How many search texts of the books were recomputed, and the first of each book that is not what its entry says."""
    count, breaches = 0, []
    for book in books:
        reach = _reach_of(book)
        for begin in range(1, reach + 1, PORTION):
            done, breach = _portion(book, begin)
            count += done
            if progress is not None:
                progress(book.origin, min(begin + PORTION - 1, reach), reach)
            if breach is not None:
                breaches.append(breach)
                break
    return count, breaches


def first_wrong_search_text(book: Book, night: date) -> Breach | None:
    """The first search text of this night's part of the book that is not what its entry says; each is looked at once in `NIGHTS` nights."""
    part = night.toordinal() % NIGHTS
    portions = (begin for begin in range(1, _reach_of(book) + 1, PORTION) if begin // PORTION % NIGHTS == part)
    return next((breach for begin in portions if (breach := _portion(book, begin)[1]) is not None), None)


def _reach_of(book: Book) -> int:
    return Entry.objects.filter(book=book).order_by("-number").values_list("number", flat=True).first() or 0


def _portion(book: Book, begin: int) -> tuple[int, Breach | None]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [book.pk, begin, begin + PORTION - 1])
        rows = cursor.fetchall()
    count = 0
    for number, act, code, fields, *said, silent, kept_book, kept_number, kept, folding in rows:
        count += 1
        if kept is None and silent:
            continue
        if kept is not None and (silent or (kept_book, kept_number) != (book.pk, number)):
            return count, Breach(book.origin, number, "projection", "its search text belongs to another number, or to an entry that shows no text")
        parts = searched_parts(act=act, code=code, fields=_named(fields), **dict(zip(SAID, said, strict=True)))
        if not _fits(kept or "", parts):
            older = "" if folding in {None, VERSION} else f"; it says that folding {folding} made it, and this is {VERSION}"
            return count, Breach(book.origin, number, "projection", f"its search text is not what it says{older}")
    return count, None


def _named(fields: Any) -> dict[str, str]:
    """The named values; whatever the record never takes is said as JSON has it."""
    found = json.loads(fields) if isinstance(fields, str) else fields
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _fits(kept: str, said: Iterable[str]) -> bool:
    """Whether the kept text is what the parts make; of entries whose own fields once stood in another order, line by line."""
    parts = [part for part in said if part]
    if kept == search_text(parts):
        return True
    made = folded("\n".join(parts)).split("\n")
    stands = kept.split("\n")[: len(made)]
    return sorted(stands) == sorted(made) and kept == with_units("\n".join(stands))
