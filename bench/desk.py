"""A desk's month made from a seed: three shifts, wishes, leave, carry-over, balances, skills, somebody in training."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from rosters.engine.problem import Balance, Cell, Day, Limits, Need, Pair, Person, Pin, Problem, Shift, Wish

FIRST = date(2026, 10, 1)
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
MADE_UP = {date(2026, 10, 10)}
SHIFTS = (
    Shift("E", 7 * 60, 15 * 60 + 30, 480), Shift("L", 15 * 60, 23 * 60 + 30, 480),
    Shift("N", 23 * 60, 31 * 60 + 30, 480, night=True, not_before=frozenset({"E"})),
)


def _day(number: int) -> Day:
    on = FIRST + timedelta(number)
    weekend = on.isocalendar().week if on.isoweekday() > 5 and on not in MADE_UP else None
    return Day(on, weekend, on in HOLIDAYS)


def _before(rng: random.Random) -> tuple[Cell, ...]:
    """The last week of the month before, legal: a run, a break, a run."""
    run, pause, code = rng.randint(1, 4), rng.randint(1, 2), rng.choice(["E", "L", "N"])
    return (*["E"] * (7 - run - pause), *[None] * pause, *[code] * run) if rng.random() < 0.7 else (*["L"] * 5, None, None)


def _person(rng: random.Random, number: int, days: int) -> Person:
    part = number % 6 == 5
    away = {}
    if rng.random() < 0.35:
        begin = rng.randrange(days - 4)
        away = dict.fromkeys(range(begin, begin + rng.randint(2, 4)), "leave")
    protected = number % 11 == 7
    wishes = tuple(
        Wish(rng.randrange(days), rng.choice([None, None, "E", "L", "N"]), rng.random() < 0.6, rng.randint(1, 5))
        for _ in range(rng.randint(2, 7))
    )
    return Person(
        f"P{number:02d}", frozenset("ELN"), skills=frozenset([("lead",), ("english",), ()][number % 3]),
        contract_minutes=(12 if part else 20 if days > 28 else 18) * 480 - 480 * len(away) // 2, away=away,
        no_nights=frozenset(range(days)) if protected else frozenset(), no_overtime=protected,
        limits=Limits(min_run=2, min_break=2, max_weekends=3, max_weekends_weight=5), wishes=wishes, before=_before(rng),
        balance=Balance(rng.randint(8, 14), rng.randint(6, 10), rng.randint(1, 5), rng.choice([-960, -480, 0, 0, 0, 480, 960])),
        in_fairness=not protected,
    )


def month(people: int = 12, seed: int = 0, days: int = 31) -> Problem:
    """The month of a desk with so many people; what is needed grows with them."""
    rng = random.Random(seed)
    staff = tuple(_person(rng, number, days) for number in range(people))
    whole = sum(person.contract_minutes for person in staff) / 480 / days
    needs = []
    for day in range(days):
        for code, part in (("E", 0.4), ("L", 0.38), ("N", 0.2)):
            needs.append(Need(day, code, max(1, int(part * whole + rng.random() * 0.6)), under=1000, over=10))
        needs.append(Need(day, "E", max(1, people // 15), under=200, skill="lead"))
        needs.append(Need(day, "L", 1, under=100, skill="english"))
    pairs = (Pair(staff[-1].key, staff[0].key, 30, frozenset(range(5, min(12, days)))),)
    return Problem(tuple(_day(number) for number in range(days)), SHIFTS, staff, tuple(needs), pairs=pairs)


def sick(problem: Problem, roster: Mapping[str, tuple[Cell, ...]], seed: int = 0) -> Problem:
    """The same month a while later: it has been worked up to some day, and somebody with a duty is ill for two days."""
    rng = random.Random(seed)
    day = rng.randrange(min(5, len(problem.days) - 2), len(problem.days) - 1)
    ill = rng.choice([person for person in problem.people if roster[person.key][day] is not None])
    people = tuple(
        replace(person, away={**person.away, day: "sick", day + 1: "sick"}) if person is ill else person
        for person in problem.people
    )
    pins = tuple(Pin(key, past, cell) for key, row in roster.items() for past, cell in enumerate(row[:day]))
    return replace(problem, people=people, pins=(*problem.pins, *pins), former=dict(roster))
