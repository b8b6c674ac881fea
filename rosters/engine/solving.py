"""Drafts a month: the one door to the solvers, with progress, a stop, and a result that the checker has judged (A3, A5)."""

import math
import time
from collections.abc import Callable

from rosters.engine.checking import breaches_of, flaws_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.core import Core
from rosters.engine.columns.quick import NoSchedule
from rosters.engine.columns.search import Search
from rosters.engine.problem import Problem, Result, Roster, Status

Progress = Callable[[Roster | None, int | None, float, float], None]
"""Hears the best roster so far, its cost, the bound, and the seconds that have passed."""


def roster_of(problem: Problem, search: Search) -> Roster:
    """The search's best roster in the problem's words."""
    codes = [shift.code for shift in problem.shifts]
    return {
        person.key: tuple(codes[cell] if cell >= 0 else None for cell in search.pool.schedule[number].tolist())
        for person, number in zip(problem.people, search.roster, strict=True)
    }


def solve(
    problem: Problem, seconds: float, progress: Progress | None = None, stop: Callable[[], bool] | None = None, seed: int = 0
) -> Result:
    """The best roster that can be found in the time, and the bound that shows how good it is.

    With `problem.former`, changes against it are paid for as the problem says. Stops early when the roster is proven or
    `stop()` says so. Raises ValueError when the problem contradicts itself (`checking.flaws_of`).
    """
    flaws = flaws_of(problem)
    if flaws:
        raise ValueError("; ".join(flaws[:5]))
    began = time.monotonic()
    core: Core = compiled(problem)

    def told(search: Search) -> None:
        if progress is not None:
            known = bool(search.roster) and search.cost < core.price_of_hard
            progress(
                roster_of(problem, search) if search.roster else None, round(search.cost) if known else None, search.bound,
                time.monotonic() - began,
            )

    search = Search(core, seconds, seed, told, stop)
    try:
        search.run()
    except NoSchedule:
        return Result(Status.INFEASIBLE, None, None, math.inf, seconds=time.monotonic() - began)
    roster = roster_of(problem, search)
    breaches = tuple(breaches_of(problem, roster))
    passed = time.monotonic() - began
    if any(breach.cost is None for breach in breaches):
        proven = search.bound >= core.price_of_hard
        return Result(Status.INFEASIBLE if proven else Status.UNKNOWN, None, None, search.bound, breaches, passed)
    cost = sum(breach.cost or 0 for breach in breaches)
    status = Status.OPTIMAL if search.proven() else Status.FEASIBLE
    return Result(status, roster, cost, min(search.bound, cost), breaches, passed)
