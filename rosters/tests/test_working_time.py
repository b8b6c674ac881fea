"""The rules of working time: at their borders, and against a second way of judging that shares nothing with them (A5, A6, A13, I5)."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from rosters.rules.days import DayKind
from rosters.rules.facts import (
    CLAUSES,
    Breach,
    Code,
    Limits,
    Period,
    PersonFacts,
    PlanFacts,
    Span,
    System,
    Terms,
    Turn,
    Wanted,
)
from rosters.rules.working_time import breaches_of, contract_minutes
from rosters.tests.facts import days_of_month, plans, slowly, turn

DECEMBER = days_of_month(date(2026, 12, 1))
MONDAY = date(2026, 12, 7)


def day(number: int) -> date:
    """The day of December 2026; 0 and less are of November."""
    return date(2026, 11, 30) + timedelta(days=number)


def judged(*turns: Turn, days=DECEMBER, limits: Limits | None = None, **person: object) -> list[Breach]:
    return breaches_of(PlanFacts(days, (PersonFacts(1, turns, **person),), limits=limits or Limits()))


def codes(*turns: Turn, **more: object) -> set[str]:
    return {str(each.code) for each in judged(*turns, **more)}


def flat(found: list[Breach]) -> set:
    """As the slow way tells them: by code, person and day, with what tells two of a day apart."""
    measured = {Code.REST, Code.DAY_OVERTIME, Code.NO_OVERTIME, Code.MONTH_OVERTIME, Code.NO_OVERTIME_MONTH, Code.PERIOD_OVERTIME, Code.WEEKENDS}
    shifted = {Code.MAY_TAKE, Code.AWAY, Code.DAY_OFF, Code.NO_NIGHTS, Code.PAIR}
    told = set()
    for each in found:
        detail = str(each.amount) if each.code in measured else each.shift if each.code in shifted else ""
        if each.code in {Code.NEED, Code.NEED_SKILL, Code.WISH}:
            detail = f"{each.shift}{each.amount}"
        told |= {(str(each.code), each.person, on, detail) for on in each.days}
    return told


@pytest.mark.clause("A5")
@settings(max_examples=1000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans)
def test_two_ways_of_judging_agree_on_a_thousand_plans(facts: PlanFacts) -> None:
    assert flat(breaches_of(facts)) == slowly(facts)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans)
def test_the_order_of_people_and_turns_changes_nothing(facts: PlanFacts) -> None:
    turned = tuple(replace(person, turns=person.turns[::-1]) for person in facts.people[::-1])
    assert flat(breaches_of(replace(facts, people=turned))) == flat(breaches_of(facts))


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plans)
def test_an_empty_month_breaks_nothing_hard(facts: PlanFacts) -> None:
    empty = replace(facts, people=tuple(replace(person, turns=()) for person in facts.people))
    assert not [each for each in breaches_of(empty) if each.hard]


def test_a_usual_week_breaks_nothing() -> None:
    assert judged(*(turn(MONDAY + timedelta(days=number)) for number in range(5))) == []


@pytest.mark.clause("I5")
def test_two_duties_at_once_are_told_also_over_midnight_and_from_another_desk() -> None:
    assert "overlap" in codes(turn(day(8), "night"), turn(day(9), "early", starts=turn(day(8), "night").ends - timedelta(minutes=1)))
    assert codes(turn(day(8), "night"), turn(day(9), "early")) == {"rest"}, "one ends as the other begins"
    assert "overlap" in codes(turn(day(8)), turn(day(8), "long", elsewhere=True))


@pytest.mark.parametrize(("run", "broken"), [(6, set()), (7, {"rest_day", "days_in_row"})])
def test_one_rest_day_in_seven_is_due(run: int, broken: set[str]) -> None:
    assert codes(*(turn(day(8 + number)) for number in range(run)), limits=Limits(overtime_month=9999)) == broken


def test_a_run_that_began_last_month_counts_and_is_told_on_the_judged_day() -> None:
    (found,) = [each for each in judged(*(turn(day(number)) for number in range(-5, 2))) if each.code == Code.REST_DAY]
    assert (found.days, found.amount, found.clause, found.hard) == ((day(1),), 7, "LL38", True)
    assert judged(*(turn(day(number)) for number in range(-8, -1))) == [], "a run of last month alone is not judged here"


@pytest.mark.parametrize("first", [date(2028, 2, 1), date(2027, 2, 1), date(2026, 12, 1)])
def test_a_run_over_the_end_of_any_month_is_one_run(first: date) -> None:
    days = days_of_month(first)
    last = max(days)
    turns = [turn(last - timedelta(days=5) + timedelta(days=number)) for number in range(7)]
    (found,) = [each for each in judged(*turns, days=days) if each.code == Code.REST_DAY]
    assert found.days == (last,), "the seventh is a day of the next month, and the last of this one leads to it"
    assert "rest_day" not in codes(*turns[:-1], days=days)
    following = days_of_month(last + timedelta(days=1))
    assert "rest_day" in codes(*turns, days=following)


@pytest.mark.clause("A5")
def test_the_persons_own_number_of_days_in_a_row_goes_before_the_desks() -> None:
    terms = (Terms(Span(day(1)), 2400, days_in_row=3),)
    (found,) = judged(*(turn(day(8 + number)) for number in range(5)), terms=terms)
    assert (found.code, found.days, found.amount, found.limit) == (Code.DAYS_IN_ROW, (day(11), day(12)), 5, 3)


def test_overtime_of_a_day_is_judged_by_the_system_and_by_what_stands_above_the_normal_day() -> None:
    twelve = turn(day(8), "long")
    (found,) = judged(twelve)
    assert (found.code, found.amount, found.limit, found.clause) == (Code.DAY_OVERTIME, 240, 180, "LL41")
    assert codes(replace(twelve, minutes=660)) == set(), "three hours are allowed"
    for system in (System.COMPREHENSIVE, System.FLEXIBLE):
        assert codes(twelve, terms=(Terms(Span(day(1)), 2400, system=system),)) == set()
    assert codes(turn(day(8)), turn(day(8), "late", elsewhere=True, starts=turn(day(8)).ends)) == {"day_overtime"}, "both desks together"


def test_overtime_of_the_month_stands_above_the_contract_of_its_working_days() -> None:
    facts = PlanFacts(DECEMBER, (PersonFacts(1),))
    assert contract_minutes(facts, facts.people[0]) == 23 * 480
    fits = [replace(turn(on), minutes=480) for on, kind in DECEMBER.items() if kind.kind == DayKind.WORKING]
    allowed = replace(turn(day(5)), minutes=36 * 60)
    free = Limits(overtime_day=9999, rest_day_within=0, days_in_row=0)
    assert codes(*fits, allowed, limits=free) == set()
    (found,) = judged(*fits, replace(allowed, minutes=36 * 60 + 1), limits=free)
    assert (found.code, found.amount, found.days) == (Code.MONTH_OVERTIME, 2161, (day(31),))
    assert codes(*fits, replace(allowed, minutes=9999), limits=free, terms=(Terms(Span(day(1)), 2400, System.FLEXIBLE),)) == set()


def test_leave_holidays_and_days_before_somebody_came_ask_for_no_hours_and_make_up_days_do() -> None:
    days = days_of_month(date(2026, 10, 1), d1=DayKind.HOLIDAY, d2=DayKind.HOLIDAY, d10=DayKind.MAKEUP)
    person = PersonFacts(1, away=frozenset({date(2026, 10, 12)}), there=frozenset(on for on in days if on.day >= 5))
    asked = [on for on, kind in days.items() if on.day >= 5 and on.weekday() < 5 and on.day != 12] + [date(2026, 10, 10)]
    assert contract_minutes(PlanFacts(days, (person,)), person) == len(asked) * 480


@pytest.mark.clause("A5")
def test_the_protected_do_no_nights_and_no_overtime_on_their_days_alone() -> None:
    until = (Span(day(1), day(8)),)
    assert codes(turn(day(8), "night"), no_nights=until) == {"no_nights"}
    assert codes(turn(day(9), "night"), no_nights=until) == set()
    longer = replace(turn(day(8)), minutes=481)
    assert codes(longer, no_overtime=until) == {"no_overtime"}
    assert codes(replace(longer, day=day(9)), no_overtime=until) == set()
    few = (Terms(Span(day(1)), 60),)
    assert codes(turn(day(20)), no_overtime=until, terms=few) == {"no_overtime_month"}, "the month's contract is kept"


@pytest.mark.clause("A5")
def test_fixed_days_off_and_free_weekends_are_kept() -> None:
    assert codes(turn(MONDAY), terms=(Terms(Span(day(1)), 2400, days_off=frozenset({0})),)) == {"day_off"}
    free = (Terms(Span(day(1)), 2400, free_weekends=3),)
    assert codes(turn(day(5)), terms=free) == set()
    (found,) = judged(turn(day(5)), turn(day(12)), turn(day(13), "late"), terms=free)
    assert (found.code, found.amount, found.limit, found.days) == (Code.WEEKENDS, 2, 3, (day(5), day(12), day(13)))
    worked = days_of_month(date(2026, 12, 1), d5=DayKind.MAKEUP)
    assert codes(turn(day(5)), days=worked, terms=(Terms(Span(day(1)), 2400, free_weekends=4),)) == set(), "a make-up Saturday is none of the weekend"


@pytest.mark.clause("E4")
def test_rest_is_soft_and_in_real_hours_where_the_clock_changes() -> None:
    (found,) = judged(turn(day(8), "late"), turn(day(9), "early"))
    assert (found.code, found.hard, found.amount, found.limit, found.days) == (Code.REST, False, 540, 600, (day(9),))
    (found,) = [each for each in judged(turn(day(31), "late"), turn(day(32))) if each.code == Code.REST]
    assert found.days == (day(31),), "told where it can be mended"
    straight = (turn(day(8)), turn(day(8), "late", starts=turn(day(8)).ends))
    assert "rest" not in codes(*straight), "two of one day that follow on are one long turn"
    zone = ZoneInfo("America/New_York")
    march, november = days_of_month(date(2026, 3, 1)), days_of_month(date(2026, 11, 1))
    ends_at_23 = {"limits": Limits(rest_minutes=540)}
    assert codes(turn(date(2026, 3, 7), "late", zone=zone), turn(date(2026, 3, 8), zone=zone), days=march, **ends_at_23) == {"rest"}, "eight real hours"
    assert codes(turn(date(2026, 11, 1), zone=zone), turn(date(2026, 10, 31), "late", zone=zone), days=november, **ends_at_23) == set(), "ten real hours"
    night = turn(date(2026, 3, 7), "night", zone=zone)
    assert night.minutes == 9 * 60 - 60 and turn(date(2026, 10, 31), "night", zone=zone).minutes == 11 * 60 - 60


@pytest.mark.clause("A6")
def test_needs_skills_and_wishes_are_soft() -> None:
    facts = PlanFacts(
        DECEMBER, (PersonFacts(1, (turn(day(8)),), wishes=(Wanted(day(8), "", True, 3), Wanted(day(8), "early"), Wanted(day(9), "late", False))),),
        needs={(day(8), "early", ""): 1, (day(8), "early", "english"): 1, (day(8), "late", ""): 2},
    )
    found = breaches_of(facts)
    assert [(each.code, each.shift, each.amount) for each in found] == [("need", "late", 2), ("need_skill", "early", 1), ("wish", "", 3)]
    assert not any(each.hard for each in found)


@pytest.mark.clause("A5")
def test_hours_over_a_quarter_are_judged_over_the_quarter_and_not_over_the_month() -> None:
    terms = (Terms(Span(date(2026, 10, 1)), 2400, System.COMPREHENSIVE, period_months=3),)
    limits = Limits(rest_day_within=0, days_in_row=0)
    duties = [turn(day(number)) for number in range(1, 32)]
    total, contract = sum(each.minutes for each in duties), 23 * 480
    assert total - contract > limits.overtime_month, "too much for a month alone"
    room = contract + 3 * limits.overtime_month

    def found(before: int, asked: int, coming: int = 0) -> list[tuple[Code, int, int]]:
        return [(each.code, each.amount, each.limit) for each in judged(*duties, limits=limits, terms=terms, period=Period(3, before, asked, coming))]

    asked = 42 * 480
    assert found(asked + room - total, asked) == [], "just what the quarter allows"
    assert found(asked + room - total + 1, asked) == [(Code.PERIOD_OVERTIME, 3 * 2160 + 1, 3 * 2160)]
    assert found(asked + room - total + 1, asked, coming=1) == [], "a month to come may have less"
    assert judged(*duties, limits=limits, terms=terms)[0].code == Code.MONTH_OVERTIME
    assert judged(limits=limits, terms=terms, period=Period(3, 99999, 0)) == [], "who has no duty this month breaks nothing in it"


def test_every_breach_has_its_clause_and_words_in_each_language() -> None:
    for code in Code:
        breach = Breach(code, 1, (day(1),), amount=90, limit=60)
        assert CLAUSES[code] == breach.clause
        for language in ("en", "zh-hans"):
            with translation.override(language):
                assert breach.words and "%(" not in breach.words


def test_moments_in_different_zones_are_the_same_moments() -> None:
    local = turn(day(8), "night")
    told = replace(local, starts=local.starts.astimezone(UTC), ends=local.ends.astimezone(UTC))
    assert judged(told, turn(day(9))) == judged(local, turn(day(9)))


def test_each_rule_is_broken_by_some_of_the_plans_that_the_two_ways_agree_on() -> None:
    from random import Random

    from rosters.tests.facts import any_plan

    seen = {each.code for seed in range(200) for each in breaches_of(any_plan(Random(seed)))}
    assert seen == set(Code)
