"""Why a cell is as it is: what else could be, who else could take it, and how the balances stand."""

import pytest

from rosters.engine.problem import Balance, Fairness, Instance, Need, Rule, Wish
from rosters.engine.reasons import why
from rosters.engine.tests.scenes import month, row, somebody

PROBLEM = month(
    somebody("a", wishes=(Wish(0, None, weight=2),)), somebody("b", away={0: "leave"}), somebody("c", balance=Balance(nights=6)),
    needs=(Need(0, "N", 1, 100, 5),), fairness=Fairness(3, 0, 0, 0),
)
ROSTER = {"a": row("N----"), "b": row("-----"), "c": row("-----")}


@pytest.mark.clause("A5")
def test_it_says_what_the_day_needs_and_what_it_would_cost_otherwise():
    told = why(PROBLEM, ROSTER, "a", 0)
    assert (told.cell, told.needed, told.there, told.pinned) == ("N", 1, 1, False)
    off = next(change for change in told.alternatives if change.cell is None)
    assert off.blocked == ()
    assert off.parts[Rule.NEED] == 100
    assert off.parts[Rule.WISH] == -2
    assert off.cost == sum(off.parts.values())
    assert told.wishes == ((2, False),)


@pytest.mark.clause("A5")
def test_it_says_who_else_could_and_what_is_in_the_way_of_others():
    told = why(PROBLEM, ROSTER, "a", 0)
    assert [change.person for change in told.others] == ["c", "b"]
    assert told.others[0].blocked == ()
    assert told.others[1].blocked == (Instance(Rule.AWAY, "b", 0, "N"),)


@pytest.mark.clause("A5")
def test_it_shows_the_balance_beside_the_others_without_naming_them():
    standing = why(PROBLEM, ROSTER, "c", 0).standing[Rule.FAIR_NIGHTS]
    assert (standing.month, standing.so_far, standing.place, standing.among) == (0, 6, 2, 3)
    assert standing.high == 0


@pytest.mark.clause("A5")
def test_a_day_off_has_no_others():
    told = why(PROBLEM, ROSTER, "c", 1)
    assert (told.cell, told.needed, told.others) == (None, 0, ())
    with pytest.raises(IndexError):
        why(PROBLEM, ROSTER, "c", 31)
