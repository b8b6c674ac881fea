"""What stands before a decision is what the rules of working time and the balances say, with constant cost (A5, A6, A13, E4, I5)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desks.models import Membership, Person, Role
from desks.refusal import Refused
from desks.testing import Town, signed_in
from rosters import actions
from rosters.models import Duty, PersonSkill, Protection, ShiftType, StaffTerms
from rosters.queries import Piece, fits_of, stand_ins_for, takers_of
from rosters.rules.facts import Code
from rosters.tests.changing import DAY, NEXT, asked, duty, leave_asked, month_out


def fit(town: Town, person: Person, now, of: Duty | None = None):
    own = of or duty(town.agent)
    return next(each for each in takers_of(town.desk, own, own.starts_at, own.ends_at, now) if each.person == person)


def codes(town: Town, person: Person, now) -> list[str]:
    return [each.code for each in fit(town, person, now).breaches]


def protect(town: Town, person: Person, now, what: str) -> None:
    Protection.objects.create(site=town.site, person=person, what=what, from_on=date(2026, 12, 1))


@pytest.mark.clause("A5", "A13")
def test_nothing_speaks_against_who_keeps_every_rule_and_a_rule_that_breaks_is_named_with_its_clause(december: Town, morning) -> None:
    assert codes(december, december.butler, morning) == [] and fit(december, december.butler, morning).standing.fits
    against = fit(december, december.colleague, morning)
    assert {each.code: each.clause for each in against.breaches} == {Code.DAY_OVERTIME: "LL41"}, "two shifts on end on one day"
    assert against.standing.may and not against.standing.fits


@pytest.mark.clause("A5")
def test_a_day_without_rest_a_fixed_day_off_and_the_month_s_overtime_need_a_reason_with_their_own_clause(town: Town, morning) -> None:
    month_out(town, morning, agent="早休", colleague="晚", butler="早早早早早早休", second_butler="休休休休晚")
    own = duty(town.agent, date(2026, 12, 7))
    found = {each.code: each.clause for each in fit(town, town.butler, morning, own).breaches}
    assert found[Code.REST_DAY] == "LL38" and Code.MONTH_OVERTIME in found
    StaffTerms.objects.create(
        desk=town.desk, person=town.second_butler, from_on=date(2026, 12, 1), week_hours=40, system="standard", days_off=[DAY.weekday()],
    )
    assert codes(town, town.second_butler, morning) == [Code.DAY_OFF]
    swap = asked(town, morning, people=("second_butler",))
    swap = actions.agree(actor=town.second_butler, swap=swap, now=morning)
    with pytest.raises(Refused) as refused:
        actions.decide_swap(actor=town.supervisor, swap=swap, approve=True, reason=" ", now=morning)
    assert (refused.value.clause, refused.value.field) == ("A5", "reason")
    assert actions.decide_swap(actor=town.supervisor, swap=swap, approve=True, reason="本人同意", now=morning).state == "approved"


@pytest.mark.clause("A5", "A6")
def test_a_protection_is_a_bar_that_no_reason_outweighs_and_colleagues_do_not_see_which_bar_it_is(december: Town, morning) -> None:
    ShiftType.objects.filter(desk=december.desk, code="early").update(night=True)
    protect(december, december.butler, morning, "no_nights")
    found = fit(december, december.butler, morning)
    assert found.standing.protected and not found.standing.may
    shown = found.for_colleagues()
    assert not shown.standing.protected and not shown.standing.eligible and shown.breaches == ()
    page = signed_in(december.agent).get(f"/rosters/{december.desk.slug}/duties/{duty(december.agent).pk}/swap/").content.decode()
    assert "protected" not in page.lower() and "no nights" not in page
    empty = actions.report_sick(actor=december.supervisor, duty=duty(december.agent), reason="", now=morning)
    with pytest.raises(Refused) as refused:
        actions.name_stand_in(actor=december.supervisor, empty=empty, person=december.butler, reason="没有别人", now=morning)
    assert refused.value.clause == "A5"
    assert "protected" in signed_in(december.supervisor).get(f"/rosters/{december.desk.slug}/fill/{empty.pk}/").content.decode()
    assert "protected" not in signed_in(december.head).get(f"/rosters/{december.desk.slug}/fill/{empty.pk}/").content.decode()


@pytest.mark.clause("A6")
def test_a_shift_that_asks_for_a_skill_is_for_who_has_it_on_the_day(december: Town, morning) -> None:
    ShiftType.objects.filter(desk=december.desk, code="early").update(skills=["cashier"])
    assert not fit(december, december.butler, morning).standing.eligible
    PersonSkill.objects.create(
        desk=december.desk, person=december.butler, skill="cashier", from_on=DAY, until_on=DAY
    )
    assert fit(december, december.butler, morning).standing.eligible
    assert not fit(december, december.butler, morning, duty(december.agent, DAY - timedelta(days=2))).standing.eligible


@pytest.mark.clause("A13", "I5")
def test_an_exchange_is_judged_without_what_each_gives(december: Town, morning) -> None:
    swap = asked(december, morning, way="exchange")
    swap = actions.agree(actor=december.butler, swap=swap, returns=duty(december.butler, NEXT), now=morning)
    assert actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning).state == "approved"


@pytest.mark.clause("A5")
def test_what_was_broken_before_and_is_broken_no_further_is_not_held_against_a_change(town: Town, morning) -> None:
    month_out(town, morning, agent="早休", colleague="晚休", butler="早早早早早早早", second_butler="休晚")
    here = duty(town.butler)
    piece = Piece.of(here)
    again = fits_of(town.desk, [town.butler], piece, morning, without=[here])[0]
    assert again.breaches == (), "as it stands"


@pytest.mark.clause("A13", "E4")
def test_who_is_furthest_below_the_fair_share_comes_first(town: Town, morning) -> None:
    month_out(town, morning, agent="早休", colleague="晚休", butler="休早", second_butler="休休休晚休休")
    empty = actions.report_sick(actor=town.supervisor, duty=duty(town.agent), reason="", now=morning)
    able = [each for each in stand_ins_for(empty, morning) if each.standing.fits]
    assert [each.person for each in able] == [town.second_butler, town.butler], "a Sunday: fewer weekends come first"
    assert able[0].load.ahead < able[1].load.ahead and able[0].load.weekends < able[1].load.weekends
    assert able[0].load.below > 0 and "below the fair share" in signed_in(town.supervisor).get(f"/rosters/{town.desk.slug}/fill/{empty.pk}/").content.decode()


def queries_of(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.clause("A13")
def test_the_page_asks_no_more_for_many_waiting_requests_than_for_one(town: Town, morning) -> None:
    month_out(town, morning)

    def asks(days: int) -> None:
        own = duty(town.agent, DAY + timedelta(days=days))
        swap = actions.ask_swap(actor=town.agent, duty=own, wanted=actions.Wanted(way="exchange", people=[town.butler]), now=morning)
        actions.agree(actor=town.butler, swap=swap, returns=duty(town.butler, own.site_day + timedelta(days=1)), now=morning)
        leave_asked(town, morning, actor=town.colleague, person=town.colleague, day=DAY + timedelta(days=days + 7))

    with time_machine.travel(morning, tick=False):
        client, url = signed_in(town.supervisor), f"/rosters/{town.desk.slug}/changes/"
        asks(0)
        one = queries_of(client, url)
        for days in (2, 4, 6):
            asks(days)
        assert queries_of(client, url) == one


@pytest.mark.clause("A6")
def test_a_role_that_ends_within_the_duty_does_not_hold_it(december: Town, morning) -> None:
    own = duty(december.agent)
    Membership.objects.filter(person=december.butler, role=Role.BUTLER).update(ends_at=own.ends_at - timedelta(minutes=1))
    assert not fit(december, december.butler, morning).standing.eligible
