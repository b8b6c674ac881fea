"""From the relaxation to a roster by fixing single cells: those that nearly all of a person's share agrees on come first.

Fixing whole schedules is quicker and much worse: on 36 people over four weeks it ended at 1264 where cells end at the proven
532. Between two lots of cells the people who are still open are priced again, with the closed cells closed.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.generation import Generator, Narrowed
from rosters.engine.columns.master import Master

LOT = 0.02
SURE = 0.7
FEW = 5
WHOLE = 0.999
CLOSE = 0.0003
DEARER = 0.005
CAREFUL = 4
"""A lot that made the program dearer than this part is taken back, and so many times only one cell is fixed."""
NEAR = 0.25
"""Costs are whole numbers: closer than this to what the open cells allow is close enough to fix more."""
SUPPORT = 0.25
"""How much of a person's share must agree with all the cells fixed at once."""


Given = tuple[Narrowed, NDArray[np.bool_], NDArray[np.int8]]
"""Where some cells stand from the beginning: what is open, which cells stand, and what is in them."""


class Dive:
    """One dive; `roster` is what it found."""

    def __init__(
        self, generator: Generator, master: Master, over: Callable[[], bool], limit: float,
        rounds: int = 5, lot: float = LOT, regrets: bool = True, given: Given | None = None,
    ) -> None:
        core = generator.oracle.core
        self.generator, self.master, self.over, self.limit = generator, master, over, limit
        self.rounds, self.lot, self.regrets = rounds, lot, regrets
        self.work, self.off, self.stretch = core.work.copy(), core.off.copy(), None
        self.people = np.array(master.people)
        self.days, self.shifts = core.days, core.shifts
        self.fixed = np.zeros((len(self.people), self.days), bool)
        self.content = np.full(self.fixed.shape, -1, np.int8)
        """What stands in the fixed cells."""
        if given is not None:
            (work, off, self.stretch), self.fixed, self.content = given[0], given[1].copy(), given[2].copy()
            self.work, self.off = work.copy(), off.copy()
        self.alive = np.zeros(0, bool)
        self.schedules = np.zeros((0, self.days), np.int8)
        self.owner = np.zeros(0, np.int64)
        self.floor = -np.inf
        self.largest: dict[int, int] = {}
        self.careful, self.unsure = 0, 0
        self.before = (np.inf, self.fixed, self.content, self.work, self.off)
        self.roster: list[int] | None = None
        self.nearest: list[int] | None = None
        """With the time over before it was whole: everybody's column of the largest share."""
        try:
            self._run()
        finally:
            self.master.bound([n for n in self.master.columns if generator.pool.legal[n]], 0, np.inf)

    def _sync(self) -> None:
        """Takes notice of columns that are new in the program."""
        new = self.master.columns[len(self.alive) :]
        if not new:
            return
        pool = self.generator.pool
        self.schedules = np.concatenate([self.schedules, np.array([pool.schedule[n] for n in new])])
        self.owner = np.concatenate([self.owner, np.array([self.master.place[pool.person[n]] for n in new])])
        self.alive = np.concatenate([self.alive, np.array([pool.legal[n] for n in new])])

    def _run(self) -> None:
        master, pool = self.master, self.generator.pool
        self._sync()
        master.bound([master.columns[i] for i in np.flatnonzero(~self.alive)], 0, 0)
        while not self.over():
            if not master.solve() or not self._priced():
                return
            if self._regretted():
                continue
            if master.value >= self.limit:
                return
            shares = master.shares()
            used = np.flatnonzero(shares > 1e-6)
            self.largest = {pool.person[master.columns[i]]: master.columns[i] for i in used[np.argsort(shares[used])]}
            if (np.bincount(self.owner[used[shares[used] > WHOLE]], minlength=len(self.people)) > 0).all():
                chosen = {pool.person[master.columns[i]]: master.columns[i] for i in used if shares[i] > WHOLE}
                self.roster = [chosen[person] for person in master.people]
                return
            if not self._fix(used, shares[used]):
                return
        if len(self.largest) == len(master.people):
            self.nearest = [self.largest[person] for person in master.people]

    def _priced(self) -> bool:
        """Looks for new columns while the fixing has made the program dearer than it need be."""
        master, pool = self.master, self.generator.pool
        for _ in range(self.rounds):
            near = NEAR + CLOSE * abs(master.value)
            if master.value <= self.floor + near or self.over():
                return True
            dual, mine = master.duals()
            places = np.flatnonzero(~self.fixed.all(axis=1))
            if not len(places):
                return True
            people = self.people[places].tolist()
            numbers, least = self.generator.columns(people, dual, 2, (self.work, self.off, self.stretch))
            fresh = [n for n in numbers if n not in master.place_of and pool.legal[n]]
            reduced = pool.reduced(fresh, dual) - np.array([mine[master.place[pool.person[n]]] for n in fresh])
            slack = float((least - mine[places]).sum())
            if not len(reduced) or reduced.min() > -1e-3 or slack > -near:
                self.floor = max(self.floor, master.value)
                return True
            master.add(fresh)
            self._sync()
            if not master.solve():
                return False
        return True

    def _regretted(self) -> bool:
        """Takes the last lot back when it made the program much dearer, to fix one cell only instead."""
        value, fixed, content, work, off = self.before
        dearer = self.master.value > value + max(1.0, DEARER * abs(value))
        if not self.regrets or self.unsure < 2 or not dearer:
            self.before = (self.master.value, self.fixed.copy(), self.content.copy(), self.work.copy(), self.off.copy())
            return False
        self.fixed, self.content, self.work, self.off = fixed.copy(), content.copy(), work.copy(), off.copy()
        pool = self.generator.pool
        self.alive = np.array([pool.legal[n] for n in self.master.columns]) & ~self._against()
        self.master.bound([self.master.columns[i] for i in np.flatnonzero(self.alive)], 0, np.inf)
        self.careful, self.unsure = CAREFUL, 0
        self.before = (np.inf, fixed, content, work, off)
        return True

    def _against(self) -> np.ndarray:
        """Which columns differ from the fixed cells."""
        fixed, content = self.fixed[self.owner], self.content[self.owner]
        return (fixed & (self.schedules != content)).any(axis=1)

    def _fix(self, used: np.ndarray, weights: np.ndarray) -> bool:
        count, days = len(self.people), self.days
        owner, schedules = self.owner[used], self.schedules[used]
        agreed = np.zeros((count, days, self.shifts + 1))
        for day in range(days):
            np.add.at(agreed, (owner, day, schedules[:, day] + 1), weights)
        share, content = agreed.max(axis=2), agreed.argmax(axis=2) - 1
        score = np.where(self.fixed, -1.0, share)
        order = np.argsort(-score, axis=None, kind="stable")
        few = 1 if self.careful else FEW
        lot, taken, new = 1 if self.careful else max(FEW, int(self.lot * count * days)), 0, 0
        support = weights.copy()
        for place in order.tolist():
            person, day = divmod(place, days)
            if score[person, day] < 0:
                break
            sure = share[person, day] > WHOLE
            if not sure and (taken >= lot or (taken >= few and score[person, day] < SURE)):
                break
            agree = (owner != person) | (schedules[:, day] == content[person, day])
            if not sure:
                if support[agree & (owner == person)].sum() < SUPPORT and taken:
                    continue
                taken += 1
            support = np.where(agree, support, 0.0)
            self._close(person, day, int(content[person, day]))
            new += 1
        self.unsure, self.careful = taken, max(0, self.careful - 1)
        dead = self.alive & self._against()
        self.master.bound([self.master.columns[i] for i in np.flatnonzero(dead)], 0, 0)
        self.alive &= ~dead
        return new > 0

    def _close(self, place: int, day: int, shift: int) -> None:
        self.fixed[place, day] = True
        self.content[place, day] = shift
        person = self.people[place]
        kept = self.work[person, day, shift] if shift >= 0 else self.off[person, day]
        self.work[person, day] = np.inf
        if shift >= 0:
            self.off[person, day] = np.inf
            self.work[person, day, shift] = kept
