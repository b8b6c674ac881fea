"""The month's hours go out for payroll as hours: no outcome, no fine, and recorded (A20, B2.6, I8)."""

import io
from datetime import timedelta

import pytest
import time_machine
from openpyxl import load_workbook

from desks.testing import Town, signed_in
from logbook.actions import close_watch, open_watch
from logbook.models import AccessRecord
from logbook.taking_out import listed
from rosters import actions
from rosters.models import PresenceCase
from rosters.tests.scenes import november
from rosters.tests.test_check_in import START, minutes
from rosters.tests.test_month_truth import OVER, sign


@pytest.mark.clause("B2.6")
@pytest.mark.clause("A10")
def test_the_file_has_hours_and_minutes_and_neither_outcome_nor_amount(town: Town, morning) -> None:
    november(town, morning)
    town.colleague.name_latin = "=cmd|Huang"
    town.colleague.save()
    watch = open_watch(actor=town.agent, desk=town.desk, now=START - minutes(15))
    assert actions.raise_no_shows(START + minutes(30)) == 1
    case = PresenceCase.objects.get()
    close_watch(actor=town.agent, watch=watch, now=START + timedelta(hours=8, minutes=25))
    actions.settle_presence(
        actor=town.supervisor, case=case, outcome="site_rules", special_reason=False, reason="扣罚五十元", now=OVER
    )
    sign(town)
    with time_machine.travel(OVER + minutes(1), tick=False):
        answer = signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/hours/export/?format=xlsx&month=2026-11")
        content = b"".join(answer.streaming_content)
        assert signed_in(town.butler).get(f"/rosters/{town.desk.slug}/hours/export/?format=xlsx&month=2026-11").status_code == 403
        assert signed_in(town.away.supervisor).get(f"/rosters/{town.desk.slug}/hours/export/?format=xlsx").status_code == 404
    sheet = load_workbook(io.BytesIO(content)).active
    rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    heads = next(row for row in rows if "Planned" in row)
    agent = dict(zip(heads, next(row for row in rows if "He Jiayi" in row), strict=True))
    worked = timedelta(hours=8, minutes=40)
    assert [agent[name] for name in ("Month", "Planned", "Done as planned", "Early", "Overtime", "Worked in all", "Worked in all, as signed off")] == [
        "2026-11", timedelta(hours=240), timedelta(hours=8), minutes(15), minutes(25), worked, worked,
    ], "amounts of time, which a workbook can add up"
    assert agent["Duties"] == 30 and agent["Employee number"] == town.agent.employee_number
    assert {cell.number_format for cell in sheet["F"][1:]} == {"[h]:mm"}, "more than a day is not written as a clock"
    everything = "\n".join("\t".join(map(str, row)) for row in rows)
    assert "扣罚" not in everything and "site's rules" not in everything and "outcome" not in everything.casefold()
    assert agent["Signed off"].startswith("2026-12-01 00:00") and "=cmd|Huang" in everything
    assert AccessRecord.objects.filter(page="hours_xlsx", person=town.supervisor).count() == 1


@pytest.mark.parametrize("asked", ["", "2026-13", "x", "2026-11-01", "2026-11\x00"])
def test_a_month_that_is_none_is_the_present_one(town: Town, morning, asked: str) -> None:
    found = listed("hours", of=town.desk, reader=town.supervisor, asked={"month": asked}, now=morning)
    assert (found.filters, found.count) == ({"month": "2026-11"}, 0)
