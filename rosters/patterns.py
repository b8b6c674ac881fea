"""Changes of a plan's cells: what differs between two plans, what an edit makes of one, patterns that fill many cells (A5, I9).

Pure: a plan in, a plan or a list of changes out.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.queries import folded_name
from desks.refusal import Refused
from desks.templatetags.desks_tags import short_date
from rosters.models import ShiftType
from rosters.planning import OFF, Cell, Line, Plan

Codes = tuple[str, ...]
LONGEST_CYCLE = 60


@dataclass(frozen=True)
class CellChange:
    """One cell as its editor saw it, and as it shall be; codes of shifts, none for a day off."""

    person: int
    day: date
    before: Codes
    after: Codes


@dataclass(frozen=True)
class Cause:
    """One reason in words why a cell was changed, with its clause where a rule asks for it."""

    words: str
    clause: str = ""


@dataclass(frozen=True)
class Difference:
    """A cell in which two plans differ, and why where somebody asked."""

    person: Person
    day: date
    before: tuple[ShiftType, ...]
    after: tuple[ShiftType, ...]
    causes: tuple[Cause, ...] = ()


def differences(before: Plan, after: Plan) -> list[Difference]:
    """Every cell in which the plans differ, by day and then by name; a person who stands in one alone has no duties in the other."""
    old, new = _cells(before), _cells(after)
    people = {line.person.pk: line.person for line in [*before.lines, *after.lines] if line.person is not None}
    found = [
        Difference(people[key], day, old.get((key, day), ()), new.get((key, day), ()))
        for key, day in sorted(old.keys() | new.keys(), key=lambda place: (place[1], place[0]))
        if {shift.code for shift in old.get((key, day), ())} != {shift.code for shift in new.get((key, day), ())}
    ]
    return sorted(found, key=lambda each: (each.day, each.person.display_name))


def _cells(plan: Plan) -> dict[tuple[int, date], tuple[ShiftType, ...]]:
    return {
        (line.person.pk, day): tuple(cell.shifts) for line in plan.lines if line.person is not None for day, cell in line.cells.items() if cell.shifts
    }


def edited(plan: Plan, changes: Iterable[CellChange], people: Mapping[int, Person], shifts: Mapping[str, ShiftType]) -> Plan:
    """The plan with the changes; `people` may get a line of their own, `shifts` are those in use.

    Raises Refused where a cell is not what its editor saw (I9), or the person, the day or the shift is none of this roster's (A6).
    """
    lines = {line.person.pk: line for line in plan.lines if line.person is not None}
    for change in changes:
        if change.day not in plan.days or (change.person not in lines and change.person not in people):
            raise Refused("A6", _("This cell is not of this roster."), _("Load the page again."))
        line = lines.get(change.person)
        if line is None:
            person = people[change.person]
            line = lines[change.person] = Line(None, person.display_name, "", person, {day: Cell("", None) for day in plan.days})
            plan.lines.append(line)
        cell = line.cells[change.day]
        there = {shift.code: shift for shift in cell.shifts}
        if set(there) != set(change.before):
            raise Refused(
                "I9", _("The cell of %(name)s on %(day)s is not what you saw.") % {"name": line.name, "day": short_date(change.day)},
                _("Load the page again and look at what it says now."),
            )
        unknown = [code for code in change.after if code not in there and code not in shifts]
        if unknown:
            raise Refused("A6", _("“%(mark)s” is no shift of this desk.") % {"mark": unknown[0]}, _("Choose another shift."))
        line.cells[change.day] = Cell("", None, [there.get(code) or shifts[code] for code in dict.fromkeys(change.after)])
    return plan


def cycle_of(text: str, shifts: Sequence[ShiftType]) -> list[Codes]:
    """A rotation in marks, 早早晚晚休休 or E E L L off off, as codes by day. Raises Refused (A5)."""
    marks: dict[str, Codes] = {word: () for word in OFF if word}
    for shift in shifts:
        for word in (shift.mark_en, shift.mark_zh, shift.code, shift.label_en, shift.label_zh_hans, shift.label_zh_hant):
            if word:
                marks[folded_name(word)] = (shift.code,)
    found: list[Codes] = []
    for part in re.split(r"[\s,;、，；]+", text.strip()):
        rest = folded_name(part)
        while rest:
            word = max((word for word in marks if rest.startswith(word)), key=len, default="")
            if not word:
                raise Refused(
                    "A5", _("“%(mark)s” is no shift of this desk.") % {"mark": part},
                    _("Write one mark for each day, such as %(marks)s, and 休 or off for a day off.") % {"marks": ", ".join(each.mark for each in shifts)},
                    field="pattern",
                )
            found.append(marks[word])
            rest = rest.removeprefix(word).strip()
    if not found or len(found) > LONGEST_CYCLE:
        raise Refused("A5", _("A rotation has one to sixty days."), _("Write one mark for each day."), field="pattern")
    return found


def rotated(plan: Plan, people: Sequence[int], first: date, until: date, cycle: Sequence[Codes], keep: Collection[tuple[int, date]], later: int = 0) -> list[CellChange]:
    """The changes by which each of these people works the cycle from the first day on, each further one `later` days behind; cells of `keep` stay."""
    days = [day for day in plan.days if first <= day <= until]
    wanted = {(person, day): cycle[((day - first).days - place * later) % len(cycle)] for place, person in enumerate(people) for day in days}
    return _towards(plan, wanted, keep)


def week_copied(plan: Plan, people: Sequence[int], first: date, until: date, keep: Collection[tuple[int, date]]) -> list[CellChange]:
    """The changes by which the seven days from the first one on are repeated week by week until a day; cells of `keep` stay."""
    cells = {key: tuple(shift.code for shift in shifts) for key, shifts in _cells(plan).items()}
    wanted = {}
    for person in people:
        for day in plan.days:
            if first + timedelta(days=7) <= day <= until:
                wanted[person, day] = cells.get((person, first + timedelta(days=(day - first).days % 7)), ())
    return _towards(plan, wanted, keep)


def week_continued(
    plan: Plan, before: Plan | None, people: Sequence[int], first: date, until: date, keep: Collection[tuple[int, date]], shifts: Mapping[str, ShiftType]
) -> list[CellChange]:
    """The changes by which the seven days that end before the first one go on week by week until a day; those of the month before are looked up
    in `before`, and of them shifts that are in use alone. Cells of `keep` stay."""
    cells = {**(_cells(before) if before is not None else {}), **_cells(plan)}
    codes = {key: tuple(shift.code for shift in there if shift.code in shifts) for key, there in cells.items()}
    start = first - timedelta(days=7)
    days = [day for day in plan.days if first <= day <= until]
    wanted = {(person, day): codes.get((person, start + timedelta(days=(day - first).days % 7)), ()) for person in people for day in days}
    return _towards(plan, wanted, keep)


def _towards(plan: Plan, wanted: Mapping[tuple[int, date], Codes], keep: Collection[tuple[int, date]]) -> list[CellChange]:
    there = {key: tuple(shift.code for shift in shifts) for key, shifts in _cells(plan).items()}
    return [
        CellChange(person, day, there.get((person, day), ()), codes)
        for (person, day), codes in wanted.items() if (person, day) not in keep and set(there.get((person, day), ())) != set(codes)
    ]
