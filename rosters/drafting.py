"""Between a desk's month and the drafting engine: the engine's problem from what the database knows, a plan from what it answers.

What the engine answers is judged by the rules of working time (`rosters.rules.working_time`), never by the engine itself (A3, A5,
A6, A13). The engine gives everybody one shift a day; a second one is planned by hand.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desks.clock import at, day_bounds
from desks.models import Desk, Person
from rosters.engine.problem import Balance, Day, Limits, Need, Pair, Pin, Problem, Roster, Shift, Wish
from rosters.engine.problem import Person as Planned
from rosters.models import ShiftType
from rosters.planning import Cell, Line, Plan, days_of
from rosters.queries import shift_types_by_key, shifts_of
from rosters.queries.balances import balances_of
from rosters.queries.facts import BEFORE, facts_of, turn_of
from rosters.queries.staff import people_of_month
from rosters.rules import span_of
from rosters.rules.facts import Breach, PersonFacts, PlanFacts, System, Turn
from rosters.rules.working_time import breaches_of, contract_minutes, days_in_row_of, room_of_period, weekends_of

WISH_PRICE = 5
"""What a wish not met costs the engine, times its weight: less than a short rest (20), far less than a missing person (1000)."""
LEAVE, DAY_OFF = "leave", "day_off"
"""The kinds of absence that the engine hands back in its explanations; they say no more than this."""
ELSEWHERE = "@"
"""With this begin the codes of duties at other desks, which the engine must plan around. No shift's code can."""

Pinned = Mapping[tuple[int, date], str | None]
"""Cells that stand: by the person's key and the day the code of a shift, or None for a day off."""


@dataclass(frozen=True)
class Draft:
    """A month that is being drafted: the problem, and what turns an answer into a plan again."""

    desk: Desk
    month: date
    problem: Problem
    facts: PlanFacts
    """Without any duty of this desk in this month."""
    people: dict[str, Person]
    shifts: dict[str, ShiftType]


def draft_of(
    desk: Desk, month: date, *, away: Mapping[int, Collection[date]] | None = None, pinned: Pinned | None = None, former: Plan | None = None,
    leaves: Mapping[int, Collection[tuple[datetime, datetime]]] | None = None,
) -> Draft:
    """The problem of a desk's month: people with roles, agreements and wishes, needs by kind of day, the days before, balances.

    `away` are days of decided leave by the person's key, without it those of approved leave; `leaves` all their moments: no shift is
    given that runs into one. `pinned` cells stand; with `former`, a plan of the month, solving again
    changes as little of it as possible. Shifts are those in use now.
    """
    people = {str(person.pk): person for person in people_of_month(desk, month)}
    shifts = {shift.code: shift for shift in shifts_of(desk)}
    facts = facts_of(desk, month, Plan(month, days_of(month)), away=away)
    days = sorted(facts.days)
    places = {day: number for number, day in enumerate(days)}
    words = {code: _shift(shift) for code, shift in shifts.items()}
    known = [person for person in facts.people if str(person.key) in people]
    for person in known:
        for turn in person.turns:
            words.setdefault(_code(turn), _shift_of_turn(turn, desk))
    balances = _balances(desk, month)
    begun = any(day < days[0] for person in known for day in (turn.day for turn in person.turns))
    planned = [
        _person(
            facts, _without_leave(person, shifts.values(), (leaves or {}).get(person.key, ()), desk), places, frozenset(shifts),
            [code for code, shift in shifts.items() if shift.night], balances, begun,
        )
        for person in known
    ]
    needs = tuple(
        Need(places[day], shift, number, skill=skill or None) for (day, shift, skill), number in sorted(facts.needs.items()) if shift in shifts
    )
    asked = sum(need.people * words[need.shift].minutes for need in needs if need.skill is None)
    problem = Problem(
        days=_days(facts, days), shifts=tuple(words.values()), people=tuple(_with_fair_hours(planned, asked)), needs=needs,
        pins=_pins(known, places, pinned or {}, set(shifts)), pairs=_pairs(facts, places, set(people)),
        former=_former(former, people, days, set(shifts)) if former is not None else None,
    )
    return Draft(desk, month, problem, facts, people, shifts)


def _days(facts: PlanFacts, days: list[date]) -> tuple[Day, ...]:
    numbers = {day: number for number, weekend in enumerate(weekends_of(facts.days.values())) for day in weekend}
    return tuple(Day(day, numbers.get(day), facts.days[day].kind == "holiday") for day in days)


def _shift(shift: ShiftType) -> Shift:
    start = shift.starts.hour * 60 + shift.starts.minute
    end = shift.ends.hour * 60 + shift.ends.minute
    end += 24 * 60 if end <= start else 0
    return Shift(shift.code, start, end, max(0, end - start - shift.break_minutes), shift.night)


def _code(turn: Turn) -> str:
    """The code under which the engine knows a duty: one of another desk by its times alone, so that no other desk's words go along."""
    return f"{ELSEWHERE}{turn.starts:%H%M}-{turn.ends:%H%M}-{turn.minutes}{'n' * turn.night}" if turn.elsewhere else turn.shift


def _shift_of_turn(turn: Turn, desk: Desk) -> Shift:
    """A duty that is no shift of the desk in use: at another desk, or of a shift that the desk had before."""
    midnight = day_bounds(turn.day, desk.site.zone)[0]
    start, end = (int((moment - midnight).total_seconds()) // 60 for moment in (turn.starts, turn.ends))
    return Shift(_code(turn), start, end, turn.minutes, turn.night)


def _person(
    facts: PlanFacts, person: PersonFacts, places: Mapping[date, int], shifts: frozenset[str], nights: list[str], balances: Mapping[int, Balance],
    begun: bool,
) -> Planned:
    days = sorted(places)
    allowed = person.may_take or {}
    elsewhere = {turn.day: _code(turn) for turn in person.turns if turn.elsewhere and turn.day in places}
    protected = {day for day in days if any(span.holds_on(day) for span in person.no_nights)}
    codes = frozenset().union(*(allowed.get(day, frozenset()) for day in days)) & shifts
    if len(protected) == len(days):
        # Who does no nights at all has no share of them either.
        codes -= set(nights)
    barred = {(places[day], code) for day in days for code in codes - allowed.get(day, frozenset())}
    for other in set(elsewhere.values()):
        barred |= {(places[day], other) for day in days if elsewhere.get(day) != other}
    systems = {person.system_on(day) for day in days}
    return Planned(
        key=str(person.key), may_take=codes | frozenset(elsewhere.values()),
        skills=frozenset(skill for skill, spans in person.skills.items() if any(span.holds_on(day) for span in spans for day in days)),
        contract_minutes=contract_minutes(facts, person), day_minutes=facts.limits.day_minutes,
        day_overtime=facts.limits.overtime_day if System.STANDARD in systems else None,
        month_overtime=_month_overtime(facts, person),
        no_overtime=any(span.holds_on(day) for span in person.no_overtime for day in days),
        away=_away(person, places), barred=frozenset(barred), no_nights=frozenset(places[day] for day in protected),
        limits=_limits(facts, person, days),
        wishes=tuple(
            Wish(places[wish.day], wish.shift or None, wish.want, wish.weight * WISH_PRICE)
            for wish in person.wishes if wish.day in places and (not wish.shift or wish.shift in codes)
        ),
        before=_before(person, days[0]) if begun else (), balance=balances.get(person.key, Balance()),
    )


def _month_overtime(facts: PlanFacts, person: PersonFacts) -> int | None:
    """What the month may have above its contract; below 0 where the earlier months of a counting period have had too many hours."""
    if System.FLEXIBLE in {person.system_on(day) for day in facts.days}:
        return None
    if person.period is None:
        return facts.limits.overtime_month
    contract = contract_minutes(facts, person)
    return max(-contract, room_of_period(facts, person) - contract)


def _without_leave(
    person: PersonFacts, shifts: Collection[ShiftType], leaves: Collection[tuple[datetime, datetime]], desk: Desk
) -> PersonFacts:
    """The person without the shifts that would run into a leave of some hours, or from the evening before into one (A13)."""
    if not leaves:
        return person
    zone, allowed = desk.site.zone, {}
    for day, codes in (person.may_take or {}).items():
        kept = set(codes)
        for shift in shifts:
            starts, ends = span_of(day=day, starts=shift.starts, ends=shift.ends, zone=zone)
            if any(begins < ends and starts < stops for begins, stops in leaves):
                kept.discard(shift.code)
        allowed[day] = frozenset(kept)
    return replace(person, may_take=allowed)


def _with_fair_hours(people: list[Planned], asked: int) -> list[Planned]:
    """The people with balances of hours by which each one's fair part of `asked`, and of what all have worked so far, costs nothing.

    A month seldom asks for just the hours of all contracts. Against the contract alone everybody would be far away, and who is
    far away costs the same for each hour more: the hours of a month that asks for less would fall on anybody.
    """
    contracts, worked = sum(person.contract_minutes for person in people), sum(person.balance.minutes for person in people)
    if not contracts:
        return people
    parts = [(person, person.contract_minutes / contracts) for person in people]
    return [
        replace(person, balance=replace(
            person.balance, minutes=round(person.balance.minutes + person.contract_minutes - (asked + worked) * part),
        ))
        for person, part in parts
    ]


def _away(person: PersonFacts, places: Mapping[date, int]) -> dict[int, str]:
    """Leave and fixed days off; a duty at another desk on such a day stands, and is told by the rules."""
    taken = {turn.day for turn in person.turns if turn.elsewhere}
    found = {}
    for day, place in places.items():
        terms = person.terms_on(day)
        if day in taken:
            continue
        if day in person.away:
            found[place] = LEAVE
        elif terms is not None and day.weekday() in terms.days_off:
            found[place] = DAY_OFF
    return found


def _limits(facts: PlanFacts, person: PersonFacts, days: list[date]) -> Limits:
    """The month has one number for each: where what is agreed changes within it, the stricter."""
    rows = [limit for day in days if (limit := days_in_row_of(facts, person, day))]
    terms, weekends = person.terms_on(days[-1]), len(weekends_of(facts.days.values()))
    free = min(terms.free_weekends, weekends) if terms is not None else 0
    return Limits(
        rest_window=facts.limits.rest_day_within or None, max_days_in_row=min(rows, default=None), min_rest=facts.limits.rest_minutes,
        max_weekends=weekends - free if free else None,
    )


def _before(person: PersonFacts, first: date) -> tuple[str | None, ...]:
    """The days before the month, the latest last; of two duties on a day the one that ends later."""
    last = {turn.day: turn for turn in sorted(person.turns, key=lambda turn: turn.ends)}
    days = [first - timedelta(days=number) for number in range(BEFORE.days, 0, -1)]
    return tuple(_code(last[day]) if day in last else None for day in days)


def _pins(people: list[PersonFacts], places: Mapping[date, int], pinned: Pinned, shifts: set[str]) -> tuple[Pin, ...]:
    keys = {person.key for person in people}
    found = {
        (str(person.key), places[turn.day]): _code(turn) for person in people for turn in person.turns if turn.elsewhere and turn.day in places
    }
    for (key, day), code in pinned.items():
        if key in keys and day in places and (code is None or code in shifts):
            found.setdefault((str(key), places[day]), code)  # type: ignore[arg-type]
    return tuple(Pin(key, place, code) for (key, place), code in sorted(found.items()))


def _pairs(facts: PlanFacts, places: Mapping[date, int], keys: set[str]) -> tuple[Pair, ...]:
    return tuple(
        Pair(str(pair.learner), str(pair.guide), days=frozenset(place for day, place in places.items() if pair.span.holds_on(day)))
        for pair in facts.pairs if {str(pair.learner), str(pair.guide)} <= keys
    )


def _former(plan: Plan, people: Mapping[str, Person], days: list[date], shifts: set[str]) -> Roster:
    """The plan that stands as the engine takes it: of each day the first shift."""
    cells: dict[tuple[str, date], str] = {}
    for person, day, shift in plan.duties:
        if shift.code in shifts:
            cells.setdefault((str(person.pk), day), shift.code)
    there = {str(line.person.pk) for line in plan.lines if line.person is not None} & set(people)
    return {key: tuple(cells.get((key, day)) for day in days) for key in there}


def _balances(desk: Desk, month: date) -> dict[int, Balance]:
    """The twelve months before this one, with what of them is still to come as planned: as of the month's first moment."""
    before = (month - timedelta(days=1)).replace(day=1)
    now: datetime = at(month, datetime.min.time(), desk.site.zone)
    _month, year = balances_of(desk, before, now, protected=True)
    return {
        row.person.pk: Balance(row.done.nights, row.done.weekends, row.done.holidays, row.done.minutes - row.contract) for row in year.rows
    }


def plan_of_answer(draft: Draft, roster: Roster) -> Plan:
    """The engine's roster as a plan of the month, in the order of the people's names; duties at other desks are not of it."""
    return plan_of_rows(draft.month, roster, draft.people, draft.shifts)


def plan_of_rows(
    month: date, rows: Mapping[str, Sequence[str | None]], people: Mapping[str, Person], shifts: Mapping[str, ShiftType]
) -> Plan:
    """Rows of codes by the person's key as a plan of the month, in the order of `people`; a code of no shift is a day off."""
    days = days_of(month)
    plan = Plan(month, days)
    for key, person in people.items():
        row = rows.get(key, ())
        cells = {}
        for place, day in enumerate(days):
            code = row[place] if place < len(row) else None
            shift = shifts.get(code) if code is not None else None
            cells[day] = Cell(shift.mark if shift is not None else "", None, [shift] if shift is not None else [])
        plan.lines.append(Line(None, person.display_name, "", person, cells))
    return plan


def with_standing(plan: Plan, former: Plan, cells: Collection[tuple[int, date]]) -> Plan:
    """The plan with these cells as they stand in the former one: also those that the engine has no words for, such as two
    shifts on a day or a shift that is not in use any more, and those of people who have left."""
    lines = {line.person.pk: line for line in plan.lines if line.person is not None}
    before = {line.person.pk: line for line in former.lines if line.person is not None}
    for key, day in sorted(cells):
        if key not in before or day not in before[key].cells:
            continue
        cell = before[key].cells[day]
        if key not in lines and cell.shifts:
            empty = {each: Cell("", None) for each in plan.days}
            lines[key] = Line(None, before[key].name, "", before[key].person, empty)
            plan.lines.append(lines[key])
        if key in lines:
            lines[key].cells[day] = Cell(cell.text, None, list(cell.shifts))
    return plan


def judged(draft: Draft, plan: Plan) -> list[Breach]:
    """What is wrong with a plan of the drafted month, by the rules of working time; no query."""
    zone = draft.desk.site.zone
    planned: dict[int, list[Turn]] = {}
    for person, day, shift in plan.duties:
        planned.setdefault(person.pk, []).append(turn_of(shift, day, zone))
    people = tuple(replace(person, turns=(*person.turns, *planned.get(person.key, []))) for person in draft.facts.people)
    return breaches_of(replace(draft.facts, people=people))


def standing(desk: Desk, plan: Plan, until: date) -> dict[tuple[int, date], str | None]:
    """The cells of a plan up to that day as pins: what has been worked stays when the rest is drafted anew (I6)."""
    current = {shift.code for shift in shift_types_by_key(desk).values() if shift.current}
    found: dict[tuple[int, date], str | None] = {}
    for line in plan.lines:
        for day, cell in line.cells.items():
            if line.person is not None and day <= until and all(shift.code in current for shift in cell.shifts):
                found[line.person.pk, day] = cell.shifts[0].code if cell.shifts else None
    return found
