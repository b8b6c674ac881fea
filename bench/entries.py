"""Saving an entry by 1, 8 and 32 clients, beside a minimal view, beside ourselves without commitments and chain, and beside fewer entries."""

import re
import statistics
import urllib.parse
import uuid
from dataclasses import dataclass

import psycopg2

from bench import load
from bench.figures import Figure
from ops.services import Postgres

DESK = "taikoo-front"
ROUNDS = 11
CLIENTS = {1: 150, 8: 480, 32: 800}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = "5栋1203 李先生来电，厨房水槽下方漏水，已请其关闭总阀，engineering told, visit at 15:00"
# What the record's trigger makes of commitments, leaf and digest: the twin keeps number, time, text and search text.
COMMITMENTS = r"    SELECT string_agg\(line .*?\) AS every \(line\);\n"
LEAF = r"    NEW\.leaf := .*?;\n"
DIGEST = r"    NEW\.digest := .*?;\n"


@dataclass(frozen=True)
class Side:
    """One web server with the request that saves an entry there, and what it answers."""

    port: int
    request: load.Request
    expect: tuple[int, ...]


def ours(port: int, keys: list[str]) -> Side:
    """The product: the form of the desk page, as the composer sends it; `keys` are session, CSRF secret and actor."""
    session, csrf, actor = keys
    headers = {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf, "X-Actor": actor, "HX-Request": "true"} | FORM
    body = lambda: urllib.parse.urlencode({"text": TEXT, "kind": "other", "key": str(uuid.uuid4())})  # noqa: E731
    return Side(port, lambda: ("POST", f"/log/{DESK}/record/", body(), headers), (200, 201, 302))


def minimal(port: int, keys: list[str]) -> Side:
    """The yardstick; `keys` are session and CSRF secret."""
    session, csrf = keys
    headers = {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf} | FORM
    return Side(port, lambda: ("POST", "/add/", urllib.parse.urlencode({"text": TEXT}), headers), (302,))


def without_chain(postgres: Postgres, database: str) -> None:
    """Takes commitments, leaf and digest out of the record's trigger in a twin of the database that only the bench uses."""
    with psycopg2.connect(postgres.login("duty_owner", database).url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('record_entry_insert'::regproc)")
        words = cursor.fetchone()[0]
        if not re.search(COMMITMENTS, words, re.DOTALL):
            return
        words = re.sub(COMMITMENTS, "", words, flags=re.DOTALL)
        words = re.sub(LEAF, "    NEW.leaf := '';\n", words, flags=re.DOTALL)
        words = re.sub(DIGEST, "    NEW.digest := decode(repeat('00', 32), 'hex');\n", words)
        cursor.execute("\n".join(line for line in words.split("\n") if "record_commitment(" not in line))


def measure(product: Side, yardstick: Side, bare: Side) -> list[Figure]:
    """Medians of rounds in which each side has its turn; p50 of one request, and how many a second."""
    figures = []
    # What a process loads at its first request is no entry's time.
    for side in (product, yardstick, bare):
        load.run(side.port, side.request, clients=8, count=80, expect=side.expect)
    for clients, count in CLIENTS.items():
        rounds = []
        for turn in range(ROUNDS):
            order = [product, yardstick, bare]
            got = {}
            for side in order[turn % 3 :] + order[: turn % 3]:
                got[side.port] = load.run(side.port, side.request, clients=clients, count=count, expect=side.expect)
            rounds.append([got[side.port] for side in order])
        p50 = [statistics.median(each[at].median for each in rounds) for at in range(3)]
        rate = [statistics.median(each[at].per_second for each in rounds) for at in range(3)]
        beside = statistics.median(each[0].median / each[1].median for each in rounds)
        chain = statistics.median(each[0].median / each[2].median for each in rounds)
        many = f"{clients} client{'s' if clients > 1 else ''}"
        figures += [
            Figure(f"an entry saved, p50, {many}", p50[0], "ms", count * ROUNDS, p50[1], beside, "within 1.5x of a minimal view's insert", beside <= 1.5),
            Figure(f"an entry saved, p50, {many}, beside ours without chain", p50[0], "ms", count * ROUNDS, p50[2], chain),
            Figure(f"entries saved, {many}", rate[0], "1/s", count * ROUNDS, rate[1], rate[1] / rate[0]),
        ]
    return figures


def measure_growth(many: Side, few: Side, sizes: tuple[int, int]) -> list[Figure]:
    """The same in a book of so many entries more, interleaved with the smaller one; `sizes` are few and many."""
    figures = []
    # The smaller one's processes have answered thousands of requests by now: both begin warm.
    for side in (many, few):
        load.run(side.port, side.request, clients=32, count=1000, expect=side.expect)
    for clients, count in CLIENTS.items():
        rounds = []
        for turn in range(ROUNDS):
            order = [many, few] if turn % 2 else [few, many]
            got = {side.port: load.run(side.port, side.request, clients=clients, count=count // 2, expect=side.expect).median for side in order}
            rounds.append((got[many.port], got[few.port]))
        value, beside = (statistics.median(each) for each in zip(*rounds, strict=True))
        ratio = statistics.median(one / other for one, other in rounds)
        said = f"an entry saved, p50, {clients} client{'s' if clients > 1 else ''}, {sizes[0]:,} to {sizes[1]:,}"
        figures.append(Figure(said, value, "ms", count // 2 * ROUNDS, beside, ratio))
    return figures


def whole(postgres: Postgres, database: str) -> list[Figure]:
    """Whether the numbers that 32 writers on one desk were given have a gap or stand twice."""
    with psycopg2.connect(postgres.login("duty_owner", database).url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT number), max(number) - min(number) + 1 FROM logbook_entry GROUP BY book_id ORDER BY 1 DESC LIMIT 1")
        rows, numbers, reach = cursor.fetchone()
    odd = (reach - numbers) + (rows - numbers)
    return [Figure("gaps and doubles among the numbers after 32 writers", odd, "", rows, aim="none", met=odd == 0)]
