"""From the database to facts: people, roles, agreements, duties around the month and at other desks (A5, A6, I5)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desks.models import Choice, Desk, Membership, Role
from desks.testing import Town
from rosters import actions
from rosters.models import Leave, ShiftType
from rosters.planning import Cell, Line, Plan, days_of
from rosters.queries import plan_of_roster
from rosters.queries.facts import facts_of, limits_of, minutes_of
from rosters.rules.facts import Code, Limits, PersonFacts
from rosters.rules.working_time import breaches_of
from rosters.tests.scenes import DECEMBER, drafted, reported

TODAY = date(2026, 11, 24)


def person(facts, who) -> PersonFacts:
    return next(each for each in facts.people if each.key == who.pk)


def found(town: Town, plan, **more) -> set:
    return {(each.code, each.person, each.days) for each in breaches_of(facts_of(town.desk, DECEMBER, plan, **more)) if each.hard}


@pytest.mark.clause("A5")
def test_the_settings_of_a_new_desk_are_the_legal_defaults(town: Town) -> None:
    assert limits_of(town.desk.settings) == Limits()


def test_minutes_are_those_that_pass() -> None:
    begin = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert minutes_of(begin, begin + timedelta(hours=8), 30) == 450
    assert minutes_of(begin, begin + timedelta(minutes=5), 30) == 0


@pytest.mark.clause("A5")
def test_a_draft_is_judged_with_the_end_of_the_month_before(town: Town, morning) -> None:
    with time_machine.travel(datetime(2026, 10, 30, tzinfo=UTC), tick=False):
        reported(town, datetime(2026, 10, 30, tzinfo=UTC), month=date(2026, 11, 1), agent="早", butler="休早早早早早早", colleague="晚晚休")
    plan = plan_of_roster(drafted(town, morning, agent="早休休休休休", butler="晚", colleague="早晚休"))
    breaches = [each for each in breaches_of(facts_of(town.desk, DECEMBER, plan)) if each.hard]
    told = {(each.code, each.person): each.days for each in breaches}
    assert told[Code.REST_DAY, town.agent.pk] == (date(2026, 12, 1),), "thirty days of November and one of December"
    assert (Code.REST_DAY, town.colleague.pk) not in told


@pytest.mark.clause("A6")
def test_roles_and_skills_say_day_by_day_who_may_take_what(town: Town, morning) -> None:
    Choice.objects.create(desk=town.desk, purpose="skill", code="english", label_en="English")
    late = ShiftType.objects.get(desk=town.desk, code="late", current=True)
    late.skills = ["english"]
    late.save()
    membership = Membership.objects.get(person=town.butler)
    membership.ends_at = datetime(2026, 12, 10, 4, 0, tzinfo=UTC)
    membership.save()
    actions.give_skill(
        actor=town.supervisor, desk=town.desk, person=town.agent, skill="english", from_on=TODAY, until_on=date(2026, 12, 5), now=morning
    )
    facts = facts_of(town.desk, DECEMBER, None)
    taken = person(facts, town.agent).may_take
    assert (taken[date(2026, 12, 5)], taken[date(2026, 12, 6)]) == (frozenset({"early", "late"}), frozenset({"early"}))
    leaving = person(facts, town.butler)
    assert leaving.may_take[date(2026, 12, 9)] == {"early"} and leaving.may_take[date(2026, 12, 10)] == frozenset(), "the role ends within the shift"
    assert max(leaving.there) == date(2026, 12, 9)
    plan = plan_of_roster(drafted(town, morning, agent="早", colleague="晚"))
    assert {code for code, who, _days in found(town, plan) if who == town.colleague.pk} >= {Code.MAY_TAKE}


@pytest.mark.clause("A13")
def test_leave_agreements_and_wishes_are_looked_at(town: Town, morning) -> None:
    given = {"actor": town.supervisor, "desk": town.desk, "now": morning}
    actions.set_terms(
        **given, person=town.agent, from_on=TODAY, week_hours=Decimal("37.5"), system="standard", days_off=[0], free_weekends=2, days_in_row=3, reason="",
    )
    actions.protect(**given, person=town.butler, what="no_overtime", from_on=TODAY, until_on=None)
    actions.pair_up(**given, learner=town.colleague, guide=town.agent, from_on=TODAY, until_on=None)
    actions.make_wish(actor=town.agent, desk=town.desk, day=date(2026, 12, 8), shift_code="", want=True, weight=3, now=morning)
    plan = plan_of_roster(drafted(town, morning, agent="早", butler="早早早早早早休", colleague="晚休"))
    codes = {(each.code, each.person) for each in breaches_of(facts_of(town.desk, DECEMBER, plan, away={town.butler.pk: [date(2026, 12, 2)]}))}
    assert {
        (Code.DAY_OFF, town.agent.pk), (Code.WEEKENDS, town.agent.pk), (Code.DAYS_IN_ROW, town.agent.pk), (Code.WISH, town.agent.pk),
        (Code.AWAY, town.butler.pk), (Code.NO_OVERTIME_MONTH, town.butler.pk), (Code.PAIR, town.colleague.pk),
    } <= codes
    agent = person(facts_of(town.desk, DECEMBER, plan), town.agent)
    assert agent.terms[0].week_minutes == 2250 and agent.wishes[0].weight == 3


@pytest.mark.clause("A13")
def test_approved_leave_is_looked_at_by_the_hour_and_takes_whole_days_from_the_contract(town: Town, morning) -> None:
    zone = town.site.zone
    for state, starts, ends in (
        ("approved", datetime(2026, 12, 7, tzinfo=zone), datetime(2026, 12, 9, tzinfo=zone)), ("approved", datetime(2026, 12, 10, 14, tzinfo=zone), datetime(2026, 12, 10, 17, tzinfo=zone)),
        ("requested", datetime(2026, 12, 14, tzinfo=zone), datetime(2026, 12, 15, tzinfo=zone)),
    ):
        decided = {"decided_by": town.supervisor, "decided_at": morning} if state == "approved" else {}
        Leave.objects.create(
            desk=town.desk, person=town.agent, filed_by=town.agent, kind="annual", state=state, starts_at=starts, ends_at=ends, asked_at=morning, **decided
        )
    agent = person(facts_of(town.desk, DECEMBER, Plan(DECEMBER, days_of(DECEMBER))), town.agent)
    assert agent.away == {date(2026, 12, 7), date(2026, 12, 8)} and len(agent.leave) == 2
    early, late = (ShiftType.objects.get(desk=town.desk, code=code, current=True) for code in ("early", "late"))
    days = days_of(DECEMBER)
    cells = {days[6]: Cell("", None, [late]), days[8]: Cell("", None, [early]), days[9]: Cell("", None, [early]), days[13]: Cell("", None, [early])}
    told = {(code, on) for code, _who, on in found(town, Plan(DECEMBER, days, [Line(None, "", "", town.agent, cells)]))}
    assert told == {(Code.AWAY, (days[6],)), (Code.AWAY, (days[9],))}
    tail = facts_of(town.desk, date(2027, 1, 1), Plan(date(2027, 1, 1), days_of(date(2027, 1, 1))))
    assert person(tail, town.agent).leave == ()


@pytest.mark.clause("I5")
def test_duties_at_another_desk_count_for_the_person_and_not_for_the_desk(town: Town, morning) -> None:
    side = Desk.objects.select_related("site", "settings").get(pk=town.other_desk.pk)
    Membership.objects.create(person=town.agent, site=town.site, desk=side, role=Role.AGENT, starts_at=morning - timedelta(days=1))
    Membership.objects.create(person=town.butler, site=town.site, desk=side, role=Role.BUTLER, starts_at=morning - timedelta(days=1))
    reported(town, morning, desk=side, agent="晚休", butler="早")
    # A plan that would not be brought in: what it breaks is the point.
    early = ShiftType.objects.get(desk=town.desk, code="early", current=True)
    days = days_of(DECEMBER)
    plan = Plan(DECEMBER, days, [Line(None, "", "", town.butler, {days[0]: Cell("", None, [early])}), Line(None, "", "", town.agent, {days[0]: Cell("", None, [early])})])
    told = found(town, plan)
    assert (Code.OVERLAP, town.butler.pk, (days[0],)) in told
    assert (Code.DAY_OVERTIME, town.agent.pk, (days[0],)) in told, "eight hours here and six there"
    needs = [each for each in breaches_of(facts_of(town.desk, DECEMBER, plan)) if each.code == Code.NEED and each.days == (days[0],)]
    assert [(each.shift, each.amount) for each in needs] == [("late", 2)]


def test_the_facts_cost_the_same_however_many_people(town: Town, morning) -> None:
    counts = []
    for patterns in ({"agent": "早"}, {"agent": "早休", "butler": "晚休", "colleague": "休早", "second_butler": "休晚"}):
        plan = plan_of_roster(drafted(town, morning, **patterns | {"butler": "晚"}))
        with CaptureQueriesContext(connection) as captured:
            facts_of(town.desk, DECEMBER, plan)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16
