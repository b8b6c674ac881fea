"""The entries of a long book confirmed by what is compiled (`logbook.proof.kernel`), so that Python looks only at what is left (A18)."""

import ctypes
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logbook.proof.fetching import ahead, as_copied, fetched
from logbook.proof.merkle import HASH, levels_of
from logbook.proof.rows import BINARY_ROWS, BINARY_VALUES, PORTION, bounds_of

WORTH = 20_000
"""Below so many entries it takes longer to load the compiled part than to do without."""
WORTH_A_TREE = 1_000_000
"""The same for a tree alone, whose hashes are few beside those of entries."""
# Names and keys of personal values, as PostgreSQL writes them. What looks like one and is none costs nothing but a look.
KEY = re.compile(rb'": ([0-9]{1,18})[,}]')
EARLIEST = -(2**62)
# PostgreSQL counts microseconds from this day on.
FIRST_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  all of it is UTC
Bytes = NDArray[np.uint8]


def is_worth_it(count: int) -> bool:
    """Whether so many entries are confirmed: enough of them, and the library behind `hashlib` stands where what is compiled can call it."""
    if count < WORTH:
        return False
    try:
        import _hashlib

        return hasattr(ctypes.CDLL(_hashlib.__file__), "SHA256_Update")
    except (ImportError, AttributeError, OSError):
        return False


def confirmed(book_id: int, origin: str, first: int, last: int, previous: bytes, last_time: bytes) -> Iterator[tuple[list[int], int, bool]]:
    """Portion by portion: the numbers of which nothing is said, how many entries there are, and whether they stand one after another.

    All others hold after the one before them, the first after an entry with this digest (hex) and time (as the record writes it).
    What follows a portion whose numbers do not stand one after another is not looked at, nor anything after what is no digest or time.
    """
    digest = np.frombuffer(bytearray.fromhex(previous.decode()), np.uint8)
    try:
        time = (datetime.fromisoformat(last_time.decode()[:-1]) - FIRST_DAY) // timedelta(microseconds=1) if last_time else EARLIEST
    except ValueError:
        return
    # What is compiled reads and writes all 32 bytes, whatever stands there.
    if len(digest) != HASH:
        return
    asked = [BINARY_ROWS.format(book=int(book_id), first=begin, last=end) for begin, end in bounds_of(first, last, PORTION)]
    number = first
    for data in ahead(asked, as_copied):
        keys = b",".join(KEY.findall(data)).decode()
        own = fetched(BINARY_VALUES.format(book=int(book_id), keys=keys), as_copied) if keys else b""
        sure, in_order, time = asked_of(data, own, origin, number, digest, time)
        yield [number + int(place) for place in np.flatnonzero(~sure)], len(sure), in_order
        if not in_order:
            return
        number += len(sure)


def asked_of(data: bytes, own: bytes, origin: str, number: int, digest: Bytes, time: int) -> tuple[Any, bool, int]:
    """What is compiled says of one portion: see `logbook.proof.kernel.confirmed`. Puts the last row's digest into `digest`."""
    # Only who has much to verify loads it.
    from logbook.proof import kernel

    found: tuple[Any, bool, int] = kernel.confirmed(kernel.PLAN, _bytes(data), _bytes(origin.encode()), number, digest, time, _bytes(own))
    return found


def levels_for(size: int) -> Callable[[bytes], list[list[bytes]]]:
    """What does the work of `levels_of` for a tree of so many leaves: what is compiled, where that is loaded by now or much is to be done."""
    if size >= WORTH_A_TREE or (size >= WORTH and "logbook.proof.kernel" in sys.modules):
        return _levels if is_worth_it(size) else levels_of
    return levels_of


def _levels(block: bytes) -> list[list[bytes]]:
    from logbook.proof import kernel

    joined, count, at, levels = kernel.nodes(_bytes(block)).tobytes(), len(block) // HASH, 0, []
    while count:
        end = at + count * HASH
        levels.append([joined[place : place + HASH] for place in range(at, end, HASH)])
        count, at = count // 2, end
    return levels


def ready() -> None:
    """Loads what is compiled, or compiles it where that was not done yet."""
    if is_worth_it(WORTH):
        asked_of(b"", b"", "", 1, np.zeros(HASH, np.uint8), EARLIEST)
        _levels(bytes(HASH))


def _bytes(said: bytes) -> Bytes:
    return np.frombuffer(said, np.uint8)
