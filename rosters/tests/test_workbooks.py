"""Workbooks as people keep them: merged cells, formulas, numbers that lost their noughts (A5)."""

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from desks.testing import Town
from rosters.planning import Plan, plan_of
from rosters.queries import ground_of
from rosters.reading import read_table
from rosters.tests.scenes import DECEMBER, roster_table


def read(town: Town, now, rows: list[list[str]], change: Callable[[Worksheet], object]) -> Plan:
    """The plan that a workbook of the rows gives once it was changed."""
    book = Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    change(book.active)
    made = io.BytesIO()
    book.save(made)
    return plan_of(read_table(made.getvalue()), ground_of(town.desk, DECEMBER, now))


@pytest.mark.clause("A5")
def test_a_merged_cell_holds_for_each_day_that_it_covers(town: Town, morning) -> None:
    table = roster_table(town)
    plan = read(town, morning, table, lambda sheet: sheet.merge_cells("E2:G2"))
    assert plan.problems == []
    cells = list(plan.lines[0].cells.values())
    assert [cell.text for cell in cells[2:5]] == [table[1][4]] * 3 != table[1][4:7]


@pytest.mark.clause("A5")
def test_a_merged_title_and_merged_headings_change_nothing(town: Town, morning) -> None:
    table = roster_table(town)
    weekdays = ["", "", *"二三四五六日一" * 4, "二", "三", "四"]
    rows = [["值班表"], ["姓名", "职务", "日期"], ["", "", *table[0][2:]], weekdays, *table[1:]]

    def merge(sheet: Worksheet) -> None:
        for bounds in ("A1:AG1", "A2:A4", "B2:B4", "C2:AG2"):
            sheet.merge_cells(bounds)

    plan = read(town, morning, rows, merge)
    assert plan.problems == [] and plan.count == plan_of(table, ground_of(town.desk, DECEMBER, morning)).count


@pytest.mark.clause("A5")
def test_a_formula_without_its_value_is_a_problem_and_never_a_day_off(town: Town, morning) -> None:
    def write(sheet: Worksheet) -> None:
        sheet["D2"] = "=C2"
        sheet["AH1"], sheet["AH2"] = "合计", "=COUNTA(C2:AG2)"

    plan = read(town, morning, roster_table(town), write)
    assert [(problem.place, str(problem.reason)) for problem in plan.problems] == [("D2", "“=C2” is no shift of this desk.")]


@pytest.mark.clause("A6")
def test_an_employee_number_is_found_without_its_noughts(town: Town, morning) -> None:
    town.agent.employee_number = "0104"
    town.agent.save()
    table = roster_table(town)
    table[1][0] = "104"
    plan = read(town, morning, table, lambda sheet: None)
    assert plan.problems == [] and plan.lines[0].person == town.agent
