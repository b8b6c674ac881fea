"""Fair shares and the number of unfairness, against every other way of dealing out (A5)."""

import itertools
import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosters.rules.days import DayKind
from rosters.rules.fairness import COUNTED, Count, count_of, moves_to_fairness, shares_of, unfairness
from rosters.tests.facts import days_of_month, turn

AMOUNTS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0, 1, 2, 3, 4, 100])), min_size=1, max_size=4)


def tried(have: list[int], weights: list[int]) -> int:
    """The least number of moves, found by trying every way of dealing out that is fair."""
    total, whole = sum(have), sum(weights)
    if not whole:
        return 0
    ways = [range(math.floor(total * weight / whole), math.ceil(total * weight / whole) + 1) for weight in weights]
    fair = [way for way in itertools.product(*ways) if sum(way) == total]
    return min(sum(max(0, now - then) for now, then in zip(have, way, strict=True)) for way in fair)


@pytest.mark.clause("A5")
@settings(max_examples=1000, deadline=None, derandomize=True)
@given(AMOUNTS)
def test_no_way_of_dealing_out_takes_fewer_moves(amounts: list[tuple[int, int]]) -> None:
    have, weights = ([pair[place] for pair in amounts] for place in (0, 1))
    assert moves_to_fairness(dict(enumerate(have)), dict(enumerate(weights))) == tried(have, weights)


@given(AMOUNTS, st.integers(1, 9))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_shares_add_up_and_twice_the_contract_is_twice_the_share(amounts: list[tuple[int, int]], total: int) -> None:
    weights = {key: weight for key, (_have, weight) in enumerate(amounts)}
    shares = shares_of(total, weights)
    assert sum(shares.values()) == (total if sum(weights.values()) else 0)
    for one, other in itertools.combinations(weights, 2):
        assert shares[one] * weights[other] == shares[other] * weights[one]


def test_an_even_spread_is_fair_and_one_night_too_many_is_one() -> None:
    weights = {name: {1: 100, 2: 100, 3: 50} for name in COUNTED}
    fair = {1: Count(nights=4), 2: Count(nights=4), 3: Count(nights=2)}
    assert unfairness(fair, weights) == 0
    assert unfairness(fair | {1: Count(nights=5), 3: Count(nights=1)}, weights) == 1
    assert unfairness(fair | {1: Count(nights=5, weekends=2), 3: Count(nights=1)}, weights) == 2, "each kind adds its own"
    assert unfairness({}, {name: {} for name in COUNTED}) == 0


def test_duties_count_by_the_day_on_which_they_begin() -> None:
    kinds = days_of_month(date(2026, 10, 1), d1=DayKind.HOLIDAY, d3=DayKind.HOLIDAY, d10=DayKind.MAKEUP)
    turns = [
        turn(date(2026, 9, 30), "night"), turn(date(2026, 10, 1), "night"), turn(date(2026, 10, 3)), turn(date(2026, 10, 10)),
        turn(date(2026, 10, 17)), turn(date(2026, 10, 18)), turn(date(2026, 10, 31), "night"), turn(date(2026, 11, 1)),
    ]
    found = count_of(turns, kinds)
    assert found == Count(duties=6, nights=2, weekends=2, holidays=2, minutes=2 * 540 + 4 * 450)
    assert found.hours == 48.0
