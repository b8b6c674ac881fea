"""`make bench`: the product beside a minimal Django view, on 100,000 entries, in one interleaved run.

Figures: entries (saved per second by 1, 4 and 16 clients), desk (the desk page's time), memory, verify, search, keeping. ONLY
names one. With ONLY=search or keeping up to a million entries (or ENTRIES): it takes a quarter of an hour to write them.
"""

import os
import statistics
import subprocess
import sys
import time
import urllib.parse
import uuid
from collections.abc import Callable

from bench import keeping, load, search
from bench.figures import Figure, table, write
from bench.ground import memory_of, plain_environment, process, served, servers
from ops.services import ROOT, Postgres, Trouble, var_dir

ENTRIES = int(os.environ.get("ENTRIES", "100000"))
ROUNDS = 5
CLIENTS = {1: 300, 4: 800, 16: 1600}
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
    """What the clients send: a new entry and a page, to us and to the yardstick."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    ours = {"Cookie": f"sessionid={keys['session']}; csrftoken={keys['csrf']}", "X-CSRFToken": keys["csrf"], "X-Actor": keys["actor"]}
    yard = {"Cookie": f"sessionid={keys['yard_session']}; csrftoken={keys['yard_csrf']}", "X-CSRFToken": keys["yard_csrf"]}
    text = "A resident called about the lift of building 5"
    return {
        "add": lambda: (
            "POST", f"/log/{DESK}/record/", urllib.parse.urlencode({"text": text, "kind": "other", "key": str(uuid.uuid4())}),
            ours | form | {"HX-Request": "true"},
        ),
        "yard_add": lambda: ("POST", "/add/", urllib.parse.urlencode({"text": text}), yard | form),
        "page": lambda: ("GET", f"/desk/{DESK}/", "", ours),
        "yard_page": lambda: ("GET", "/list/", "", yard),
    }


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


def _entries(port: int, yard: int, requests: dict[str, load.Request]) -> list[Figure]:
    figures = []
    for clients, count in CLIENTS.items():
        mine = lambda clients=clients, count=count: load.run(  # noqa: E731
            port, requests["add"], clients=clients, count=count, expect=(200, 201, 302)
        ).per_second
        other = lambda clients=clients, count=count: load.run(  # noqa: E731
            yard, requests["yard_add"], clients=clients, count=count, expect=(302,)
        ).per_second
        value, yardstick, ratio = _paired(mine, other)
        figures.append(
            Figure(
                f"entries saved, {clients} client{'s' if clients > 1 else ''}", value, "1/s", count * ROUNDS, yardstick, 1 / ratio,
                "within 2x of a minimal insert view", 1 / ratio <= 2,
            )
        )
    return figures


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
    celery = [sys.executable, "-m", "celery", "-A", "duty_desk"]
    commands = {
        "worker": [*celery, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--pidfile", "", "--schedule", str(logs / "beat-schedule")],
    }
    for name, command in commands.items():
        with process(command, product, logs / f"{name}.log") as made:
            time.sleep(6)
            figures.append(Figure(f"memory of {name}", memory_of(made.pid), "MB", 1))
    return figures


def _verify(product: dict[str, str]) -> list[Figure]:
    begun = time.perf_counter()
    _manage(product, "manage.py", "verify_log")
    seconds = time.perf_counter() - begun
    return [Figure("entries verified", ENTRIES / seconds, "1/s", 1)]


def main() -> int:
    """Measures what was asked for, prints the table and writes `var/bench.json`."""
    only = os.environ.get("ONLY", "")
    known = ("entries", "desk", "memory", "verify", "search", "keeping")
    if only and only not in known:
        print(f"ONLY is one of: {', '.join(known)}", file=sys.stderr)
        return 1
    figures: list[Figure] = []
    try:
        with servers() as (postgres, redis):
            if only in {"", "search"}:
                most = int(os.environ.get("ENTRIES", "1000000" if only else "100000"))
                figures += search.measure(postgres, _web_environment(postgres, redis.url), most, _manage)
            if only in {"", "keeping"}:
                most = int(os.environ.get("ENTRIES", "1000000" if only else "100000"))
                figures += keeping.measure(postgres, _web_environment(postgres, redis.url), most, _manage)
            if only in {"search", "keeping"}:
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
                    "entries": lambda: _entries(port, yard_port, requests),
                    "desk": lambda: _desk(port, yard_port, requests),
                    "memory": lambda: _memory(web.pid, yard_web.pid, product),
                    "verify": lambda: _verify(product),
                }
                for name, part in parts.items():
                    if not only or only == name:
                        print(f"Measuring {name} …", flush=True)
                        figures += part()
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
