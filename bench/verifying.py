"""Times the verification of a database: `python -m bench.verifying` prints a line of JSON with entries a second.

Whole, by one process and by two, and chain and tree over the digests kept apart alone. Beside them the least that any
verification in Python does: the leaves read, hashed and compared one after another, nothing else.
"""

import hashlib
import json
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from desks.testing import read_town  # noqa: E402
from logbook.models import Book  # noqa: E402
from logbook.verify import verify  # noqa: E402

WAYS: dict[str, dict[str, int | bool]] = {"one": {"processes": 1}, "two": {"processes": 2}, "tree": {"contents": False}}
ROUNDS = 3


def hashed_only(book: Book) -> int:
    """Reads each leaf of the book by portions and hashes it; returns how many."""
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DECLARE leaves NO SCROLL CURSOR FOR SELECT leaf FROM logbook_entry WHERE book_id = %s ORDER BY number", [book.pk])
        while True:
            cursor.execute("FETCH 2000 FROM leaves")
            rows = cursor.fetchall()
            if not rows:
                return done
            for (leaf,) in rows:
                hashlib.sha256(leaf.encode()).digest()
            done += len(rows)


def main() -> None:
    """The medians of a few rounds of each way, in entries a second."""
    books = list(Book.objects.filter(desk=read_town().desk))
    found: dict[str, list[float]] = {"plain": []}
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        done = sum(hashed_only(book) for book in books)
        found["plain"].append(done / (time.perf_counter() - begun))
        for name, way in WAYS.items():
            begun = time.perf_counter()
            report = verify(books, **way)  # type: ignore[arg-type]
            assert not report.breaches, report.breaches
            found.setdefault(name, []).append(report.entries / (time.perf_counter() - begun))
    print(json.dumps({name: statistics.median(each) for name, each in found.items()}))


if __name__ == "__main__":
    main()
