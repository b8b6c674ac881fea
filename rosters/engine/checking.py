"""A roster judged by the rules alone, written apart from every solver: what it breaks and what that costs (A3, A5, E4).

Costs shown to people come from here; a solver's own figure is only believed when it agrees.
"""

from collections.abc import Iterator, Sequence

from rosters.engine import fairness
from rosters.engine.problem import (
    MINUTES_A_DAY,
    Breach,
    Cell,
    Instance,
    Person,
    Problem,
    Roster,
    Rule,
    Shift,
    Weight,
)


def _priced(weight: Weight, amount: int = 1) -> int | None:
    return None if weight is None else weight * amount


def flaws_of(problem: Problem) -> list[str]:
    """What of the problem contradicts itself, in short English for developers: unknown codes, days outside the month."""
    codes, keys = {shift.code for shift in problem.shifts}, {person.key for person in problem.people}
    flaws = []
    if len(codes) != len(problem.shifts) or len(keys) != len(problem.people):
        flaws.append("two shifts or two people have the same key")
    flaws += _flaws_of_lists(problem, codes, keys)
    for person in problem.people:
        flaws += _flaws_of_person(problem, person, codes)
    last: dict[int, int] = {}
    for number, day in enumerate(problem.days):
        if day.weekend is not None and number - last.setdefault(day.weekend, number) > 1:
            flaws.append(f"weekend {day.weekend} has days apart or more than two")
    return flaws


def _flaws_of_lists(problem: Problem, codes: set[str], keys: set[str]) -> Iterator[str]:
    days = range(len(problem.days))
    for need in problem.needs:
        if need.day not in days or need.shift not in codes or need.people < 0:
            yield f"need {need} is of no day or shift"
    for pin in problem.pins:
        if pin.day not in days or pin.person not in keys or (pin.shift is not None and pin.shift not in codes):
            yield f"pin {pin} is of no person, day or shift"
    for pair in problem.pairs:
        if {pair.learner, pair.guide} - keys or any(day not in days for day in pair.days or ()):
            yield f"pair {pair} is of people or days that are not there"


def _flaws_of_person(problem: Problem, person: Person, codes: set[str]) -> Iterator[str]:
    named = set(person.may_take) | {cell for cell in person.before if cell} | {wish.shift for wish in person.wishes if wish.shift}
    named |= {code for _day, code in person.barred} | set(person.limits.shift_limits)
    on = set(person.away) | {day for day, _code in person.barred} | set(person.no_nights) | {w.day for w in person.wishes}
    if named - codes or any(day not in range(len(problem.days)) for day in on):
        yield f"person {person.key} names shifts {sorted(named - codes)} or days that are not there"
    former = (problem.former or {}).get(person.key)
    if former is not None and len(former) != len(problem.days):
        yield f"the former roster of {person.key} has {len(former)} days"


def breaches_of(problem: Problem, roster: Roster) -> list[Breach]:
    """Every rule the roster breaks, hard ones with cost None. Raises KeyError for a person or shift that is not there, and
    ValueError for a row of another length than the month."""
    for person in problem.people:
        if len(roster[person.key]) != len(problem.days):
            raise ValueError(f"{person.key} has {len(roster[person.key])} days instead of {len(problem.days)}")
    found = list(_needs(problem, roster))
    shifts = {shift.code: shift for shift in problem.shifts}
    for person in problem.people:
        row = roster[person.key]
        for judge in (_cells, _minutes, _runs, _follows, _weekends, _wishes):
            found += judge(problem, shifts, person, row)
    found += _pins(problem, roster)
    found += _pairs(problem, roster)
    found += _fair(problem, shifts, roster)
    found += _changes(problem, roster)
    return found


def cost_of(problem: Problem, roster: Roster) -> int:
    """What the soft rules cost. Raises ValueError when a hard one is broken."""
    breaches = breaches_of(problem, roster)
    hard = [breach.at for breach in breaches if breach.cost is None]
    if hard:
        raise ValueError(f"hard rules are broken: {hard[:5]}")
    return sum(breach.cost or 0 for breach in breaches)


def _needs(problem: Problem, roster: Roster) -> Iterator[Breach]:
    for need in problem.needs:
        there = sum(
            roster[person.key][need.day] == need.shift and (need.skill is None or need.skill in person.skills)
            for person in problem.people
        )
        at = Instance(Rule.NEED, day=need.day, shift=need.shift, skill=need.skill)
        if there < need.people and need.under != 0:
            yield Breach(at, need.people - there, _priced(need.under, need.people - there))
        if there > need.people and need.skill is None and need.over != 0:
            at = Instance(Rule.SURPLUS, day=need.day, shift=need.shift)
            yield Breach(at, there - need.people, _priced(need.over, there - need.people))


def cell_rules(person: Person, shift: Shift, day: int) -> Iterator[Rule]:
    """The hard rules that close one cell to a person by themselves."""
    if shift.code not in person.may_take:
        yield Rule.MAY_TAKE
    if day in person.away:
        yield Rule.AWAY
    if (day, shift.code) in person.barred:
        yield Rule.BARRED
    if shift.night and day in person.no_nights:
        yield Rule.NO_NIGHTS
    if person.longest_day is not None and shift.minutes > person.longest_day:
        yield Rule.DAY_OVERTIME


def _cells(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    for day, cell in enumerate(row):
        if cell is not None:
            for rule in cell_rules(person, shifts[cell], day):
                yield Breach(Instance(rule, person.key, day, cell), 1, None)
    for code, most in person.limits.shift_limits.items():
        if sum(cell == code for cell in row) > most:
            yield Breach(Instance(Rule.SHIFT_LIMIT, person.key, shift=code), sum(cell == code for cell in row) - most, None)


def _minutes(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    minutes = sum(shifts[cell].minutes for cell in row if cell is not None)
    if person.most_minutes is not None and minutes > person.most_minutes:
        yield Breach(Instance(Rule.MONTH_OVERTIME, person.key), minutes - person.most_minutes, None)
    if minutes < person.least_minutes:
        yield Breach(Instance(Rule.LEAST_MINUTES, person.key), person.least_minutes - minutes, None)
    units = fairness.hour_units(problem, person, minutes)
    cost = fairness.price_of(units, problem.fairness.hours)
    if cost:
        yield Breach(Instance(Rule.FAIR_HOURS, person.key), units, cost)


def _runs(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    """Runs of duties and of days off over what is known of the month before and this month."""
    limits, past = person.limits, len(person.before)
    whole = [*person.before, *row]
    begin = 0
    while begin < len(whole):
        works, end = whole[begin] is not None, begin
        while end < len(whole) and (whole[end] is not None) == works:
            end += 1
        length = end - begin
        ends_inside = past <= end < len(whole)
        judged = ends_inside and (begin > 0 or past > 0)
        least, weight = (limits.min_run, limits.min_run_weight) if works else (limits.min_break, limits.min_break_weight)
        if judged and length < least and weight != 0:
            rule = Rule.SHORT_RUN if works else Rule.SHORT_BREAK
            yield Breach(Instance(rule, person.key, end - past), least - length, _priced(weight, least - length))
        if works and end > past:
            yield from _long(person, begin - past, end - past)
        begin = end


def _long(person: Person, begin: int, end: int) -> Iterator[Breach]:
    """Days of a run that are too many, each by itself; the run may have begun before the month."""
    limits = person.limits
    for day in range(max(begin, 0), end):
        length = day - begin + 1
        if limits.rest_window is not None and length >= limits.rest_window:
            yield Breach(Instance(Rule.REST_DAY, person.key, day), 1, None)
        if limits.max_days_in_row is not None and length > limits.max_days_in_row and limits.max_days_weight != 0:
            yield Breach(Instance(Rule.DAYS_IN_ROW, person.key, day), 1, limits.max_days_weight)


def _follows(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    limits = person.limits
    before = person.before[-1] if person.before else None
    for day, cell in enumerate(row):
        if before is not None and cell is not None:
            first, second = shifts[before], shifts[cell]
            if cell in first.not_before:
                yield Breach(Instance(Rule.FOLLOWS, person.key, day, cell), 1, None)
            rest = MINUTES_A_DAY - first.end + second.start
            if rest < limits.min_rest and limits.min_rest_weight != 0:
                yield Breach(Instance(Rule.REST, person.key, day, cell), limits.min_rest - rest, limits.min_rest_weight)
        before = cell


def weekends_of(problem: Problem, row: Sequence[Cell]) -> int:
    """How many weekends a row works on one day at least."""
    return len({
        day.weekend for day, cell in zip(problem.days, row, strict=True) if cell is not None and day.weekend is not None
    })


def _weekends(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    limits, worked = person.limits, weekends_of(problem, row)
    if limits.max_weekends is not None and worked > limits.max_weekends and limits.max_weekends_weight != 0:
        over = worked - limits.max_weekends
        yield Breach(Instance(Rule.WEEKENDS, person.key), over, _priced(limits.max_weekends_weight, over))


def _wishes(problem: Problem, shifts: dict[str, Shift], person: Person, row: Sequence[Cell]) -> Iterator[Breach]:
    for wish in person.wishes:
        if (row[wish.day] == wish.shift) != wish.want and wish.weight:
            yield Breach(Instance(Rule.WISH, person.key, wish.day, wish.shift), 1, wish.weight)


def _pins(problem: Problem, roster: Roster) -> Iterator[Breach]:
    for pin in problem.pins:
        if roster[pin.person][pin.day] != pin.shift:
            yield Breach(Instance(Rule.PIN, pin.person, pin.day, pin.shift), 1, None)


def _pairs(problem: Problem, roster: Roster) -> Iterator[Breach]:
    for pair in problem.pairs:
        for day in range(len(problem.days)) if pair.days is None else sorted(pair.days):
            cell = roster[pair.learner][day]
            if cell is not None and roster[pair.guide][day] != cell and pair.weight != 0:
                yield Breach(Instance(Rule.PAIR, pair.learner, day, cell), 1, pair.weight)


def counts_of(problem: Problem, row: Sequence[Cell]) -> dict[Rule, int]:
    """How many nights, weekends and holidays a row works, and its minutes."""
    shifts = {shift.code: shift for shift in problem.shifts}
    return {
        Rule.FAIR_NIGHTS: sum(shifts[cell].night for cell in row if cell is not None),
        Rule.FAIR_WEEKENDS: weekends_of(problem, row),
        Rule.FAIR_HOLIDAYS: sum(cell is not None and day.holiday for day, cell in zip(problem.days, row, strict=True)),
        Rule.FAIR_HOURS: sum(shifts[cell].minutes for cell in row if cell is not None),
    }


def _fair(problem: Problem, shifts: dict[str, Shift], roster: Roster) -> Iterator[Breach]:
    counts = {person.key: counts_of(problem, roster[person.key]) for person in problem.people}
    for (rule, key), share in fairness.shares_of(problem).items():
        units = max(share.low - counts[key][rule], counts[key][rule] - share.high, 0)
        if units:
            yield Breach(Instance(rule, key), units, fairness.price_of(units, fairness.weight_of(problem, rule)))


def _changes(problem: Problem, roster: Roster) -> Iterator[Breach]:
    for person in problem.people:
        former = (problem.former or {}).get(person.key)
        for day, cell in enumerate(roster[person.key] if former is not None and problem.change_weight else ()):
            if former is not None and former[day] != cell:
                yield Breach(Instance(Rule.CHANGE, person.key, day, cell), 1, problem.change_weight)
