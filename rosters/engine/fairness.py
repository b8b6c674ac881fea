"""What a fair share of nights, weekends, holidays and hours is, from contract and balance (A5, E4).

The share is worked out before anything is solved, from what the month needs: so the solver, the checker and the figures
that people see speak of the same number.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rosters.engine.problem import Person, Problem, Rule

STEPS = 8
"""From this unit on, each one costs the same."""
COUNTED = (Rule.FAIR_NIGHTS, Rule.FAIR_WEEKENDS, Rule.FAIR_HOLIDAYS)


@dataclass(frozen=True)
class Share:
    """How many of a kind a person would fairly have this month: any number from `low` to `high` costs nothing."""

    low: int
    high: int
    exact: float


def weight_of(problem: Problem, rule: Rule) -> int:
    """What one unit away from the fair share costs."""
    fairness = problem.fairness
    return {
        Rule.FAIR_NIGHTS: fairness.nights, Rule.FAIR_WEEKENDS: fairness.weekends, Rule.FAIR_HOLIDAYS: fairness.holidays,
        Rule.FAIR_HOURS: fairness.hours,
    }[rule]


def price_of(units: int, weight: int) -> int:
    """The first unit costs the weight, the second twice it, up to `STEPS`: many small differences before one large one."""
    growing = min(units, STEPS)
    return weight * (growing * (growing + 1) // 2 + STEPS * max(0, units - STEPS))


def hour_units(problem: Problem, person: Person, minutes: int) -> int:
    """How many whole steps the month's minutes, with the balance so far, are away from the contract."""
    away = abs(minutes + person.balance.minutes - person.contract_minutes)
    return away // problem.fairness.hour_step


def _needed(problem: Problem) -> dict[Rule, int]:
    nights = {shift.code for shift in problem.shifts if shift.night}
    needs = [need for need in problem.needs if need.skill is None]
    by_day: dict[int, int] = {}
    for need in needs:
        by_day[need.day] = by_day.get(need.day, 0) + need.people
    weekends: dict[int, int] = {}
    for number, day in enumerate(problem.days):
        if day.weekend is not None:
            weekends[day.weekend] = max(weekends.get(day.weekend, 0), by_day.get(number, 0))
    return {
        Rule.FAIR_NIGHTS: sum(need.people for need in needs if need.shift in nights),
        Rule.FAIR_WEEKENDS: sum(weekends.values()),
        Rule.FAIR_HOLIDAYS: sum(by_day.get(number, 0) for number, day in enumerate(problem.days) if day.holiday),
    }


def balance_of(person: Person, rule: Rule) -> int:
    """What the person has worked of this kind so far."""
    return {
        Rule.FAIR_NIGHTS: person.balance.nights, Rule.FAIR_WEEKENDS: person.balance.weekends,
        Rule.FAIR_HOLIDAYS: person.balance.holidays,
    }[rule]


def shares_of(problem: Problem) -> Mapping[tuple[Rule, str], Share]:
    """The fair share of each person of each kind that has a weight; people outside the fairness have none."""
    nights = {shift.code for shift in problem.shifts if shift.night}
    needed = _needed(problem)
    shares: dict[tuple[Rule, str], Share] = {}
    for rule in COUNTED:
        if not weight_of(problem, rule):
            continue
        sharing = [
            person for person in problem.people
            if person.in_fairness and (rule is not Rule.FAIR_NIGHTS or person.may_take & nights)
        ]
        parts = {person.key: person.contract_minutes for person in sharing}
        if not sum(parts.values()):
            parts = dict.fromkeys(parts, 1)
        whole = needed[rule] + sum(balance_of(person, rule) for person in sharing)
        for person in sharing:
            exact = max(0.0, whole * parts[person.key] / sum(parts.values()) - balance_of(person, rule))
            shares[rule, person.key] = Share(math.floor(exact + 1e-9), math.ceil(exact - 1e-9), exact)
    return shares
