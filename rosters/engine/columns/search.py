"""From the relaxation to a roster: a roster at once, the bound, a dive, then neighbourhoods of a few people until time is up."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from rosters.engine.columns import quick
from rosters.engine.columns.core import Array, Core
from rosters.engine.columns.dive import LOT, Dive
from rosters.engine.columns.generation import Generator, Relaxed
from rosters.engine.columns.master import Master
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
LARGE = 2500
"""People × days from which on the first program is solved by an interior point method."""
SMALL = 10
"""Neighbourhoods up to which the whole-number program is tried when the dive found nothing."""


class Sizes:
    """How many people to free: sizes that gained more per second are drawn more often, none is forgotten."""

    def __init__(self, people: int) -> None:
        steps = [size for size in (4, 6, 8, 12, 17, 24, 34, 48) if size < 0.7 * people]
        self.sizes = steps if people > 12 else [*steps, people]
        self.gained = dict.fromkeys(self.sizes, 3.0)
        self.spent = dict.fromkeys(self.sizes, 1.0)

    def draw(self, rng: np.random.Generator) -> int:
        """A size."""
        rate = np.array([self.gained[size] / self.spent[size] for size in self.sizes])
        weights = rate / rate.sum() + 0.5 / len(self.sizes)
        return int(rng.choice(self.sizes, p=weights / weights.sum()))

    def learn(self, size: int, gain: float, seconds: float) -> None:
        """What a size brought; older experience counts less and less."""
        self.gained[size] = 0.8 * self.gained[size] + min(gain, 20.0)
        self.spent[size] = 0.8 * self.spent[size] + seconds


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
        self.sizes = Sizes(self.core.people)
        self.better: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return self.clock() - self.began

    def over(self) -> bool:
        """Whether to stop: time is up, somebody says so, or the roster is proven."""
        return self.elapsed >= self.seconds or self.proven() or (self.stop is not None and self.stop())

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
        if cost >= self.cost - 1e-6:
            return False
        self.roster, self.cost, self.note = list(roster), cost, note
        if self.better is not None:
            self.better = self.elapsed
        if self.told is not None:
            self.told(self)
        return True

    def _bounded(self, bound: float, dual: Array) -> None:
        if self.oracle.exact and bound > self.bound + 1e-6:
            self.bound, self.dual = bound, dual
            if self.told is not None:
                self.told(self)
        elif self.dual is None:
            self.dual = dual

    def run(self) -> None:
        """Searches until the time is over or the roster is proven. Raises `quick.NoSchedule`."""
        try:
            self._begin(3, min(0.15 * self.seconds, 5.0) if self.seconds > 5 else 0.6 * self.seconds)
            relaxed = self._relax()
            if relaxed is not None and not self.over():
                self._dive_of_all()
            self.better = self.elapsed
            while not self.over():
                self._neighbourhood()
        finally:
            self.oracle.close()

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
        limit = self.elapsed + 0.6 * (self.seconds - self.elapsed)
        self.master = master
        began = self.elapsed
        large = self.core.people * self.core.days > LARGE
        master.central(large)
        relaxed = self.generator.relax(
            master, lambda: self.over() or self.elapsed > limit, several=2 if self.core.people > 20 else 1, told=self._bounded
        )
        master.central(False)
        self.pace = (self.elapsed - began) / max(1, self.generator.asked)
        return relaxed

    def _dive_of_all(self) -> None:
        """The first dive, as careful as there is time for; cut short, it still gives a roster to go on from."""
        left = self.seconds - self.elapsed
        careful = next(
            (each for each in CARE if STEPS * each[0] / each[1] * LOT * self.pace * (BACK if each[2] else 1) < 0.4 * left), CARE[-1]
        )
        until = self.elapsed + 0.75 * left
        dive = Dive(self.generator, self.master, lambda: self.over() or self.elapsed > until, self._gain([]), *careful)
        if dive.roster is not None:
            self.take(dive.roster, "dive")
        elif dive.nearest is not None:
            order = self.rng.permutation(self.core.people).tolist()
            self.take(dive.nearest, "dive cut short")
            better = quick.improved(self.oracle, self.pool, dive.nearest, order, self.over, self.generator.penalty)
            self.take(better, "dive cut short")

    def _gain(self, kept: list[int]) -> float:
        """What a program beside kept columns must stay below for a better roster."""
        return self.cost - sum(self.pool.cost[n] for n in kept) - 1 + WHOLE

    def dive(self, master: Master, kept: list[int], note: str) -> bool:
        """Rounds the program's relaxation. `kept` are the columns of the people who are not in it. True when a better roster
        came out."""
        found = Dive(self.generator, master, self.over, self._gain(kept)).roster
        return found is not None and self.take(sorted(kept + found, key=self.pool.person.__getitem__), note)

    def _near(self, person: int, most: int) -> list[int]:
        """The person's legal columns that are cheapest under the best prices known."""
        numbers = [n for n in self.pool.of_person[person] if self.pool.legal[n]]
        if len(numbers) > most and self.dual is not None:
            order = np.argsort(self.pool.reduced(numbers, self.dual), kind="stable")[:most]
            numbers = [numbers[i] for i in order]
        return numbers

    def _neighbourhood(self) -> None:
        """Frees some people and drafts them anew beside the others; how many learns from what paid."""
        size = self.sizes.draw(self.rng)
        cost, began = self.cost, self.elapsed
        self._freed(size)
        self.sizes.learn(size, cost - self.cost, self.elapsed - began)

    def _freed(self, size: int) -> None:
        people = self._pick(size)
        inside = set(people)
        kept = [n for n in self.roster if self.pool.person[n] not in inside]
        mine = [n for n in self.roster if self.pool.person[n] in inside]
        master = Master(self.core, self.pool, people, self.pool.activity(kept))
        for person in people:
            master.add(self._near(person, 80))
        master.add(mine)
        target = self._gain(kept)
        relaxed = self.generator.relax(master, self.over, rounds=25, enough=target, start=self.dual)
        if relaxed is None or relaxed.value >= target or relaxed.bound >= target:
            return
        if self.dive(master, kept, f"{size} people"):
            return
        if size <= SMALL and not self.over():
            found = master.whole(mine, min(1.5, max(0.2, self.seconds - self.elapsed)))
            if found is not None:
                self.take(sorted(kept + found, key=self.pool.person.__getitem__), f"{size} people, whole")

    def _pick(self, count: int) -> list[int]:
        """Some people: those whose days are far from what the prices ask, around a cell that is short or over, and others."""
        weights = np.ones(self.core.people)
        if self.dual is not None:
            reduced = self.pool.reduced(self.roster, self.dual)
            least = np.array([
                self.pool.reduced(self._near(person, 1), self.dual).min(initial=reduced[person]) for person in self.everybody
            ])
            weights += np.clip(reduced - least, 0, None)
        if self.rng.random() < 0.5:
            costs = self.core.rows.costs(self.pool.activity(self.roster))
            if costs.sum() > 0:
                row = self.rng.choice(len(costs), p=costs / costs.sum())
                touches = self.core.rows.row == row
                day = int(self.core.rows.cell[touches][0] // self.core.shifts) if touches.any() else 0
                able = np.isfinite(self.core.work[:, day]).any(1)
                weights *= np.where(able, 3.0, 1.0)
        weights /= weights.sum()
        return sorted(self.rng.choice(self.core.people, size=count, replace=False, p=weights).tolist())
