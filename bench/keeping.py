"""Archiving and purging a month at a hundred thousand and at a million entries over three years, and who waits for it.

Each size has a database of its own under var/bench, made anew for each run: what is purged is gone.
"""

import json
import statistics
import time
from collections.abc import Callable

from bench.figures import Figure
from bench.ground import fresh_database
from ops.services import Postgres

SOME = 100_000


def measure(postgres: Postgres, environment: dict[str, str], most: int, manage: Callable[..., str]) -> list[Figure]:
    """All figures of this part; `environment` is a web server's, to which each size adds its database."""
    figures, before = [], (0.0, 0.0)
    for size in sorted({min(SOME, most), most}):
        name = f"keeping_{size}"
        fresh_database(postgres, name)
        login = {"DATABASE_URL": postgres.login("duty_app", name).url, "DATABASE_OWNER_URL": postgres.login("duty_owner", name).url}
        login["SERVER_URL"] = postgres.login("postgres", name).url
        begun = time.perf_counter()
        manage(environment | login, "manage.py", "migrate", "-v", "0")
        found = json.loads(manage(environment | login, "-m", "bench.keep", str(size)).splitlines()[-1])
        print(f"{size:,} entries laid, archived and purged in {time.perf_counter() - begun:.0f} s.", flush=True)
        archive, purge, step = (statistics.median(found["archive"]), statistics.median(found["purge"]), max(found["steps"]))
        entries, quiet, waited = statistics.median(found["entries"]), statistics.median(found["quiet"]), max(found["writer"])
        copied, deleted = statistics.median(found["copied"]), statistics.median(found["deleted"])
        month = f"{entries:,.0f} entries"
        if before[0]:
            figures += [
                Figure(f"{name} of a month, {SOME:,} to {size:,} (a month has ten times as many)", value, "s", len(found["purge"]), was, value / was)
                for name, value, was in (("archive", archive, before[0]), ("purge", purge, before[1]))
            ]
        before = archive, purge
        figures += [
            Figure(f"archive of a month ({month}), {size:,}", archive, "s", len(found["archive"]), copied, archive / copied, "(yardstick: a plain COPY)"),
            Figure(
                f"purge of a month ({month}), {size:,}", purge, "s", len(found["purge"]), deleted, purge / deleted,
                "≤ 2 s (yardstick: a plain DELETE)", purge <= 2,
            ),
            Figure(f"longest step of a purge, {size:,}", step, "ms", len(found["steps"]), aim="holds writers ≤ 50 ms", met=step <= 50),
            Figure(
                f"longest insert while a purge runs, {size:,}", waited, "ms", len(found["writer"]), quiet, waited / quiet,
                "(yardstick: the median without one)",
            ),
        ]
    return figures
