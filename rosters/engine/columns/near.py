"""Neighbourhoods: some people, some days, or both are drafted anew beside all that stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rosters.engine.columns.dive import Dive, Given
from rosters.engine.columns.master import Master

if TYPE_CHECKING:
    from rosters.engine.columns.search import Search

TINY, SMALL = 90, 320
"""Open cells up to which the whole-number program takes the place of a dive, and up to which it is tried when the dive found nothing."""
NEAREST = 80
"""Columns of a person that a neighbourhood begins with, at most."""
SHAKEN, MOST_SHAKEN = 0.35, 3
"""How often cells are closed against what they have now, and at most how many."""
DEARER, PATIENCE = 0.005, 30
"""How much dearer than the best roster, as a part of it, the one that neighbourhoods begin from may be; one at least, and as much
again for so many neighbourhoods without a better roster."""
WHOLE = 0.05
"""Costs are whole numbers: what is within this of one is that number."""
ROUNDS = 25
LEAST, PART = 0.5, 0.05
"""Seconds that a neighbourhood may take: this part of the search's, and so many at least."""
STRETCHES = (4, 7, 10, 14, 18, 28, 42)


class Sizes:
    """How many people and days to free: what gained more per second is drawn more often, none is forgotten."""

    def __init__(self, people: int, days: int) -> None:
        some = [size for size in (4, 6, 8, 12, 17, 24, 34, 48) if size < 0.7 * people]
        stretches = [length for length in STRETCHES if length < 0.7 * days]
        self.sizes = [(size, days) for size in (some if people > 12 else [*some, people])]
        self.sizes += [(people, length) for length in stretches]
        self.sizes += [(max(2, people // 2), length) for length in stretches if length >= 10]
        self.gained = dict.fromkeys(self.sizes, 0.3)
        self.tried = dict.fromkeys(self.sizes, 3.0)
        self.spent = {(size, length): 0.3 + 3 * size * length / max(1, people * days) for size, length in self.sizes}

    def draw(self, rng: np.random.Generator) -> tuple[int, int]:
        """A number of people and of days: two thirds by what they gained per second, one so that each takes as long as others."""
        gained, spent, tried = (np.array([each[size] for size in self.sizes]) for each in (self.gained, self.spent, self.tried))
        rate, often = gained / spent, tried / spent
        weights = rate / rate.sum() + 0.5 * often / often.sum()
        return self.sizes[int(rng.choice(len(self.sizes), p=weights / weights.sum()))]

    def learn(self, size: tuple[int, int], gain: float, seconds: float) -> None:
        """What a size brought; older experience counts less and less."""
        self.gained[size] = 0.8 * self.gained[size] + gain
        self.spent[size] = 0.8 * self.spent[size] + seconds
        self.tried[size] = 0.8 * self.tried[size] + 1.0


@dataclass(frozen=True)
class _Free:
    """What is free: people, and days of theirs."""

    people: list[int]
    days: NDArray[np.bool_]
    given: Given
    """Everything else as it stands."""
    turned: dict[int, list[int]]
    """Days on which a person (by the place in `people`) may not have what they have now."""


class Near:
    """Neighbourhoods of one search's best roster, or of one that is a little dearer: from a roster of which nothing single is
    wrong, the way to a better one leads over others. Several may work for the same search at the same time."""

    def __init__(self, search: "Search", sizes: Sizes, rng: np.random.Generator) -> None:
        self.search, self.core, self.pool, self.sizes, self.rng = search, search.core, search.pool, sizes, rng
        self.generator = search.generator
        self.known: list[int] = []
        self.since = 0
        self.roster, self.cost = list(search.roster), search.cost
        self.looked: set[tuple[int, int]] = set()
        """Stretches of everybody (first day, length) that have been drafted anew beside this roster."""

    def run(self) -> None:
        """Step after step until the search is over."""
        while not self.search.ending():
            self.step()

    def step(self) -> None:
        """Frees some people on some days and drafts them anew; how many learns from what paid."""
        search = self.search
        with search.lock:
            if search.roster is not self.known:
                self.known, self.roster, self.cost = search.roster, list(search.roster), search.cost
                self.looked, self.since = search.looked, 0
        self.since += 1
        size = self.sizes.draw(self.rng)
        cost, began = search.cost, search.elapsed
        self._draft(*size, shaken=bool(self.rng.random() < SHAKEN))
        gained = (cost - search.cost) / max(1.0, cost - search.bound)
        self.sizes.learn(size, gained, search.elapsed - began)

    def _draft(self, count: int, length: int, shaken: bool) -> None:
        search, pool = self.search, self.pool
        until = search.elapsed + max(LEAST, PART * search.seconds)
        free = self._free(count, length, shaken)
        shaken = bool(free.turned)

        def over() -> bool:
            return search.ending() or search.elapsed > until

        inside = set(free.people)
        kept = [n for n in self.roster if pool.person[n] not in inside]
        mine = [n for n in self.roster if pool.person[n] in inside]
        whole = bool(free.days.all())
        narrowed = None if whole and not shaken else free.given[0]
        master = Master(self.core, pool, free.people, self.roster, None if whole else free.days)
        for place, number in enumerate(mine):
            numbers = self._columns(master, free, place, number)
            if not numbers:
                return
            master.add(numbers)
        most = search.cost + max(1.0, DEARER * search.cost) * (1 + self.since / PATIENCE) if shaken else self.cost - 1
        limit = most - sum(pool.cost[n] for n in kept) + WHOLE
        relaxed = self.generator.relax(
            master, over, rounds=ROUNDS, enough=limit, start=search.dual, narrowed=narrowed
        )
        if over() or relaxed is None or relaxed.value >= limit or relaxed.bound >= limit:
            return
        note = f"{count} people, {length} days{', shaken' if shaken else ''}"
        tiny, small = (count * length <= cells and not shaken for cells in (TINY, SMALL))
        if not tiny and self._take(Dive(self.generator, master, over, limit, given=free.given).roster, kept, note):
            return
        if small and not over():
            left = max(0.2, search.seconds - search.elapsed)
            self._take(master.whole(mine, min(0.5 if tiny else 1.5, left)), kept, f"{note}, whole")

    def _take(self, found: list[int] | None, kept: list[int], note: str) -> bool:
        if found is None:
            return False
        self.roster = sorted(kept + found, key=self.pool.person.__getitem__)
        self.cost, self.looked = round(self.pool.cost_of(self.roster), 6), set()
        self.search.take(self.roster, note)
        return True

    def _columns(self, master: Master, free: _Free, place: int, number: int) -> list[int]:
        """The person's columns to begin with; none when there is no other way to fill a turned day."""
        pool, person = self.pool, free.people[place]
        numbers = self._legal(person) if free.days.all() else pool.alike(person, number, ~free.days)
        turned = free.turned.get(place)
        if turned is None:
            return [*self._nearest(numbers), number]
        now = pool.schedule[number][turned]
        numbers = [n for n in numbers if (pool.schedule[n][turned] != now).all()]
        if numbers:
            return self._nearest(numbers)
        dual = np.zeros(len(self.core.rows.low)) if self.search.dual is None else master.own(self.search.dual)
        fresh, _least = self.generator.columns([person], dual, 1, free.given[0])
        return [n for n in fresh if pool.legal[n]]

    def _legal(self, person: int) -> list[int]:
        return [n for n in self.pool.of_person[person] if self.pool.legal[n]]

    def _nearest(self, numbers: list[int]) -> list[int]:
        """Those of the columns that are cheapest under the best prices known."""
        dual = self.search.dual
        if len(numbers) > NEAREST and dual is not None:
            order = np.argsort(self.pool.reduced(numbers, dual), kind="stable")[:NEAREST]
            numbers = [numbers[i] for i in order]
        return numbers

    def _free(self, count: int, length: int, shaken: bool) -> _Free:
        core, rng = self.core, self.rng
        people = self.search.everybody if count == core.people else self._pick(count)
        days, begin = np.ones(core.days, bool), 0
        if length < core.days:
            begin = self._begin(length)
            if count == core.people and not shaken:
                # The same again beside the same roster would find the same.
                left = [day for day in range(core.days - length + 1) if (day, length) not in self.looked]
                shaken = not left
                begin = min(left, key=lambda day: abs(day - begin), default=begin)
                self.looked.add((begin, length))
            days[:] = False
            days[begin : begin + length] = True
        work, off = core.work.copy(), core.off.copy()
        turned: dict[int, list[int]] = {}
        for _ in range(int(rng.integers(1, MOST_SHAKEN + 1)) if shaken else 0):
            place, day = int(rng.integers(len(people))), int(rng.choice(np.flatnonzero(days)))
            cell = int(self.pool.schedule[self.roster[people[place]]][day])
            if cell >= 0:
                work[people[place], day, cell] = np.inf
            else:
                off[people[place], day] = np.inf
            turned.setdefault(place, []).append(day)
        stands = np.array([self.pool.schedule[number] for number in self.roster])
        stretch = None if days.all() else (begin, begin + length, stands)
        fixed = np.broadcast_to(~days, (len(people), core.days)).copy()
        content = np.where(fixed, stands[people], -1).astype(np.int8)
        return _Free(people, days, ((work, off, stretch), fixed, content), turned)

    def _begin(self, length: int) -> int:
        """Where free days begin: anywhere, or around a day whose rows cost something."""
        last = self.core.days - length
        if self.rng.random() < 0.5:
            day = self._dear_day()
            if day is not None:
                return int(np.clip(day - self.rng.integers(length), 0, last))
        return int(np.clip(self.rng.integers(-length // 2, last + length // 2 + 1), 0, last))

    def _dear_day(self) -> int | None:
        """A day of a row that costs something, the dear ones more often."""
        rows = self.core.rows
        costs = rows.costs(self.pool.activity(self.roster))
        if costs.sum() <= 0:
            return None
        touches = rows.row == self.rng.choice(len(costs), p=costs / costs.sum())
        return int(self.rng.choice(rows.cell[touches]) // self.core.shifts) if touches.any() else None

    def _pick(self, count: int) -> list[int]:
        """Some people: those whose days are far from what the prices ask, around a cell that is short or over, and others."""
        core, search = self.core, self.search
        weights = np.ones(core.people)
        if search.dual is not None:
            reduced = self.pool.reduced(self.roster, search.dual)
            least = np.array([
                self.pool.reduced(self._legal(person), search.dual).min(initial=reduced[person]) for person in search.everybody
            ])
            weights += np.clip(reduced - least, 0, None)
        if self.rng.random() < 0.5:
            day = self._dear_day()
            if day is not None:
                weights *= np.where(np.isfinite(core.work[:, day]).any(1), 3.0, 1.0)
        weights /= weights.sum()
        return sorted(self.rng.choice(core.people, size=count, replace=False, p=weights).tolist())
