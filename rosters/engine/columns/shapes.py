"""What the compiled parts speak of, and how they are compiled: without the interpreter's lock, and kept for the next process."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Costs = NDArray[np.float32]
Days = NDArray[np.int8]
Array = NDArray[np.float64]
INF = np.float32(np.inf)
NOTHING = np.float32(0)

compiled = njit(cache=True, nogil=True)


class Shape(NamedTuple):
    """What people of one kind have in common."""

    follow: Costs
    """Cost of a shift (second index) after a last one of a class."""
    column: Numbers
    """By shift: which way to follow it has, that is, which column of `follow`; -1 where the shift is not looked at."""
    parent: Numbers
    """By way to follow: another that allows nothing else and nothing dearer, or -1."""
    extra: Costs
    """By way to follow: what it allows beyond its parent, by class of the last shift."""
    own: Numbers
    """By shift: its class, -1 where it is not looked at."""
    choice: Numbers
    """By shift: a number that it shares with those from which only the day's price tells it, -1 where it is not looked at."""
    minutes: Numbers
    run_day: Costs
    run_end: Costs
    run_open: bool
    fresh: bool
    break_end: Costs
    first: NDArray[np.bool_]
    second: NDArray[np.bool_]
    """Whether a day is the first, or the second, of a weekend."""
    counts: bool
    """Whether worked weekends are part of a state."""
    least: Numbers
    most: Numbers
    cap: Numbers
    """Minutes that are kept after each number of days, and the most weekends."""


class Prices(NamedTuple):
    """What the days of one person cost."""

    work: Costs
    off: Costs
    weekend: np.float32


class Lay(NamedTuple):
    """Where the states after each number of days lie, and which they are."""

    begin: Numbers
    low: Numbers
    width: Numbers
    weeks: Numbers
