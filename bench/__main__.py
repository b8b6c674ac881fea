"""`make bench`: the product beside a minimal Django view, on 100,000 entries, in one interleaved run.

Figures: entries (saved by 1, 8 and 32 clients), desk (the desk page's time), memory, search, verify and keeping (archive and
purge). Where ONLY names one of them, it is measured on a million entries too (or ENTRIES), and the growth is shown: the first
time it takes a quarter of an hour to write those. ONLY=attacks draws tens of thousands of attacks on the record.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from bench import attacks, entries, keeping, load, search
from bench.figures import Figure, table, write
from bench.ground import fresh_database, memory_of, plain_environment, process, served, servers, settle
from ops.machine import ROOT, Trouble, var_dir
from ops.services import Postgres

ENTRIES = int(os.environ.get("ENTRIES", "100000"))
GROWN = 1_000_000
ROUNDS = 5
DESK = "taikoo-front"


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Trouble(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return done.stdout.strip()


def _web_environment(postgres: Postgres, redis_url: str) -> dict[str, str]:
    return plain_environment() | {
        "DUTY_DESK_MODE": "test", "VAR_DIR": str(var_dir() / "bench"), "LANGUAGE_CODE": "en", "REDIS_URL": redis_url,
        "DATABASE_URL": postgres.login("duty_app", "bench").url, "SECRET_KEY": "bench-" + "0" * 50,
    }


def _prepare(postgres: Postgres, redis_url: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Both databases with their rows; the environments of both web servers, and what the clients need."""
    for name in ("bench", "yardstick"):
        postgres.make_database(name)
    product = _web_environment(postgres, redis_url)
    owner = product | {"DATABASE_OWNER_URL": postgres.login("duty_owner", "bench").url}
    print(f"Preparing {ENTRIES:,} entries (kept for the next run) …", flush=True)
    _manage(owner, "manage.py", "migrate", "-v", "0")
    ours = _manage(owner, "-m", "bench.lay", str(ENTRIES)).splitlines()[-1].split()
    yard = plain_environment() | {"YARDSTICK_URL": postgres.login("duty_owner", "yardstick").url}
    theirs = _manage(yard, "-c", f"from bench import yardstick; print(*yardstick.prepare({ENTRIES}))").splitlines()[-1].split()
    keys = {"session": ours[0], "csrf": ours[1], "actor": ours[2], "yard_session": theirs[0], "yard_csrf": theirs[1]}
    return product, yard, keys


def _requests(keys: dict[str, str]) -> dict[str, load.Request]:
    """A page, asked of us and of the yardstick."""
    ours = {"Cookie": f"sessionid={keys['session']}; csrftoken={keys['csrf']}", "X-CSRFToken": keys["csrf"], "X-Actor": keys["actor"]}
    yard = {"Cookie": f"sessionid={keys['yard_session']}; csrftoken={keys['yard_csrf']}", "X-CSRFToken": keys["yard_csrf"]}
    return {"page": lambda: ("GET", f"/desk/{DESK}/", "", ours), "yard_page": lambda: ("GET", "/list/", "", yard)}


def _paired(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float, float]:
    """Medians of both and of their ratio over interleaved rounds; the order changes each round."""
    rows = []
    for turn in range(ROUNDS):
        first, second = (ours, theirs) if turn % 2 else (theirs, ours)
        a, b = first(), second()
        rows.append((a, b) if turn % 2 else (b, a))
    return (
        statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows),
        statistics.median(row[0] / row[1] for row in rows),
    )


def _entries(postgres: Postgres, redis_url: str, port: int, yard: int, keys: dict[str, str]) -> list[Figure]:
    """Saving, with a third server on a twin of the database that keeps no chain."""
    # Made anew: its trigger is changed below, and no migration that comes later knows it then.
    fresh_database(postgres, "bench_bare")
    bare = _web_environment(postgres, redis_url) | {"DATABASE_URL": postgres.login("duty_app", "bench_bare").url}
    owner = bare | {"DATABASE_OWNER_URL": postgres.login("duty_owner", "bench_bare").url}
    _manage(owner, "manage.py", "migrate", "-v", "0")
    laid = _manage(owner, "-m", "bench.lay", str(ENTRIES)).splitlines()[-1].split()
    entries.without_chain(postgres, "bench_bare")
    settle(postgres, "bench", "bench_bare", "yardstick")
    with served("duty_desk.wsgi", bare, var_dir() / "bench" / "bare.log") as (bare_port, _web):
        product = entries.ours(port, [keys["session"], keys["csrf"], keys["actor"]])
        minimal = entries.minimal(yard, [keys["yard_session"], keys["yard_csrf"]])
        return entries.measure(product, minimal, entries.ours(bare_port, laid)) + entries.whole(postgres, "bench")


def _grown(postgres: Postgres, environment: dict[str, str], port: int, web: int, keys: dict[str, str], only: str) -> list[Figure]:
    """Saving and memory once more, in a book of a million."""
    place = search.prepare(postgres, environment, GROWN, _manage)
    settle(postgres, place.database)
    cookie = dict(part.split("=", 1) for part in place.headers["Cookie"].split("; "))
    with served("duty_desk.wsgi", place.environment, var_dir() / "bench" / "grown.log") as (grown_port, grown):
        many = entries.ours(grown_port, [cookie["sessionid"], cookie["csrftoken"], place.headers["X-Actor"]])
        if only == "entries":
            return entries.measure_growth(many, entries.ours(port, [keys["session"], keys["csrf"], keys["actor"]]), (ENTRIES, GROWN))
        for path in (f"/desk/{DESK}/", f"/log/{DESK}/"):
            load.run(grown_port, lambda path=path: ("GET", path, "", place.headers), clients=4, count=40)  # type: ignore[misc]
        value, beside = memory_of(grown.pid), memory_of(web)
        return [Figure(f"memory of web, {ENTRIES:,} to {GROWN:,}", value, "MB", 1, beside, value / beside)]


def _desk(port: int, yard: int, requests: dict[str, load.Request]) -> list[Figure]:
    mine = lambda: load.run(port, requests["page"], clients=1, count=100).median  # noqa: E731
    other = lambda: load.run(yard, requests["yard_page"], clients=1, count=200).median  # noqa: E731
    value, yardstick, ratio = _paired(mine, other)
    return [
        Figure("desk page", value, "ms", 100 * ROUNDS, yardstick, ratio, "within 3x of a minimal 50-row view", ratio <= 3)
    ]


def _memory(web: int, yard: int, product: dict[str, str]) -> list[Figure]:
    figures = [Figure("memory of web (2 workers)", memory_of(web), "MB", 1, memory_of(yard), memory_of(web) / memory_of(yard))]
    logs = var_dir() / "bench"
    for name, more in {
        "worker": ["--concurrency", "1", "--without-gossip", "--without-mingle"],
        "beat": ["--pidfile", "", "--schedule", str(logs / "beat-schedule")],
    }.items():
        held = []
        for application in ("duty_desk", "bench.bare_celery"):
            with process([sys.executable, "-m", "celery", "-A", application, name, *more], product, logs / f"{name}.log") as made:
                time.sleep(6)
                held.append(memory_of(made.pid))
        figures.append(Figure(f"memory of {name}", held[0], "MB", 1, held[1], held[0] / held[1], "(yardstick: one with an empty task)"))
    return figures


def main() -> int:
    """Measures what was asked for, prints the table and writes `var/bench.json`."""
    only = os.environ.get("ONLY", "")
    known = ("entries", "desk", "memory", "search", "verify", "keeping", "attacks")
    if only and only not in known:
        print(f"ONLY is one of: {', '.join(known)}", file=sys.stderr)
        return 1
    figures: list[Figure] = []
    try:
        if only == "attacks":
            return _say(attacks.measure())
        with servers() as (postgres, redis):
            most = int(os.environ.get("ENTRIES", "1000000" if only else "100000"))
            sized = {"search": search.measure, "verify": search.measure_verifying, "keeping": keeping.measure}
            for name, measure in sized.items():
                if only in {"", name}:
                    figures += measure(postgres, _web_environment(postgres, redis.url), most, _manage)
            if only in sized:
                return _say(figures)
            product, yard, keys = _prepare(postgres, redis.url)
            requests = _requests(keys)
            logs = var_dir() / "bench"
            with (
                served("duty_desk.wsgi", product, logs / "web.log") as (port, web),
                served("bench.yardstick", yard, logs / "yardstick.log") as (yard_port, yard_web),
            ):
                for request, where in (("page", port), ("yard_page", yard_port)):
                    load.run(where, requests[request], clients=4, count=40)
                parts: dict[str, Callable[[], list[Figure]]] = {
                    "entries": lambda: _entries(postgres, redis.url, port, yard_port, keys),
                    "desk": lambda: _desk(port, yard_port, requests),
                    "memory": lambda: _memory(web.pid, yard_web.pid, product),
                }
                for name, part in parts.items():
                    if not only or only == name:
                        print(f"Measuring {name} …", flush=True)
                        figures += part()
                if only in {"entries", "memory"}:
                    figures += _grown(postgres, _web_environment(postgres, redis.url), port, web.pid, keys, only)
    except (Trouble, load.Wrong) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return _say(figures)


def _say(figures: list[Figure]) -> int:
    print("\n" + table(figures))
    write(figures, var_dir() / "bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
