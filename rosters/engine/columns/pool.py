"""Schedules found so far, each once, with what they cost and which rows they touch."""

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Array, Core, Ints

Schedules = NDArray[np.int8]


class Pool:
    """All columns of a search. A column is known by its number."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.person: list[int] = []
        self.schedule: list[Schedules] = []
        self.cost: list[float] = []
        self.legal: list[bool] = []
        self.rows: list[Ints] = []
        self.values: list[Array] = []
        self.of_person: list[list[int]] = [[] for _ in range(core.people)]
        self._known: dict[tuple[int, bytes], int] = {}

    def add(self, people: Ints, schedules: Schedules) -> list[int]:
        """Takes schedules in; returns their numbers, old ones for those known. Those against a person's rules are left out."""
        numbers: list[int] = []
        if not len(people):
            return numbers
        costs = self.core.own_costs(people, schedules)
        legal = self.core.within_limits(people, schedules)
        for person, schedule, cost, good in zip(people.tolist(), schedules, costs.tolist(), legal.tolist(), strict=True):
            key = (person, schedule.tobytes())
            number = self._known.get(key)
            if number is None:
                if not np.isfinite(cost):
                    continue
                number = self._known[key] = len(self.person)
                rows, values = self.core.activity_of(person, schedule)
                self.person.append(person)
                self.schedule.append(schedule.copy())
                self.cost.append(cost)
                self.legal.append(good)
                self.rows.append(rows)
                self.values.append(values)
                self.of_person[person].append(number)
            numbers.append(number)
        return numbers

    def activity(self, numbers: list[int]) -> Array:
        """What columns together put on the rows."""
        total = np.zeros(len(self.core.rows.low))
        for number in numbers:
            total[self.rows[number]] += self.values[number]
        return total

    def cost_of(self, numbers: list[int]) -> float:
        """What a roster of these columns costs."""
        return sum(self.cost[n] for n in numbers) + float(self.core.rows.costs(self.activity(numbers)).sum())

    def reduced(self, numbers: list[int], dual: Array) -> Array:
        """Costs of columns less what the rows pay for them."""
        return np.array([self.cost[n] - float(dual[self.rows[n]] @ self.values[n]) for n in numbers])
