"""Searching and paging at a thousand, a hundred thousand and a million entries over three years; what the index costs an insert.

Each size has a database of its own under var/bench, made once and kept. Lines go alternately into a database with the
index and into its twin without.
"""

import contextlib
import io
import json
import statistics
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2 import sql

from bench import load
from bench.figures import Figure
from bench.ground import served
from ops.machine import var_dir
from ops.services import Postgres

DESK = "taikoo-front"
DAYS = 1095
FEW, SOME = 1_000, 100_000
LINES = 1000
# What make_log writes: common, rare, only old, absent; one to thirteen characters, Chinese, English, units, numbers, several.
WORDS = [
    "电", "水", "-", "通知", "已通知", "渗漏", "烟感", "健康码", "恒信", "恒信电梯公司已来人", "门禁卡已停用", "欧阳修", "消防水泵房积水",
    "如需帮助请随时联系客服前台", "漏水", "的士站", "物业管理处联系电话", "lift", "sprinkler", "engineering told", "zebra", "5-1203", "12栋3302",
    "A座1203", "2栋", "门禁卡 渗漏",
]
Manage = Callable[..., str]


@dataclass(frozen=True)
class Place:
    """One size: its database, the environment of its web server, and the headers of a signed-in agent."""

    size: int
    database: str
    environment: dict[str, str]
    headers: dict[str, str]


def measure(postgres: Postgres, environment: dict[str, str], most: int, manage: Manage) -> list[Figure]:
    """All figures of this part; `environment` is a web server's, to which each size adds its database."""
    places = [prepare(postgres, environment, size, manage) for size in sorted({FEW, min(SOME, most), most})]
    figures: list[Figure] = []
    by_size: dict[int, tuple[float, float]] = {}
    with contextlib.ExitStack() as stack:
        ports = {place.size: stack.enter_context(served("duty_desk.wsgi", place.environment, var_dir() / "bench" / "search.log"))[0] for place in places}
        for place in places[1:]:
            figures += _words(place, ports[place.size], manage, by_size)
        figures += _growth(by_size)
        for place in places[1:]:
            figures += _pages(places[0], place, ports, postgres)
    for place in places[1:]:
        figures += _insert(postgres, place)
    return figures


AIMS = {"one": ("on one core", 40_000), "two": ("on two cores", 70_000), "tree": ("chain and tree over stored digests", 400_000)}


def measure_verifying(postgres: Postgres, environment: dict[str, str], most: int, manage: Manage) -> list[Figure]:
    """Verifying, at a hundred thousand entries and at the most: entries a second, whole and over the digests alone.

    The yardstick reads and hashes the leaves alone; where there are two sizes, the growth from one to the other follows.
    """
    figures, before = [], dict[str, float]()
    for size in sorted({min(SOME, most), most}):
        place = prepare(postgres, environment, size, manage)
        found: dict[str, float] = json.loads(manage(place.environment, "-m", "bench.verifying").splitlines()[-1])
        for way, (name, aim) in AIMS.items():
            figures.append(
                Figure(
                    f"entries verified {name}, {size:,}", found[way], "1/s", size, found["plain"], found["plain"] / found[way],
                    f"at least {aim:,} a second", found[way] >= aim,
                )
            )
            if before:
                figures.append(
                    Figure(f"entries verified {name}, {SOME:,} to {size:,}", found[way], "1/s", size, before[way], before[way] / found[way])
                )
        before = found
    return figures


def prepare(postgres: Postgres, environment: dict[str, str], size: int, manage: Manage) -> Place:
    """The database of one size, laid if it is not there yet."""
    database = f"search_{size}"
    postgres.make_database(database)
    web = environment | {"DATABASE_URL": postgres.login("duty_app", database).url}
    owner = web | {"DATABASE_OWNER_URL": postgres.login("duty_owner", database).url}
    begun = time.perf_counter()
    manage(owner, "manage.py", "migrate", "-v", "0")
    session, csrf, actor = manage(owner, "-m", "bench.lay", str(size), str(DAYS)).splitlines()[-1].split()
    print(f"{size:,} entries stand ready after {time.perf_counter() - begun:.0f} s.", flush=True)
    headers = {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf, "X-Actor": actor}
    return Place(size, database, web, headers)


def _words(place: Place, port: int, manage: Manage, by_size: dict[int, tuple[float, float]]) -> list[Figure]:
    timed: list[dict[str, Any]] = json.loads(manage(place.environment, "-m", "bench.words").splitlines()[-1])
    for each in timed:
        print(f"  {place.size:>9,} {each['word']:14} p50 {each['p50']:7.2f} ms  p95 {each['p95']:7.2f} ms  scan {each['scan']:7.1f} ms", flush=True)
    worst, scan = max(each["p95"] for each in timed), max(each["scan"] for each in timed)
    whole = _times(port, place, [f"/log/{DESK}/?q={urllib.parse.quote(word)}" for word in WORDS])
    pooled = sorted(each for times in whole for each in times)
    slow = pooled[len(pooled) * 95 // 100 - 1]
    plain = statistics.median(_times(port, place, [f"/log/{DESK}/"])[0])
    by_size[place.size] = (statistics.median(each["p50"] for each in timed), statistics.median(statistics.median(times) for times in whole))
    return [
        Figure(
            f"search, worst p95 of {len(timed)} words, {place.size:,}", worst, "ms", 40 * len(timed), scan, worst / scan,
            "p95 of the query ≤ 25 ms (yardstick: a scan)", worst <= 25,
        ),
        Figure(
            f"search page, p95 over {len(timed)} words, {place.size:,}", slow, "ms", len(pooled), plain, slow / plain,
            "p95 of the page ≤ 50 ms (yardstick: the log page's p50)", slow <= 50,
        ),
    ]


def _times(port: int, place: Place, paths: list[str], count: int = 20) -> list[list[float]]:
    """Milliseconds of so many requests for each path, after one that warms it."""
    found = []
    for path in paths:
        request: load.Request = lambda path=path: ("GET", path, "", place.headers)  # noqa: E731
        load.run(port, request, clients=1, count=2)
        found.append([each * 1000 for each in load.run(port, request, clients=1, count=count).each])
    return found


def _growth(by_size: dict[int, tuple[float, float]]) -> list[Figure]:
    few, many = min(by_size), max(by_size)
    if few == many:
        return []
    return [
        Figure(f"{name}, p50 of all words, {few:,} to {many:,}", by_size[many][at], "ms", 1, by_size[few][at], by_size[many][at] / by_size[few][at])
        for at, name in enumerate(("search", "search page"))
    ]


def _pages(few: Place, many: Place, ports: dict[int, int], postgres: Postgres) -> list[Figure]:
    """Pages of the log and a thread at the largest size beside the same at a thousand entries, interleaved."""
    with _connected(postgres, few.database) as small, _connected(postgres, many.database) as large:
        top, thread, small_thread = _one(large, "SELECT max(number) FROM logbook_entrydigest"), _thread(large), _thread(small)
    own = {
        "log page 1": (f"/log/{DESK}/", f"/log/{DESK}/"),
        "log page 1,000": (f"/log/{DESK}/?before={max(top - 50 * 999, 51)}", f"/log/{DESK}/?before=951"),
        "log page 10,000": (f"/log/{DESK}/?before={max(top - 50 * 9999, 51)}", f"/log/{DESK}/?before=951"),
        "desk page": (f"/desk/{DESK}/", f"/desk/{DESK}/"),
        "an entry's thread": (f"/log/{DESK}/{thread}/", f"/log/{DESK}/{small_thread}/"),
    }
    figures = []
    for name, (path, yardstick) in own.items():
        rounds = []
        for turn in range(7):
            pair = [(many, path), (few, yardstick)]
            got = {place.size: statistics.median(_times(ports[place.size], place, [asked])[0]) for place, asked in (pair if turn % 2 else pair[::-1])}
            rounds.append((got[many.size], got[few.size]))
        ratio = statistics.median(one / other for one, other in rounds)
        value, beside = (statistics.median(each) for each in zip(*rounds, strict=True))
        figures.append(Figure(f"{name}, {many.size:,}", value, "ms", 140, beside, ratio, f"p50 within 1.2x of {few.size:,} entries", ratio <= 1.2))
    return figures


def _thread(connection: Any) -> int:
    """The number of the newest follow-up that was closed."""
    return _one(connection, "SELECT max(e.number) FROM logbook_followup f JOIN logbook_entry e ON e.id = f.root_id WHERE f.state = 'closed'")


def _one(connection: Any, statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@contextlib.contextmanager
def _connected(postgres: Postgres, database: str, role: str = "duty_owner") -> Iterator[Any]:
    connection = psycopg2.connect(postgres.login(role, database).url)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def _insert(postgres: Postgres, place: Place) -> list[Figure]:
    """The same lines, one to a transaction, alternately into two copies of the database: with the index and without."""
    copies = {"search_with": True, "search_without": False}
    with _connected(postgres, place.database) as source, source.cursor() as cursor:
        columns = "author_id, book_id, act, code, kind, kind_version, audience, occurred_at, late, source, place, urgency, handler, reason, follow_state, waiting_for, next_step, severity, result, fields, request_digest"
        cursor.execute(
            f"""SELECT {columns}, (SELECT jsonb_build_object('text', w.text, 'search', s.search, 'folding', s.folding)
                FROM logbook_entrytext w JOIN logbook_searchtext s ON s.entry_id = w.entry_id WHERE w.entry_id = e.id)
            FROM logbook_entry e WHERE act = 'entry' AND follow_state = '' ORDER BY id DESC LIMIT {LINES}"""  # noqa: S608
        )
        copied = io.StringIO()
        cursor.copy_expert(f"COPY ({cursor.query.decode()}) TO STDOUT", copied)
    lines = copied.getvalue().splitlines(keepends=True)
    with _connected(postgres, "postgres", "postgres") as server, contextlib.ExitStack() as stack:
        for name in copies:
            for statement in ("DROP DATABASE IF EXISTS {}", f"CREATE DATABASE {{}} TEMPLATE {place.database} STRATEGY FILE_COPY OWNER duty_owner"):
                server.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))
        opened = {name: stack.enter_context(_connected(postgres, name)) for name in copies}
        opened["search_without"].cursor().execute("DROP INDEX searchtext_tokens")
        insert = f"COPY logbook_entry (number, leaf, personal, {columns}, intake) FROM STDIN"
        times: dict[str, list[float]] = {name: [] for name in copies}
        for turn, line in enumerate(lines):
            for name in sorted(opened, reverse=bool(turn % 2)):
                begun = time.perf_counter()
                opened[name].cursor().copy_expert(insert, io.StringIO(f"0\t\t{{}}\t{line}"))
                times[name].append((time.perf_counter() - begun) * 1000)
    with _connected(postgres, "postgres", "postgres") as server:
        for name in copies:
            server.cursor().execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    warm = len(lines) // 10
    value, beside = (statistics.mean(times[name][warm:]) for name in ("search_with", "search_without"))
    name = f"an insert with the index of words, mean, {place.size:,}"
    return [Figure(name, value, "ms", len(lines), beside, value / beside, "within 1.3x of one without", value / beside <= 1.3)]
