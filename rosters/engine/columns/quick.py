"""A legal roster at once: one person after another takes the days that are missing most. Legal by construction."""

from collections.abc import Callable

import numpy as np

from rosters.engine.columns.core import Array
from rosters.engine.columns.oracle import Oracle
from rosters.engine.columns.pool import Pool


class NoSchedule(Exception):
    """A person has no schedule that keeps their own hard rules."""

    def __init__(self, people: list[int]) -> None:
        super().__init__(f"no legal schedule for {people}")
        self.people = people


def first(oracle: Oracle, pool: Pool, rng: np.random.Generator) -> list[int]:
    """A roster in one pass over everybody, under prices that differ a little for each. Raises NoSchedule."""
    core = oracle.core
    everybody = list(range(core.people))
    dual = np.where(np.isfinite(core.rows.low), np.minimum(core.rows.under_cost[:, 0], core.price_of_hard) * 0.5, 0.0)
    cells, weekends = core.prices(dual)
    # Everybody sees the prices a little differently, or all would take the same days.
    work = core.work - cells * rng.random(core.work.shape, np.float32)
    penalty = np.zeros((core.people, core.shifts), np.float32)
    who, schedules = oracle.legal(everybody, work, core.off, -weekends, penalty, 20.0)
    missing = sorted(set(everybody) - set(who.tolist()))
    if missing:
        raise NoSchedule(missing)
    numbers = pool.add(who, schedules)
    by_person = {pool.person[n]: n for n in numbers}
    return [by_person[person] for person in everybody]


def marginal(pool: Pool, rest: Array) -> Array:
    """What one more on each row saves (or costs, if negative) beside the others' activity."""
    rows = pool.core.rows
    return rows.costs(rest) - rows.costs(rest + 1.0)


def improved(
    oracle: Oracle, pool: Pool, roster: list[int], order: list[int], over: Callable[[], bool], penalty: np.ndarray
) -> list[int]:
    """Each person in turn takes the best days beside everybody else's, until the time is over."""
    roster = list(roster)
    activity = pool.activity(roster)
    cost = pool.cost_of(roster)
    for person in order:
        if over():
            break
        old = roster[person]
        rest = activity.copy()
        rest[pool.rows[old]] -= pool.values[old]
        cells, weekends = oracle.core.prices(marginal(pool, rest))
        who, schedules = oracle.legal([person], oracle.core.work - cells, oracle.core.off, -weekends, penalty, 20.0)
        for new in pool.add(who, schedules):
            after = rest.copy()
            after[pool.rows[new]] += pool.values[new]
            total = cost - pool.cost[old] + pool.cost[new] + float(
                pool.core.rows.costs(after).sum() - pool.core.rows.costs(activity).sum()
            )
            if total < cost - 1e-9:
                cost, activity, roster[person], old = total, after, new, new
    return roster
