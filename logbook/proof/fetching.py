"""Rows as PostgreSQL sends them, and the next portion fetched while the one before is worked on (docs/decisions/0032).

Values of text stay bytes, as the driver has them anyway; nothing is read out of an escaped form, and what is NULL is None. What
is compiled takes whole portions in the binary form of COPY.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from itertools import cycle
from typing import Any, TypeVar

import psycopg2
from django.db import connection, transaction
from psycopg2.extensions import BYTES, register_type

# Processes that are started to help with a portion cost half as much again as reading it.
ALONE = "SET {} max_parallel_workers_per_gather = 0"

LANES = 2
# A mark of eleven bytes, flags, and the length of an extension that there is none of.
COPY_HEADER = 19

Rows = list[tuple[Any, ...]]
Found = TypeVar("Found")


def as_rows(cursor: Any, statement: str) -> Rows:
    """The rows of a statement whose columns are all text, as bytes; what is of another kind comes as the driver has it."""
    register_type(BYTES, cursor)
    cursor.execute(statement)
    found: Rows = cursor.fetchall()
    return found


def as_copied(cursor: Any, statement: str) -> bytes:
    """The rows of a statement in the binary form of COPY."""
    into = BytesIO()
    cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT binary)", into)
    return into.getvalue()


def as_cells(cursor: Any, statement: str) -> list[bytes]:
    """The cells of the one row that a statement gives, as bytes, without the detour of text; what is NULL is empty."""
    copied, at, cells = memoryview(as_copied(cursor, statement)), COPY_HEADER + 2, []
    for _cell in range(int.from_bytes(copied[COPY_HEADER:at], signed=True)):
        size = max(int.from_bytes(copied[at : at + 4], signed=True), 0)
        cells.append(bytes(copied[at + 4 : at + 4 + size]))
        at += 4 + size
    return cells


def fetched(statement: str, way: Callable[[Any, str], Found]) -> Found:
    """What a statement gives, on the connection and in the transaction of now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ALONE.format("LOCAL"))
        return way(cursor.cursor, statement)


def ahead(statements: Sequence[str], way: Callable[[Any, str], Found]) -> Iterator[Found]:
    """What several statements give, one after another: while one is worked on, the next two are made and fetched.

    That happens in threads with connections of their own, each statement in its own transaction; who waits there for the database
    holds nobody up. Within a transaction, which other connections would not see, the statements are asked one after another on the
    connection of now.
    """
    if len(statements) < 2 or connection.in_atomic_block:
        for statement in statements:
            yield fetched(statement, way)
        return
    with ExitStack() as stack:
        lanes = cycle([stack.enter_context(_lane(way)) for _ in range(LANES)])
        coming = deque(next(lanes)(statement) for statement in statements[:LANES])
        for following in [*statements[LANES:], *[None] * LANES]:
            if not coming:
                break
            found = coming.popleft().result()
            if following is not None:
                coming.append(next(lanes)(following))
            yield found


@contextmanager
def _lane(way: Callable[[Any, str], Found]) -> Iterator[Callable[[str], "Future[Found]"]]:
    """A thread with a connection that gives what statements give, one after another."""
    thread = ThreadPoolExecutor(1)
    # There as well: while one lane waits for its connection, another does.
    beside = thread.submit(_connected, connection.get_connection_params())

    def asked(statement: str) -> Found:
        with beside.result().cursor() as cursor:
            return way(cursor, statement)

    try:
        yield lambda statement: thread.submit(asked, statement)
    finally:
        thread.shutdown(cancel_futures=True)
        if not beside.cancelled() and beside.exception() is None:
            beside.result().close()


def _connected(parameters: dict[str, Any]) -> Any:
    made = psycopg2.connect(**parameters)
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute(ALONE.format("SESSION"))
    return made
