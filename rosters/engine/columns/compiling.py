"""From a problem to arrays: each rule becomes a cost of a cell, a shape of a person's days, or a row over everybody."""

import math
from collections.abc import Iterable, Mapping
from functools import reduce

import numpy as np

from rosters.engine import fairness
from rosters.engine.columns.core import Core, Kind, Rows
from rosters.engine.problem import MINUTES_A_DAY, Cell, Limits, Person, Problem, Rule, Shift


def rest_between(first: Shift, second: Shift) -> int:
    """Minutes from the end of a shift to the start of another on the day after."""
    return MINUTES_A_DAY + second.start - first.end


def longest_run(limits: Limits) -> int | None:
    """The most days in a row that hard rules allow."""
    caps = [] if limits.rest_window is None else [limits.rest_window - 1]
    if limits.max_days_in_row is not None and limits.max_days_weight is None:
        caps.append(limits.max_days_in_row)
    return min(caps, default=None)


class _Rows:
    """Collects rows and their entries."""

    def __init__(self, hard: float) -> None:
        self.hard = hard
        self.low: list[float] = []
        self.high: list[float] = []
        self.under: list[list[tuple[float, float]]] = []
        self.over: list[list[tuple[float, float]]] = []
        self.entries: list[tuple[int, int, int, float]] = []
        self.weekends: list[tuple[int, int, float]] = []

    def add(
        self, low: float, high: float, under: list[tuple[float, float]], over: list[tuple[float, float]]
    ) -> int:
        self.low.append(low)
        self.high.append(high)
        self.under.append(under)
        self.over.append(over)
        return len(self.low) - 1

    def flat(self, weight: int | None) -> list[tuple[float, float]]:
        return [(self.hard if weight is None else float(weight), math.inf)]

    @staticmethod
    def growing(weight: int) -> list[tuple[float, float]]:
        steps = fairness.STEPS
        return [(float(weight * (step + 1)), 1.0) for step in range(steps - 1)] + [(float(weight * steps), math.inf)]

    def done(self) -> Rows:
        most = max((max(len(a), len(b)) for a, b in zip(self.under, self.over, strict=True)), default=1) or 1

        def padded(steps: list[list[tuple[float, float]]], part: int) -> np.ndarray:
            return np.array([[s[part] for s in row] + [0.0] * (most - len(row)) for row in steps]).reshape(len(steps), most)

        entries = np.array(self.entries or np.zeros((0, 4)))
        weekends = np.array(self.weekends or np.zeros((0, 3)))
        def is_hard(steps: list[tuple[float, float]]) -> bool:
            return any(cost == self.hard for cost, _width in steps)

        return Rows(
            hard_low=np.array([low if is_hard(a) else -math.inf for low, a in zip(self.low, self.under, strict=True)]),
            hard_high=np.array([high if is_hard(b) else math.inf for high, b in zip(self.high, self.over, strict=True)]),
            low=np.array(self.low), high=np.array(self.high),
            under_cost=padded(self.under, 0), under_width=padded(self.under, 1),
            over_cost=padded(self.over, 0), over_width=padded(self.over, 1),
            person=entries[:, 0].astype(np.int64), cell=entries[:, 1].astype(np.int64),
            row=entries[:, 2].astype(np.int64), value=entries[:, 3],
            weekend_person=weekends[:, 0].astype(np.int64), weekend_row=weekends[:, 1].astype(np.int64),
            weekend_value=weekends[:, 2],
        )


def _cells(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Costs of single cells: what is not open, wishes, changes against the former roster, pins."""
    index = {shift.code: number for number, shift in enumerate(problem.shifts)}
    work = np.zeros((len(problem.people), len(problem.days), len(problem.shifts)), np.float32)
    off = np.zeros((len(problem.people), len(problem.days)), np.float32)
    for p, person in enumerate(problem.people):
        _closed(problem, person, index, work[p])
        for wish in person.wishes:
            # Wanted and not had costs the weight, and so does unwanted and had.
            if wish.want:
                off[p, wish.day] += wish.weight
                work[p, wish.day] += wish.weight
            _add(work[p], off[p], wish.day, index, wish.shift, -wish.weight if wish.want else wish.weight)
        former = (problem.former or {}).get(person.key)
        if former is not None:
            work[p] += problem.change_weight
            off[p] += problem.change_weight
            for day, cell in enumerate(former):
                if cell is None or cell in index:
                    _add(work[p], off[p], day, index, cell, -problem.change_weight)
    at = {person.key: number for number, person in enumerate(problem.people)}
    for pin in problem.pins:
        p = at[pin.person]
        kept = off[p, pin.day] if pin.shift is None else work[p, pin.day, index[pin.shift]]
        work[p, pin.day], off[p, pin.day] = np.inf, np.inf
        if pin.shift is None:
            off[p, pin.day] = kept
        else:
            work[p, pin.day, index[pin.shift]] = kept
    return work, off


def _closed(problem: Problem, person: Person, index: dict[str, int], work: np.ndarray) -> None:
    nights = [number for number, shift in enumerate(problem.shifts) if shift.night]
    for s, shift in enumerate(problem.shifts):
        if shift.code not in person.may_take or (person.longest_day is not None and shift.minutes > person.longest_day):
            work[:, s] = np.inf
    work[list(person.away)] = np.inf
    for day, code in person.barred:
        work[day, index[code]] = np.inf
    for day in person.no_nights:
        work[day, nights] = np.inf


def _add(work: np.ndarray, off: np.ndarray, day: int, index: dict[str, int], cell: Cell, cost: int) -> None:
    if cell is None:
        off[day] += cost
    else:
        work[day, index[cell]] += cost


def _kind(problem: Problem, person: Person, counts_minutes: bool) -> Kind:
    limits, days = person.limits, len(problem.days)
    follow = []
    for first in problem.shifts:
        row = []
        for second in problem.shifts:
            cost = 0.0
            if second.code in first.not_before:
                cost = math.inf
            elif rest_between(first, second) < limits.min_rest:
                cost = math.inf if limits.min_rest_weight is None else float(limits.min_rest_weight)
            row.append(cost)
        follow.append(tuple(row))
    soft_cap = limits.max_days_in_row if limits.max_days_weight is not None else None
    hard_cap = longest_run(limits)
    run_open = hard_cap is None or hard_cap >= days + len(person.before)
    cap = max(limits.min_run, (soft_cap or 0) + 1) if run_open or hard_cap is None else max(1, hard_cap)
    if not run_open:
        # A run that is already too long when the month begins cannot go on, but it still ends as the length it has.
        cap = max(cap, _last_run(person))
    run_day = tuple(
        math.inf if not run_open and n > (hard_cap or 0)
        else float(limits.max_days_weight or 0) if soft_cap is not None and n > soft_cap else 0.0
        for n in range(1, cap + 1)
    )
    return Kind(
        follow=tuple(follow), run_cap=cap, run_open=run_open, run_day=run_day,
        run_end=tuple(_short(n, limits.min_run, limits.min_run_weight) for n in range(1, cap + 1)),
        break_cap=max(1, limits.min_break),
        break_end=tuple(_short(n, limits.min_break, limits.min_break_weight) for n in range(1, max(1, limits.min_break) + 1)),
        weekend_cap=_weekend_cap(problem, limits), counts_minutes=counts_minutes, fresh=not person.before,
    )


def _short(length: int, least: int, weight: int | None) -> float:
    if length >= least:
        return 0.0
    return math.inf if weight is None else float(weight * (least - length))


def _weekend_cap(problem: Problem, limits: Limits) -> int | None:
    there = len({day.weekend for day in problem.days if day.weekend is not None})
    if limits.max_weekends is None or limits.max_weekends_weight is not None or limits.max_weekends >= there:
        return None
    return limits.max_weekends


def _last_run(person: Person) -> int:
    """How many days the run, or the break, has lasted that the month before ends with."""
    length = 0
    for cell in reversed(person.before):
        if (cell is None) != (person.before[-1] is None):
            break
        length += 1
    return length


def _start(problem: Problem, person: Person, kind: Kind) -> tuple[int, int]:
    index = {shift.code: number for number, shift in enumerate(problem.shifts)}
    if not person.before:
        return -1, kind.break_cap
    last, length = person.before[-1], _last_run(person)
    if last is None:
        return -1, min(length, kind.break_cap)
    return index[last], min(length, kind.run_cap)


def _ending(problem: Problem, person: Person, unit: int, minutes: list[int]) -> tuple[bool, np.ndarray]:
    """Cost of each number of units in the month; counted at all only where it makes a difference."""
    reach = len(problem.days) * max(minutes, default=0)
    most = reach if person.most_minutes is None else min(reach, person.most_minutes // unit)
    hours = bool(problem.fairness.hours)
    if not hours and person.least_minutes <= 0 and most >= reach:
        return False, np.zeros(1, np.float32)
    cost = np.zeros(max(0, most) + 1, np.float32)
    cost[: min(len(cost), -(-person.least_minutes // unit))] = np.inf
    if hours:
        for units in range(len(cost)):
            away = fairness.hour_units(problem, person, units * unit)
            cost[units] += fairness.price_of(away, problem.fairness.hours)
    return True, cost


def _cover(problem: Problem, rows: _Rows, at: dict[str, int], days: int, shifts: int) -> None:
    for need in problem.needs:
        over = rows.flat(need.over) if need.skill is None else [(0.0, math.inf)]
        row = rows.add(need.people, need.people if need.skill is None else math.inf, rows.flat(need.under), over)
        cell = need.day * shifts + at[need.shift]
        rows.entries += [
            (p, cell, row, 1.0) for p, person in enumerate(problem.people) if need.skill is None or need.skill in person.skills
        ]


def _own_rows(problem: Problem, rows: _Rows, at: dict[str, int], shares: Mapping[tuple[Rule, str], fairness.Share]) -> None:
    """Counts of a person: limits of a shift, soft limit of weekends, fair shares."""
    days, shifts = len(problem.days), len(problem.shifts)
    nights = [number for number, shift in enumerate(problem.shifts) if shift.night]
    cells = {
        Rule.FAIR_NIGHTS: [day * shifts + s for day in range(days) for s in nights],
        Rule.FAIR_HOLIDAYS: [
            day * shifts + s for day in range(days) if problem.days[day].holiday for s in range(shifts)
        ],
    }
    for p, person in enumerate(problem.people):
        for code, most in person.limits.shift_limits.items():
            if 0 < most < days:
                row = rows.add(-math.inf, most, [], rows.flat(None))
                rows.entries += [(p, day * shifts + at[code], row, 1.0) for day in range(days)]
        limits = person.limits
        if limits.max_weekends is not None and limits.max_weekends_weight is not None:
            row = rows.add(-math.inf, limits.max_weekends, [], rows.flat(limits.max_weekends_weight))
            rows.weekends.append((p, row, 1.0))
        for rule in fairness.COUNTED:
            share = shares.get((rule, person.key))
            if share is None:
                continue
            steps = rows.growing(fairness.weight_of(problem, rule))
            row = rows.add(share.low, share.high, steps, steps)
            if rule is Rule.FAIR_WEEKENDS:
                rows.weekends.append((p, row, 1.0))
            else:
                rows.entries += [(p, cell, row, 1.0) for cell in cells[rule]]


def _pairs(problem: Problem, rows: _Rows, at: dict[str, int]) -> None:
    people = {person.key: number for number, person in enumerate(problem.people)}
    for pair in problem.pairs:
        for day in range(len(problem.days)) if pair.days is None else sorted(pair.days):
            for s in at.values():
                row = rows.add(-math.inf, 0, [], rows.flat(pair.weight))
                cell = day * len(problem.shifts) + s
                rows.entries += [(people[pair.learner], cell, row, 1.0), (people[pair.guide], cell, row, -1.0)]


def _weights(problem: Problem) -> Iterable[int]:
    yield 1
    for need in problem.needs:
        yield need.under or 0
        yield need.over or 0
    yield problem.change_weight if problem.former else 0
    for pair in problem.pairs:
        yield pair.weight or 0


def compiled(problem: Problem, shares: Mapping[tuple[Rule, str], fairness.Share] | None = None) -> Core:
    """The problem as arrays. `shares` stand for the fair shares where the problem is a part of a larger one."""
    at = {shift.code: number for number, shift in enumerate(problem.shifts)}
    days, shifts = len(problem.days), len(problem.shifts)
    unit = reduce(math.gcd, (shift.minutes for shift in problem.shifts)) or 1
    minutes = [shift.minutes // unit for shift in problem.shifts]
    work, off = _cells(problem)
    limits = np.full((len(problem.people), shifts), days, np.int64)
    kinds: list[Kind] = []
    kind_of, start, ending = [], [], []
    for p, person in enumerate(problem.people):
        for code, most in person.limits.shift_limits.items():
            limits[p, at[code]] = min(days, most)
            if most <= 0:
                work[p, :, at[code]] = np.inf
        counts, cost = _ending(problem, person, unit, minutes)
        kind = _kind(problem, person, counts)
        if kind not in kinds:
            kinds.append(kind)
        kind_of.append(kinds.index(kind))
        start.append(_start(problem, person, kind))
        ending.append(cost)
    # The half tells it from every weight, which are whole.
    price_of_hard = 50.0 * max(_weights(problem)) + 0.5
    rows = _Rows(price_of_hard)
    _cover(problem, rows, at, days, shifts)
    _own_rows(problem, rows, at, fairness.shares_of(problem) if shares is None else shares)
    _pairs(problem, rows, at)
    weekend = [day.weekend for day in problem.days]
    first = [
        day is not None and (number == 0 or weekend[number - 1] != day) for number, day in enumerate(weekend)
    ]
    second = [day is not None and not first[number] for number, day in enumerate(weekend)]
    return Core(
        days=days, minutes=np.array(minutes, np.int64), unit=unit, work=work, off=off, kinds=kinds, kind_of=np.array(kind_of),
        start=start, first_of_weekend=np.array(first), second_of_weekend=np.array(second), ending=ending, limits=limits,
        rows=rows.done(), price_of_hard=price_of_hard,
    )
