"""Times the search statement alone, in a process of its own: `python -m bench.words` prints words with their times as JSON."""

import json
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.search import WORDS  # noqa: E402
from desks.testing import read_town  # noqa: E402
from logbook.folding import words_of  # noqa: E402
from logbook.queries import book_ids_of, found_keys  # noqa: E402

RUNS = 20
PASSES = 2
LIMIT = 51
SCAN = """SELECT entry_id FROM logbook_searchtext WHERE book_id = ANY(%s) AND {held} ORDER BY number DESC LIMIT %s"""


def _times(act, runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def main() -> None:
    """One line: for each word the median and the 95th percentile of our search, and the median of a plain scan, in ms.

    Two passes over all words, so that what else the machine does in a moment does not fall on one word alone.
    """
    desk = read_town().desk
    books = book_ids_of(desk)
    ours: dict[str, list[float]] = {asked: [] for asked in WORDS}
    scans: dict[str, list[float]] = {asked: [] for asked in WORDS}
    with connection.cursor() as cursor:
        for _ in range(PASSES):
            for asked in WORDS:
                words = words_of(asked)
                held = " AND ".join("strpos(search, %s) > 0" for _ in words)
                ours[asked] += _times(lambda asked=asked: found_keys(desk, text=asked, limit=LIMIT, see_restricted=False), RUNS)
                scans[asked] += _times(lambda words=words, held=held: cursor.execute(SCAN.format(held=held), [books, *words, LIMIT]), 2)
    found = [
        {
            "word": asked, "p50": statistics.median(times), "p95": sorted(times)[len(times) * 95 // 100 - 1],
            "scan": statistics.median(scans[asked]),
        }
        for asked, times in ours.items()
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
