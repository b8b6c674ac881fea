"""Columns, CP-SAT and the checker are three ways to the same: they agree on drawn months, and with trying everything."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.engine.checking import cost_of, flaws_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.oracle import Oracle
from rosters.engine.problem import Status
from rosters.engine.proving import proved
from rosters.engine.solving import solve
from rosters.engine.tests.scenes import CALM, cheapest_by_force, drawn

SEEDS = st.integers(0, 100_000)


@pytest.mark.clause("A3")
@CALM
@given(SEEDS)
def test_both_solvers_find_the_best_of_all_rosters(seed):
    problem = drawn(seed, people=2, count=3, shifts=2)
    best = cheapest_by_force(problem)
    drafted, proof = solve(problem, 20), proved(problem, 20, workers=1)
    assert proof.cost == best
    assert drafted.cost == best
    assert drafted.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)


@pytest.mark.clause("A3")
@CALM
@given(SEEDS)
def test_what_is_drafted_passes_the_checker_and_never_costs_less_than_the_bound(seed):
    problem = drawn(seed)
    assert flaws_of(problem) == []
    drafted, proof = solve(problem, 20), proved(problem, 20, workers=1)
    assert drafted.cost == proof.cost
    if drafted.roster is not None and proof.roster is not None:
        assert drafted.cost == cost_of(problem, drafted.roster) == cost_of(problem, proof.roster)
        assert sum(drafted.cost_by_rule().values()) == drafted.cost
        assert drafted.bound <= drafted.cost


@pytest.mark.clause("A3")
@CALM
@given(SEEDS)
def test_the_cheapest_days_of_a_person_are_the_cheapest_of_all(seed):
    """The dynamic program under random prices, against every row there is."""
    core = compiled(drawn(seed, people=2, count=5))
    oracle = Oracle(core)
    rng = np.random.default_rng(seed)
    core.work += rng.normal(0, 5, core.work.shape).astype(np.float32)
    core.off += rng.normal(0, 5, core.off.shape).astype(np.float32)
    paid = rng.normal(0, 5, core.people).astype(np.float32)
    who, values, schedules = oracle.under([0, 1], core.work, core.off, paid)
    rows = np.array(list(itertools.product(range(-1, core.shifts), repeat=core.days)), np.int8)
    for person in (0, 1):
        costs = core.own_costs(np.full(len(rows), person), rows) + paid[person] * core.worked_weekends(rows)
        mine = list(who).index(person)
        if np.isinf(costs.min()):
            assert np.isinf(values[mine])
        else:
            assert abs(values[mine] - costs.min()) < 1e-3
            assert (schedules[mine] == rows[costs.argmin()]).all()
    oracle.close()


@pytest.mark.clause("A3")
@CALM
@given(SEEDS)
def test_days_of_a_stretch_are_the_cheapest_beside_what_stands_around_them(seed):
    """The same stretch twice: with the days around it walked, and with their cells closed one by one."""
    core = compiled(drawn(seed, people=3, count=9))
    oracle = Oracle(core)
    rng = np.random.default_rng(seed)
    everybody = list(range(core.people))
    paid = rng.normal(0, 5, core.people).astype(np.float32)
    who, values, schedules = oracle.under(everybody, core.work + rng.normal(0, 5, core.work.shape).astype(np.float32), core.off, paid)
    able = [person for person, value in zip(who.tolist(), values, strict=True) if np.isfinite(value)]
    stands = np.full((core.people, core.days), -1, np.int8)
    stands[who] = schedules
    work = core.work + rng.normal(0, 5, core.work.shape).astype(np.float32)
    begin = int(rng.integers(core.days))
    end = int(rng.integers(begin + 1, core.days + 1))
    outside = [day for day in range(core.days) if not begin <= day < end]
    closed_work, closed_off = work.copy(), core.off.copy()
    for person in able:
        for day in outside:
            cell = stands[person, day]
            kept = closed_work[person, day, cell]
            closed_work[person, day] = np.inf
            if cell >= 0:
                closed_work[person, day, cell], closed_off[person, day] = kept, np.inf
    if able:
        _who, walked, days = oracle.under(able, work, core.off, paid, stretch=(begin, end, stands))
        _who, searched, _days = oracle.under(able, closed_work, closed_off, paid)
        assert np.allclose(walked, searched, atol=1e-3)
        assert (days[:, outside] == stands[able][:, outside]).all()
    oracle.close()
