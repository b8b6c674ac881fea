"""From the relaxation to a roster: a roster at once, the bound, a dive, then neighbourhoods of a few people until time is up."""

import math
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Lock

import numpy as np

from rosters.engine.columns import quick
from rosters.engine.columns.core import Array, Core
from rosters.engine.columns.dive import LOT, Dive
from rosters.engine.columns.generation import Generator, Relaxed
from rosters.engine.columns.master import Master
from rosters.engine.columns.near import Near, Sizes
from rosters.engine.columns.oracle import MEMORY, Oracle
from rosters.engine.columns.pool import Pool, Schedules

Told = Callable[[list[int] | None, float, float, float], None]
WHOLE = 0.05
"""Costs are whole numbers: a bound within this of the next one proves it."""
CARE = ((5, LOT, True), (3, LOT, True), (5, LOT, False), (3, LOT, False), (3, 2 * LOT, False), (2, 3 * LOT, False))
"""Ways to dive, the most careful first: rounds of pricing after each lot of cells, how large a lot is, and whether one that made the
month much dearer is taken back."""
STEPS, BACK = 15, 3
"""How many full rounds a dive of lots of the usual size comes to, for each round allowed between two lots; how many times as long it
may take where lots are taken back."""
LOOK = 0.05
"""Seconds between two looks at what the threads have found."""
RELAXING, DIVING, CUT = 0.5, 0.05, 0.3
"""Parts of the time that is left: what the relaxation may take, what the first dive is made as careful for as it can be (neighbourhoods
make up for what it misses), and after which it is cut short."""
LARGE = 2500
"""People × days from which on the first program is solved by an interior point method."""


@dataclass
class Search:
    """One search over a core, with the best roster and the best bound so far."""

    core: Core
    seconds: float
    seed: int = 0
    told: Callable[["Search"], None] | None = None
    stop: Callable[[], bool] | None = None
    clock: Callable[[], float] = time.monotonic
    start: Schedules | None = None
    """Lawful days of everybody to begin from."""
    memory: int = MEMORY
    roster: list[int] = field(default_factory=list)
    cost: float = math.inf
    bound: float = 0.0
    note: str = ""

    def __post_init__(self) -> None:
        self.began = self.clock()
        self.rng = np.random.default_rng(self.seed)
        self.pool = Pool(self.core)
        self.oracle = Oracle(self.core, self.memory)
        self.generator = Generator(self.oracle, self.pool)
        self.everybody = list(range(self.core.people))
        self.dual: Array | None = None
        self.better: float | None = None
        self.lock = Lock()
        self.ended = Event()
        self.looked: set[tuple[int, int]] = set()
        self.apart = False
        self.heard = (math.inf, 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return self.clock() - self.began

    def over(self) -> bool:
        """Whether to stop: time is up, somebody says so, or the roster is proven."""
        return self.elapsed >= self.seconds or self.proven() or (self.stop is not None and self.stop())

    def ending(self) -> bool:
        """The same without asking anybody, for threads beside the one who asked."""
        return self.ended.is_set() or self.elapsed >= self.seconds or self.proven()

    def proven(self) -> bool:
        """Whether no roster can be cheaper."""
        return self.cost <= math.ceil(self.bound - WHOLE) + 1e-6

    def still(self) -> float:
        """For how many seconds nothing better was found since the dive; nought before its end."""
        return 0.0 if self.better is None else self.elapsed - self.better

    @property
    def lawful(self) -> bool:
        """Whether there is a roster that breaks no hard rule."""
        return bool(self.roster) and self.core.rows.lawful(self.pool.activity(self.roster))

    def take(self, roster: list[int], note: str) -> bool:
        """Keeps a roster if it is the best; True when it is."""
        cost = round(self.pool.cost_of(roster), 6)
        with self.lock:
            if cost >= self.cost - 1e-6:
                return False
            self.roster, self.cost, self.note, self.looked = list(roster), cost, note, set()
            if self.better is not None:
                self.better = self.elapsed
        if not self.apart:
            self._told()
        return True

    def _bounded(self, bound: float, dual: Array) -> None:
        if self.oracle.exact and bound > self.bound + 1e-6:
            # As exact as costs are: what the linear program rounds up would stand above the cost that it proves.
            self.bound, self.dual = round(bound, 6), dual
            if not self.apart:
                self._told()
        elif self.dual is None:
            self.dual = dual

    def _told(self) -> None:
        """Tells of a better roster or bound."""
        with self.lock:
            now = (self.cost, self.bound)
            if self.told is not None and now != self.heard:
                self.heard = now
                self.told(self)

    def run(self) -> None:
        """Searches until the time is over or the roster is proven. Raises `quick.NoSchedule`."""
        try:
            self._begin(3, min(0.15 * self.seconds, 5.0) if self.seconds > 5 else 0.6 * self.seconds)
            if not self.over():
                self._side_by_side()
        finally:
            self.oracle.close()

    def _side_by_side(self) -> None:
        """Neighbourhoods at once on one core; on the other the relaxation, the dive, then neighbourhoods too. Who asked hears of
        it, and is asked whether to stop, in their own thread."""
        sizes = Sizes(self.core.people, self.core.days)
        one, other = (Near(self, sizes, np.random.default_rng(seed)) for seed in self.rng.integers(1 << 30, size=2))

        def relaxed_first() -> None:
            if self._relax() is not None and not self.ending():
                self._dive_of_all()
            self.better = self.elapsed
            one.run()

        self.apart = True
        with ThreadPoolExecutor(2) as threads:
            working = [threads.submit(relaxed_first), threads.submit(other.run)]
            try:
                while not self.over() and not wait(working, timeout=LOOK, return_when=FIRST_COMPLETED).done:
                    self._told()
            finally:
                self.ended.set()
        self.apart = False
        for done in working:
            done.result()
        self._told()

    def in_turn(self) -> None:
        """A roster at once, and everybody's days once in turn beside the others', without a program. Raises `quick.NoSchedule`."""
        try:
            self._begin(1, self.seconds)
        finally:
            self.oracle.close()

    def _begin(self, turns: int, seconds: float) -> None:
        if self.start is None:
            self.take(quick.first(self.oracle, self.pool, self.rng), "first")
        else:
            self.take(self.pool.add(np.arange(self.core.people), self.start), "given")
        limit = self.elapsed + seconds

        def over() -> bool:
            return self.over() or self.elapsed > limit

        for _ in range(turns):
            before = self.cost
            order = self.rng.permutation(self.core.people).tolist()
            self.take(quick.improved(self.oracle, self.pool, self.roster, order, over, self.generator.penalty), "in turn")
            if over() or self.cost >= before:
                break

    def _relax(self) -> Relaxed | None:
        master = Master(self.core, self.pool, self.everybody)
        for numbers in self.pool.of_person:
            master.add(numbers)
        limit = self.elapsed + RELAXING * (self.seconds - self.elapsed)
        self.master = master
        began = self.elapsed
        large = self.core.people * self.core.days > LARGE
        master.central(large)
        relaxed = self.generator.relax(
            master, lambda: self.ending() or self.elapsed > limit, several=2 if self.core.people > 20 else 1, told=self._bounded
        )
        master.central(False)
        self.pace = (self.elapsed - began) / max(1, master.solved)
        return relaxed

    def _dive_of_all(self) -> None:
        """The first dive, as careful as there is time for; cut short, it still gives a roster to go on from."""
        left = self.seconds - self.elapsed
        careful = next(
            (each for each in CARE if STEPS * each[0] / each[1] * LOT * self.pace * (BACK if each[2] else 1) < DIVING * left), CARE[-1]
        )
        until = self.elapsed + CUT * left
        dive = Dive(self.generator, self.master, lambda: self.ending() or self.elapsed > until, self.gain([]), *careful)
        if dive.roster is not None:
            self.take(dive.roster, "dive")
        elif dive.nearest is not None:
            order = self.rng.permutation(self.core.people).tolist()
            self.take(dive.nearest, "dive cut short")
            better = quick.improved(self.oracle, self.pool, dive.nearest, order, self.ending, self.generator.penalty)
            self.take(better, "dive cut short")

    def gain(self, kept: list[int]) -> float:
        """What a program beside kept columns must stay below for a better roster."""
        return self.cost - sum(self.pool.cost[n] for n in kept) - 1 + WHOLE
