"""Clashes: the smallest set, each member needed, and what of it may be given up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.engine.explaining import _GatedModel, _Search, explain
from rosters.engine.problem import HARD, NEVER_GIVEN_UP, Instance, Limits, Need, Pin, Rule
from rosters.engine.tests.scenes import CALM, FREE, drawn, month, row, somebody


@pytest.mark.clause("A3")
def test_two_are_needed_one_is_on_leave_and_one_has_a_rest_day_due():
    zhou, lin = somebody("zhou", away={2: "leave"}), somebody("lin", limits=replace(FREE, rest_window=7), before=row("EEEE"))
    pins = (Pin("lin", 0, "E"), Pin("lin", 1, "E"))
    needed = Need(2, "L", 1, under=HARD)
    clash = explain(month(zhou, lin, needs=(needed, Need(1, "L", 0)), pins=pins))
    assert clash.minimal
    assert set(clash.rules) == {
        Instance(Rule.NEED, day=2, shift="L"), Instance(Rule.AWAY, "zhou", 2), Instance(Rule.REST_DAY, "lin", 2),
        Instance(Rule.PIN, "lin", 0, "E"), Instance(Rule.PIN, "lin", 1, "E"),
    }
    assert Instance(Rule.REST_DAY, "lin", 2) not in clash.relax
    assert Instance(Rule.AWAY, "zhou", 2) in clash.relax


@pytest.mark.clause("A3")
def test_a_shortage_at_a_price_can_be_asked_about():
    need = Need(0, "E", 2, under=100)
    problem = month(somebody("a"), somebody("b", away={0: "leave"}), needs=(need,))
    assert explain(problem).rules == ()
    assert explain(problem).minimal
    assert set(explain(problem, needs=[need]).rules) == {Instance(Rule.NEED, day=0, shift="E"), Instance(Rule.AWAY, "b", 0)}


@pytest.mark.clause("A3")
def test_what_law_and_protection_say_is_never_proposed():
    problem = month(somebody("a", no_nights=frozenset({0}), limits=Limits()), needs=(Need(0, "N", 1, under=HARD),))
    clash = explain(problem)
    assert {rule.rule for rule in clash.rules} == {Rule.NEED, Rule.NO_NIGHTS}
    assert [rule.rule for rule in clash.relax] == [Rule.NEED]
    assert not {rule.rule for rule in clash.relax} & NEVER_GIVEN_UP


@pytest.mark.clause("A3")
def test_two_clashes_at_once_leave_nothing_that_frees_the_month():
    problem = month(somebody("a", away={0: "leave", 1: "leave"}), needs=(Need(0, "E", 1, HARD), Need(1, "E", 1, HARD)))
    clash = explain(problem)
    assert len(clash.rules) == 2
    assert clash.relax == ()


@pytest.mark.clause("A3")
@CALM
@given(st.integers(0, 100_000))
def test_each_rule_of_a_clash_is_needed_for_it(seed):
    problem = drawn(seed, people=2, count=4)
    hard = replace(problem, needs=tuple(replace(need, under=HARD) for need in problem.needs))
    clash = explain(hard, 20)
    judge = _Search(_GatedModel(hard), float("inf"), 0)
    if not clash.rules:
        assert judge._kept_together(judge.literals)[0] or clash.minimal is False
        return
    assert clash.minimal
    assert judge._kept_together(clash.rules)[0] is False
    for rule in clash.rules:
        assert judge._kept_together([other for other in clash.rules if other != rule])[0] is True
