"""A month's roster as a spreadsheet, in the form in which it can be brought in again (A5, A35)."""

import io

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rosters.models import Roster
from rosters.planning import Plan

FILLS = {"early": "CFE6FB", "lunch": "FDE9BD", "late": "DCD9FB", "night": "D5DBE3"}


def sheet_of(roster: Roster, plan: Plan, roles: dict[int, str]) -> bytes:
    """The workbook's bytes. `roles` are the words beside each person, by id."""
    heads = ("姓名", "职务") if (get_language() or "en").startswith("zh") else ("Name", "Role")
    book = Workbook()
    page: Worksheet = book.active
    page.title = f"{roster.month:%Y-%m}"
    page.append([*heads, *[day.day for day in plan.days]])
    for line in plan.lines:
        assert line.person is not None
        page.append([line.person.name, roles.get(line.person.pk, "")])
        for column, (day, cell) in enumerate(line.cells.items(), start=3):
            field = page.cell(page.max_row, column, "+".join(shift.mark_zh for shift in cell.shifts) or "休")
            if cell.shifts:
                field.fill = PatternFill("solid", fgColor=FILLS[cell.shifts[0].tone])
            if day.weekday() >= 5:
                page.cell(1, column).font = Font(bold=True, color="B42318")
    for row in page.iter_rows():
        for field in row:
            if isinstance(field.value, str):
                field.data_type = "s"  # a name that begins with "=" is a name, never a formula
            if field.column > 2:
                field.alignment = Alignment(horizontal="center")
    for column in range(1, page.max_column + 1):
        page.column_dimensions[get_column_letter(column)].width = 14 if column < 3 else 4.5
    page.freeze_panes = "C2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
