"""Small months for tests: by hand, and drawn from a seed with every rule there is."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import settings

from rosters.engine.checking import breaches_of
from rosters.engine.problem import (
    Balance,
    Cell,
    Day,
    Fairness,
    Limits,
    Need,
    Pair,
    Person,
    Pin,
    Problem,
    Roster,
    Shift,
    Weight,
    Wish,
)

CALM = settings(derandomize=True, deadline=None, max_examples=12)
EARLY = Shift("E", 7 * 60, 15 * 60, 480)
LATE = Shift("L", 14 * 60, 22 * 60, 480)
NIGHT = Shift("N", 22 * 60, 31 * 60, 480, night=True, not_before=frozenset({"E"}))
NOTHING_FAIR = Fairness(nights=0, weekends=0, holidays=0, hours=0)
FREE = Limits(rest_window=None, max_days_in_row=None, min_rest=0)


def days(count: int) -> tuple[Day, ...]:
    """Days from a Thursday on, so that the third and fourth are a weekend."""
    first = date(2024, 2, 1)
    return tuple(
        Day(first + timedelta(number), (number - 2) // 7 if (number - 2) % 7 < 2 else None) for number in range(count)
    )


def somebody(key: str = "ann", limits: Limits = FREE, **other: Any) -> Person:
    """A person who may take everything and owes nothing."""
    return Person(key, frozenset("ELN"), limits=limits, month_overtime=None, **other)


def month(*people: Person, count: int = 5, **other: Any) -> Problem:
    """A month in which nothing is needed and nothing is fair."""
    return replace(Problem(days(count), (EARLY, LATE, NIGHT), people, (), fairness=NOTHING_FAIR), **other)


def row(text: str) -> tuple[Cell, ...]:
    """`"EE-N"` as cells."""
    return tuple(None if letter == "-" else letter for letter in text)


def every_roster(problem: Problem) -> Iterator[Roster]:
    """All rosters there are: only for the smallest months."""
    cells: list[Cell] = [None, *(shift.code for shift in problem.shifts)]
    rows = list(itertools.product(cells, repeat=len(problem.days)))
    for chosen in itertools.product(rows, repeat=len(problem.people)):
        yield {person.key: line for person, line in zip(problem.people, chosen, strict=True)}


def cheapest_by_force(problem: Problem) -> int | None:
    """The least cost of all rosters that break no hard rule; None when all break one."""
    costs = []
    for roster in every_roster(problem):
        breaches = breaches_of(problem, roster)
        if all(breach.cost is not None for breach in breaches):
            costs.append(sum(breach.cost or 0 for breach in breaches))
    return min(costs, default=None)


def _limits(rng: random.Random) -> Limits:
    def weight(soft: int) -> Weight:
        return None if rng.random() < 0.4 else soft

    return Limits(
        rest_window=rng.choice([None, 3, 4, 7]), max_days_in_row=rng.choice([None, 2, 3]), max_days_weight=weight(4),
        min_rest=rng.choice([0, 600, 700]), min_rest_weight=weight(5), min_run=rng.choice([1, 2, 3]), min_run_weight=weight(2),
        min_break=rng.choice([1, 2]), min_break_weight=weight(3), max_weekends=rng.choice([None, 0, 1]),
        max_weekends_weight=weight(3), shift_limits={"N": rng.randint(0, 3)} if rng.random() < 0.5 else {},
    )


def _person(rng: random.Random, number: int, count: int, codes: str) -> Person:
    def some(chance: float) -> bool:
        return rng.random() < chance

    return Person(
        f"p{number}", frozenset(rng.sample(codes, rng.randint(2, len(codes)))),
        skills=frozenset({"x"}) if some(0.5) else frozenset(), contract_minutes=rng.choice([960, 1440]),
        month_overtime=rng.choice([None, 480, 960]), least_minutes=rng.choice([0, 0, 480]), no_overtime=some(0.1),
        away={rng.randrange(count): "leave"} if some(0.4) else {},
        barred=frozenset({(rng.randrange(count), "E")}) if some(0.3) else frozenset(),
        no_nights=frozenset(range(2)) if some(0.2) else frozenset(), limits=_limits(rng),
        wishes=tuple(Wish(rng.randrange(count), rng.choice([None, *codes]), some(0.5), rng.randint(1, 4)) for _ in range(2)),
        before=tuple(rng.choice([None, *codes]) for _ in range(rng.choice([0, 0, 1, 3]))),
        balance=Balance(rng.randint(0, 3), rng.randint(0, 2), rng.randint(0, 2), rng.randint(-900, 900)), in_fairness=some(0.8),
    )


def drawn(seed: int, people: int = 3, count: int = 5, shifts: int = 3) -> Problem:
    """A month with every kind of rule, some hard and some soft, and perhaps impossible."""
    rng = random.Random(seed)
    kinds = (EARLY, replace(LATE, minutes=rng.choice([480, 450])), NIGHT)[:: 2 if shifts == 2 else 1]
    codes = "".join(kind.code for kind in kinds)
    staff = tuple(_person(rng, number, count, codes) for number in range(people))
    if "N" not in codes or "E" not in codes:
        raise ValueError("the scene needs early and night")
    needs = [
        Need(day, code, rng.randint(0, 1 + people // 3), rng.choice([10, 20, 20, 30]), rng.choice([1, 3]))
        for day in range(count) for code in codes
    ]
    needs.append(Need(rng.randrange(count), "E", 1, 7, skill="x"))
    if rng.random() < 0.2:
        needs[0] = replace(needs[0], people=1, under=None)
    return Problem(
        tuple(replace(day, holiday=rng.random() < 0.2) for day in days(count)), kinds, staff, tuple(needs),
        pins=(Pin("p0", rng.randrange(count), rng.choice([None, "E"])),) if rng.random() < 0.4 else (),
        pairs=(Pair("p0", "p1", None if rng.random() < 0.4 else 6),) if rng.random() < 0.4 else (),
        fairness=Fairness(rng.randint(0, 3), rng.randint(0, 3), rng.randint(0, 3), rng.randint(0, 2)),
        former={f"p{n}": tuple(rng.choice([None, *codes]) for _ in range(count)) for n in range(people)}
        if rng.random() < 0.3 else None,
        change_weight=5,
    )
