"""A plan as the month's grid: what page, preview, paper and spreadsheet show alike (A35)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desks.models import Person
from desks.templatetags.desks_tags import comma
from desks.wording import in_brackets, with_label
from rosters.models import ShiftType
from rosters.planning import Plan
from rosters.rules import span_of
from rosters.rules.days import DayKind, KindOfDay, there_throughout


@dataclass(frozen=True)
class GridCell:
    """One day of one person: the mark, what it means in words, and its classes."""

    mark: str
    title: str
    css: str
    day: date
    codes: str = ""
    """The codes of its shifts, joined by a plus."""


@dataclass(frozen=True)
class GridRow:
    """One person with the number of duties."""

    name: str
    person: Person | None
    bad: bool
    row: int | None
    cells: list[GridCell]
    total: int


@dataclass(frozen=True)
class Totals:
    """How many people each day has on one shift, all of it or in parts that cover it; `few` marks days with fewer than needed."""

    shift: ShiftType
    counts: list[tuple[int, bool]]
    needed: list[int]
    """How many people each day needs."""


@dataclass(frozen=True)
class GridDay:
    """A column's head."""

    day: date
    off: bool
    """A weekend or a public holiday."""
    today: bool
    mark: str = ""
    """What the calendar says of it besides the weekday, as short as a column."""
    title: str = ""


@dataclass(frozen=True)
class Grid:
    """The month's grid, ready to be shown."""

    days: list[GridDay]
    rows: list[GridRow]
    totals: list[Totals]
    legend: list[tuple[ShiftType, str]]
    """Each shift with the people that it needs, from the day that needs fewest to the one that needs most: 2, or 2–3."""
    duties: int
    parts: list[tuple[date, str, str]]
    """Day, person and hours of each cell whose hours are not its shift's own; its mark has a star."""
    leave: bool = False
    """Whether a cell says that somebody is on leave."""


def grid_of(
    plan: Plan, *, shifts: list[ShiftType], today: date, kinds: Mapping[date, KindOfDay], needs: Mapping[tuple[date, str, str], int],
    reader: Person | None = None, marks: Mapping[tuple[int, date], str] | None = None, leave: Collection[tuple[int, date]] = (),
) -> Grid:
    """Lays the plan out; `shifts` are the desk's types in use, the reader's own row is marked,
    `marks` are further classes of cells by the person's key and the day. `leave` are the days of which approved leave takes every
    hour, by person and day, for who may know of them: whose leave it is, and who drafts; its kind is nobody's (A13, I8).

    `kinds` and `needs` are those of the month's days (rosters.queries.days_of_kind, needs_of).
    """
    used = {shift.pk: shift for line in plan.lines for cell in line.cells.values() for shift in cell.shifts}
    legend = [*shifts, *(shift for shift in used.values() if shift not in shifts)]
    bad_rows = {problem.row for problem in plan.problems if problem.column == 1}
    parts: list[tuple[date, str, str]] = []
    shared: dict[tuple[ShiftType, date], list[tuple[datetime, datetime]]] = {}
    rows, counts = [], {shift.pk: dict.fromkeys(plan.days, 0) for shift in legend}
    for line in plan.lines:
        cells, total = [], 0
        mine = reader is not None and line.person == reader
        for day in plan.days:
            cell = line.cells.get(day)
            there = cell.shifts if cell else []
            apart = {shift.pk for shift, _starts, _ends in cell.parts} if cell else set()
            for shift in there:
                if shift.pk not in apart:
                    counts[shift.pk][day] += 1
            for shift, starts, ends in cell.parts if cell else ():
                shared.setdefault((shift, day), []).append((starts, ends))
            total += len(there)
            css = [there[0].tone] if there else []
            css += ["bad"] if cell and cell.problem else []
            css += ["mine"] if mine and there else []
            css += [marks[line.person.pk, day]] if marks and line.person is not None and (line.person.pk, day) in marks else []
            unread = cell.text if cell and not there and cell.problem else ""
            away = not there and not unread and line.person is not None and (line.person.pk, day) in leave
            css += ["leave"] if away else []
            words = comma().join(shift.label for shift in there) or unread or (_("on leave") if away else "")
            mark = "".join(shift.mark for shift in there) or unread[:2] or (pgettext("mark of a day", "Lv") if away else "")
            if cell and cell.hours:
                hours = comma().join(cell.hours)
                mark, words = f"{mark}*", in_brackets(words, hours)
                parts.append((day, line.name, hours))
            cells.append(GridCell(mark, words, " ".join(css), day, "+".join(shift.code for shift in there)))
        rows.append(GridRow(line.name, line.person, line.row in bad_rows, line.row, cells, total))
    for (shift, day), spans in shared.items():
        begins, ends = span_of(day=day, starts=shift.starts, ends=shift.ends, zone=spans[0][0].tzinfo)  # type: ignore[arg-type]
        counts[shift.pk][day] += there_throughout(spans, begins, ends)
    totals = [
        Totals(
            shift, [(counts[shift.pk][day], counts[shift.pk][day] < needs.get((day, shift.code, ""), 0)) for day in plan.days],
            [needs.get((day, shift.code, ""), 0) for day in plan.days],
        )
        for shift in legend
    ]
    days = [GridDay(day, kinds[day].is_off, day == today, *said_of(kinds[day])) for day in plan.days]
    return Grid(days, rows, totals, [(shift, _needed(needs, shift.code)) for shift in legend], sum(row.total for row in rows), sorted(parts), any("leave" in cell.css for row in rows for cell in row.cells))


def _needed(needs: Mapping[tuple[date, str, str], int], code: str) -> str:
    people = sorted({number for (_day, shift, skill), number in needs.items() if shift == code and not skill}) or [0]
    return f"{people[0]}–{people[-1]}" if len(people) > 1 else str(people[0])


def said_of(kind: KindOfDay) -> tuple[str, str]:
    """The mark of a day's head and what it means; nothing on ordinary days."""
    words = {
        DayKind.HOLIDAY: (pgettext("mark of a day", "PH"), _("public holiday")),
        DayKind.MAKEUP: (pgettext("mark of a day", "W"), _("make-up working day")),
    }
    mark, title = words.get(kind.kind, ("", ""))
    if kind.busy:
        mark, title = mark or pgettext("mark of a day", "!"), title or _("day of special need")
    if kind.closed:
        mark, title = pgettext("mark of a day", "×"), pgettext("day", "closed")
    return mark, with_label(title, str(kind.name)) if title else ""
