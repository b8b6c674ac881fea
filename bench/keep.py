"""Lays a book over three years and three months, archives what has expired and purges it month by month while somebody writes.

`python -m bench.keep N` on a database of its own, as the owner; prints one line of JSON. Months that went are not laid anew: a
further run needs another database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psycopg2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.lay import words_indexed_afterwards  # noqa: E402
from desks import record_clock  # noqa: E402
from desks.binding import Confirmation  # noqa: E402
from desks.models import Site  # noqa: E402
from desks.testing import Town, lay_town, read_town  # noqa: E402
from logbook import actions  # noqa: E402
from logbook.actions.purges import begin_purge  # noqa: E402
from logbook.models import Archive, Book  # noqa: E402

EXPIRED, MONTHS = 3, 39
CLOSE_ALL = """INSERT INTO logbook_entry (book_id, number, leaf, act, code, kind, audience, occurred_at, late, source, place, urgency, handler,
    reason, refers_to_id, root_id, follow_state, waiting_for, next_step, severity, result, fields, personal, request_digest)
    SELECT book_id, 0, '', 'follow_up', '', '', 'staff', record_clock(), false, '', '', '', '', '', root_id, root_id, 'closed', '', '', '', 'x', '{}', '{}', ''
    FROM logbook_followup WHERE state = 'open'"""
def lay(count: int) -> Book:
    """So many entries, a month's share in each of the months before this one, all matters closed; the plain clock afterwards."""
    if not Site.objects.exists():
        lay_town()
    town, now = read_town(), timezone.now()
    record_clock.install()
    with words_indexed_afterwards():
        for back in range(MONTHS, 0, -1):
            at = now.year * 12 + now.month - 1 - back
            record_clock.set_to(datetime(at // 12, at % 12 + 1, 15, tzinfo=UTC))
            call_command("make_log", desk=town.desk.slug, count=count // MONTHS, days=28, seed=back)
            with connection.cursor() as cursor:
                cursor.execute(CLOSE_ALL)
    record_clock.remove()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return actions.book_of(town.desk)


class Writer:
    """A process that writes one entry after another, and knows how long each waited for the book and how long it took (ms).

    In a thread of this process it would wait for the interpreter too, which reads the archives back meanwhile.
    """

    def __init__(self, book: Book) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "bench.writing", str(book.pk)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def so_far(self) -> list[tuple[float, float]]:
        """What was written since the last call: (waited, took) of each."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return [(waited, took) for waited, took in json.loads(self._process.stdout.readline())]

    def stop(self) -> None:
        """No more."""
        self._process.communicate()


def agreed(town: Town, archive: Archive) -> Any:
    """Asked by the supervisor and confirmed by the administrator."""
    now = timezone.now()
    asked = actions.ask_purge(
        actor=town.supervisor, confirmed=Confirmation(town.supervisor, "pin", now), desk=town.desk, archive=archive, reason="bench", now=now
    )
    actions.decide_purge(
        actor=town.administrator, confirmed=Confirmation(town.administrator, "pin", now), desk=town.desk, request=asked, confirms=True, reason="", now=now
    )
    return asked


def settle() -> None:
    """What was laid is swept and on the disk before anything is timed: else each commit waits for the writing of millions of rows."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    server = psycopg2.connect(os.environ["SERVER_URL"])
    server.autocommit = True
    server.cursor().execute("CHECKPOINT")
    server.close()


def copied_out(archive: Archive) -> float:
    """Seconds of a plain COPY of the month's rows into a file: the least that an archive does."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as file, connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT * FROM logbook_entry WHERE book_id = {archive.book_id} AND number BETWEEN {archive.first_number}"  # noqa: S608
            f" AND {archive.last_number}) TO STDOUT", file,
        )
    return time.perf_counter() - begun


def deleted_plainly(archive: Archive) -> float:
    """Seconds of a DELETE of as many rows with the same words from a table that nothing else hangs on: the least that a purge does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_plain AS SELECT entry.*, words.text FROM logbook_entry AS entry JOIN logbook_entrytext AS words"
            " ON words.entry_id = entry.id WHERE book_id = %s AND number BETWEEN %s AND %s", [archive.book_id, archive.first_number, archive.last_number],
        )
        cursor.execute("ALTER TABLE bench_plain ADD PRIMARY KEY (id)")
        begun = time.perf_counter()
        cursor.execute("DELETE FROM bench_plain")
        took = time.perf_counter() - begun
        cursor.execute("DROP TABLE bench_plain")
    return took


def main(count: int) -> None:
    """Prints the times: of each archive, each purge, each step (ms), and of each insert before and meanwhile (ms); plain ones beside them."""
    book, town = lay(count), read_town()
    names = ("archive", "read_back", "purge", "steps", "writer", "waited", "quiet", "quiet_waited", "entries", "copied", "deleted")
    found: dict[str, list[float]] = {name: [] for name in names}
    settle()
    with tempfile.TemporaryDirectory() as folder:
        settings.ARCHIVE_DIR = Path(folder)
        while True:
            begun = time.perf_counter()
            at = Archive.objects.filter(book=book).count()
            first = timezone.now().date().replace(day=1)
            month = first.year * 12 + first.month - 1 - MONTHS + at
            if not actions.archive_months(book=book, now=timezone.now(), until=datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).date()):
                break
            found["archive"].append(time.perf_counter() - begun)
        archives = list(Archive.objects.filter(book=book).order_by("month"))
        for archive in archives:
            found["copied"].append(copied_out(archive))
            found["deleted"].append(deleted_plainly(archive))
        # Whatever the yardsticks left for the disk is written before anybody is timed who waits for it.
        settle()
        for archive in archives:
            asked, writer = agreed(town, archive), Writer(book)
            time.sleep(3)
            quiet = writer.so_far()
            begun = time.perf_counter()
            begin_purge(request=asked)
            last = time.perf_counter()
            found["read_back"].append(last - begun)

            def step(_done: int, _of: int) -> None:
                nonlocal last
                now = time.perf_counter()
                found["steps"].append((now - last) * 1000)
                last = now

            done = actions.carry_out_purge(request=asked, step_done=step)
            found["purge"].append(time.perf_counter() - begun)
            found["entries"].append(done.entries)
            meanwhile = writer.so_far()
            writer.stop()
            for name, times in (("quiet", quiet), ("writer", meanwhile)):
                found[name] += [took for _waited, took in times]
            found["quiet_waited"] += [waited for waited, _took in quiet]
            found["waited"] += [waited for waited, _took in meanwhile]
    assert not transaction.get_connection().in_atomic_block
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
