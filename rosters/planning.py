"""From a table to a plan: people down, days across, and every problem with its row, column and reason (A5, A6, I5).

Pure: what it must know of people, shifts and duties stands in `Ground`. A plan with a problem is never brought in.
"""

import calendar
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from desks.models import Person
from desks.queries import folded_name, resolve_name
from desks.refusal import Refused, Words
from rosters.models import ShiftType
from rosters.reading import Table
from rosters.rules import span_of

Span = tuple[datetime, datetime | None]

NAME_HEADS = {"姓名", "名字", "人员", "人員", "员工", "員工", "name", "person", "staff"}
ROLE_HEADS = {"职务", "職務", "岗位", "崗位", "职位", "職位", "role", "position", "title"}
NUMBER_HEADS = {"工号", "工號", "员工编号", "員工編號", "employee number", "employee no", "employee no.", "number", "no", "no."}
OTHER_HEADS = {"序号", "序號", "合计", "合計", "总计", "總計", "备注", "備註", "total", "duties", "remark", "remarks", "notes", "#"}
WEEKDAY_HEADS = {"星期", "周", "週", "weekday", "day", "日期", "date", ""}
WEEKDAY = re.compile(r"(周|週|星期)?[一二三四五六日天]|(mon|tue|wed|thu|fri|sat|sun)[a-z]*|[mtwfs]", re.IGNORECASE)
OFF = {"", "休", "休息", "off", "o", "rest", "-", "–", "—", "/", "\\"}
SEPARATORS = re.compile(r"[+/、&,;]")
_AFTER = r"(?:\s*\(?(?:周|週|星期)?[一二三四五六日天]\)?|\s*\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?)?"
DAY_FORMS = [
    re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + _AFTER, re.IGNORECASE),
    re.compile(r"(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号號]?" + _AFTER, re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})[日号號]?" + _AFTER, re.IGNORECASE),
]
HEAD_WITHIN = 10


@dataclass(frozen=True)
class Ground:
    """What a plan is checked against: the desk's people, shifts and days, and duties in force anywhere."""

    month: date
    zone: ZoneInfo
    by_name: dict[str, list[Person]]
    eligible: dict[int, list[Span]]
    """When each person has a role that may take a duty at the desk (A6)."""
    shifts: list[ShiftType]
    open_days: set[date]
    needs: dict[tuple[date, str, str], int]
    """People needed by day, shift and skill, as the day's kind asks for (rosters.queries.needs_of)."""
    busy: dict[int, list[tuple[datetime, datetime, str]]]
    """Duties in force of each person, with the desk's name; empty where the desk is of another site (I8)."""
    away: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """When each person is on approved leave (A13)."""

    @property
    def days(self) -> list[date]:
        """The days of the month."""
        return days_of(self.month)


@dataclass(frozen=True)
class Problem:
    """What keeps a file from being brought in; row and column are the sheet's, from 1, None where it is about all."""

    row: int | None
    column: int | None
    reason: Words
    remedy: Words = ""

    @property
    def column_name(self) -> str:
        """The column as a spreadsheet names it: A, B … AA."""
        letters, rest = "", self.column or 0
        while rest:
            rest, place = divmod(rest - 1, 26)
            letters = chr(ord("A") + place) + letters
        return letters

    @property
    def place(self) -> str:
        """The cell, the row or the column, as a spreadsheet writes it."""
        return f"{self.column_name}{self.row or ''}"


@dataclass
class Cell:
    """One day of one person: the words of the file, and the shifts they mean."""

    text: str
    column: int | None
    shifts: list[ShiftType] = field(default_factory=list)
    problem: bool = False
    hours: list[str] = field(default_factory=list)
    """The hours that are in force where they are not the shift's own: a part, an extension, support."""
    parts: list[tuple[ShiftType, datetime, datetime]] = field(default_factory=list)
    """What is in force, as moments of the site's zone, each with its shift; nothing of what is only planned."""


@dataclass
class Line:
    """One person of the plan, by the days of the month."""

    row: int | None
    name: str
    role: str
    person: Person | None
    cells: dict[date, Cell]


@dataclass
class Plan:
    """What a file says, with all that is wrong with it. `notes` are worth a look and keep nothing back."""

    month: date
    days: list[date]
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def duties(self) -> Iterator[tuple[Person, date, ShiftType]]:
        """Every duty that the plan asks for."""
        for line in self.lines:
            for day, cell in line.cells.items():
                for shift in cell.shifts:
                    if line.person is not None:
                        yield line.person, day, shift

    @property
    def count(self) -> int:
        """How many duties the plan asks for."""
        return sum(1 for _duty in self.duties)


@dataclass
class _Head:
    row: int
    name: int
    role: int | None
    number: int | None
    days: dict[int, date]
    width: int


def days_of(month: date) -> list[date]:
    """The days of a month."""
    last = calendar.monthrange(month.year, month.month)[1]
    return [month.replace(day=number) for number in range(1, last + 1)]


def plan_of(table: Table, ground: Ground) -> Plan:
    """Reads the table against the ground; finds every problem, not only the first."""
    plan = Plan(ground.month, ground.days)
    head = _head_of(table, ground, plan)
    if head is None:
        return plan
    seen: dict[int, int] = {}
    for number, row in enumerate(table[head.row :], start=head.row + 1):
        line = _line_of(row, number, head, ground, plan)
        if line is None:
            continue
        if line.person is not None and line.person.pk in seen:
            reason = _("%(name)s stands in the file twice, first in row %(row)d.")
            words = reason % {"name": line.name, "row": seen[line.person.pk]}
            plan.problems.append(Problem(number, head.name + 1, words, _("Keep one row for each person.")))
        elif line.person is not None:
            seen[line.person.pk] = number
        plan.lines.append(line)
    check_people(plan, ground, name_column=head.name + 1)
    check_overlaps(plan, ground)
    _check_days(plan, head, ground)
    plan.problems.sort(key=lambda problem: (problem.row or 0, problem.column or 0))
    return plan


def _head_of(table: Table, ground: Ground, plan: Plan) -> _Head | None:
    found = (
        (number, place)
        for number, row in enumerate(table[:HEAD_WITHIN], start=1)
        for place, words in enumerate(row)
        if folded_name(words) in NAME_HEADS
    )
    number, name = next(found, (0, 0))
    if not number:
        plan.problems.append(
            Problem(1, 1, _("No heading was found."), _("The first line reads 姓名, 职务, 1, 2, 3 … or Name, Role, 1, 2, 3 …"))
        )
        return None
    heads = [folded_name(cell) for cell in table[number - 1]]
    below = [folded_name(cell) for cell in table[number]] if number < len(table) else []
    if _days_in(below) > _days_in(heads):
        # Two lines of headings: "date" above, the days below; names and roles stand in the first.
        pairs = itertools.zip_longest(heads, below, fillvalue="")
        heads = [upper if upper in NAME_HEADS | ROLE_HEADS | NUMBER_HEADS else lower for upper, lower in pairs]
        number += 1
    head = _Head(number, name, None, None, {}, len(heads))
    for place, words in enumerate(heads):
        if place == name or not words or words in OTHER_HEADS:
            continue
        if words in ROLE_HEADS:
            head.role = place
        elif words in NUMBER_HEADS:
            head.number = place
        else:
            _day_head(words, place, head, ground, plan)
    if not head.days:
        reason = _("The heading names no day of this month.")
        plan.problems.append(Problem(number, None, reason, _("Choose the month that the file is for.")))
        return None
    for missing in [day for day in ground.days if day not in head.days.values()]:
        reason = _("Day %(day)d of the month is missing.") % {"day": missing.day}
        plan.problems.append(Problem(number, None, reason, _("Add a column for it.")))
    return head


def _days_in(words: list[str]) -> int:
    return sum(any(form.fullmatch(each) for form in DAY_FORMS) for each in words)


def _day_head(words: str, place: int, head: _Head, ground: Ground, plan: Plan) -> None:
    def problem(reason: str, remedy: str) -> None:
        plan.problems.append(Problem(head.row, place + 1, reason, remedy))

    found = next((match for form in DAY_FORMS if (match := form.fullmatch(words))), None)
    if found is None:
        problem(_("“%(words)s” is no day.") % {"words": words}, _("Write the number of the day, or remove the column."))
        return
    parts = {name: int(value) for name, value in found.groupdict().items()}
    if parts.get("y", ground.month.year) != ground.month.year or parts.get("m", ground.month.month) != ground.month.month:
        problem(_("“%(words)s” is a day of another month.") % {"words": words}, _("Choose the month that the file is for."))
        return
    if not 1 <= parts["d"] <= len(ground.days):
        reason = _("The month has no day %(day)d: a day too many.") % {"day": parts["d"]}
        problem(reason, _("Remove the column, or choose another month."))
        return
    day = ground.days[parts["d"] - 1]
    if day in head.days.values():
        problem(_("Day %(day)d stands there twice.") % {"day": day.day}, _("Keep one column for each day."))
        return
    head.days[place] = day


def _line_of(row: list[str], number: int, head: _Head, ground: Ground, plan: Plan) -> Line | None:
    def at(place: int | None) -> str:
        return row[place] if place is not None and place < len(row) else ""

    def problem(place: int, reason: Words, remedy: Words = "") -> None:
        plan.problems.append(Problem(number, place + 1, reason, remedy))

    name = at(head.name)
    texts = [at(place) for place in head.days]
    if folded_name(name) in OTHER_HEADS or not any(row):
        return None
    if folded_name(name) in WEEKDAY_HEADS | NAME_HEADS and any(texts) and all(not text or WEEKDAY.fullmatch(text) for text in texts):
        return None
    for place in range(head.width, len(row)):
        if row[place]:
            problem(place, _("“%(words)s” stands beyond the last day.") % {"words": row[place]}, _("Remove it."))
    if not name:
        if any(texts) or at(head.role):
            problem(head.name, _("This row has no name."), _("Write the person's name, or remove the row."))
        return None
    person = None
    try:
        person = resolve_name(at(head.number) or name, ground.by_name)
    except Refused as refusal:
        place = head.number if head.number is not None and at(head.number) else head.name
        problem(place, refusal.reason, refusal.remedy)
    if person is not None and at(head.number) and folded_name(name) not in {folded_name(person.name), folded_name(person.name_latin)}:
        problem(head.name, _("Name and employee number are of two people."), _("Correct one of them."))
    line = Line(number, name, at(head.role), person, {})
    marks = _marks(ground.shifts)
    for place, day in head.days.items():
        cell = line.cells[day] = Cell(at(place), place + 1)
        unknown = _fill(cell, marks)
        if unknown:
            cell.problem = True
            problem(
                place, _("“%(mark)s” is no shift of this desk.") % {"mark": unknown},
                _("Known are: %(marks)s, and 休 or off for a day off.") % {"marks": ", ".join(" / ".join(dict.fromkeys((each.mark, each.mark_zh))) for each in ground.shifts)},
            )
    return line


def _marks(shifts: list[ShiftType]) -> dict[str, ShiftType]:
    found = {}
    for shift in shifts:
        for words in (shift.mark_en, shift.mark_zh, shift.code, shift.label_en, shift.label_zh_hans, shift.label_zh_hant):
            if words:
                found[folded_name(words)] = shift
    return found


def _fill(cell: Cell, marks: dict[str, ShiftType]) -> str:
    """Puts the shifts of the words into the cell; answers with the words that mean none."""
    words = folded_name(cell.text)
    if words in OFF:
        return ""
    parts = [words] if words in marks else [part.strip() for part in SEPARATORS.split(words)]
    for part in parts:
        if part not in marks:
            return cell.text
        if marks[part] not in cell.shifts:
            cell.shifts.append(marks[part])
    return ""


def check_people(plan: Plan, ground: Ground, *, name_column: int | None = None) -> None:
    """Who has no role that may take a duty at the desk, at all or on a day (A6)."""
    remedy = _("Give the duty to somebody else, or change the role first.")
    for line in plan.lines:
        duties = [(day, cell, shift) for day, cell in line.cells.items() for shift in cell.shifts]
        if line.person is None or not duties:
            continue
        spans = ground.eligible.get(line.person.pk, [])
        if not spans:
            reason = _("%(name)s has no role that may take a duty at this desk.") % {"name": line.name}
            plan.problems.append(Problem(line.row, name_column, reason, remedy))
            continue
        for day, cell, shift in duties:
            begins, ends = span_of(day=day, starts=shift.starts, ends=shift.ends, zone=ground.zone)
            if not any(since <= begins and (until is None or ends <= until) for since, until in spans):
                cell.problem = True
                reason = _("%(name)s may not take a duty at this desk on this day.") % {"name": line.name}
                plan.problems.append(Problem(line.row, cell.column, reason, remedy))


def check_overlaps(plan: Plan, ground: Ground) -> None:
    """Nobody is on two duties at once, neither in the plan nor with another desk, nor on duty during leave (A13, I5)."""
    for line in plan.lines:
        if line.person is None:
            continue
        own = sorted(
            (
                (*span_of(day=day, starts=shift.starts, ends=shift.ends, zone=ground.zone), cell)
                for day, cell in line.cells.items()
                for shift in cell.shifts
            ),
            key=lambda duty: duty[:2],
        )
        for (_starts, ends, _cell), (after, _ends, cell) in itertools.pairwise(own):
            if after < ends:
                cell.problem = True
                reason = _("%(name)s would be on two duties at once.") % {"name": line.name}
                plan.problems.append(Problem(line.row, cell.column, reason, _("Take one of them away.")))
        for starts, ends, cell in own:
            if any(begins < ends and starts < stops for begins, stops in ground.away.get(line.person.pk, [])):
                cell.problem = True
                reason = _("%(name)s is on leave then.") % {"name": line.name}
                plan.problems.append(Problem(line.row, cell.column, reason, _("Give the duty to somebody else.")))
            for begins, stops, place in ground.busy.get(line.person.pk, []):
                if begins < ends and starts < stops:
                    cell.problem = True
                    where = place or _("another desk")
                    reason = _("%(name)s has a duty at %(desk)s then.") % {"name": line.name, "desk": where}
                    plan.problems.append(Problem(line.row, cell.column, reason, _("Choose somebody else for one of them.")))


def _check_days(plan: Plan, head: _Head, ground: Ground) -> None:
    """An open day without anyone is a problem; fewer people than a shift needs is worth a look."""
    for place, day in head.days.items():
        cells = [line.cells[day] for line in plan.lines if day in line.cells]
        if day in ground.open_days and not any(cell.shifts or cell.problem for cell in cells):
            reason = _("Nobody is on duty on day %(day)d.") % {"day": day.day}
            plan.problems.append(Problem(None, place + 1, reason, _("The desk is open that day: plan somebody.")))
            continue
        for shift in ground.shifts:
            there = sum(shift in cell.shifts for cell in cells)
            needed = ground.needs.get((day, shift.code, ""), 0)
            if 0 < there < needed:
                words = _("Day %(day)d, %(shift)s: %(there)d of %(needed)d people.")
                plan.notes.append(
                    words % {"day": day.day, "shift": shift.label, "there": there, "needed": needed}
                )
