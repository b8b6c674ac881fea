"""Drafts a month: the one door to the solvers, with progress, a stop, and a result that the checker has judged (A3, A5).

Whole schedules as columns come first: they give a roster at once, the bound, and nearly always the best roster. CP-SAT
takes over where a month is so small that it can be proven by it, or where the columns have found no roster that keeps the
rules people share.
"""

import math
import time
from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np

from rosters.engine.checking import breaches_of, flaws_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.quick import NoSchedule
from rosters.engine.columns.search import Search
from rosters.engine.longer import LARGE, LEAST, LONG, Longer, plain, size_of
from rosters.engine.problem import Day, Need, Person, Problem, Progress, Result, Roster, Shift, Status
from rosters.engine.proving import proved

TINY, SMALL, MIDDLE = 100, 600, 10_000
"""People × days × shifts up to which CP-SAT is left nearly all of the time, a part of it, and what is left when the columns have
stopped to get better."""
OFTEN = 20
"""How many times as long as the checker takes passes between two looks at a long horizon."""
SOON, STILL = 0.03, 0.5
"""For so much of the time the columns may find nothing better before CP-SAT goes on from their roster, in a small month and in others."""


def roster_of(problem: Problem, search: Search) -> Roster:
    """The search's best roster in the problem's words."""
    codes = [shift.code for shift in problem.shifts]
    return {
        person.key: tuple(codes[cell] if cell >= 0 else None for cell in search.pool.schedule[number].tolist())
        for person, number in zip(problem.people, search.roster, strict=True)
    }


class _Draft:
    """One solve, with the best that either solver has found."""

    def __init__(
        self, problem: Problem, seconds: float, progress: Progress | None, stop: Callable[[], bool] | None, seed: int
    ) -> None:
        self.problem, self.seconds, self.progress, self.stop, self.seed = problem, seconds, progress, stop, seed
        self.began = time.monotonic()
        self.roster: Roster | None = None
        self.cost: int | None = None
        self.bound = 0.0
        cells = len(problem.people) * len(problem.days) * len(problem.shifts)
        self.long = len(problem.days) > LONG and size_of(problem) > LARGE * max(LEAST, seconds)
        self.small, self.middle = cells <= SMALL, cells <= MIDDLE
        self.columns_until = seconds if not self.small else 0.85 * seconds if cells > TINY else min(0.3 * seconds, 0.5)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def result(self, status: Status) -> Result:
        breaches = () if self.roster is None else tuple(breaches_of(self.problem, self.roster))
        if self.cost is not None:
            self.bound = min(self.bound, self.cost)
        return Result(status, self.roster, self.cost, self.bound, breaches, self.elapsed)

    def _take(self, roster: Roster) -> None:
        """Keeps a roster that the checker finds lawful and cheaper."""
        breaches = breaches_of(self.problem, roster)
        if any(breach.cost is None for breach in breaches):
            return
        cost = sum(breach.cost or 0 for breach in breaches)
        if self.cost is None or cost < self.cost:
            self.roster, self.cost = roster, cost

    def _told(self) -> None:
        if self.progress is not None:
            self.progress(self.roster, self.cost, self.bound, self.elapsed)

    def _search(self) -> bool:
        """Columns first. True when the roster is proven."""
        known = math.inf

        def told(search: Search) -> None:
            nonlocal known
            if search.cost < known:
                known = search.cost
                if search.lawful:
                    self._take(roster_of(self.problem, search))
            self.bound = max(self.bound, search.bound)
            self._told()

        def stop() -> bool:
            late = self.elapsed > (0.5 * self.seconds if self.cost is None and not self.small else self.columns_until)
            still = self.middle and search.still() > (SOON if self.small else STILL) * self.seconds
            return late or still or (self.stop is not None and self.stop())

        start = None if self.roster is None else self._schedules(self.roster)
        search = Search(compiled(self.problem), self.columns_until - self.elapsed, self.seed, told, stop, start=start)
        search.run()
        return self.cost is not None and search.lawful and search.proven()

    def _schedules(self, roster: Roster) -> np.ndarray:
        codes = {shift.code: number for number, shift in enumerate(self.problem.shifts)}
        return np.array(
            [[-1 if cell is None else codes[cell] for cell in roster[person.key]] for person in self.problem.people], np.int8
        )

    def _longer(self) -> None:
        """Stretch by stretch. What comes is looked at by the checker as often as that costs little, and in the end."""
        latest: Roster | None = None
        looked, took = 0.0, 0.0

        def told(roster: Roster, _cost: int) -> None:
            nonlocal latest, looked, took
            latest = roster
            if self.elapsed - looked >= OFTEN * took:
                began = self.elapsed
                self._take(roster)
                self._told()
                latest, looked, took = None, self.elapsed, self.elapsed - began

        seconds = self.seconds - self.elapsed
        Longer(self.problem, seconds, self.seed, told, lambda: self.stop is not None and self.stop()).run()
        if latest is not None:
            self._take(latest)

    def _columns(self) -> bool:
        """Columns, from rounds of one shift where they find no days for somebody at once. True when the roster is proven."""
        try:
            return self._search()
        except NoSchedule:
            self._take(plain(self.problem, self.seed, self.seconds - self.elapsed))
            return self._search()

    def run(self) -> Result:
        try:
            if self.long:
                self._longer()
            elif self._columns():
                return self.result(Status.OPTIMAL)
        except NoSchedule:
            self.bound = math.inf
            return self.result(Status.INFEASIBLE)
        except TimeoutError:
            return self.result(Status.UNKNOWN)
        left = self.seconds - self.elapsed
        stopped = self.stop is not None and self.stop()
        if left > 0.05 and not stopped and (self.middle or self.cost is None):
            return self._prove(left)
        return self.result(Status.UNKNOWN if self.cost is None else Status.FEASIBLE)

    def _prove(self, left: float) -> Result:
        def told(roster: Roster, cost: int, bound: float) -> None:
            self._take(roster)
            self.bound = max(self.bound, bound)
            self._told()

        # It ends a little after its time, the more so with many workers; of 2, 4, 6 and 8 on two cores four came to the best months.
        proof = proved(
            self.problem, 0.96 * left, self.seed, 4, hint=self.roster, told=told, stop=self.stop, floor=self.bound
        )
        if proof.status is Status.INFEASIBLE:
            self.bound = math.inf
            return self.result(Status.INFEASIBLE)
        if proof.roster is not None:
            self._take(proof.roster)
        self.bound = max(self.bound, proof.bound)
        if self.cost is None:
            return self.result(Status.UNKNOWN)
        return self.result(Status.OPTIMAL if math.ceil(self.bound - 1e-6) >= self.cost else Status.FEASIBLE)


@cache
def ready() -> None:
    """Compiles what is compiled at its first use on a machine, or loads it: no draft's time is for that."""
    shift = Shift("A", 480, 960, 480)
    people = tuple(Person(key, frozenset("A")) for key in ("1", "2"))
    days = tuple(Day(date(2026, 1, number)) for number in (5, 6, 7))
    problem = Problem(days, (shift,), people, tuple(Need(day, "A", 1) for day in range(len(days))))
    Search(compiled(problem), 60.0).run()


def solve(
    problem: Problem, seconds: float, progress: Progress | None = None, stop: Callable[[], bool] | None = None, seed: int = 0
) -> Result:
    """The best roster that can be found in the time, and the bound that shows how good it is.

    With `problem.former`, changes against it are paid for as the problem says. Ends early when the roster is proven or
    `stop()` says so. Raises ValueError when the problem contradicts itself (`checking.flaws_of`).
    """
    flaws = flaws_of(problem)
    if flaws:
        raise ValueError("; ".join(flaws[:5]))
    ready()
    return _Draft(problem, seconds, progress, stop, seed).run()
