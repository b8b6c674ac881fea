"""Drafting: pins hold, little changes after a sick call, progress only gets better, an end is an end."""

import threading
import time
from dataclasses import replace

import pytest

from bench.desk import month, sick
from rosters.engine.checking import breaches_of
from rosters.engine.columns.compiling import compiled
from rosters.engine.columns.near import Near
from rosters.engine.columns.search import Search
from rosters.engine.problem import Need, Pin, Rule, Status
from rosters.engine.proving import proved
from rosters.engine.solving import solve
from rosters.engine.tests import scenes

SMALL = month(people=5, seed=3, days=12)


@pytest.fixture(scope="module")
def draft():
    """A drafted small month."""
    result = solve(SMALL, 1)
    assert result.roster is not None
    return result


@pytest.mark.clause("A3")
def test_pins_hold_whatever_they_cost(draft):
    there = [person.key for person in SMALL.people if 7 not in person.away and not person.no_nights][:3]
    pins = (*(Pin(key, 7, "N") for key in there), Pin("P02", 4, None))
    result = solve(replace(SMALL, pins=pins), 1)
    assert [result.roster[pin.person][pin.day] for pin in pins] == ["N", "N", "N", None]
    assert result.cost > draft.cost


@pytest.mark.clause("A10")
def test_after_a_sick_call_only_what_is_needed_changes(draft):
    ill = sick(SMALL, draft.roster, seed=2)
    result = solve(ill, 1)
    absent = next(person for person in ill.people if "sick" in person.away.values())
    lost = sum(draft.roster[absent.key][day] is not None for day, word in absent.away.items() if word == "sick")
    changes = [breach for breach in result.breaches if breach.at.rule is Rule.CHANGE]
    assert lost <= len(changes) <= 3 * lost
    assert not [breach for breach in breaches_of(ill, result.roster) if breach.cost is None]


@pytest.mark.clause("A3")
def test_progress_only_gets_better_and_the_bound_stays_below():
    heard = []
    result = solve(SMALL, 1, progress=lambda roster, cost, bound, elapsed: heard.append((cost, bound, elapsed)), seed=1)
    costs = [cost for cost, _bound, _elapsed in heard if cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == result.cost
    assert [bound for _cost, bound, _elapsed in heard] == sorted(bound for _cost, bound, _elapsed in heard)
    assert all(bound <= result.cost + 1e-3 for _cost, bound, _elapsed in heard)


@pytest.mark.clause("A3")
def test_stop_ends_it_with_the_best_so_far():
    began = time.monotonic()
    result = solve(month(people=10, seed=1), 60, stop=lambda: True)
    assert result.status is Status.FEASIBLE or result.roster is None
    assert time.monotonic() - began < 20


@pytest.mark.clause("A3")
def test_a_proof_heeds_a_stop_that_comes_between_two_rosters():
    began = time.monotonic()
    proved(month(people=12, seed=1), 60, stop=lambda: True)
    assert time.monotonic() - began < 10


@pytest.mark.clause("A3")
def test_a_proof_begins_with_the_roster_it_is_given(draft):
    heard = []
    proved(SMALL, 5, workers=1, hint=draft.roster, told=lambda roster, cost, bound: heard.append(cost), floor=draft.cost)
    assert heard[0] == draft.cost


@pytest.mark.clause("A3")
def test_however_short_the_time_there_is_a_legal_roster():
    result = solve(month(people=12, seed=5), 0.01)
    assert result.status is Status.FEASIBLE
    assert all(breach.cost is not None for breach in result.breaches)


@pytest.mark.clause("A3")
def test_a_need_that_may_not_go_short_makes_a_month_impossible():
    away = scenes.somebody("a", away={0: "leave"})
    result = solve(scenes.month(away, needs=(Need(0, "E", 1, under=None),)), 3)
    assert (result.status, result.roster, result.cost) == (Status.INFEASIBLE, None, None)


@pytest.mark.clause("A3")
def test_a_person_without_any_lawful_month_makes_it_impossible():
    result = solve(scenes.month(scenes.somebody("a", least_minutes=480, away=dict.fromkeys(range(5), "leave"))), 3)
    assert result.status is Status.INFEASIBLE


@pytest.mark.clause("A3")
def test_a_problem_against_itself_is_refused():
    with pytest.raises(ValueError, match="need"):
        solve(scenes.month(scenes.somebody(), needs=(Need(40, "E", 1),)), 1)


@pytest.mark.clause("A5")
def test_a_month_may_have_less_than_its_contract_at_most_where_the_months_before_had_too_much(draft):
    first = SMALL.people[0]
    had = sum(SMALL.shift(code).minutes for code in draft.roster[first.key] if code is not None)
    less = replace(first, month_overtime=had - 2 * 480 - first.contract_minutes)
    for people in ((less, *SMALL.people[1:]), (replace(less, month_overtime=-first.contract_minutes), *SMALL.people[1:])):
        problem = replace(SMALL, people=people)
        result = solve(problem, 1.5)
        given = sum(problem.shift(code).minutes for code in result.roster[first.key] if code is not None)
        assert given <= people[0].most_minutes and not [breach for breach in breaches_of(problem, result.roster) if breach.cost is None]


@pytest.mark.clause("A3")
def test_who_asked_hears_and_is_asked_to_stop_in_their_own_thread():
    heard, asked = set(), set()

    def stop():
        asked.add(threading.get_ident())
        return False

    solve(month(people=12, seed=2), 2, progress=lambda *now: heard.add(threading.get_ident()), stop=stop)
    assert heard == asked == {threading.get_ident()}


@pytest.mark.clause("A3")
def test_a_fault_in_a_thread_is_not_swallowed(monkeypatch):
    def broken(self):
        raise ZeroDivisionError

    monkeypatch.setattr(Near, "step", broken)
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        solve(month(people=12, seed=2), 60)
    assert time.monotonic() - began < 30


@pytest.mark.clause("A5")
def test_neighbourhoods_make_a_month_better_than_the_dive_and_show_how_good_it_is():
    notes = []
    search = Search(compiled(month(people=12, seed=1)), 6, told=lambda search: notes.append(search.note))
    search.run()
    assert search.lawful
    assert any("days" in note for note in notes)
    assert search.bound <= search.cost
