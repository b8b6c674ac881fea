"""The same month as a CP-SAT model: for proofs beside the columns, and to find which hard rules clash (A3, E4).

Every hard rule can be told to a `Gate`, which may hang it on a literal of its own; soft rules are terms of the cost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from rosters.engine import fairness
from rosters.engine.checking import cell_rules
from rosters.engine.problem import MINUTES_A_DAY, Instance, Need, Person, Problem, Roster, Rule, Weight

Literal = cp_model.IntVar
Shares = Mapping[tuple[Rule, str], fairness.Share]
Gate = Callable[[Instance], Literal | None]
"""Gives the literal under which a hard rule holds, or None where it always does."""


def always(instance: Instance) -> None:
    """The gate of a solve: hard rules hold without a condition."""


class Model:
    """A problem as variables: `cells[person][day][shift]` says that the person works the shift that day."""

    def __init__(self, problem: Problem, gate: Gate = always, soft: bool = True, shares: Shares | None = None) -> None:
        self.problem, self.gate, self.soft, self.shares = problem, gate, soft, shares
        self.model = model = cp_model.CpModel()
        self.days, self.shifts = range(len(problem.days)), range(len(problem.shifts))
        self.at = {shift.code: number for number, shift in enumerate(problem.shifts)}
        self.cost: list[cp_model.LinearExprT] = []
        self.cells = [[[model.new_bool_var("") for _ in self.shifts] for _ in self.days] for _ in problem.people]
        self.works = [[model.new_bool_var("") for _ in self.days] for _ in problem.people]
        for cells, works in zip(self.cells, self.works, strict=True):
            for day in self.days:
                model.add(sum(cells[day]) == works[day])
        for p, person in enumerate(problem.people):
            self._own(p, person)
        for need in problem.needs:
            self._need(need)
        self._pins()
        self._pairs()
        if soft:
            self._fair()
            self._changes()
            model.minimize(sum(self.cost))

    def _hard(self, constraint: cp_model.Constraint, instance: Instance) -> None:
        literal = self.gate(instance)
        if literal is not None:
            constraint.only_enforce_if(literal)

    def _either(self, weight: Weight, instance: Instance, clause: Iterable[cp_model.LiteralT]) -> None:
        """One of the literals holds: always, or at a price."""
        if weight is None:
            self._hard(self.model.add_bool_or(list(clause)), instance)
        elif weight and self.soft:
            broken = self.model.new_bool_var("")
            self.model.add_bool_or([*clause, broken])
            self.cost.append(weight * broken)

    def _over(
        self, amount: Any, low: int | None, high: int | None, weight: Weight, instance: Instance, most: int
    ) -> None:
        """The amount lies from `low` to `high`: always, or at a price for each one outside."""
        if weight is None:
            if low is not None:
                self._hard(self.model.add(amount >= low), instance)
            if high is not None:
                self._hard(self.model.add(amount <= high), instance)
        elif weight and self.soft:
            outside = self.model.new_int_var(0, most, "")
            if low is not None:
                self.model.add(amount + outside >= low)
            if high is not None:
                self.model.add(amount - outside <= high)
            self.cost.append(weight * outside)

    def _own(self, p: int, person: Person) -> None:
        problem, cells, works = self.problem, self.cells[p], self.works[p]
        for day in self.days:
            for s, shift in enumerate(problem.shifts):
                for rule in cell_rules(person, shift, day):
                    # Leave is one fact for the day, not one for each shift of it.
                    only_day = rule in {Rule.AWAY, Rule.NO_NIGHTS}
                    at = Instance(rule, person.key, day if rule not in {Rule.MAY_TAKE, Rule.DAY_OVERTIME} else None,
                                  None if only_day else shift.code)
                    self._hard(self.model.add_bool_or([~cells[day][s]]), at)
        minutes = sum(problem.shifts[s].minutes * cells[day][s] for day in self.days for s in self.shifts)
        if person.most_minutes is not None:
            self._hard(self.model.add(minutes <= person.most_minutes), Instance(Rule.MONTH_OVERTIME, person.key))
        if person.least_minutes > 0:
            self._hard(self.model.add(minutes >= person.least_minutes), Instance(Rule.LEAST_MINUTES, person.key))
        for code, most in person.limits.shift_limits.items():
            self._hard(
                self.model.add(sum(cells[day][self.at[code]] for day in self.days) <= most),
                Instance(Rule.SHIFT_LIMIT, person.key, shift=code),
            )
        if self.soft and problem.fairness.hours:
            self._hours(person, minutes)
        self._long_runs(person, works)
        self._short(person, works)
        self._follows(p, person)
        self._weekends(p, person)
        if self.soft:
            self._wishes(p, person)

    def _hours(self, person: Person, minutes: cp_model.LinearExprT) -> None:
        fair = self.problem.fairness
        longest = max((shift.minutes for shift in self.problem.shifts), default=0) * len(self.problem.days)
        away = self.model.new_int_var(0, longest + abs(person.balance.minutes) + person.contract_minutes, "")
        self.model.add_abs_equality(away, minutes + person.balance.minutes - person.contract_minutes)
        most = (longest + abs(person.balance.minutes) + person.contract_minutes) // fair.hour_step + 1
        units = self.model.new_int_var(0, most, "")
        self.model.add(away <= fair.hour_step * units + fair.hour_step - 1)
        self._growing(units, most, fair.hours)

    def _growing(self, units: cp_model.LinearExprT, most: int, weight: int) -> None:
        """Pays for units at the price of fairness: the first the weight, the second twice it, and so on."""
        steps = [self.model.new_bool_var("") for _ in range(min(most, fairness.STEPS))]
        rest = self.model.new_int_var(0, max(0, most - fairness.STEPS), "")
        self.model.add(sum(steps) + rest >= units)
        self.cost += [weight * (number + 1) * step for number, step in enumerate(steps)]
        self.cost.append(weight * fairness.STEPS * rest)

    def _whole(self, person: Person, works: Sequence[Literal]) -> list[int | Literal]:
        return [*(int(cell is not None) for cell in person.before), *works]

    def _long_runs(self, person: Person, works: Sequence[Literal]) -> None:
        limits, whole, past = person.limits, self._whole(person, works), len(person.before)
        for window, rule, weight in (
            (limits.rest_window, Rule.REST_DAY, None),
            (None if limits.max_days_in_row is None else limits.max_days_in_row + 1, Rule.DAYS_IN_ROW, limits.max_days_weight),
        ):
            if window is None:
                continue
            for end in range(past, len(whole)):
                span = whole[max(0, end + 1 - window) : end + 1]
                if len(span) == window and not any(isinstance(cell, int) and cell == 0 for cell in span):
                    free = [~cell for cell in span if not isinstance(cell, int)]
                    self._either(weight, Instance(rule, person.key, end - past), free)

    def _short(self, person: Person, works: Sequence[Literal]) -> None:
        """Runs that end before their least length; a missing day costs the weight, so each length has its own clause."""
        limits, whole, past = person.limits, self._whole(person, works), len(person.before)
        for least, weight, working, rule in (
            (limits.min_run, limits.min_run_weight, True, Rule.SHORT_RUN),
            (limits.min_break, limits.min_break_weight, False, Rule.SHORT_BREAK),
        ):
            for end in range(past, len(whole)):
                for length in range(1, least):
                    begin = end - length
                    if begin < 0 or (begin == 0 and not past):
                        continue
                    # The run fills begin…end-1, it ends on `end`, and the day before it is another thing (or unknown).
                    inside = [*((cell, working) for cell in whole[begin:end]), (whole[end], not working)]
                    if begin > 0:
                        inside.append((whole[begin - 1], not working))
                    if any(isinstance(cell, int) and bool(cell) != on for cell, on in inside):
                        continue
                    clause = [~cell if on else cell for cell, on in inside if not isinstance(cell, int)]
                    price = None if weight is None else weight * (least - length)
                    self._either(price, Instance(rule, person.key, end - past), clause)

    def _follows(self, p: int, person: Person) -> None:
        problem, limits, cells = self.problem, person.limits, self.cells[p]
        last = person.before[-1] if person.before else None
        for s, first in enumerate(problem.shifts):
            for t, second in enumerate(problem.shifts):
                forbidden = second.code in first.not_before
                short = MINUTES_A_DAY - first.end + second.start < limits.min_rest
                for day in self.days if forbidden or short else ():
                    if day == 0 and last != first.code:
                        continue
                    clause = [~cells[day][t], *([~cells[day - 1][s]] if day else [])]
                    if forbidden:
                        self._either(None, Instance(Rule.FOLLOWS, person.key, day, second.code), clause)
                    if short:
                        self._either(limits.min_rest_weight, Instance(Rule.REST, person.key, day, second.code), clause)

    def worked_weekends(self, p: int) -> list[Literal]:
        """For each weekend a literal that holds when the person works on one of its days."""
        by_weekend: dict[int, list[Literal]] = {}
        for day in self.days:
            weekend = self.problem.days[day].weekend
            if weekend is not None:
                by_weekend.setdefault(weekend, []).append(self.works[p][day])
        worked = []
        for literals in by_weekend.values():
            any_of = self.model.new_bool_var("")
            self.model.add_max_equality(any_of, literals)
            worked.append(any_of)
        return worked

    def _weekends(self, p: int, person: Person) -> None:
        limits = person.limits
        self.weekends: dict[int, list[Literal]] = getattr(self, "weekends", {})
        if limits.max_weekends is not None or (self.soft and self.problem.fairness.weekends):
            self.weekends[p] = self.worked_weekends(p)
        if limits.max_weekends is not None:
            at = Instance(Rule.WEEKENDS, person.key)
            self._over(sum(self.weekends[p]), None, limits.max_weekends, limits.max_weekends_weight, at, len(self.weekends[p]))

    def _wishes(self, p: int, person: Person) -> None:
        for wish in person.wishes:
            literal = ~self.works[p][wish.day] if wish.shift is None else self.cells[p][wish.day][self.at[wish.shift]]
            self.cost.append(wish.weight * ((1 - literal) if wish.want else literal))

    def _need(self, need: Need) -> None:
        people = [p for p, person in enumerate(self.problem.people) if need.skill is None or need.skill in person.skills]
        there = sum(self.cells[p][need.day][self.at[need.shift]] for p in people)
        at = Instance(Rule.NEED, day=need.day, shift=need.shift, skill=need.skill)
        self._over(there, need.people, None, need.under, at, need.people)
        if need.skill is None:
            at = Instance(Rule.SURPLUS, day=need.day, shift=need.shift)
            self._over(there, None, need.people, need.over, at, len(people))

    def _pins(self) -> None:
        places = {person.key: p for p, person in enumerate(self.problem.people)}
        for pin in self.problem.pins:
            p = places[pin.person]
            literal = ~self.works[p][pin.day] if pin.shift is None else self.cells[p][pin.day][self.at[pin.shift]]
            self._hard(self.model.add_bool_or([literal]), Instance(Rule.PIN, pin.person, pin.day, pin.shift))

    def _pairs(self) -> None:
        places = {person.key: p for p, person in enumerate(self.problem.people)}
        for pair in self.problem.pairs:
            learner, guide = self.cells[places[pair.learner]], self.cells[places[pair.guide]]
            for day in self.days if pair.days is None else sorted(pair.days):
                for s in self.shifts:
                    at = Instance(Rule.PAIR, pair.learner, day, self.problem.shifts[s].code)
                    self._either(pair.weight, at, [~learner[day][s], guide[day][s]])

    def _fair(self) -> None:
        nights = [s for s, shift in enumerate(self.problem.shifts) if shift.night]
        holidays = [day for day in self.days if self.problem.days[day].holiday]
        places = {person.key: p for p, person in enumerate(self.problem.people)}
        for (rule, key), share in (fairness.shares_of(self.problem) if self.shares is None else self.shares).items():
            p = places[key]
            counted = {
                Rule.FAIR_NIGHTS: [self.cells[p][day][s] for day in self.days for s in nights],
                Rule.FAIR_HOLIDAYS: [self.works[p][day] for day in holidays],
                Rule.FAIR_WEEKENDS: self.weekends.get(p, []),
            }[rule]
            most = max(len(counted), share.low)
            away = self.model.new_int_var(0, most, "")
            self.model.add(sum(counted) + away >= share.low)
            self.model.add(sum(counted) - away <= share.high)
            self._growing(away, most, fairness.weight_of(self.problem, rule))

    def _changes(self) -> None:
        for p, person in enumerate(self.problem.people):
            former = (self.problem.former or {}).get(person.key)
            for day, cell in enumerate(former or ()):
                same = 1 - self.works[p][day] if cell is None else self.cells[p][day][self.at[cell]] if cell in self.at else 0
                self.cost.append(self.problem.change_weight * (1 - same))

    def hint(self, roster: Roster) -> None:
        """A roster to begin from."""
        for p, person in enumerate(self.problem.people):
            for day, cell in enumerate(roster[person.key]):
                for s, shift in enumerate(self.problem.shifts):
                    self.model.add_hint(self.cells[p][day][s], cell == shift.code)

    def roster(self, value: Callable[[Literal], bool]) -> Roster:
        """The roster in a solution."""
        return {
            person.key: tuple(
                next((self.problem.shifts[s].code for s in self.shifts if value(self.cells[p][day][s])), None)
                for day in self.days
            )
            for p, person in enumerate(self.problem.people)
        }
