"""From a desk's month to the engine's problem, and from its roster to a plan that the rules have judged (A3, A5, A6)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from desks.models import Choice, Desk, Membership, Role
from desks.testing import Town
from rosters import actions
from rosters.drafting import draft_of, judged, plan_of_answer, standing
from rosters.engine.problem import Balance, Need, Pair, Pin, Wish
from rosters.models import Duty, ShiftNeed, ShiftType, SiteDay
from rosters.queries import plan_of_roster as stored_plan
from rosters.rules.facts import Code
from rosters.tests.scenes import DECEMBER, drafted, reported

TODAY = date(2026, 11, 24)
NOVEMBER = date(2026, 11, 1)


def night(town: Town, code: str = "late") -> ShiftType:
    shift = ShiftType.objects.get(desk=town.desk, code=code, current=True)
    shift.night = True
    shift.save()
    return shift


def planned(draft, who):
    return draft.problem.person(str(who.pk))


@pytest.mark.clause("A6")
def test_days_shifts_and_needs_are_the_month_s(town: Town) -> None:
    SiteDay.objects.create(site=town.site, day=date(2026, 12, 8), what="holiday", label_en="Founding day")
    SiteDay.objects.create(site=town.site, desk=town.desk, day=date(2026, 12, 9), what="closed")
    ShiftNeed.objects.create(desk=town.desk, shift_code="early", on="holiday", people=3)
    ShiftNeed.objects.create(desk=town.desk, shift_code="early", on="holiday", people=1, skill="english")
    shift = night(town)
    shift.ends, shift.break_minutes = shift.starts.replace(hour=2), 30
    shift.save()
    problem = draft_of(town.desk, DECEMBER).problem
    assert len(problem.days) == 31 and problem.days[4].weekend == problem.days[5].weekend != problem.days[11].weekend
    assert problem.days[7].holiday and problem.days[7].weekend is None and problem.days[0].weekend is None
    late = problem.shift("late")
    assert (late.start, late.end, late.minutes, late.night) == (16 * 60, 26 * 60, 570, True)
    needs = [need for need in problem.needs if need.day in {7, 8}]
    assert needs == [Need(7, "early", 3), Need(7, "early", 1, skill="english"), Need(7, "late", 2)], "nobody on the closed day"


@pytest.mark.clause("A5")
def test_what_is_agreed_becomes_limits_absences_and_bars(town: Town, morning) -> None:
    night(town)
    given = {"actor": town.supervisor, "desk": town.desk, "now": morning}
    actions.set_terms(
        **given, person=town.agent, from_on=TODAY, week_hours=Decimal(20), system="comprehensive", days_off=[0], free_weekends=3, days_in_row=4, reason="",
    )
    actions.protect(**given, person=town.butler, what="no_nights", from_on=TODAY, until_on=None)
    actions.protect(**given, person=town.colleague, what="no_nights", from_on=TODAY, until_on=date(2026, 12, 3))
    actions.protect(**given, person=town.colleague, what="no_overtime", from_on=date(2026, 12, 30), until_on=None)
    draft = draft_of(town.desk, DECEMBER, away={town.agent.pk: [date(2026, 12, 1), date(2026, 12, 7)]})
    agent, butler, colleague = (planned(draft, each) for each in (town.agent, town.butler, town.colleague))
    assert dict(agent.away) == {0: "leave", 6: "leave", 13: "day_off", 20: "day_off", 27: "day_off"}
    assert (agent.contract_minutes, agent.day_overtime, agent.month_overtime) == (21 * 240, None, 2160)
    assert (agent.limits.max_days_in_row, agent.limits.max_weekends, agent.limits.rest_window, agent.limits.min_rest) == (4, 1, 7, 600)
    assert butler.may_take == {"early"} and len(butler.no_nights) == 31
    assert colleague.may_take == {"early", "late"} and colleague.no_nights == {0, 1, 2} and colleague.no_overtime
    assert butler.contract_minutes == 23 * 480 and butler.limits.max_weekends is None


@pytest.mark.clause("A6")
def test_skills_roles_and_people_who_leave_bar_their_days(town: Town, morning) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    late = ShiftType.objects.get(desk=town.desk, code="late", current=True)
    late.skills = ["english"]
    late.save()
    actions.give_skill(
        actor=town.supervisor, desk=town.desk, person=town.agent, skill="english", from_on=TODAY, until_on=date(2026, 12, 29), now=morning
    )
    membership = Membership.objects.get(person=town.butler)
    membership.ends_at = datetime(2026, 12, 29, 16, 0, tzinfo=UTC)
    membership.save()
    draft = draft_of(town.desk, DECEMBER)
    assert planned(draft, town.agent).barred == {(29, "late"), (30, "late")} and planned(draft, town.agent).skills == {"english"}
    assert planned(draft, town.butler).may_take == {"early"} and planned(draft, town.butler).barred == {(29, "early"), (30, "early")}
    assert planned(draft, town.colleague).may_take == {"early"}


@pytest.mark.clause("A5")
def test_wishes_pairs_pins_and_the_former_plan_go_along(town: Town, morning) -> None:
    actions.make_wish(actor=town.agent, desk=town.desk, day=date(2026, 12, 8), shift_code="", want=True, weight=3, now=morning)
    actions.make_wish(actor=town.agent, desk=town.desk, day=date(2026, 12, 9), shift_code="late", want=False, weight=1, now=morning)
    actions.pair_up(
        actor=town.supervisor, desk=town.desk, learner=town.colleague, guide=town.butler, from_on=date(2026, 12, 30), until_on=None, now=morning
    )
    former = stored_plan(drafted(town, morning))
    pinned = {(town.agent.pk, date(2026, 12, 2)): "late", (town.butler.pk, date(2026, 12, 3)): None, (town.agent.pk, date(2027, 1, 1)): "late", (0, DECEMBER): None}
    problem = draft_of(town.desk, DECEMBER, pinned=pinned, former=former).problem
    assert problem.person(str(town.agent.pk)).wishes == (Wish(7, None, True, 15), Wish(8, "late", False, 5))
    assert problem.pairs == (Pair(str(town.colleague.pk), str(town.butler.pk), days=frozenset({29, 30})),)
    assert set(problem.pins) == {Pin(str(town.agent.pk), 1, "late"), Pin(str(town.butler.pk), 2, None)}
    assert problem.former[str(town.agent.pk)][:5] == ("early", "early", "late", None, "early")


@pytest.mark.clause("A5")
def test_the_month_before_and_the_balances_are_carried_over(town: Town) -> None:
    night(town)
    begin = datetime(2026, 10, 30, tzinfo=UTC)
    with time_machine.travel(begin, tick=False):
        reported(town, begin, month=NOVEMBER, agent="早晚休", butler="晚")
    draft = draft_of(town.desk, DECEMBER)
    assert planned(draft, town.agent).before[-3:] == ("early", "late", None) and len(planned(draft, town.agent).before) == 28
    assert planned(draft, town.butler).before == ("late",) * 28 and set(planned(draft, town.colleague).before) == {None}
    balance = planned(draft, town.butler).balance
    assert (balance.nights, balance.weekends, balance.holidays) == (30, 5, 0)
    assert planned(draft, town.colleague).balance.minutes < 0
    assert all(person.before == () and person.balance.nights == 0 for person in draft_of(town.away.desk, DECEMBER).problem.people)
    assert planned(draft, town.agent).balance != Balance()


@pytest.mark.clause("I5")
def test_duties_at_another_desk_stand_and_say_nothing_of_it(town: Town, morning) -> None:
    side = Desk.objects.select_related("site", "settings").get(pk=town.other_desk.pk)
    for person, role in ((town.agent, Role.AGENT), (town.butler, Role.BUTLER)):
        Membership.objects.create(person=person, site=town.site, desk=side, role=role, starts_at=morning - timedelta(days=1))
    reported(town, morning, desk=side, agent="晚休休", butler="早")
    problem = draft_of(town.desk, DECEMBER).problem
    agent = problem.person(str(town.agent.pk))
    pins = [pin for pin in problem.pins if pin.person == agent.key]
    (code,) = {pin.shift for pin in pins}
    assert [pin.day for pin in pins] == list(range(0, 31, 3)) and code.startswith("@") and "side" not in code
    assert (problem.shift(code).start, problem.shift(code).end) == (16 * 60, 22 * 60)
    assert code in agent.may_take and (1, code) in agent.barred and (0, code) not in agent.barred
    assert not [need for need in problem.needs if need.shift == code]


def as_roster(draft, **rows: str):
    """A roster of the engine by patterns of marks: E early, L late, - off."""
    words = {"E": "early", "L": "late", "-": None}
    return {
        key: tuple(words[rows[person.login.split("-")[1]][day % len(rows[person.login.split("-")[1]])]] for day in range(31))
        for key, person in draft.people.items() if person.login.split("-")[1] in rows
    }


@pytest.mark.clause("A3")
def test_an_answer_becomes_a_plan_and_the_rules_judge_it(town: Town, morning) -> None:
    draft = draft_of(town.desk, DECEMBER)
    roster = as_roster(draft, agent="EEEEE--", colleague="LLLLL--", butler="--EEEEE", second_butler="-LLLLL-")
    plan = plan_of_answer(draft, roster)
    assert plan.count == sum(cell is not None for row in roster.values() for cell in row)
    assert [line.person for line in plan.lines] == list(draft.people.values())
    breaches = judged(draft, plan)
    assert not [each for each in breaches if each.hard]
    assert {each.code for each in breaches} == {Code.NEED}
    worse = plan_of_answer(draft, roster | as_roster(draft, agent="E"))
    assert {each.code for each in judged(draft, worse) if each.hard} == {Code.REST_DAY, Code.DAYS_IN_ROW, Code.MONTH_OVERTIME}
    assert not Duty.objects.exists(), "nothing is written"


def test_what_was_worked_is_pinned_when_the_rest_is_drafted_anew(town: Town, morning) -> None:
    plan = stored_plan(drafted(town, morning, agent="早休", butler="晚"))
    pins = standing(town.desk, plan, date(2026, 12, 2))
    assert pins == {
        (town.agent.pk, date(2026, 12, 1)): "early", (town.agent.pk, date(2026, 12, 2)): None,
        (town.butler.pk, date(2026, 12, 1)): "late", (town.butler.pk, date(2026, 12, 2)): "late",
    }
    problem = draft_of(town.desk, DECEMBER, pinned=pins).problem
    assert len(problem.pins) == 4


def test_a_desk_without_people_or_shifts_is_an_empty_problem(town: Town) -> None:
    ShiftType.objects.filter(desk=town.other_desk).delete()
    side = Desk.objects.select_related("site", "settings").get(pk=town.other_desk.pk)
    problem = draft_of(side, DECEMBER).problem
    assert problem.people == () and problem.shifts == () and problem.needs == ()


@pytest.mark.clause("A5")
def test_hours_are_spread_by_contract_also_where_a_month_asks_for_less_than_all_contracts(town: Town, morning) -> None:
    actions.set_terms(
        actor=town.supervisor, desk=town.desk, now=morning, person=town.agent, from_on=TODAY, week_hours=Decimal(20), system="standard",
        days_off=[], free_weekends=0, days_in_row=6, reason="",
    )
    problem = draft_of(town.desk, DECEMBER).problem
    asked = sum(need.people * problem.shift(need.shift).minutes for need in problem.needs)
    fair = {person.key: person.contract_minutes - person.balance.minutes for person in problem.people}
    assert sum(fair.values()) == pytest.approx(asked, abs=len(fair))
    whole = max(fair.values())
    assert fair[str(town.agent.pk)] == pytest.approx(whole / 2, abs=2) and whole != problem.person(str(town.butler.pk)).contract_minutes
