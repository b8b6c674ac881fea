"""Asks for the cheapest schedules of some people: splits them by kind, on two threads, and keeps limits of shifts."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.core import Core, Ints
from rosters.engine.columns.pool import Schedules
from rosters.engine.columns.pricing import Floats, Pricer, Stretch

MEMORY = 600_000_000
"""What the states of one person may take is an eighth of so many bytes; minutes are kept in a narrower band to stay below."""
TRIES = 6
FEW = 5
BUSY = 1_000_000
"""States from which on a second thread is worth its beginning."""


class Oracle:
    """Everybody's pricers."""

    def __init__(self, core: Core, memory: int = MEMORY) -> None:
        self.core = core
        self.exact = True
        self.pricers: list[Pricer] = []
        self.full: list[Pricer] = []
        """The same people with nothing narrowed, for a stretch of few days."""
        self.where: dict[int, tuple[int, int]] = {}
        self.threads = ThreadPoolExecutor(2)
        groups: dict[tuple[int, tuple[int, int]], list[int]] = {}
        for person in range(core.people):
            ends = np.flatnonzero(np.isfinite(core.ending[person]))
            # Months that must give something end in narrow windows of their own; those that need not are priced together.
            span = (int(ends[0]), int(ends[-1])) if len(ends) and ends[0] > 0 else (0, 0)
            groups.setdefault((int(core.kind_of[person]), span), []).append(person)
        most_bytes = memory // 8
        for people in groups.values():
            pricer, band = Pricer(core, np.array(people)), None
            if pricer.cells() * 4 > most_bytes:
                self.exact = False
                band = max(2 * int(core.minutes.max()), pricer.windows[core.days // 2].width // 2)
                while pricer.cells() * 4 > most_bytes and band > 2 * int(core.minutes.max()):
                    band = max(2 * int(core.minutes.max()), band // 2)
                    pricer = Pricer(core, np.array(people), band)
            narrow = pricer.cells() * 4 > most_bytes
            most = 1 if narrow else -(-len(people) // 2)
            for begin in range(0, len(people), most):
                part = people[begin : begin + most]
                for place, person in enumerate(part):
                    self.where[person] = (len(self.pricers), place)
                self.full.append(Pricer(core, np.array(part)))
                narrowed = Pricer(core, np.array(part), band, self._few(part[0]) if narrow else None) if band else self.full[-1]
                self.pricers.append(narrowed)

    def _few(self, person: int) -> list[int]:
        """A few of the person's shifts, others for others: what is left when even a narrow band would keep too much."""
        core = self.core
        mine = np.flatnonzero(np.isfinite(core.work[person]).any(axis=0)).tolist()
        picked = {mine[(person + step * len(mine) // FEW) % len(mine)] for step in range(min(FEW, len(mine)))}
        return sorted(picked | {core.start[person][0]} - {-1})

    def under(
        self, people: list[int], work: Floats, off: Floats, weekends: Floats, several: int = 1, penalty: Floats | None = None,
        stretch: Stretch | None = None,
    ) -> tuple[Ints, Floats, Schedules]:
        """The cheapest schedules of these people under costs of cells, of days off and of worked weekends: the person, the
        cost and the days. `penalty` is added by person and shift; with `stretch`, only its days are open."""
        pricers = self.full if stretch else self.pricers
        lots: dict[int, list[int]] = {}
        for person in people:
            lots.setdefault(self.where[person][0], []).append(person)

        def one(lot: int) -> tuple[Ints, Floats, Schedules]:
            mine = np.array(lots[lot])
            rows = np.array([self.where[person][1] for person in lots[lot]])
            cost = work[mine]
            if penalty is not None:
                cost = cost + penalty[mine][:, None, :]
            index, values, schedules = pricers[lot].run(cost, off[mine], weekends[mine], rows, several, stretch)
            return mine[index], values, schedules

        states = 0 if stretch else sum(pricers[lot].cells() * len(mine) for lot, mine in lots.items())
        found = list(self.threads.map(one, lots) if len(lots) > 1 and states > BUSY else map(one, lots))
        return (
            np.concatenate([part[0] for part in found]), np.concatenate([part[1] for part in found]),
            np.concatenate([part[2] for part in found]),
        )

    def legal(
        self, people: list[int], work: Floats, off: Floats, weekends: Floats, penalty: Floats, step: float,
        stretch: Stretch | None = None,
    ) -> tuple[Ints, Schedules]:
        """Schedules that keep the limits of shifts: who passes one is asked again with a growing penalty, which stays in
        `penalty`, and in the end without the shift. Who has no schedule at all is not among the returned."""
        core = self.core
        who: list[int] = []
        schedules: list[NDArray[np.int8]] = []
        open_people = people
        for attempt in range(TRIES + 1):
            if not open_people:
                break
            cost = penalty.copy()
            index, values, found = self.under(open_people, work, off, weekends, 1, cost, stretch)
            keep = core.within_limits(index, found)
            again = []
            for person, value, good, schedule in zip(index.tolist(), values, keep, found, strict=True):
                if not np.isfinite(value):
                    continue
                if good:
                    who.append(person)
                    schedules.append(schedule)
                    continue
                again.append(person)
                for shift in range(core.shifts):
                    if (schedule == shift).sum() > core.limits[person, shift]:
                        penalty[person, shift] += step * 2**attempt
                        if attempt == TRIES - 1:
                            penalty[person, shift] = np.inf
            open_people = again
        penalty[np.isinf(penalty)] = step
        return np.array(who, np.int64), np.array(schedules, np.int8).reshape(len(who), core.days)

    def close(self) -> None:
        """Ends the threads."""
        self.threads.shutdown(wait=False)
