"""Times the verification of a database: `python -m bench.verifying` prints a line of JSON with entries a second.

Whole, with one processor core for this process and the database together and with two, and chain and tree over the digests kept
apart alone. Beside them the least that any verification in Python does: the leaves read and hashed one after another, nothing else.
The first round of each, in which what is compiled is loaded, is not counted.
"""

import hashlib
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from desks.testing import read_town  # noqa: E402
from logbook.models import Book  # noqa: E402
from logbook.verify import verify  # noqa: E402

WAYS: dict[str, tuple[int, bool]] = {"one": (1, True), "two": (2, True), "tree": (2, False)}
"""So many cores; whether contents are looked at."""
ROUNDS = 3


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """This process, the database that it asks and all that either begins on so many cores, one after another on the same."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    connection.close()
    server = int(status.rsplit(")", 1)[1].split()[1])
    cores = os.sched_getaffinity(0)
    try:
        for process in (0, server):
            os.sched_setaffinity(process, sorted(cores)[:count])
        yield
    finally:
        connection.close()
        for process in (0, server):
            os.sched_setaffinity(process, cores)


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
    for turn in range(ROUNDS + 1):
        with on_cores(2):
            begun = time.perf_counter()
            done = sum(hashed_only(book) for book in books)
            found["plain"].append(done / (time.perf_counter() - begun))
        for name, (cores, contents) in WAYS.items():
            with on_cores(cores):
                begun = time.perf_counter()
                report = verify(books, contents=contents)
                assert not report.breaches, report.breaches
                if turn:
                    found.setdefault(name, []).append(report.entries / (time.perf_counter() - begun))
    print(json.dumps({name: statistics.median(each) for name, each in found.items()}))


if __name__ == "__main__":
    main()
