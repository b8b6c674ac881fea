"""Times the verification of a database: `python -m bench.verifying` prints a line of JSON with entries a second.

Whole, by one process and by two, and chain and tree over the digests kept apart alone.
"""

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from desks.testing import read_town  # noqa: E402
from logbook.models import Book  # noqa: E402
from logbook.verify import verify  # noqa: E402

WAYS: dict[str, dict[str, int | bool]] = {"one": {"processes": 1}, "two": {"processes": 2}, "tree": {"contents": False}}
ROUNDS = 3


def main() -> None:
    """The best of a few rounds of each way: what else the machine does meanwhile is not ours."""
    books = list(Book.objects.filter(desk=read_town().desk))
    found: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            begun = time.perf_counter()
            report = verify(books, **way)  # type: ignore[arg-type]
            assert not report.breaches, report.breaches
            found[name] = max(found.get(name, 0.0), report.entries / (time.perf_counter() - begun))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
