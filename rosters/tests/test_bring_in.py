"""Bringing a roster in: files as spreadsheets write them, and every problem with row, column and reason (A5, A6, I5)."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import Town
from rosters import actions
from rosters.models import PlannedDuty, Roster, RosterLine
from rosters.planning import plan_of
from rosters.queries import ground_of, plan_of_roster
from rosters.reading import MAX_BYTES, Unreadable, decoded, read_table
from rosters.tests.scenes import DECEMBER, csv_of, drafted, reported, roster_table


def xlsx_of(rows: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def typed(table: list[list[str]]) -> list[list[object]]:
    return [[int(cell) if cell.isdigit() else cell for cell in row] for row in table]


def wide(words: str) -> str:
    """The words in full-width characters, as an input method leaves them."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char not in ",\r\n" else char for char in words)


FORMS = {
    "utf-8": lambda table: csv_of(table, "utf-8"),
    "utf-8 with its mark": csv_of,
    "gb18030": lambda table: csv_of(table, "gb18030"),
    "utf-16, tabs": lambda table: "\r\n".join("\t".join(row) for row in table).encode("utf-16"),
    "semicolons": lambda table: "\n".join(";".join(row) for row in table).encode(),
    "old mac lines": lambda table: "\r".join(",".join(row) for row in table).encode(),
    "full width": lambda table: wide("\n".join(",".join(row) for row in table)).encode("gb18030"),
    "xlsx": lambda table: xlsx_of(typed(table)),
    "xlsx with dates": lambda table: xlsx_of(
        [["Name", "Role", *[datetime(2026, 12, day) for day in range(1, 32)]], *table[1:]]
    ),
    "a title, weekdays and sums": lambda table: csv_of(
        [["客服中心 12 月排班表"], [], [*table[0], "合计"], ["", "", *"二三四五六日一" * 4, "二", "三", "四"], *table[1:], ["合计", "", "2", "3"]]
    ),
    "names set apart": lambda table: csv_of([[row[0].replace("周敏", "周　敏").replace("姓名", "姓 名"), *row[1:]] for row in table]),
    "two lines of headings": lambda table: csv_of([["姓名", "职务", "日期"], ["", "", *table[0][2:]], *table[1:]]),
    "english": lambda table: csv_of(
        [["Name", "Role", *[f"{day}" for day in range(1, 32)]]]
        + [[{"何嘉怡": "he jiayi", "周敏": "ZHOU MIN"}.get(row[0], row[0]), *row[1:]] for row in table[1:]]
    ).replace("早".encode(), b"E").replace("晚".encode(), b"late").replace("休".encode(), b"off"),
}


@pytest.mark.clause("A5")
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_file_says_the_same(town: Town, morning, form: str) -> None:
    table = roster_table(town)
    plan = plan_of(read_table(FORMS[form](table)), ground_of(town.desk, DECEMBER, morning))
    assert [(problem.place, str(problem.reason)) for problem in plan.problems] == []
    wanted = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert list(plan.duties) == list(wanted.duties) and plan.count == 93


@pytest.mark.clause("A5")
def test_it_becomes_a_draft_as_it_stands_in_the_file(town: Town, morning) -> None:
    roster = drafted(town, morning)
    assert (roster.state, roster.version, roster.month) == ("draft", 1, DECEMBER)
    plan = plan_of_roster(roster)
    assert [line.person for line in plan.lines] == [town.agent, town.colleague, town.butler, town.second_butler]
    table = roster_table(town)
    shown = [["".join(shift.mark_zh for shift in cell.shifts) or "休" for cell in line.cells.values()] for line in plan.lines]
    assert shown == [row[2:] for row in table[1:]]


@pytest.mark.clause("A5")
def test_the_sample_month_is_read_whole(town: Town, morning) -> None:
    sample = Path(__file__).parents[2] / "duty_desk/sample/roster-2026-12.csv"
    plan = plan_of(read_table(sample.read_bytes()), ground_of(town.desk, DECEMBER, morning))
    assert (len(plan.lines), len(plan.days)) == (8, 31)
    assert {str(problem.reason) for problem in plan.problems} == {"Nobody at this site has this name."}
    assert [problem.place for problem in plan.problems] == ["A4", "A7", "A8", "A9"]


def put(row: int, column: int, words: str):
    def change(table: list[list[str]]) -> None:
        table[row][column] = words

    return change


def append(row: int, words: str):
    return lambda table: table[row].append(words)


BAD_TABLES = {
    "unknown person": (put(1, 0, "无此人"), "A2", "Nobody at this site"),
    "unknown shift": (put(2, 5, "夜"), "F3", "“夜” is no shift"),
    "hostile shift": (put(2, 5, "<script>"), "F3", "“<script>” is no shift"),
    "a day too many": (append(0, "32"), "AH1", "no day 32"),
    "a day of another month": (put(0, 32, "11月30日"), "AG1", "another month"),
    "a day twice": (put(0, 3, "1"), "D1", "stands there twice"),
    "no day at all": (put(0, 3, "foo"), "D1", "is no day"),
    "a cell beyond the last day": (append(1, "早"), "AH2", "beyond the last day"),
    "the same person twice": (put(2, 0, "何嘉怡"), "A3", "stands in the file twice, first in row 2"),
    "the same person twice, once in Latin letters": (put(2, 0, "He Jiayi"), "A3", "twice"),
    "no name": (put(1, 0, ""), "A2", "no name"),
    "a role that may not take duty": (put(1, 0, "方建平"), "A2", "no role that may take a duty"),
    "two shifts at once": (put(1, 2, "早+夜"), "C2", "is no shift"),
}


@pytest.mark.clause("A5")
@pytest.mark.parametrize("case", BAD_TABLES)
def test_every_problem_names_its_place_and_reason_and_nothing_is_half_imported(town: Town, morning, case: str) -> None:
    change, place, reason = BAD_TABLES[case]
    table = roster_table(town)
    change(table)
    with pytest.raises(actions.NotBroughtIn) as refused:
        actions.bring_in(actor=town.supervisor, desk=town.desk, month=DECEMBER, table=table, name="x", now=morning)
    assert place in {problem.place for problem in refused.value.plan.problems}
    problem = next(problem for problem in refused.value.plan.problems if problem.place == place)
    assert reason in str(problem.reason)
    assert not (Roster.objects.exists() or RosterLine.objects.exists() or PlannedDuty.objects.exists())


@pytest.mark.clause("A5")
def test_all_problems_are_found_at_once(town: Town, morning) -> None:
    table = roster_table(town)
    for change in (put(1, 0, "无此人"), put(2, 5, "夜"), append(0, "32")):
        change(table)
    for row in table[1:]:
        row[9] = "休"
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert [problem.place for problem in plan.problems] == ["J", "AH1", "A2", "F3"]
    assert "Nobody is on duty on day 8" in str(plan.problems[0].reason)


@pytest.mark.clause("A5")
def test_a_heading_of_another_month_is_one_matter(town: Town, morning) -> None:
    table = roster_table(town)
    table[0][2:] = [f"11月{day}日" for day in range(1, 32)]
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert plan.problems[-1].reason == "The heading names no day of this month." and len(plan.problems) == 32
    assert all("a day of another month" in str(problem.reason) for problem in plan.problems[:-1])


@pytest.mark.clause("A5")
def test_a_month_without_its_last_day_and_one_with_a_day_too_many(town: Town, morning) -> None:
    november = date(2026, 11, 1)
    plan = plan_of(roster_table(town), ground_of(town.desk, november, morning))
    assert [(problem.place, str(problem.reason)) for problem in plan.problems] == [
        ("AG1", "The month has no day 31: a day too many.")
    ]
    plan = plan_of(roster_table(town, november), ground_of(town.desk, DECEMBER, morning))
    assert "Day 31 of the month is missing." in {str(problem.reason) for problem in plan.problems}


@pytest.mark.clause("A6")
def test_a_closed_day_needs_nobody_and_few_people_are_only_noted(town: Town, morning) -> None:
    town.desk.opening_hours.filter(weekday=6).delete()
    table = roster_table(town)
    for row in table[1:]:
        row[7] = "休"
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert plan.problems == []
    assert "Day 1, Late: 1 of 2 people." in plan.notes


@pytest.mark.clause("A6")
def test_an_ambiguous_name_is_solved_by_the_employee_number(town: Town, morning) -> None:
    from desks.testing import make_person

    twin = make_person("twin", "何嘉怡", town.agent.employer, "0777")
    Membership.objects.create(
        person=twin, site=town.site, desk=town.desk, role=Role.AGENT, starts_at=datetime(2026, 12, 1, tzinfo=UTC) - timedelta(hours=8)
    )
    table = roster_table(town)
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert [(problem.place, "Several" in str(problem.reason)) for problem in plan.problems] == [("A2", True)]
    for row, number in zip(table, ["工号", "0777", "0002", "0003", "0004"], strict=True):
        row.insert(1, number)
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert plan.problems == [] and plan.lines[0].person == twin


@pytest.mark.clause("A6")
def test_who_leaves_within_the_month_takes_no_duty_after_that(town: Town, morning) -> None:
    row = Membership.objects.get(person=town.agent)
    row.ends_at = datetime(2026, 12, 30, 16, tzinfo=UTC)
    row.save()
    table = roster_table(town)
    table[1][32] = "早"
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert [problem.place for problem in plan.problems] == ["AG2"]


@pytest.mark.clause("I5")
def test_an_overlap_with_another_desk_names_it(town: Town, morning) -> None:
    Membership.objects.create(
        person=town.agent, site=town.site, desk=town.other_desk, role=Role.AGENT, starts_at=morning - timedelta(days=1)
    )
    town.other_desk.opening_hours.all().delete()
    only_first = "早" + "休" * 30
    reported(town, morning, desk=town.other_desk, agent=only_first)
    plan = plan_of(roster_table(town), ground_of(town.desk, DECEMBER, morning))
    assert [(problem.place, str(problem.reason)) for problem in plan.problems] == [("C2", "何嘉怡 has a duty at Side then.")]


@pytest.mark.clause("I5")
def test_a_night_runs_into_the_next_day_s_early_shift(town: Town, morning) -> None:
    from rosters.models import ShiftType

    ShiftType.objects.create(
        desk=town.desk, code="night", label_en="Night", mark_en="N", mark_zh="夜", starts="22:00", ends="08:30", tone="night"
    )
    table = roster_table(town)
    table[1][2], table[1][3] = "夜", "早"
    plan = plan_of(table, ground_of(town.desk, DECEMBER, morning))
    assert [(problem.place, "two duties at once" in str(problem.reason)) for problem in plan.problems] == [("D2", True)]


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2028, 1, 1)])
def test_a_month_that_is_over_or_far_away_is_refused(town: Town, morning, month: date) -> None:
    with pytest.raises(Refused) as refused:
        drafted(town, morning, month=month)
    assert refused.value.field == "month"


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (21 * 1024 * 1024))
    return made.getvalue()


def entities() -> bytes:
    made = io.BytesIO(xlsx_of([["姓名", 1]]))
    with zipfile.ZipFile(made, "a") as packed:
        packed.writestr("xl/more.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    return made.getvalue()


BAD_FILES = {
    "empty": b"",
    "only a mark": b"\xef\xbb\xbf",
    "blank lines": b",,\n\n,,\n",
    "too large": b"x" * (MAX_BYTES + 1),
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00",
    "broken characters": b"\xff\xff\xff\xff",
    "a quote left open": '姓名,1\n"周敏,早'.encode(),
    "a zip that is cut off": xlsx_of([["姓名", 1]])[:600],
    "a zip that is no workbook": bomb()[:0] + b"PK\x03\x04" + b"\x00" * 40,
    "a bomb": bomb(),
    "entities": entities(),
    "too many lines": "姓名,1\n".encode() * 400,
    "too many columns": ("姓名," + "1," * 200).encode(),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_in_words(case: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_table(BAD_FILES[case])
    assert refused.value.field == "file" and refused.value.remedy


def test_characters_are_told_apart() -> None:
    assert decoded("周敏".encode("gb18030")) == decoded("周敏".encode()) == decoded("周敏".encode("utf-8-sig")) == "周敏"


@pytest.mark.clause("A5")
def test_the_command_imports_or_lists_the_problems(town: Town, morning, tmp_path, capsys, time_machine_at) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(csv_of(roster_table(town), "gb18030"))
    table = roster_table(town)
    put(2, 5, "夜")(table)
    bad.write_bytes(csv_of(table))
    options = {"desk": town.desk.slug, "month": "2026-12", "login": town.supervisor.login}
    with pytest.raises(CommandError, match="1 problem; nothing"):
        call_command("import_roster", str(bad), **options)
    assert "F3: “夜” is no shift" in capsys.readouterr().err
    call_command("import_roster", str(good), dry_run=True, **options)
    assert "no problem" in capsys.readouterr().out and not Roster.objects.exists()
    call_command("import_roster", str(good), **options)
    assert Roster.objects.get().planned.count() == 93


@pytest.mark.parametrize(
    "wrong", [{"desk": "nowhere"}, {"login": "nobody-here"}, {"month": "Dec"}, {"login": "taikoo-agent"}]
)
def test_the_command_says_what_is_wrong(town: Town, tmp_path, wrong: dict, time_machine_at) -> None:
    file = tmp_path / "good.csv"
    file.write_bytes(csv_of(roster_table(town)))
    options = {"desk": town.desk.slug, "month": "2026-12", "login": town.supervisor.login} | wrong
    with pytest.raises(CommandError):
        call_command("import_roster", str(file), **options)
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_roster", str(tmp_path / "none.csv"), **(options | {"desk": town.desk.slug, "month": "2026-12", "login": town.supervisor.login}))
    assert not Roster.objects.exists()


@pytest.fixture
def time_machine_at(morning):
    """The command reads the clock itself: it stands at the tests' morning."""
    import time_machine

    with time_machine.travel(morning, tick=False):
        yield
