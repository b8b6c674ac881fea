"""Horizons too long to be drafted at once: a legal roster of plain rounds first, then one stretch of weeks after another anew (A3).

The plain roster gives everybody one shift (or few), so that a dynamic program over a whole year stays small. A stretch is a
problem of its own (`parts`), drafted by columns beside all that stands.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import reduce

import numpy as np

from rosters.engine import fairness
from rosters.engine.checking import cost_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.oracle import Oracle
from rosters.engine.columns.quick import NoSchedule
from rosters.engine.columns.search import Search
from rosters.engine.parts import Cutter
from rosters.engine.problem import Cell, Fairness, Person, Problem, Roster, Status
from rosters.engine.proving import proved

MEMORY = 40_000_000
"""Bytes that pricing a plain roster may keep."""
PLAIN = 3
"""How many different shifts the people of one kind are given in a plain roster."""
FULL = 0.6
"""How much of the days a plain roster can well be made to work."""
LONG = 100
"""Days up to which a horizon is drafted at once, whatever its size."""
LARGE = 1_000_000.0
"""States that pricing looks at, for each second, up to which everybody is drafted at once."""
LEAST = 20.0
"""Seconds' worth of that which is always drafted at once."""
STRETCH, STRIDE = 28, 21
"""Days of a stretch, and from one to the next."""
QUICK = 12_000_000
"""Bytes that pricing one person in turn may keep."""
FEWEST = 6
BUSY = 0.3
"""Seconds below which no stretch is begun."""
SHARE = 0.8
"""How much of the time the first pass, person by person, may take."""


def size_of(problem: Problem) -> float:
    """About how many states pricing everybody's days looks at."""
    minutes = [shift.minutes for shift in problem.shifts]
    unit, longest, days = reduce(math.gcd, minutes, 0) or 1, max(minutes, default=0), len(problem.days)
    weekends = len({day.weekend for day in problem.days} - {None})
    total = 0.0
    for person in problem.people:
        most = days * longest if person.most_minutes is None else min(person.most_minutes, days * longest)
        cap = min(weekends, 0 if person.limits.max_weekends is None else person.limits.max_weekends)
        total += 5 * len(person.may_take) * days * (most / unit + 1) * (cap / 2 + 1)
    return total


def alone(problem: Problem, person: Person, seconds: float) -> tuple[Cell, ...]:
    """Any lawful days of one person, by CP-SAT. Raises NoSchedule when there are none, TimeoutError when the time is over."""
    mine = replace(
        problem, people=(replace(person, wishes=()),), needs=(), pairs=(), former=None, fairness=Fairness(0, 0, 0, 0),
        pins=tuple(pin for pin in problem.pins if pin.person == person.key),
    )
    proof = proved(mine, seconds)
    if proof.status is Status.INFEASIBLE:
        raise NoSchedule([problem.people.index(person)])
    if proof.roster is None:
        raise TimeoutError
    return proof.roster[person.key]


def _plain_of(
    problem: Problem, people: list[Person], codes: set[str], rng: np.random.Generator, memory: int
) -> dict[str, tuple[Cell, ...]]:
    """Days of these people with these shifts alone; who has none is left out."""
    named = codes | {cell for person in people for cell in person.before if cell}
    named |= {pin.shift for pin in problem.pins if pin.shift and any(pin.person == person.key for person in people)}
    shifts = tuple(shift for shift in problem.shifts if shift.code in named)
    keys = {person.key for person in people}
    little = Problem(
        problem.days, shifts,
        tuple(
            replace(
                person, wishes=(), barred=frozenset(each for each in person.barred if each[1] in named),
                limits=replace(
                    person.limits, shift_limits={code: n for code, n in person.limits.shift_limits.items() if code in named}
                ),
            )
            for person in people
        ),
        (), tuple(pin for pin in problem.pins if pin.person in keys), fairness=Fairness(0, 0, 0, 0),
    )
    core = compiled(little)
    oracle = Oracle(core, memory)
    work = core.work + rng.random(core.work.shape, np.float32)
    penalty = np.zeros((core.people, core.shifts), np.float32)
    who, schedules = oracle.legal(list(range(core.people)), work, core.off, np.zeros(core.people, np.float32), penalty, 20.0)
    oracle.close()
    names = [shift.code for shift in shifts]
    return {
        people[p].key: tuple(names[cell] if cell >= 0 else None for cell in row)
        for p, row in zip(who.tolist(), schedules.tolist(), strict=True)
    }


def _fit(problem: Problem, person: Person, code: str, minutes: int) -> tuple[float, int]:
    """How badly a shift alone fills the person's minutes: by days that would be too many, then by its limit."""
    days = len(problem.days)
    needed = person.least_minutes / max(1, minutes)
    return max(0.0, needed - FULL * (days - len(person.away))), -min(person.limits.shift_limits.get(code, days), days)


def plain(problem: Problem, seed: int, seconds: float) -> dict[str, tuple[Cell, ...]]:
    """A lawful roster of plain rounds. Raises NoSchedule, TimeoutError."""
    rng = np.random.default_rng(seed)
    asked: dict[str, int] = {}
    for need in problem.needs:
        asked[need.shift] = asked.get(need.shift, 0) + need.people
    found: dict[str, tuple[Cell, ...]] = {}
    left = list(problem.people)
    lengths = {shift.code: shift.minutes for shift in problem.shifts}
    for count, memory in ((1, MEMORY), (2, MEMORY), (3, 4 * MEMORY)):
        groups: dict[frozenset[str], list[Person]] = {}
        for number, person in enumerate(left):
            fits = {code: _fit(problem, person, code, lengths[code]) for code in person.may_take}
            free = sorted(fits, key=lambda code, fits=fits: (*fits[code], -asked.get(code, 0), code))
            good = [code for code in free[:PLAIN] if not fits[code][0]]
            picked = [good[number % len(good)]] if count == 1 and good else free[:count]
            groups.setdefault(frozenset(picked or lengths), []).append(person)
        for codes, people in groups.items():
            found |= _plain_of(problem, people, set(codes), rng, memory)
        left = [person for person in problem.people if person.key not in found]
        if not left:
            break
    began = time.monotonic()
    for person in left:
        found[person.key] = alone(problem, person, max(5.0, began + seconds - time.monotonic()))
    return found


class Longer:
    """One drafting of a long horizon. `told` hears of each better roster and its cost."""

    def __init__(
        self, problem: Problem, seconds: float, seed: int, told: Callable[[Roster, int], None], stop: Callable[[], bool]
    ) -> None:
        self.problem, self.seconds, self.seed, self.told, self.stop = problem, seconds, seed, told, stop
        self.began = time.monotonic()
        self.shares = fairness.shares_of(problem)
        self.cutter = Cutter(problem, self.shares)
        self.rng = np.random.default_rng(seed)
        self.codes = [shift.code for shift in problem.shifts]
        self.at = {code: number for number, code in enumerate(self.codes)}
        self.keys = [person.key for person in problem.people]
        self.roster: dict[str, tuple[Cell, ...]] = {}
        self.cost = 0
        self.weight = size_of(problem) / max(1, len(problem.people)) / max(1, len(problem.days)) ** 2

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.seconds - (time.monotonic() - self.began)

    def over(self) -> bool:
        """Whether to begin nothing more."""
        return self.left < BUSY or self.stop()

    def run(self) -> None:
        """Drafts until the time is over. Raises NoSchedule, TimeoutError."""
        self.roster = plain(self.problem, self.seed, self.seconds)
        self.cost = cost_of(self.problem, self.roster)
        self.told(self.roster, self.cost)
        begins = self._begins(0)
        until = (1 - SHARE) * self.seconds
        for number, begin in enumerate(begins):
            if self.over():
                return
            budget = max(BUSY, (self.left - until) / (len(begins) - number))
            self._stretch(set(self.keys), begin, budget, in_turn=True)
        turn = 0
        while not self.over():
            turn += 1
            begins = self._begins(int(self.rng.integers(0, STRIDE)) if turn > 1 else 0)
            for number, begin in enumerate(begins):
                budget = max(2.0, self.left / (len(begins) - number))
                self._in_groups(begin, budget)

    def _begins(self, first: int) -> list[int]:
        days = len(self.problem.days)
        return sorted({self.cutter.aligned(day) for day in range(first, max(first + 1, days - STRETCH + STRIDE), STRIDE)} | {0})

    def _in_groups(self, begin: int, budget: float) -> None:
        """A stretch, with as many people at a time as the time allows."""
        each = self.weight * min(STRETCH, len(self.problem.days)) ** 2
        most = max(FEWEST, int(LARGE * budget / each))
        order = [self.keys[i] for i in self.rng.permutation(len(self.keys))]
        until = self.left - budget
        while order and not self.over() and self.left > until:
            group, order = order[:most], order[most:]
            self._stretch(set(group), begin, max(BUSY, (self.left - until) * len(group) / (len(group) + len(order))), in_turn=False)

    def _stretch(self, keys: set[str], begin: int, budget: float, in_turn: bool) -> None:
        part = self.cutter.part(self.roster, keys, begin, min(len(self.problem.days), begin + STRETCH))
        people = [person.key for person in part.problem.people]
        last = begin + len(part.problem.days)
        start = np.array(
            [[-1 if cell is None else self.at[cell] for cell in self.roster[key][begin:last]] for key in people], np.int8
        )
        budget = min(budget, self.left)
        search = Search(
            compiled(part.problem, part.shares), budget, int(self.rng.integers(1 << 30)), stop=self.stop, start=start,
            **({"memory": QUICK} if in_turn else {}),
        )
        search.in_turn() if in_turn else search.run()
        before = search.pool.cost_of(search.pool.add(np.arange(len(people)), start))
        if search.cost < before - 0.5 and search.lawful:
            rows = {
                key: tuple(self.codes[cell] if cell >= 0 else None for cell in search.pool.schedule[number].tolist())
                for key, number in zip(people, search.roster, strict=True)
            }
            self.roster = part.back(self.roster, rows)
            self.cost -= round(before - search.cost)
            self.told(self.roster, self.cost)
