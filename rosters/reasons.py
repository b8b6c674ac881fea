"""Why somebody has a duty: what was needed, the balances, who else could (A5, E4).

What a colleague reads names nobody's protection, leave or wish: only some who could have taken the duty, never who could not.
"""

from dataclasses import dataclass
from datetime import date

from desks.models import Desk, Person
from rosters.drafting import Draft, draft_of
from rosters.engine.problem import Roster as Rows
from rosters.engine.problem import Rule
from rosters.engine.reasons import Change, Standing, why
from rosters.models import ShiftType
from rosters.planning import Plan, days_of
from rosters.queries import people_of_month
from rosters.queries.drafts import days_away, leaves_of_month
from rosters.saying import PARTS, rule_in_words

FEW = 3
"""So many who could are named to a colleague: nobody can be told from being left out."""
COUNTED = {Rule.FAIR_NIGHTS: "nights", Rule.FAIR_WEEKENDS: "weekends", Rule.FAIR_HOLIDAYS: "holidays"}


@dataclass(frozen=True)
class Other:
    """Somebody else in the person's place: what would be in the way, what worse, what better."""

    person: Person
    blocked: tuple[str, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True)
class Reasons:
    """What led to a cell."""

    shift: ShiftType | None
    needed: int
    there: int
    pinned: bool
    standings: tuple[tuple[str, Standing], ...]
    """Nights, weekends and holidays by name, each beside the fair share."""
    wishes: tuple[bool, ...]
    """Whether each wish about the day is met; the person's own."""
    off: Other | None
    """What would follow if the duty were left empty."""
    others: tuple[Other, ...]


def reasons_for(desk: Desk, month: date, plan: Plan, person: Person, day: date, *, pinned: bool, sees_all: bool) -> Reasons | None:
    """What led to a person's day in a plan; None where the engine has no words for it: a shift that is not in use any more,
    two shifts on the day, somebody who is not of the desk. `sees_all`: the reader drafts rosters.
    """
    people = [each.pk for each in people_of_month(desk, month)]
    leaves = leaves_of_month(desk, month, people)
    draft = draft_of(desk, month, away=days_away(leaves, desk, month), leaves=leaves)
    key, place = str(person.pk), days_of(month).index(day)
    cell = next((line.cells[day] for line in plan.lines if line.person == person and day in line.cells), None)
    shifts = cell.shifts if cell is not None else []
    if key not in draft.people or len(shifts) > 1 or any(shift.code not in draft.shifts for shift in shifts):
        return None
    found = why(draft.problem, rows_of_plan(draft, plan), key, place)
    others = [_other(change, draft) for change in found.others]
    if not sees_all:
        others = [Other(each.person, (), (), ()) for each in others if not each.blocked][:FEW]
    off = next((change for change in found.alternatives if change.cell is None), None)
    return Reasons(
        shifts[0] if shifts else None, found.needed, found.there, pinned,
        tuple((COUNTED[rule], standing) for rule, standing in found.standing.items() if rule in COUNTED), tuple(met for _weight, met in found.wishes),
        _other(off, draft) if off is not None and sees_all else None, tuple(others),
    )


def rows_of_plan(draft: Draft, plan: Plan) -> Rows:
    """The plan as the engine takes it, with what people do at other desks; of two shifts the first one."""
    days = sorted(draft.facts.days)
    rows: dict[str, list[str | None]] = {key: [None] * len(days) for key in draft.people}
    for pin in draft.problem.pins:
        rows[pin.person][pin.day] = pin.shift
    for line in plan.lines:
        for place, day in enumerate(days):
            cell = line.cells.get(day)
            if line.person is not None and str(line.person.pk) in rows and cell is not None and cell.shifts and cell.shifts[0].code in draft.shifts:
                rows[str(line.person.pk)][place] = cell.shifts[0].code
    return {key: tuple(row) for key, row in rows.items()}


def _other(change: Change, draft: Draft) -> Other:
    blocked = tuple(dict.fromkeys(rule_in_words(each, draft.people, draft.shifts) for each in change.blocked))
    parts = [(str(PARTS[rule]), amount) for rule, amount in change.parts.items() if rule in PARTS]
    return Other(
        draft.people[change.person], blocked, tuple(words for words, amount in parts if amount > 0), tuple(words for words, amount in parts if amount < 0),
    )
