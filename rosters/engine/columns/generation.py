"""Column generation: the program asks for schedules that would make it cheaper until there are none, and proves a bound."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rosters.engine.columns.core import Array
from rosters.engine.columns.master import Master
from rosters.engine.columns.oracle import Oracle
from rosters.engine.columns.pool import Pool
from rosters.engine.columns.pricing import Floats, Stretch

Narrowed = tuple[Floats, Floats, Stretch | None]
"""Costs of duties and of days off where some cells are closed, and the days that are open at all."""
SMOOTH = 0.6
TIGHT = 1e-4


@dataclass
class Relaxed:
    """What generating ended with."""

    value: float
    bound: float
    dual: Array
    people_price: Array
    converged: bool


class Generator:
    """Prices and collects columns for programs of one search."""

    def __init__(self, oracle: Oracle, pool: Pool) -> None:
        self.oracle, self.pool = oracle, pool
        self.asked = 0
        """How many times prices were asked for."""
        self.penalty = np.zeros((oracle.core.people, oracle.core.shifts), np.float32)

    def columns(
        self, people: list[int], dual: Array, several: int = 1, narrowed: Narrowed | None = None
    ) -> tuple[list[int], Array]:
        """New columns under prices, and everybody's cheapest reduced cost (in the order of `people`). `narrowed` stands for
        the costs of cells where a search has closed some of them."""
        core = self.oracle.core
        self.asked += 1
        own_work, off, stretch = narrowed or (core.work, core.off, None)
        cells, weekends = core.prices(dual)
        work = own_work - cells
        who, values, schedules = self.oracle.under(people, work, off, -weekends, several, stretch=stretch)
        finite = np.isfinite(values)
        who, values, schedules = who[finite], values[finite], schedules[finite]
        numbers = self.pool.add(who, schedules)
        least = np.full(core.people, np.inf)
        np.minimum.at(least, who, values)
        good = core.within_limits(who, schedules)
        lawless = sorted(set(who[~good].tolist()) - set(who[good].tolist()))
        if lawless:
            step = max(1.0, float(np.abs(dual).max(initial=0.0)) / 4)
            keep = self.penalty * np.float32(0.5)
            legal_who, legal_schedules = self.oracle.legal(lawless, work, off, -weekends, keep, step, stretch)
            self.penalty[lawless] = keep[lawless]
            numbers += self.pool.add(legal_who, legal_schedules)
        return numbers, least[people]

    def relax(
        self, master: Master, over: Callable[[], bool], rounds: int = 10_000, several: int = 1, smooth: float = SMOOTH,
        told: Callable[[float, Array], None] | None = None, enough: float = -math.inf, start: Array | None = None,
        narrowed: Narrowed | None = None,
    ) -> Relaxed | None:
        """Solves the relaxation over all schedules, as far as time and rounds allow. None when even the first program was
        not solved. `told` hears each bound; generating stops when the value falls to `enough`, or the bound rises above it
        so far that nothing can be gained. `start` are prices near which to ask first, `narrowed` as for `columns`."""
        start = None if start is None else master.own(start)
        best_bound, best_dual = -math.inf, start
        last = None
        for turn in range(rounds + 1):
            if not master.solve():
                return last
            dual, mine = master.duals()
            value = master.value
            last = Relaxed(value, best_bound, best_dual if best_dual is not None else dual, mine, False)
            if turn == rounds or over():
                break
            asked = self._asked(dual, best_dual, start if turn == 0 else None, smooth)
            numbers, least = self.columns(master.people, asked, several, narrowed)
            floor = master.floor(asked, float(least.sum()))
            if floor > best_bound:
                best_bound, best_dual = floor, asked
                if told is not None:
                    told(floor, asked)
            price = dict(zip(master.people, mine.tolist(), strict=True))
            fresh = [n for n in numbers if n not in master.place_of]
            reduced = self.pool.reduced(fresh, dual) - np.array([price[self.pool.person[n]] for n in fresh])
            useful = [n for n, cost in zip(fresh, reduced.tolist(), strict=True) if cost < -TIGHT]
            if value - best_bound < TIGHT * max(1.0, abs(value)) * 0.1:
                return Relaxed(value, best_bound, best_dual, mine, True)
            if best_bound > enough > -math.inf:
                return Relaxed(value, best_bound, best_dual, mine, True)
            if not useful and asked is not dual:
                # The smoothed prices gave nothing new: ask once under the program's own.
                numbers, least = self.columns(master.people, dual, several, narrowed)
                floor = master.floor(dual, float(least.sum()))
                if floor > best_bound:
                    best_bound, best_dual = floor, dual
                    if told is not None:
                        told(floor, dual)
                fresh = [n for n in numbers if n not in master.place_of]
                reduced = self.pool.reduced(fresh, dual) - np.array([price[self.pool.person[n]] for n in fresh])
                useful = [n for n, cost in zip(fresh, reduced.tolist(), strict=True) if cost < -TIGHT]
            if not useful:
                return Relaxed(value, max(best_bound, -math.inf), best_dual, mine, True)
            master.add(fresh)
        return last

    @staticmethod
    def _asked(dual: Array, best: Array | None, start: Array | None, smooth: float) -> Array:
        if start is not None:
            return start
        return dual if best is None or smooth <= 0 else smooth * best + (1 - smooth) * dual
