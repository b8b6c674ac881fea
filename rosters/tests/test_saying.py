"""What clashes and what is broken, in sentences: people of one day together, days of one shift together (A5, A6)."""

from datetime import date

import pytest

from desks.testing import Town
from rosters.queries import shifts_of
from rosters.rules.facts import Breach, Code
from rosters.saying import clash_in_words, days_in_words, grouped
from rosters.tests.scenes import DECEMBER


def day(number: int) -> date:
    return date(2026, 12, number)


def rule(name: str, person: int | None = None, on: int | None = None, **more: object) -> dict[str, object]:
    given = {"rule": name, "person": person, "day": day(on).isoformat() if on else None, "shift": None, "skill": None, "number": None, "relax": False}
    return given | more


def test_days_in_a_row_are_said_by_first_and_last_and_none_between_is_added() -> None:
    assert days_in_words([day(2)]) == "Wed 2 Dec" and days_in_words([]) == ""
    assert days_in_words([day(3), day(2)]) == "Wed 2 Dec, Thu 3 Dec"
    assert days_in_words([day(2), day(3), day(4), day(9), day(11)]) == "Wed 2 Dec to Fri 4 Dec, Wed 9 Dec, Fri 11 Dec"


@pytest.mark.clause("A6")
def test_a_shift_that_is_short_by_the_same_number_is_said_once() -> None:
    short = [Breach(Code.NEED, None, (day(number),), shift="late", amount=1, limit=2) for number in (2, 3, 9)]
    two, rest = Breach(Code.NEED, None, (day(4),), shift="late", amount=2, limit=2), Breach(Code.REST, 1, (day(5),))
    assert grouped([*short, two, rest]) == [Breach(Code.NEED, None, (day(2), day(3), day(9)), shift="late", amount=1, limit=2), two, rest]


@pytest.mark.clause("A5")
def test_people_of_whom_one_rule_holds_on_a_day_are_one_sentence(town: Town) -> None:
    people = {person.pk: person for person in (town.agent, town.butler, town.colleague)}
    rules = [
        rule("need", on=12, shift="late", number=2), rule("need", on=13, shift="late", number=2), rule("need", on=13, shift="early", number=1),
        rule("away", town.agent.pk, 12), rule("away", town.butler.pk, 12), rule("away", town.butler.pk, 13), rule("rest_day", town.colleague.pk, 12),
        rule("pin", town.agent.pk, 13, relax=True), rule("pin", town.butler.pk, 13),
    ]
    said = clash_in_words({"rules": rules}, town.desk, DECEMBER, people, {shift.code: shift for shift in shifts_of(town.desk)})
    assert [(each.when, each.what) for each in said] == [
        ("Sat 12 Dec, Sun 13 Dec", "2 needed: Late"), ("Sun 13 Dec", "1 needed: Early"),
        ("Sat 12 Dec", "He Jiayi, Zhou Min are on leave or have this weekday off"), ("Sun 13 Dec", "Zhou Min is on leave or has this weekday off"),
        ("Sat 12 Dec", "Huang Zhiqiang has a rest day due"), ("Sun 13 Dec", "the cells of He Jiayi, Zhou Min are pinned, or stand because the day has begun"),
    ]
    assert [len(each.ways) for each in said] == [1, 1, 1, 1, 0, 2]
    assert [(way.who, way.enough) for way in said[-1].ways] == [("He Jiayi", True), ("Zhou Min", False)]
    assert said[2].ways[0].who == "", "one page for both"
