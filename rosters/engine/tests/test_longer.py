"""Long horizons: a plain roster keeps every hard rule, a stretch drafted anew changes the whole by what it changes itself."""

from dataclasses import replace

import pytest

from bench.desk import month
from rosters.engine import longer, solving
from rosters.engine.checking import breaches_of, cost_of
from rosters.engine.columns import quick
from rosters.engine.longer import Longer, alone, plain
from rosters.engine.problem import Pin, Status
from rosters.engine.tests import scenes

MONTH = month(people=6, seed=4)


@pytest.mark.clause("A3")
def test_plain_rounds_keep_every_hard_rule_and_pin():
    key = MONTH.people[0].key
    problem = replace(MONTH, pins=(Pin(key, 10, "N"), Pin(key, 11, None)))
    roster = plain(problem, 0, 5)
    assert not [breach for breach in breaches_of(problem, roster) if breach.cost is None]
    assert roster[key][10:12] == ("N", None)


@pytest.mark.clause("A3")
def test_who_has_no_lawful_days_is_named():
    idle = scenes.somebody("b", least_minutes=480, away=dict.fromkeys(range(5), "leave"))
    with pytest.raises(quick.NoSchedule) as none:
        plain(scenes.month(scenes.somebody("a"), idle), 0, 5)
    assert none.value.people == [1]


@pytest.mark.clause("A3")
def test_days_of_one_person_come_from_a_proof_where_all_else_fails():
    person = MONTH.people[0]
    row = alone(MONTH, person, 5)
    assert not [
        breach for breach in breaches_of(replace(MONTH, people=(person,), pairs=(), needs=()), {person.key: row}) if breach.cost is None
    ]


@pytest.mark.clause("A3")
def test_stretches_keep_the_rules_and_their_costs_add_up(monkeypatch):
    """With fair shares, a pair, days before and a former roster: what a stretch gains, the whole gains."""
    monkeypatch.setattr(longer, "STRETCH", 9)
    monkeypatch.setattr(longer, "STRIDE", 7)
    problem = replace(MONTH, former=plain(MONTH, 1, 5), change_weight=3)
    heard = []
    drafting = Longer(problem, 1.2, 0, lambda roster, cost: heard.append((roster, cost)), lambda: len(heard) > 8)
    drafting.run()
    assert len(heard) > 2
    assert [cost for _roster, cost in heard] == [cost_of(problem, roster) for roster, _cost in heard]
    assert [cost for _roster, cost in heard] == sorted((cost for _roster, cost in heard), reverse=True)
    assert not [breach for roster, _cost in heard for breach in breaches_of(problem, roster) if breach.cost is None]


@pytest.mark.clause("A3")
def test_a_long_horizon_is_drafted_within_its_time(monkeypatch):
    monkeypatch.setattr(solving, "LONG", 20)
    monkeypatch.setattr(solving, "LARGE", 0)
    heard = []
    result = solving.solve(MONTH, 0.8, progress=lambda roster, cost, bound, elapsed: heard.append(cost))
    assert result.status is Status.FEASIBLE
    assert result.cost == cost_of(MONTH, result.roster) <= heard[0]
    assert result.seconds < 3


@pytest.mark.clause("A3")
def test_a_month_is_not_called_impossible_because_pricing_found_nothing(monkeypatch):
    def nothing(*_args):
        raise quick.NoSchedule([0])

    # Its own rehearsal would find nothing either, where this draft is the first of its process.
    solving.ready()
    monkeypatch.setattr(quick, "first", nothing)
    result = solving.solve(month(people=4, seed=2, days=10), 0.6)
    assert result.roster is not None
