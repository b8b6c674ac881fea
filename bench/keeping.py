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
        entries, quiet, took = statistics.median(found["entries"]), max(found["quiet"]), max(found["writer"])
        waited, waited_quiet = max(found["waited"]), max(found["quiet_waited"])
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
            Figure(f"of that, its archives read back, {size:,}", statistics.median(found["read_back"]), "s", len(found["read_back"])),
            Figure(
                f"longest step of a purge, its commit included, {size:,}", step, "ms", len(found["steps"]), statistics.median(found["steps"]),
                step / statistics.median(found["steps"]), "holds writers ≤ 50 ms (yardstick: the median step)", step <= 50,
            ),
            Figure(
                f"longest wait of a writer for the book while a purge runs, {size:,}", waited, "ms", len(found["waited"]), waited_quiet,
                waited / waited_quiet, "≤ 50 ms (yardstick: the longest without one)", waited <= 50,
            ),
            Figure(
                f"longest insert while a purge runs, {size:,}", took, "ms", len(found["writer"]), quiet, took / quiet,
                "(yardstick: the longest without one)",
            ),
        ]
    return figures
