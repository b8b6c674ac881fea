"""Schedules found so far, each once, with what they cost and which rows they touch."""

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Array, Core, Ints
from rosters.engine.columns.sums import reduced_of

Schedules = NDArray[np.int8]


def _twice(array: np.ndarray) -> np.ndarray:
    """The same with as much room again."""
    return np.concatenate([array, np.zeros_like(array)])


class Pool:
    """All columns of a search. A column is known by its number."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.person: list[int] = []
        self.schedule: list[Schedules] = []
        self._matrix = np.empty((1024, core.days), np.int8)
        self._costs = np.empty(1024)
        # Rows and values of all columns, one after another, and where each column's begin.
        self._begin = np.zeros(1024, np.int64)
        self._index, self._amount = np.empty(16384, np.int64), np.empty(16384)
        self.cost: list[float] = []
        self.legal: list[bool] = []
        self.rows: list[Ints] = []
        self.values: list[Array] = []
        self.of_person: list[list[int]] = [[] for _ in range(core.people)]
        self._lock = Lock()
        self._known: dict[tuple[int, bytes], int] = {}

    def add(self, people: Ints, schedules: Schedules) -> list[int]:
        """Takes schedules in; returns their numbers, old ones for those known. Those against a person's rules are left out."""
        if not len(people):
            return []
        costs = self.core.own_costs(people, schedules)
        legal = self.core.within_limits(people, schedules)
        with self._lock:
            return self._taken(people, schedules, costs, legal)

    def _taken(self, people: Ints, schedules: Schedules, costs: Array, legal: NDArray[np.bool_]) -> list[int]:
        numbers: list[int] = []
        for person, schedule, cost, good in zip(people.tolist(), schedules, costs.tolist(), legal.tolist(), strict=True):
            key = (person, schedule.tobytes())
            number = self._known.get(key)
            if number is None:
                if not np.isfinite(cost):
                    continue
                number = self._known[key] = len(self.person)
                rows, values = self.core.activity_of(person, schedule)
                self._kept(number, schedule, cost, rows, values)
                self.person.append(person)
                self.schedule.append(schedule.copy())
                self.cost.append(cost)
                self.legal.append(good)
                self.rows.append(rows)
                self.values.append(values)
                self.of_person[person].append(number)
            numbers.append(number)
        return numbers

    def _kept(self, number: int, schedule: Schedules, cost: float, rows: Ints, values: Array) -> None:
        """Lays a column down where many are looked at at once; what is full is laid anew, twice as large."""
        if number + 1 >= len(self._begin):
            self._matrix, self._costs, self._begin = (_twice(part) for part in (self._matrix, self._costs, self._begin))
        begin = self._begin[number]
        end = self._begin[number + 1] = begin + len(rows)
        while end > len(self._index):
            self._index, self._amount = _twice(self._index), _twice(self._amount)
        self._matrix[number], self._costs[number] = schedule, cost
        self._index[begin:end], self._amount[begin:end] = rows, values

    def alike(self, person: int, number: int, days: NDArray[np.bool_]) -> list[int]:
        """The person's legal columns that are as this column on these days."""
        mine = np.array([n for n in self.of_person[person] if self.legal[n]], np.int64)
        same = (self._matrix[mine][:, days] == self._matrix[number][days]).all(axis=1)
        return mine[same].tolist()

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
        return reduced_of(np.array(numbers, np.int64), self._begin, self._index, self._amount, self._costs, dual)
