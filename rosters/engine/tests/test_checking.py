"""The checker, rule by rule, on rosters written by hand."""

from dataclasses import replace

import pytest

from rosters.engine.checking import breaches_of, cost_of, flaws_of
from rosters.engine.problem import Balance, Day, Fairness, Limits, Need, Pair, Pin, Problem, Rule, Wish
from rosters.engine.tests.scenes import FREE, days, month, row, somebody


def found(problem: Problem, *rows: str) -> list[tuple[Rule, int | None, int, int | None]]:
    """Breaches as (rule, day, amount, cost)."""
    roster = {person.key: row(text) for person, text in zip(problem.people, rows, strict=True)}
    return [(breach.at.rule, breach.at.day, breach.amount, breach.cost) for breach in breaches_of(problem, roster)]


@pytest.mark.clause("A3")
def test_too_few_and_too_many_on_a_shift_cost_for_each_one():
    problem = month(somebody("a"), somebody("b"), needs=(Need(0, "E", 1, 100, 7), Need(1, "E", 2, 100, 7)))
    assert found(problem, "EE---", "E----") == [(Rule.SURPLUS, 0, 1, 7), (Rule.NEED, 1, 1, 100)]


@pytest.mark.clause("A3")
def test_a_skill_is_missing_although_the_number_is_right():
    problem = month(somebody("a"), somebody("b", skills=frozenset({"x"})), needs=(Need(0, "E", 1, 9, skill="x"),))
    assert found(problem, "E----", "-----") == [(Rule.NEED, 0, 1, 9)]
    assert found(problem, "-----", "E----") == []


@pytest.mark.clause("E4")
@pytest.mark.parametrize(
    ("before", "text", "days_broken"),
    [("", "EEEEEE-", []), ("", "EEEEEEE", [6]), ("EE", "EEEE-EE", []), ("EE", "EEEEE--", [4]), ("E-E", "EEEEEE-", [5])],
)
def test_one_day_in_seven_is_off_also_across_the_month_s_beginning(before, text, days_broken):
    problem = month(somebody(limits=replace(FREE, rest_window=7), before=row(before)), count=7)
    assert found(problem, text) == [(Rule.REST_DAY, day, 1, None) for day in days_broken]


@pytest.mark.clause("A3")
def test_short_runs_and_breaks_are_not_judged_at_the_month_s_ends_when_nothing_is_known():
    limits = replace(FREE, min_run=2, min_run_weight=3, min_break=2, min_break_weight=4)
    assert found(month(somebody(limits=limits)), "E--EE") == []
    assert found(month(somebody(limits=limits)), "-EE-E") == [(Rule.SHORT_BREAK, 4, 1, 4)]
    assert found(month(somebody(limits=limits)), "--E--") == [(Rule.SHORT_RUN, 3, 1, 3)]
    known = somebody(limits=limits, before=row("--E"))
    assert found(month(known), "--EEE") == [(Rule.SHORT_RUN, 0, 1, 3)]


@pytest.mark.clause("E4")
def test_rest_between_duties_is_soft_and_a_forbidden_sequence_hard():
    limits = replace(FREE, min_rest=600, min_rest_weight=20)
    assert found(month(somebody(limits=limits)), "LE---") == [(Rule.REST, 1, 60, 20)]
    assert (Rule.FOLLOWS, 1, 1, None) in found(month(somebody(limits=limits)), "NE---")
    assert found(month(somebody(limits=limits, before=row("L"))), "E----") == [(Rule.REST, 0, 60, 20)]


@pytest.mark.clause("A3")
def test_what_closes_a_cell_is_named_by_its_own_rule():
    person = somebody(
        away={0: "leave"}, barred=frozenset({(1, "L")}), no_nights=frozenset({2}), day_minutes=400, day_overtime=None,
    )
    assert [rule for rule, *_ in found(month(person), "ELN--")] == [Rule.AWAY, Rule.BARRED, Rule.NO_NIGHTS]
    protected = replace(person, no_overtime=True, contract_minutes=10_000, may_take=frozenset("E"))
    assert [rule for rule, *_ in found(month(protected), "-E-L-")] == [Rule.DAY_OVERTIME, Rule.MAY_TAKE, Rule.DAY_OVERTIME]


@pytest.mark.clause("E4")
def test_month_overtime_least_minutes_and_limits_of_a_shift():
    person = replace(somebody(contract_minutes=960, least_minutes=480), month_overtime=480)
    assert found(month(person), "EEEE-") == [(Rule.MONTH_OVERTIME, None, 480, None)]
    assert found(month(person), "-----") == [(Rule.LEAST_MINUTES, None, 480, None)]
    limited = somebody(limits=replace(FREE, shift_limits={"N": 1}))
    assert found(month(limited), "NN---") == [(Rule.SHIFT_LIMIT, None, 1, None)]


@pytest.mark.clause("A5")
def test_wishes_pins_pairs_and_changes():
    problem = month(
        somebody("a", wishes=(Wish(0, None, weight=3), Wish(1, "L", want=False, weight=2), Wish(2, "E", weight=5))), somebody("b"),
        pins=(Pin("b", 4, None),), pairs=(Pair("a", "b", 6, frozenset({0, 1})),), former={"a": row("EL---")}, change_weight=1,
    )
    assert found(problem, "EL---", "EE--E") == [
        (Rule.WISH, 0, 1, 3), (Rule.WISH, 1, 1, 2), (Rule.WISH, 2, 1, 5), (Rule.PIN, 4, 1, None), (Rule.PAIR, 1, 1, 6),
    ]
    assert found(problem, "--E--", "-----") == [(Rule.CHANGE, 0, 1, 1), (Rule.CHANGE, 1, 1, 1), (Rule.CHANGE, 2, 1, 1)]


@pytest.mark.clause("A5")
def test_a_fair_share_counts_what_was_worked_before_and_grows_dearer():
    needs = tuple(Need(day, "N", 1, under=0, over=0) for day in range(4))
    problem = month(
        somebody("a", balance=Balance(nights=4)), somebody("b", balance=Balance(nights=0)), needs=needs, fairness=Fairness(3, 0, 0, 0),
    )
    assert found(problem, "-----", "NNNN-") == []
    assert found(problem, "NN---", "NN---") == [(Rule.FAIR_NIGHTS, None, 2, 9), (Rule.FAIR_NIGHTS, None, 2, 9)]


@pytest.mark.clause("A5")
def test_weekends_and_holidays_are_counted_once_each():
    problem = month(somebody(limits=replace(FREE, max_weekends=0, max_weekends_weight=5)))
    assert found(problem, "--EE-") == [(Rule.WEEKENDS, None, 1, 5)]
    holiday = replace(
        problem, days=tuple(replace(day, holiday=True) for day in days(5)), fairness=Fairness(0, 0, 2, 0),
        needs=(Need(0, "E", 5, under=0),), people=(somebody(),),
    )
    assert found(holiday, "EEE--") == [(Rule.FAIR_HOLIDAYS, None, 2, 6)]


@pytest.mark.clause("A3")
def test_a_roster_of_another_length_and_a_problem_against_itself_are_refused():
    problem = month(somebody())
    with pytest.raises(ValueError, match="3 days instead of 5"):
        breaches_of(problem, {"ann": row("EE-")})
    with pytest.raises(ValueError, match="hard rules"):
        cost_of(replace(problem, pins=(Pin("ann", 0, "E"),)), {"ann": row("-----")})
    wrong = month(
        somebody(away={9: "leave"}), somebody(), needs=(Need(7, "E", 1),), pins=(Pin("nobody", 0, None),), pairs=(Pair("x", "ann"),),
        former={"ann": row("E")}, days=(*days(2), Day(days(3)[2].on, 0), Day(days(4)[3].on, 0), Day(days(5)[4].on, 0)),
    )
    assert len(flaws_of(wrong)) == 8


@pytest.mark.clause("A3")
def test_defaults_are_the_law_s_numbers():
    assert (Limits().rest_window, Limits().min_rest) == (7, 600)
    person = replace(somebody(contract_minutes=9600), month_overtime=2160)
    assert (person.most_minutes, person.longest_day) == (9600 + 36 * 60, 11 * 60)
