"""The rostering benchmark: the form is read as it says, its own checker refuses what it forbids, the command writes a legal roster."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import curtois
from bench.invented import instance_text
from rosters.engine.checking import breaches_of, cost_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.oracle import Oracle
from rosters.engine.solving import solve

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = """# a comment
SECTION_HORIZON
7
SECTION_SHIFTS
E,480,
L,420,E|N
N,600,
SECTION_STAFF
A,E=7|L=2|N=0,2400,900,4,2,2,0
B,E=7|L=7|N=7,2400,0,4,1,1,1
SECTION_DAYS_OFF
A,1
SECTION_SHIFT_ON_REQUESTS
A,2,E,3
SECTION_SHIFT_OFF_REQUESTS
B,0,L,2
SECTION_COVER
0,E,1,100,1
3,L,1,50,2
"""


@pytest.fixture(scope="module")
def instance():
    """The small instance above."""
    return curtois.parsed(TEXT)


@pytest.mark.clause("A3")
def test_the_form_is_read_as_it_says(instance):
    assert (instance.horizon, instance.minutes) == (7, {"E": 480, "L": 420, "N": 600})
    assert instance.not_after == {"E": set(), "L": {"E", "N"}, "N": set()}
    assert (instance.staff["A"].most_of["N"], instance.staff["A"].off, instance.staff["B"].most_weekends) == (0, {1}, 1)
    assert instance.cover[1] == (3, "L", 1, 50, 2)


@pytest.mark.clause("A3")
@pytest.mark.parametrize("line", ["0,Q,1,100,1", "x,E,1,100,1", "0,E"])
def test_a_line_that_cannot_be_read_is_named(line):
    with pytest.raises(ValueError, match="line 20"):
        curtois.parsed(TEXT + line + "\n")


@pytest.mark.clause("A3")
@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("- - E E - - -", None), ("E E - - E - -", "day off"), ("- - L E - - -", "E after L"), ("- - E - E - -", "only 1 days"),
        ("- - E E - E -", "weekends"), ("- - L L L - -", "3 of L"), ("E - E E E E E", "2880 minutes"), ("- - N N - - -", "2 of N"),
        ("- - E E E - E", "only 1 days off"), ("E - - - - - -", "480 minutes"), ("- - E E - -", "6 days instead"),
    ],
)
def test_the_form_s_own_checker_refuses_what_the_form_forbids(instance, row, fault):
    cells = ["" if cell == "-" else cell for cell in row.split()]
    found = curtois.faults(instance, {"A": cells, "B": [""] * 7})
    assert bool(found) == (fault is not None)
    assert fault is None or any(fault in line for line in found)


@pytest.mark.clause("A3")
def test_cost_is_wishes_and_cover(instance):
    roster = {"A": ["", "", "", "L", "L", "", ""], "B": ["L", "", "", "L", "", "", ""]}
    assert curtois.cost_of(instance, roster) == 3 + 2 + 100 + 2


@pytest.mark.clause("A3")
@pytest.mark.parametrize(("people", "weeks", "shifts"), [(6, 2, 2), (8, 2, 4), (5, 4, 3)])
def test_both_checkers_agree_on_what_the_engine_drafts(people, weeks, shifts):
    instance = curtois.parsed(instance_text(people, weeks, shifts, seed=people))
    problem = curtois.problem_of(instance)
    result = solve(problem, 0.6)
    back = curtois.read_back(curtois.written(dict(result.roster)))
    assert curtois.faults(instance, back) == []
    assert curtois.cost_of(instance, back) == cost_of(problem, result.roster) == result.cost
    assert result.bound <= result.cost


@pytest.mark.clause("A3")
def test_a_horizon_too_long_for_exact_prices_still_gives_legal_days_within_the_memory():
    instance = curtois.parsed(instance_text(6, 16, 3, seed=1))
    problem = curtois.problem_of(instance)
    core = compiled(problem)
    oracle = Oracle(core, memory=2_000_000)
    assert not oracle.exact
    assert all(pricer.cells() * 4 <= 250_000 for pricer in oracle.pricers)
    who, values, schedules = oracle.under(list(range(6)), core.work, core.off, core.off[:, 0] * 0)
    oracle.close()
    codes = [shift.code for shift in problem.shifts]
    rows = {problem.people[p].key: tuple(codes[s] if s >= 0 else None for s in row) for p, row in zip(who, schedules, strict=True)}
    hard = [breach for breach in breaches_of(problem, rows) if breach.cost is None and breach.at.rule != "shift_limit"]
    assert len(values) == 6
    assert hard == []


@pytest.mark.clause("A3")
def test_the_command_writes_a_legal_roster(tmp_path):
    (tmp_path / "small.txt").write_text(instance_text(4, 1, 2, seed=2, spare=0.8), encoding="utf-8")
    command = [sys.executable, "bench/rosters.py", tmp_path / "small.txt", "--seconds", "1", "--out", tmp_path / "out.txt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "legal by the form's rules" in done.stdout
    assert "bound" in done.stdout
    assert len((tmp_path / "out.txt").read_text(encoding="utf-8").splitlines()) == 4
