"""The cheapest days of each person under given prices, by dynamic programming over everybody of a kind at once.

A state after a day is: the class of the last shift and the days in a row, or the days off in a row; with them the worked
weekends and the minutes so far. Arrays run over run state × people × weekends × minutes. Minutes are kept in a window that
closes on what can still be reached; a `band` narrows it further around an even pace, which keeps memory small on long
horizons and gives legal schedules, but no bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Core, Kind

Floats = NDArray[np.float32]
INF = np.float32(np.inf)


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
        states = len(self.groups) * self.kind.run_cap + self.kind.break_cap
        return sum(window.width * (window.weekends + 1) for window in self.windows) * states

    def run(
        self, work: Floats, off: Floats, weekend: Floats, rows: NDArray[np.int64] | None = None, several: int = 1
    ) -> tuple[NDArray[np.int64], Floats, NDArray[np.int8]]:
        """Cheapest schedules under cell costs (people × days × shifts, people × days) and a cost per worked weekend.

        `rows` picks some of the people. Returns, for up to `several` schedules each, the person's place in `rows`, the
        cost (infinite: none is legal), and the schedules.
        """
        rows = np.arange(len(self.people)) if rows is None else rows
        return _Run(self, rows, work, off, weekend).best(several)


class _Run:
    """One pass over the days and back."""

    def __init__(self, pricer: Pricer, rows: NDArray[np.int64], work: Floats, off: Floats, weekend: Floats) -> None:
        self.pricer, self.core, self.kind = pricer, pricer.core, pricer.kind
        self.rows, self.n = rows, len(rows)
        self.work, self.off, self.weekend = work, off, weekend
        self.worked: list[Floats] = []
        self.rested: list[Floats] = []
        self._begin()
        for day in range(self.core.days):
            self._step(day)

    def _begin(self) -> None:
        kind, pricer = self.kind, self.pricer
        worked = np.full((len(pricer.groups), kind.run_cap, self.n, 1, 1), INF)
        rested = np.full((kind.break_cap, self.n, 1, 1), INF)
        for i, row in enumerate(self.rows):
            last, length = self.core.start[pricer.people[row]]
            if last < 0:
                rested[length - 1, i] = 0
            else:
                worked[pricer.class_of[last], length - 1, i] = 0
        self.worked.append(worked)
        self.rested.append(rested)

    def _window(self, day: int) -> _Window:
        return self.pricer.windows[day] if day >= 0 else _Window(0, 0, 0)

    def _end_cost(self, day: int) -> Floats:
        """Cost of a first day off on `day`, by the length of the run it ends."""
        cost = np.array(self.kind.run_end, np.float32)
        if self.kind.fresh and 1 <= day <= self.kind.run_cap:
            cost[day - 1] = 0
        return cost

    def _moves(self, day: int) -> tuple[int, int]:
        """Whether a duty on `day` makes a worked weekend, after a duty and after a day off."""
        first, second = bool(self.core.first_of_weekend[day]), bool(self.core.second_of_weekend[day])
        return int(first), int(first or second)

    def _step(self, day: int) -> None:
        kind, pricer = self.kind, self.pricer
        worked, rested = self.worked[-1], self.rested[-1]
        before, now = self._window(day - 1), self._window(day)
        shape = (self.n, now.weekends + 1, now.width)
        after_work, after_rest = self._moves(day)
        counts = int(kind.weekend_cap is not None)
        begin = None
        for k, cost in enumerate(kind.break_end):
            if np.isfinite(cost):
                part = rested[k] + np.float32(cost) if cost else rested[k]
                begin = part if begin is None else np.minimum(begin, part)
        new = np.full((len(pricer.groups), kind.run_cap, *shape), INF)
        sources: dict[bytes, Floats] = {}
        weekend = self.weekend[:, None, None]
        for group, members in enumerate(pricer.groups):
            for shift in members:
                price = self.work[:, day, shift][:, None, None]
                if not np.isfinite(price).any():
                    continue
                span = self._span(before, now, int(pricer.minutes[shift]))
                if span is None:
                    continue
                source, target = span
                self._into(new[group, 0], begin, price + weekend if after_rest else price, after_rest * counts, source, target)
                if kind.run_cap > 1 or kind.run_open:
                    run = self._source(sources, worked, pricer.follow[:, shift])
                    if run is not None:
                        dear = price + weekend if after_work else price
                        self._into(new[group, 1:], run[:-1], dear, after_work * counts, source, target)
                        if kind.run_open:
                            self._into(new[group, -1], run[-1], dear, after_work * counts, source, target)
        for n, cost in enumerate(kind.run_day):
            if cost:
                new[:, n] += np.float32(cost)
        self.worked.append(new)
        self.rested.append(self._rest(day, worked, rested, before, now))

    @staticmethod
    def _span(before: _Window, now: _Window, length: int) -> tuple[slice, slice] | None:
        """Which minutes go where when a shift of that length is worked; None when none fits."""
        low = max(before.low + length, now.low)
        high = min(before.high + length, now.high)
        if low > high:
            return None
        return slice(low - length - before.low, high - length - before.low + 1), slice(low - now.low, high - now.low + 1)

    @staticmethod
    def _into(new: Floats, old: Floats | None, price: Floats, move: int, source: slice, target: slice) -> None:
        if old is None:
            return
        count = min(old.shape[-2], new.shape[-2] - move)
        if count <= 0:
            return
        place = new[..., move : move + count, target]
        np.minimum(place, old[..., :count, source] + price, out=place)

    def _source(self, known: dict[bytes, Floats], worked: Floats, follow: Floats) -> Floats | None:
        """The cheapest of all last shifts after which this one may follow."""
        key = follow.tobytes()
        if key not in known:
            best = None
            for group, cost in enumerate(follow):
                if np.isfinite(cost):
                    part = worked[group] + cost if cost else worked[group]
                    best = part if best is None else np.minimum(best, part)
            if best is None:
                return None
            known[key] = best
        return known[key]

    def _rest(self, day: int, worked: Floats, rested: Floats, before: _Window, now: _Window) -> Floats:
        kind = self.kind
        new = np.full((kind.break_cap, self.n, now.weekends + 1, now.width), INF)
        span = self._span(before, now, 0)
        if span is None:
            return new
        source, target = span
        ends = self._end_cost(day)
        finite = np.flatnonzero(np.isfinite(ends))
        price = self.off[:, day][:, None, None]
        if len(finite):
            over = worked.min(axis=0)
            if ends[finite].any():
                over = over + ends[:, None, None, None]
            elif len(finite) < len(ends):
                over = over[finite]
            self._into(new[0], over.min(axis=0), price, 0, source, target)
        if kind.break_cap > 1:
            self._into(new[1:], rested[:-1], price, 0, source, target)
        self._into(new[-1], rested[-1], price, 0, source, target)
        return new

    def best(self, several: int) -> tuple[NDArray[np.int64], Floats, NDArray[np.int8]]:
        """The cheapest ways to end, followed back."""
        last = self._window(self.core.days - 1)
        ending = np.full((self.n, last.width), INF)
        wide = min(last.width, self.pricer.ending.shape[1] - last.low)
        if wide > 0:
            ending[:, :wide] = self.pricer.ending[self.rows, last.low : last.low + wide]
        groups, runs = self.worked[-1].shape[:2]
        states = np.concatenate([self.worked[-1].reshape(groups * runs, *self.worked[-1].shape[2:]), self.rested[-1]])
        states = states + ending[None, :, None, :]
        flat = np.moveaxis(states, 1, 0).reshape(self.n, -1)
        several = min(several, flat.shape[1])
        pick = flat.argmin(axis=1)[:, None] if several == 1 else np.argpartition(flat, several - 1, axis=1)[:, :several]
        values = np.take_along_axis(flat, pick, axis=1)
        index = np.repeat(np.arange(self.n), several)
        found = pick.ravel()
        costs = values.ravel()
        keep = np.isfinite(costs)
        schedules = np.full((len(costs), self.core.days), -1, np.int8)
        if keep.any():
            state, weekends, minutes = np.unravel_index(found[keep], states.shape[:1] + states.shape[2:])
            schedules[keep] = _Back(self, index[keep], state, weekends, minutes + last.low).schedules
        return index, costs, schedules


class _Back:
    """Follows states back to the first day, all at once."""

    def __init__(
        self, run: _Run, index: NDArray[np.int64], state: NDArray[np.int64], weekends: NDArray[np.int64], minutes: NDArray[np.int64]
    ) -> None:
        self.run, self.kind, self.pricer = run, run.kind, run.pricer
        self.i = index
        self.classes = np.array([self.pricer.class_of.get(shift, -1) for shift in range(run.core.shifts)])
        self.ends = np.array(self.kind.break_end, np.float32)
        groups = len(self.pricer.groups)
        self.on = state < groups * self.kind.run_cap
        self.group = np.where(self.on, state // self.kind.run_cap, 0)
        self.length = np.where(self.on, state % self.kind.run_cap, state - groups * self.kind.run_cap)
        self.w, self.m = weekends, minutes
        self.schedules = np.full((len(index), run.core.days), -1, np.int8)
        for day in range(run.core.days - 1, -1, -1):
            worked = np.flatnonzero(self.on)
            rested = np.flatnonzero(~self.on)
            if len(worked):
                self._worked(day, worked)
            if len(rested):
                self._rested(day, rested)

    @staticmethod
    def _at(array: Floats, window: _Window, lead: tuple[NDArray[np.int64], ...], i, w, m) -> Floats:
        """Values at the places, infinite outside of what is kept."""
        good = (w >= 0) & (w <= window.weekends) & (m >= window.low) & (m <= window.high)
        return np.where(good, array[(*lead, i, np.where(good, w, 0), np.where(good, m - window.low, 0))], INF)

    def _worked(self, day: int, sel: NDArray[np.int64]) -> None:
        """For each, the day before: any class at one day less in a row, or the end of a break."""
        run, kind, pricer = self.run, self.kind, self.pricer
        window = run._window(day - 1)
        worked, rested = run.worked[day], run.rested[day]
        pays_work, pays_rest = run._moves(day)
        counts = int(kind.weekend_cap is not None)
        after_work, after_rest = pays_work * counts, pays_rest * counts
        i, w, m, r = self.i[sel], self.w[sel], self.m[sel], self.length[sel]
        groups, shifts, n = len(pricer.groups), run.core.shifts, len(sel)
        price = np.where(self.group[sel] == self.classes[:, None], run.work[i, day].T, INF)
        left = m - pricer.minutes[:, None]
        begins = self._at(rested, window, (np.arange(kind.break_cap)[None, :, None],), i, w - after_rest, left[:, None, :])
        begins = begins + self.ends[None, :, None] + price[:, None, :]
        if pays_rest:
            begins = begins + run.weekend[i]
        begins[:, :, r != 0] = INF
        options = [begins.reshape(shifts * kind.break_cap, n)]
        lead = np.arange(groups)[None, :, None]
        for shorter in (1, 0) if kind.run_open else (1,):
            goes = self._at(worked, window, (lead, np.maximum(r - shorter, 0)), i, w - after_work, left[:, None, :])
            goes = goes + pricer.follow.T[:, :, None] + price[:, None, :]
            if pays_work:
                goes = goes + run.weekend[i]
            goes[:, :, (r < 1) if shorter else (r != kind.run_cap - 1)] = INF
            options.append(goes.reshape(shifts * groups, n))
        best = np.concatenate(options).argmin(axis=0)
        rested_before = best < shifts * kind.break_cap
        at = best - shifts * kind.break_cap
        same = at >= shifts * groups
        at = np.where(same, at - shifts * groups, at)
        shift = np.where(rested_before, best // kind.break_cap, at // groups)
        self.schedules[sel, day] = shift
        self.w[sel] = w - np.where(rested_before, after_rest, after_work)
        self.m[sel] = m - pricer.minutes[shift]
        self.on[sel] = ~rested_before
        self.group[sel] = np.where(rested_before, 0, at % groups)
        self.length[sel] = np.where(rested_before, best % kind.break_cap, np.where(same, r, r - 1))

    def _rested(self, day: int, sel: NDArray[np.int64]) -> None:
        run, kind = self.run, self.kind
        window = run._window(day - 1)
        worked, rested = run.worked[day], run.rested[day]
        i, w, m, k = self.i[sel], self.w[sel], self.m[sel], self.length[sel]
        ends = run._end_cost(day)
        groups = len(self.pricer.groups)
        lead = (np.arange(groups)[:, None, None], np.arange(kind.run_cap)[None, :, None])
        over = self._at(worked, window, lead, i, w, m) + ends[None, :, None]
        flat = np.where(k == 0, over.reshape(groups * kind.run_cap, -1), INF)
        arg = flat.argmin(axis=0)
        from_work = flat[arg, np.arange(len(sel))]
        shorter = np.where(k > 0, self._at(rested, window, (np.maximum(k - 1, 0),), i, w, m), INF)
        same = np.where(k == kind.break_cap - 1, self._at(rested, window, (k,), i, w, m), INF)
        pick = np.stack([from_work, shorter, same]).argmin(axis=0)
        self.on[sel] = pick == 0
        self.group[sel] = np.where(pick == 0, arg // kind.run_cap, 0)
        self.length[sel] = np.where(pick == 0, arg % kind.run_cap, np.where(pick == 1, k - 1, k))
