"""The cheapest days of each person under given prices, by dynamic programming.

A state after a day is: the class of the last shift and the days in a row, or the days off in a row; with them the worked
weekends and the minutes so far (`kernel`). Minutes are kept in a window that closes on what can still be reached; a `band`
narrows it further around an even pace, which keeps memory small on long horizons and gives legal schedules, but no bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Core, Kind
from rosters.engine.columns.kernel import cheapest
from rosters.engine.columns.shapes import INF, Shape

Floats = NDArray[np.float32]
Stretch = tuple[int, int, NDArray[np.int8]]
"""Open days from a first to before a last one, and what stands on the others, for everybody."""


@dataclass(frozen=True)
class _Window:
    """What is kept after a day: minutes from `low` to `high`, weekends from 0 to `weekends`."""

    low: int
    high: int
    weekends: int

    @property
    def width(self) -> int:
        return self.high - self.low + 1


def _most_days(days: int, kind: Kind) -> int:
    """The most days that can be worked among so many, under hard rules alone."""
    if kind.run_open:
        return days
    pause = next((n for n, cost in enumerate(kind.break_end, start=1) if np.isfinite(cost)), kind.break_cap)
    whole, rest = divmod(days, kind.run_cap + pause)
    return whole * kind.run_cap + min(rest, kind.run_cap)


class Pricer:
    """Prices the people of one kind whose months end alike. With `shifts`, only those are looked at."""

    def __init__(
        self, core: Core, people: NDArray[np.int64], band: int | None = None, shifts: list[int] | None = None
    ) -> None:
        self.core, self.people = core, people
        self.kind = kind = core.kinds[core.kind_of[people[0]]]
        self.minutes = core.minutes if kind.counts_minutes else np.zeros_like(core.minutes)
        self.shifts = list(range(core.shifts)) if shifts is None else shifts
        self.groups = self._classes(kind)
        self.follow = np.array([kind.follow[group[0]] for group in self.groups], np.float32)
        self.class_of = {s: g for g, group in enumerate(self.groups) for s in group}
        self.ending = np.full((len(people), max(len(core.ending[p]) for p in people)), INF)
        for i, p in enumerate(people):
            self.ending[i, : len(core.ending[p])] = core.ending[p]
        self.windows = self._windows(band)
        self.states = len(self.groups) * kind.run_cap + kind.break_cap
        self.shape, self.start = self._shape(), self._starts()

    def _shape(self) -> Shape:
        """What the kernel asks for."""
        core, kind = self.core, self.kind
        windows = [_Window(0, 0, 0), *self.windows]
        own, way, choice = (np.full(core.shifts, -1) for _ in range(3))
        columns: dict[bytes, int] = {}
        choices: dict[tuple[int, int, int], int] = {}
        for shift in self.shifts:
            own[shift] = self.class_of[shift]
            way[shift] = columns.setdefault(self.follow[:, shift].tobytes(), len(columns))
            choice[shift] = choices.setdefault((own[shift], way[shift], int(self.minutes[shift])), len(choices))
        parent, extra = self._parents([np.frombuffer(column, np.float32) for column in columns])
        run_day, run_end, break_end = (np.array(costs, np.float32) for costs in (kind.run_day, kind.run_end, kind.break_end))
        return Shape(
            follow=self.follow, column=way, parent=parent, extra=extra, own=own, choice=choice, minutes=self.minutes,
            run_day=run_day, run_end=run_end, run_open=kind.run_open, fresh=kind.fresh, break_end=break_end,
            first=core.first_of_weekend, second=core.second_of_weekend, counts=kind.weekend_cap is not None,
            least=np.array([window.low for window in windows]), most=np.array([window.high for window in windows]),
            cap=np.array([window.weekends for window in windows]),
        )

    def _starts(self) -> NDArray[np.int64]:
        """Everybody's first state."""
        starts = np.zeros(len(self.people), np.int64)
        for place, person in enumerate(self.people):
            shift, length = self.core.start[person]
            before = len(self.groups) if shift < 0 else self.class_of[shift]
            starts[place] = before * self.kind.run_cap + length - 1
        return starts

    def _parents(self, columns: list[Floats]) -> tuple[NDArray[np.int64], Floats]:
        """For each way to follow, another that allows nothing else and nothing dearer, and what it allows beyond that one."""
        parent = np.full(len(columns), -1)
        extra = np.array(columns, np.float32).reshape(len(columns), len(self.groups))
        sizes = [int(np.isfinite(column).sum()) for column in columns]
        for number, column in enumerate(columns):
            within = [
                other for other, former in enumerate(columns)
                if 0 < sizes[other] < sizes[number] and (former[np.isfinite(former)] == column[np.isfinite(former)]).all()
            ]
            if within:
                parent[number] = max(within, key=sizes.__getitem__)
                extra[number][np.isfinite(columns[parent[number]])] = INF
        return parent, extra

    def _classes(self, kind: Kind) -> list[list[int]]:
        """Shifts after which the same may follow at the same cost."""
        groups: dict[tuple[float, ...], list[int]] = {}
        for shift in self.shifts:
            groups.setdefault(tuple(kind.follow[shift][other] for other in self.shifts), []).append(shift)
        return list(groups.values())

    def _windows(self, band: int | None) -> list[_Window]:
        core, kind = self.core, self.kind
        finite = np.isfinite(self.ending).any(0)
        reach = np.flatnonzero(finite)
        least, most = (int(reach[0]), int(reach[-1])) if len(reach) else (0, 0)
        longest = int(self.minutes.max(initial=0))
        begun, windows = 0, []
        weekends = int(core.first_of_weekend.sum())
        for day in range(core.days):
            begun += bool(core.first_of_weekend[day])
            low = max(0, least - longest * _most_days(core.days - day - 1, kind))
            high = min(most, longest * (day + 1))
            cap = 0 if kind.weekend_cap is None else min(kind.weekend_cap, begun)
            if band is not None:
                pace = (least + most) / 2 * (day + 1) / core.days
                low, high = max(low, int(pace) - band), min(high, int(pace) + band)
                if kind.weekend_cap is not None and weekends:
                    cap = min(cap, int(np.ceil(kind.weekend_cap * begun / weekends)) + 1)
            windows.append(_Window(low, max(low, high), cap))
        return windows

    def cells(self) -> int:
        """How many states a run of all days keeps, for one person."""
        return self.states * sum(window.width * (window.weekends + 1) for window in self.windows)

    def run(
        self, work: Floats, off: Floats, weekend: Floats, rows: NDArray[np.int64] | None = None, several: int = 1,
        stretch: Stretch | None = None,
    ) -> tuple[NDArray[np.int64], Floats, NDArray[np.int8]]:
        """Cheapest schedules under cell costs (people × days × shifts, people × days) and a cost per worked weekend.

        `rows` picks some of the people. Returns, for up to `several` schedules each, the person's place in `rows`, the
        cost (infinite: none is legal), and the schedules.
        """
        rows = np.arange(len(self.people)) if rows is None else rows
        core = self.core
        begin, end, stands = stretch or (0, core.days, None)
        mine = np.full((len(rows), core.days), -1, np.int8) if stands is None else stands[self.people[rows]]
        costs, schedules = cheapest(
            self.shape, np.ascontiguousarray(work, np.float32), np.ascontiguousarray(off, np.float32),
            np.ascontiguousarray(weekend, np.float32), self.ending[rows], self.start[rows], mine, begin, end, several,
        )
        return np.repeat(np.arange(len(rows)), several), costs.ravel(), schedules.reshape(-1, core.days)
