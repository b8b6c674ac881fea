"""Writes one entry after another into a book: `python -m bench.writing BOOK`, beside a purge.

For each line of input it prints, as JSON, what it has measured since the one before: of each entry how long it waited for the
book's lock, and how long the whole transaction took, both in milliseconds. Ends with its input.
"""

import json
import os
import select
import sys
import time

import psycopg2

WRITE = """INSERT INTO logbook_entry (book_id, number, leaf, act, code, kind, audience, occurred_at, late, source, place, urgency, handler,
    reason, follow_state, waiting_for, next_step, severity, result, fields, personal, request_digest)
    VALUES (%s, 0, '', 'act', 'desk_opened', '', 'staff', now(), false, '', '', '', '', '', '', '', '', '', '', '{}', '{}', '')"""
PAUSE = 0.002


def main(book: int) -> None:
    """Writes until nobody asks any more."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    measured: list[tuple[float, float]] = []
    with connection.cursor() as cursor:
        # The first one plans what the others find planned.
        cursor.execute(WRITE, [book])
        connection.commit()
        while True:
            if select.select([sys.stdin], [], [], PAUSE)[0]:
                if not sys.stdin.readline():
                    return
                print(json.dumps(measured), flush=True)
                measured = []
            begun = time.perf_counter()
            cursor.execute("SELECT pg_advisory_xact_lock(1685419129, %s)", [book])
            got = time.perf_counter()
            cursor.execute(WRITE, [book])
            connection.commit()
            measured.append(((got - begun) * 1000, (time.perf_counter() - begun) * 1000))


if __name__ == "__main__":
    main(int(sys.argv[1]))
