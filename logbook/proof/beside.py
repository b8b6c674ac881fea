"""Several works at once, each on a connection of its own: while one waits for the database or for what is compiled, another goes on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Found = TypeVar("Found")


def side_by_side(works: Sequence[Callable[[], Found]]) -> list[Found]:
    """What each work gives: the first one in this thread, the others in threads with connections of their own, closed at their end.

    Within a transaction, which other connections do not see, one after another. Raises what the first of them raises, after all have ended.
    """
    if len(works) < 2 or connection.in_atomic_block:
        return [work() for work in works]
    with ThreadPoolExecutor(len(works) - 1) as pool:
        others = [pool.submit(_apart, work) for work in works[1:]]
        return [works[0](), *(each.result() for each in others)]


def _apart(work: Callable[[], Found]) -> Found:
    try:
        return work()
    finally:
        connection.close()
