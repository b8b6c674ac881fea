"""A problem as arrays: what a person's own days cost and forbid (kinds), and what people have in common (rows)."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns import sums

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
FORBIDDEN = np.float32(np.inf)


@dataclass(frozen=True)
class Kind:
    """The shape of a person's own rules. People of one kind are priced together.

    Run states are 1…`run_cap` working days in a row, break states 1…`break_cap` days off in a row; the last state of a
    break, and of an open run, also stands for everything longer.
    """

    follow: tuple[tuple[float, ...], ...]
    """Cost of a shift (second index) on the day after another."""
    run_cap: int
    run_open: bool
    run_day: tuple[float, ...]
    """Cost of the n-th day in a row, n from 1."""
    run_end: tuple[float, ...]
    """Cost of ending a run after n days, n from 1."""
    break_cap: int
    break_end: tuple[float, ...]
    """Cost of ending a break after n days off, n from 1."""
    weekend_cap: int | None
    counts_minutes: bool
    fresh: bool
    """Nothing is known of the days before: the first run is not judged for being short."""

    @cached_property
    def follows(self) -> Array:
        """`follow` as an array."""
        return np.array(self.follow, np.float64).reshape(len(self.follow), len(self.follow))

    @cached_property
    def steps(self) -> tuple[Array, Array, Array]:
        """`run_day`, `run_end` and `break_end` as arrays."""
        return np.array(self.run_day), np.array(self.run_end), np.array(self.break_end)


def _begins(widths: Array) -> Array:
    begins = np.zeros_like(widths)
    begins[:, 1:] = np.cumsum(widths, axis=1)[:, :-1]
    return begins


@dataclass
class Rows:
    """Linear rows over everybody's cells. Activity below `low` or above `high` is paid in steps that grow dearer."""

    low: Array
    high: Array
    under_cost: Array
    """By row and step, like the three that follow; a step of infinite width is the last."""
    under_width: Array
    over_cost: Array
    over_width: Array
    person: Ints
    """Entries: a coefficient of a row in a person's cell (day × shifts + shift)."""
    cell: Ints
    row: Ints
    value: Array
    hard_low: Array
    """Activity below which, and above which (next), a hard rule is broken."""
    hard_high: Array
    weekend_person: Ints
    """Entries that count worked weekends."""
    weekend_row: Ints
    weekend_value: Array

    @cached_property
    def under_from(self) -> Array:
        """Where each step below begins."""
        return _begins(self.under_width)

    @cached_property
    def over_from(self) -> Array:
        """Where each step above begins."""
        return _begins(self.over_width)

    def lawful(self, activity: Array) -> bool:
        """Whether no hard rule among the rows is broken."""
        return bool(((activity >= self.hard_low - 1e-6) & (activity <= self.hard_high + 1e-6)).all())

    def costs(self, activity: Array) -> Array:
        """What each row costs at an activity."""
        under = np.maximum(self.low - activity, 0.0)[:, None]
        over = np.maximum(activity - self.high, 0.0)[:, None]
        return (self.under_cost * np.clip(under - self.under_from, 0, self.under_width)).sum(1) + (
            self.over_cost * np.clip(over - self.over_from, 0, self.over_width)
        ).sum(1)


@dataclass
class Core:
    """The whole problem as arrays; schedules are rows of shift numbers, -1 a day off."""

    days: int
    minutes: Ints
    """Of each shift, in units of `unit`."""
    unit: int
    work: NDArray[np.float32]
    """Cost of a shift, by person, day and shift."""
    off: NDArray[np.float32]
    """Cost of a day off, by person and day."""
    kinds: list[Kind]
    kind_of: Ints
    start: list[tuple[int, int]]
    """Where a person begins: (-1, days off so far) or (shift, days in a row so far)."""
    first_of_weekend: NDArray[np.bool_]
    second_of_weekend: NDArray[np.bool_]
    ending: list[NDArray[np.float32]]
    """Cost of the month's units of minutes, by person; forbidden where `inf`. A single nought where they are not counted."""
    limits: NDArray[np.int64]
    """At most so many duties, by person and shift."""
    rows: Rows
    price_of_hard: float
    _at: dict[int, tuple[Ints, Ints, Array, Ints, Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._room = np.zeros(len(self.rows.low))

    @property
    def people(self) -> int:
        """How many people there are."""
        return self.work.shape[0]

    @property
    def shifts(self) -> int:
        """How many shifts there are."""
        return self.work.shape[2]

    def prices(self, dual: Array) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the rows pay for each cell (people × days × shifts) and for each worked weekend (people)."""
        rows = self.rows
        size = self.people * self.days * self.shifts
        cells = np.bincount(
            rows.person * (self.days * self.shifts) + rows.cell, weights=rows.value * dual[rows.row], minlength=size
        )
        weekends = np.bincount(rows.weekend_person, weights=rows.weekend_value * dual[rows.weekend_row], minlength=self.people)
        return cells.reshape(self.work.shape).astype(np.float32), weekends.astype(np.float32)

    def worked_weekends(self, schedules: NDArray[np.int8]) -> Ints:
        """How many weekends each schedule works."""
        worked = schedules >= 0
        before = np.zeros_like(worked)
        before[:, 1:] = worked[:, :-1]
        return (worked & (self.first_of_weekend | (self.second_of_weekend & ~before))).sum(1)

    def _entries_of(self, person: int) -> tuple[Ints, Ints, Array, Ints, Array]:
        """The person's entries sorted by cell: where each cell's begin, rows and values, then those of weekends; cached."""
        if person not in self._at:
            rows = self.rows
            mine = np.flatnonzero(rows.person == person)
            mine = mine[np.argsort(rows.cell[mine], kind="stable")]
            begins = np.searchsorted(rows.cell[mine], np.arange(self.days * self.shifts + 1))
            weekend = np.flatnonzero(rows.weekend_person == person)
            self._at[person] = (
                begins, rows.row[mine], rows.value[mine], rows.weekend_row[weekend], rows.weekend_value[weekend]
            )
        return self._at[person]

    def activity_of(self, person: int, schedule: NDArray[np.int8]) -> tuple[Ints, Array]:
        """The rows that a schedule of the person touches, and by how much."""
        return sums.activity_of(
            schedule, self.shifts, *self._entries_of(person), self.first_of_weekend, self.second_of_weekend, self._room
        )

    def own_costs(self, people: Ints, schedules: NDArray[np.int8]) -> Array:
        """What schedules cost by themselves, without the rows; infinite where a person's own rule is broken."""
        count = len(people)
        total = np.zeros(count)
        day = np.arange(self.days)
        worked = schedules >= 0
        total += np.where(
            worked, self.work[people[:, None], day, np.maximum(schedules, 0)], self.off[people[:, None], day]
        ).sum(1, dtype=np.float64)
        units = np.where(worked, self.minutes[np.maximum(schedules, 0)], 0).sum(1)
        weekends = self.worked_weekends(schedules)
        for i, person in enumerate(people):
            kind = self.kinds[self.kind_of[person]]
            last, length = self.start[person]
            run_day, run_end, break_end = kind.steps
            total[i] += sums.sequence_cost(
                schedules[i], last, length, kind.follows, kind.run_cap, kind.run_open, run_day, run_end, break_end, kind.fresh
            )
            if kind.weekend_cap is not None and weekends[i] > kind.weekend_cap:
                total[i] = math.inf
            if kind.counts_minutes:
                ending = self.ending[person]
                total[i] += ending[units[i]] if units[i] < len(ending) else math.inf
        return total

    def within_limits(self, people: Ints, schedules: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Whether schedules keep the people's limits of duties of a shift."""
        good = np.ones(len(people), bool)
        for shift in range(self.shifts):
            good &= (schedules == shift).sum(1) <= self.limits[people, shift]
        return good
