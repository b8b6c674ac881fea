"""Why a cell is as it is: facts only, for whoever words them (A5, E4). Reasons of protection and kinds of leave stay codes.

Each other thing the person could do that day, and each other person who could take the duty, is judged by the checker with
only that change made: what hard rule would be in the way, and by how much the month would be dearer, rule by rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rosters.engine import fairness
from rosters.engine.checking import breaches_of, counts_of
from rosters.engine.problem import Breach, Cell, Instance, Problem, Roster, Rule


@dataclass(frozen=True)
class Change:
    """What would follow if one or two cells were otherwise."""

    person: str
    cell: Cell
    """What the person would do that day."""
    instead_of: Cell
    blocked: tuple[Instance, ...]
    """Hard rules that would newly be broken. Empty: possible."""
    cost: int
    """By how much the soft rules would cost more (less, if negative)."""
    parts: Mapping[Rule, int]
    """The same by rule, without those that stay as they are."""


@dataclass(frozen=True)
class Standing:
    """A person's count of a kind beside the fair share and beside the others."""

    month: int
    """In this month."""
    so_far: int
    """In the running months before it."""
    low: int
    high: int
    """The fair share of this month, from `low` to `high`."""
    place: int
    """How many people of the same fairness have fewer, counted with the months before."""
    among: int


@dataclass(frozen=True)
class Why:
    """What is known about one cell."""

    person: str
    day: int
    cell: Cell
    pinned: bool
    needed: int
    """How many the shift needs that day; 0 for a day off."""
    there: int
    """How many take it."""
    alternatives: tuple[Change, ...]
    """Each other thing the person could do, the duty left empty."""
    others: tuple[Change, ...]
    """Everybody else in the person's place, the person having the day off; possible and cheap ones first."""
    standing: Mapping[Rule, Standing]
    wishes: tuple[tuple[int, bool], ...]
    """Wishes of the person about that day as (weight, met)."""


def why(problem: Problem, roster: Roster, person: str, day: int) -> Why:
    """What led to a cell of a roster. Raises KeyError for a person who is not there, IndexError for a day outside."""
    row = roster[person]
    cell = row[day]
    known = breaches_of(problem, roster)
    mine = problem.person(person)
    need = [need for need in problem.needs if need.day == day and need.shift == cell and need.skill is None]
    others = []
    if cell is not None:
        for other in problem.people:
            if other.key != person and roster[other.key][day] != cell:
                others.append(_changed(problem, roster, known, day, {other.key: cell, person: None}, other.key))
    return Why(
        person=person, day=day, cell=cell,
        pinned=any(pin.person == person and pin.day == day for pin in problem.pins),
        needed=sum(one.people for one in need),
        there=0 if cell is None else sum(line[day] == cell for line in roster.values()),
        alternatives=tuple(
            _changed(problem, roster, known, day, {person: content}, person)
            for content in (None, *(shift.code for shift in problem.shifts)) if content != cell
        ),
        others=tuple(sorted(others, key=lambda change: (bool(change.blocked), change.cost, change.person))),
        standing=standings(problem, roster, person),
        wishes=tuple((wish.weight, (cell == wish.shift) == wish.want) for wish in mine.wishes if wish.day == day),
    )


def _changed(
    problem: Problem, roster: Roster, known: list[Breach], day: int, cells: Mapping[str, Cell], person: str
) -> Change:
    otherwise = dict(roster)
    for key, content in cells.items():
        otherwise[key] = (*roster[key][:day], content, *roster[key][day + 1 :])
    blocked, parts = compared(known, breaches_of(problem, otherwise))
    return Change(person, cells[person], roster[person][day], blocked, sum(parts.values()), parts)


def compared(known: list[Breach], found: list[Breach]) -> tuple[tuple[Instance, ...], dict[Rule, int]]:
    """What a second roster breaks anew beside the first, and by how much it is dearer, rule by rule, without those that stay as they are."""
    before = {breach.at for breach in known if breach.cost is None}
    parts: dict[Rule, int] = {}
    for sign, breaches in ((1, found), (-1, known)):
        for breach in breaches:
            parts[breach.at.rule] = parts.get(breach.at.rule, 0) + sign * (breach.cost or 0)
    parts = {rule: amount for rule, amount in parts.items() if amount}
    return tuple(breach.at for breach in found if breach.cost is None and breach.at not in before), parts


def standings(problem: Problem, roster: Roster, person: str) -> dict[Rule, Standing]:
    """The person's nights, weekends and holidays beside the fair share and the others. Nobody else is named."""
    shares = fairness.shares_of(problem)
    counts = {one.key: counts_of(problem, roster[one.key]) for one in problem.people}
    found = {}
    for rule in fairness.COUNTED:
        share = shares.get((rule, person))
        if share is None:
            continue
        sharing = [one for one in problem.people if (rule, one.key) in shares]
        totals = {one.key: counts[one.key][rule] + fairness.balance_of(one, rule) for one in sharing}
        found[rule] = Standing(
            counts[person][rule], fairness.balance_of(problem.person(person), rule), share.low, share.high,
            sum(total < totals[person] for total in totals.values()), len(sharing),
        )
    return found
