"""Rows as the bytes that PostgreSQL sends, and the next portion asked for while the one before is worked on (docs/decisions/0032).

Values of text stay bytes, as the driver has them anyway; nothing is read out of an escaped form, and what is NULL is None.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg2
from django.db import connection, transaction
from psycopg2.extensions import BYTES, register_type
from psycopg2.extras import wait_select

# Processes that are started to help with a portion cost half as much again as reading it.
ALONE = "SET LOCAL max_parallel_workers_per_gather = 0; "

Rows = list[tuple[Any, ...]]


def fetched(statement: str) -> Rows:
    """The rows of a statement whose columns are all text, as bytes; on the connection and in the transaction of now."""
    with transaction.atomic(), connection.cursor() as cursor:
        register_type(BYTES, cursor.cursor)
        cursor.execute(ALONE + statement)
        return cursor.fetchall()


class Ahead:
    """The rows of several such statements, one list for each: while one is worked on, the database makes the next.

    It does so on a connection of its own, each statement in its own transaction. Within a transaction, which that other
    connection would not see, the statements are asked one after another on the connection of now.
    """

    def __init__(self, statements: Sequence[str]) -> None:
        self._statements = statements
        self._beside: Any = None

    def __iter__(self) -> Iterator[Rows]:
        if len(self._statements) < 2 or connection.in_atomic_block:
            yield from map(fetched, self._statements)
            return
        self._beside = psycopg2.connect(**connection.get_connection_params(), async_=True)
        try:
            wait_select(self._beside)
            cursor = self._beside.cursor()
            register_type(BYTES, cursor)
            cursor.execute(ALONE + self._statements[0])
            for following in [*self._statements[1:], None]:
                wait_select(self._beside)
                rows = cursor.fetchall()
                if following is not None:
                    cursor.execute(ALONE + following)
                yield rows
        finally:
            self._beside.close()
            self._beside = None

    def look(self) -> None:
        """Takes in what has come meanwhile, so that the database need not wait with the rest."""
        if self._beside is not None and self._beside.isexecuting():
            self._beside.poll()
