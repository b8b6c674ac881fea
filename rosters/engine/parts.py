"""Part of a problem: some people's days of a stretch, beside everything else as a roster has it (A3).

What is drafted anew in a part and put back keeps every hard rule of the whole, and makes the whole cheaper by exactly what
it makes the part cheaper.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rosters.engine.columns.compiling import longest_run
from rosters.engine.fairness import Share
from rosters.engine.problem import Cell, Need, Person, Pin, Problem, Roster, Rule

BEFORE = 14
"""Days that are known before a part: longer runs and breaks than these are not told from these."""
LONGEST_RUN = 13


@dataclass(frozen=True)
class Part:
    """A part as a problem of its own. Its last days, from `end` on, stand: they make the runs that pass the end come out right."""

    begin: int
    end: int
    problem: Problem
    shares: Mapping[tuple[Rule, str], Share]

    def back(self, roster: Roster, drafted: Roster) -> dict[str, tuple[Cell, ...]]:
        """The whole roster with the part drafted anew."""
        length = self.end - self.begin
        return {
            **roster,
            **{key: (*roster[key][: self.begin], *row[:length], *roster[key][self.end :]) for key, row in drafted.items()},
        }


class Cutter:
    """Cuts parts out of one problem."""

    def __init__(self, problem: Problem, shares: Mapping[tuple[Rule, str], Share]) -> None:
        self.problem, self.shares = problem, shares
        self.minutes = {shift.code: shift.minutes for shift in problem.shifts}
        self.nights = {shift.code for shift in problem.shifts if shift.night}
        runs = [longest_run(person.limits) or LONGEST_RUN for person in problem.people]
        self.tail = min(LONGEST_RUN, max(runs, default=0)) + 1
        self.needs: dict[int, list[Need]] = {}
        for need in problem.needs:
            self.needs.setdefault(need.day, []).append(need)

    def aligned(self, day: int) -> int:
        """The latest day up to this one with which a part may begin: no weekend is cut, enough is known before."""
        days = self.problem.days
        while 0 < day < len(days) and days[day].weekend is not None and days[day].weekend == days[day - 1].weekend:
            day -= 1
        return day if day >= BEFORE else 0

    def part(self, roster: Roster, keys: set[str], begin: int, end: int) -> Part:
        """The part of these people from `begin` (aligned) to before `end`. Who trains and who is trained go together."""
        problem = self.problem
        for pair in problem.pairs:
            if {pair.learner, pair.guide} & keys:
                keys = keys | {pair.learner, pair.guide}
        last = min(len(problem.days), end + self.tail)
        shares: dict[tuple[Rule, str], Share] = {}
        people = tuple(
            self._person(person, roster[person.key], begin, last, shares) for person in problem.people if person.key in keys
        )
        cut = Problem(
            days=problem.days[begin:last], shifts=problem.shifts, people=people, needs=self._needs(roster, keys, begin, end),
            pins=(
                *(replace(pin, day=pin.day - begin) for pin in problem.pins if pin.person in keys and begin <= pin.day < end),
                *(Pin(key, day - begin, roster[key][day]) for key in sorted(keys) for day in range(end, last)),
            ),
            pairs=tuple(
                replace(pair, days=frozenset(
                    day - begin for day in (range(begin, end) if pair.days is None else pair.days) if begin <= day < end
                ))
                for pair in problem.pairs if pair.learner in keys
            ),
            fairness=problem.fairness, change_weight=problem.change_weight,
            former=None if problem.former is None else {
                key: row[begin:last] for key, row in problem.former.items() if key in keys
            },
        )
        return Part(begin, end, cut, shares)

    def _needs(self, roster: Roster, keys: set[str], begin: int, end: int) -> tuple[Need, ...]:
        fixed = [person for person in self.problem.people if person.key not in keys]
        found = []
        for day in range(begin, end):
            there: Counter[tuple[Cell, str | None]] = Counter()
            for person in fixed:
                cell = roster[person.key][day]
                if cell is not None:
                    there.update((cell, skill) for skill in (None, *person.skills))
            found += [
                replace(need, day=day - begin, people=max(0, need.people - there[need.shift, need.skill]))
                for need in self.needs.get(day, [])
            ]
        return tuple(found)

    def _person(
        self, person: Person, row: tuple[Cell, ...], begin: int, last: int, shares: dict[tuple[Rule, str], Share]
    ) -> Person:
        outside = [day for day, cell in enumerate(row) if cell is not None and not begin <= day < last]
        counts = Counter(row[day] for day in outside)
        days = self.problem.days
        inside = {days[day].weekend for day in range(begin, last)}
        weekends = {days[day].weekend for day in outside} - {None}
        # A weekend that is cut by the part's last day stands on both sides: it is counted once.
        here = {days[day].weekend for day in range(begin, last) if row[day] is not None}
        weekends -= here & inside
        spent = {
            Rule.FAIR_NIGHTS: sum(counts[code] for code in self.nights), Rule.FAIR_WEEKENDS: len(weekends),
            Rule.FAIR_HOLIDAYS: sum(days[day].holiday for day in outside),
        }
        for rule, used in spent.items():
            share = self.shares.get((rule, person.key))
            if share is not None:
                shares[rule, person.key] = Share(share.low - used, share.high - used, share.exact - used)
        limits = person.limits
        minutes = sum(self.minutes[code] * times for code, times in counts.items() if code is not None)
        return replace(
            person, contract_minutes=person.contract_minutes - minutes, least_minutes=max(0, person.least_minutes - minutes),
            away={day - begin: word for day, word in person.away.items() if begin <= day < last},
            barred=frozenset((day - begin, code) for day, code in person.barred if begin <= day < last),
            no_nights=frozenset(day - begin for day in person.no_nights if begin <= day < last),
            wishes=tuple(replace(wish, day=wish.day - begin) for wish in person.wishes if begin <= wish.day < last),
            before=person.before if begin == 0 else (*person.before, *row[:begin])[-BEFORE:],
            limits=replace(
                limits, shift_limits={code: most - counts[code] for code, most in limits.shift_limits.items()},
                max_weekends=None if limits.max_weekends is None else limits.max_weekends - len(weekends),
            ),
        )
