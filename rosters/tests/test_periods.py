"""Hours counted over a quarter or a year: what of it lies outside the month, on the page, and for the engine (A5, Labour Law 39, 41)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desks.testing import Town, signed_in
from rosters import actions
from rosters.drafting import draft_of
from rosters.models import StaffTerms
from rosters.planning import Plan, days_of
from rosters.queries.facts import facts_of
from rosters.rules.facts import Period
from rosters.tests.scenes import DECEMBER, drafted, reported
from rosters.tests.test_terms import agree

NOVEMBER = date(2026, 11, 1)


def terms(town: Town, months: int, **more: object) -> None:
    StaffTerms.objects.create(
        desk=town.desk, person=town.agent, **{"from_on": date(2026, 9, 1), "week_hours": Decimal(40), "system": "comprehensive", "period_months": months} | more
    )


def period(town: Town, month: date = DECEMBER) -> Period | None:
    return next(person for person in facts_of(town.desk, month, Plan(month, days_of(month))).people if person.key == town.agent.pk).period


@pytest.mark.clause("A5")
def test_what_lies_before_and_after_the_month_is_counted(town: Town, morning) -> None:
    terms(town, 3)
    assert period(town) == Period(1), "nothing is out before: nobody owes hours"
    reported(town, datetime(2026, 10, 25, tzinfo=UTC), month=NOVEMBER)
    found = period(town)
    worked = sum(turn.minutes for person in facts_of(town.desk, NOVEMBER).people if person.key == town.agent.pk for turn in person.turns if turn.day.month == 11)
    assert (found.months, found.minutes, found.contract, found.coming) == (2, worked, 21 * 480, 0)
    in_november = period(town, NOVEMBER)
    assert (in_november.months, in_november.minutes, in_november.coming) == (2, 0, 23 * 480)
    assert period(town, date(2027, 1, 1)).months == 3 and period(town, date(2027, 1, 1)).contract == 0, "the next quarter begins anew"


@pytest.mark.clause("A5")
def test_terms_of_the_month_and_other_systems_have_no_period(town: Town) -> None:
    assert period(town) is None
    terms(town, 1)
    assert period(town) is None


@pytest.mark.clause("A5")
def test_days_before_the_system_held_are_not_counted(town: Town) -> None:
    reported(town, datetime(2026, 10, 25, tzinfo=UTC), month=NOVEMBER)
    terms(town, 12, from_on=date(2026, 12, 1))
    assert period(town) == Period(1)


@pytest.mark.clause("A5")
def test_a_year_is_the_calendar_s(town: Town) -> None:
    terms(town, 12)
    assert period(town).coming == 0 and period(town, date(2027, 2, 1)).months == 11


@pytest.mark.clause("A5")
def test_the_engine_plans_no_more_than_the_period_has_left(town: Town) -> None:
    terms(town, 3)
    reported(town, datetime(2026, 10, 25, tzinfo=UTC), month=NOVEMBER, agent="早", butler="晚")
    agent = next(person for person in draft_of(town.desk, DECEMBER).problem.people if person.key == str(town.agent.pk))
    before = period(town)
    assert agent.month_overtime == 2 * 2160 + before.contract - before.minutes and agent.most_minutes == agent.contract_minutes + agent.month_overtime


@pytest.mark.clause("A5")
def test_it_is_agreed_on_the_page_and_said_in_words_and_holds_for_its_system_alone(town: Town, morning) -> None:
    row = agree(town, morning, system="comprehensive", period_months=3)
    assert row.period_months == 3 and row.history.first().period_months == 3
    assert agree(town, morning, person=town.butler, system="standard", period_months=12).period_months == 1
    page = signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/staff/{town.agent.pk}/").content.decode()
    assert "counted over a quarter" in page and 'name="period_months"' in page
    sent = {"act": "terms", "from_on": "2099-01-01", "week_hours": "40", "system": "comprehensive", "free_weekends": 0, "period_months": "5", "reason": "x"}
    answer = signed_in(town.supervisor).post(f"/rosters/{town.desk.slug}/staff/{town.agent.pk}/", sent)
    assert answer.status_code == 422 and row.period_months == 3


@pytest.mark.clause("A5")
def test_a_month_that_takes_the_quarter_beyond_the_law_is_not_submitted(town: Town, morning) -> None:
    from desks.models import DeskSettings
    from desks.refusal import Refused

    terms(town, 3)
    reported(town, datetime(2026, 10, 25, tzinfo=UTC), month=NOVEMBER, agent="早", butler="晚")
    DeskSettings.objects.filter(desk=town.desk).update(overtime_month_hours=30)
    roster = drafted(town, morning, agent="早早早早早早休", butler="晚早休", second_butler="休晚早")
    with pytest.raises(Refused, match="period over which hours are counted"):
        actions.submit(actor=town.supervisor, roster=roster, now=morning, reason="x")
