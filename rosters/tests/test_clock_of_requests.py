"""The clock: what nobody decided expires, empty duties are raised ahead and once, debts are settled or overdue (A13, B2.5, I7, I11)."""

from datetime import timedelta

import pytest

from desks.clock import at, day_bounds
from desks.models import Membership
from desks.refusal import Refused
from desks.testing import Town
from logbook.actions import open_watch
from notices.models import Notice
from rosters import actions, rules
from rosters.clock_requests import expire_requests, raise_empty_duties, settle_repayments
from rosters.models import Leave, Repayment, Swap
from rosters.tests.changing import DAY, NEXT, agreed, approved, asked, duty, leave_asked


def told(code: str) -> list[str]:
    return sorted(row.person.login.rpartition("-")[2] for row in Notice.objects.filter(code=code).select_related("person"))


@pytest.mark.clause("A13")
def test_a_request_expires_at_the_very_start_of_its_duty_and_once(december: Town, morning) -> None:
    swap = agreed(december, morning)
    begins = duty(december.agent).starts_at
    assert expire_requests(begins - timedelta(microseconds=1)) == 0
    assert expire_requests(begins) == 1 and expire_requests(begins) == 0
    assert Swap.objects.get(pk=swap.pk).state == "expired"
    assert told("tell_swap_expired") == ["agent", "butler"]
    with pytest.raises(Refused):
        actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=begins)


@pytest.mark.clause("A13")
def test_an_exchange_expires_when_the_other_duty_begins(december: Town, morning) -> None:
    swap = actions.ask_swap(
        actor=december.butler, duty=duty(december.butler, NEXT), wanted=actions.Wanted(way="exchange", people=[december.agent]), now=morning
    )
    actions.agree(actor=december.agent, swap=swap, returns=duty(december.agent), now=morning)
    assert expire_requests(duty(december.agent).starts_at) == 1


@pytest.mark.clause("A13")
def test_leave_that_nobody_decided_expires_at_its_midnight_and_the_supervisor_hears_of_it(december: Town, morning) -> None:
    leave_asked(december, morning)
    midnight = day_bounds(DAY, december.site.zone)[0]
    assert expire_requests(midnight - timedelta(seconds=1)) == 0 and expire_requests(midnight) == 1
    assert Leave.objects.get().state == "expired" and told("tell_leave_expired") == ["agent", "supervisor"]


@pytest.mark.clause("A13", "I7")
def test_an_empty_duty_is_raised_days_before_and_once_and_who_is_away_is_not_told(december: Town, morning) -> None:
    actions.decide_leave(actor=december.supervisor, leave=leave_asked(december, morning), approve=True, reason="", now=morning)
    begins = duty(december.colleague).starts_at.replace(hour=0)
    ahead = begins - timedelta(days=3)
    assert raise_empty_duties(ahead - timedelta(hours=1)) == 0
    assert raise_empty_duties(ahead) == 1 and raise_empty_duties(ahead + timedelta(days=1)) == 0
    assert told("tell_duty_still_empty") == ["supervisor"]


@pytest.mark.clause("A13")
def test_a_duty_whose_holder_has_left_is_raised_days_before(december: Town, morning) -> None:
    own = duty(december.agent)
    Membership.objects.filter(person=december.agent).update(ends_at=own.starts_at)
    assert raise_empty_duties(own.starts_at - timedelta(days=4)) == 0
    assert raise_empty_duties(own.starts_at - timedelta(days=3)) == 1
    assert told("tell_holder_left") == ["supervisor"]


@pytest.mark.clause("B2.5")
def test_a_duty_taken_by_rule_is_owed_the_next_day_overdue_is_raised_once_and_a_duty_done_settles_it(december: Town, morning) -> None:
    december.desk.settings.swap_repay_days = 1
    december.desk.settings.save()
    approved(december, morning)
    debt = Repayment.objects.get()
    assert debt.due_on == NEXT
    last = day_bounds(NEXT, december.site.zone)[1]
    assert settle_repayments(last - timedelta(seconds=1)) == 0
    assert settle_repayments(last) == 2 and settle_repayments(last + timedelta(days=1)) == 0
    assert told("tell_repay_overdue") == ["agent", "supervisor"]
    back = actions.ask_swap(
        actor=december.butler, duty=duty(december.butler, NEXT + timedelta(days=2)),
        wanted=actions.Wanted(way="give", people=[december.agent]), now=morning,
    )
    back = actions.agree(actor=december.agent, swap=back, now=morning)
    actions.decide_swap(actor=december.supervisor, swap=back, approve=True, reason="", now=morning)
    assert Repayment.objects.count() == 1, "who repays makes no new debt"
    done = duty(december.agent, NEXT + timedelta(days=2)).ends_at
    assert settle_repayments(done - timedelta(seconds=1)) == 0 and settle_repayments(done) == 1 and settle_repayments(done) == 0
    assert Repayment.objects.get().state == "repaid" and told("tell_repaid") == ["agent", "butler"]


@pytest.mark.clause("B2.5", "A24")
def test_only_a_duty_that_somebody_came_for_repays(december: Town, morning) -> None:
    december.desk.settings.swap_repay_days = 1
    december.desk.settings.save()
    approved(december, morning)
    open_watch(actor=december.colleague, desk=december.desk, now=duty(december.butler).starts_at - timedelta(days=1))
    for days in (2, 4):
        own = duty(december.butler, NEXT + timedelta(days=days))
        back = actions.ask_swap(actor=december.butler, duty=own, wanted=actions.Wanted(way="give", people=[december.agent]), now=morning)
        actions.decide_swap(
            actor=december.supervisor, swap=actions.agree(actor=december.agent, swap=back, now=morning), approve=True, reason="", now=morning
        )
    missed, done = (duty(december.agent, NEXT + timedelta(days=days)) for days in (2, 4))
    settle_repayments(missed.ends_at)
    assert Repayment.objects.get().state == "owed" and told("tell_repay_overdue") == ["agent", "supervisor"]
    actions.check_in(actor=december.agent, desk=december.desk, now=done.starts_at)
    settle_repayments(done.ends_at - timedelta(seconds=1))
    assert Repayment.objects.get().state == "owed"
    settle_repayments(done.ends_at)
    assert (Repayment.objects.get().state, Repayment.objects.get().duty) == ("repaid", done)


@pytest.mark.clause("B3.5")
def test_nothing_is_owed_where_the_desk_asks_for_none_unless_the_two_agree_on_it(december: Town, morning) -> None:
    approved(december, morning)
    assert not Repayment.objects.exists()
    later = actions.ask_swap(
        actor=december.colleague, duty=duty(december.colleague),
        wanted=actions.Wanted(way="later", people=[december.second_butler], repay_by=NEXT + timedelta(days=10)), now=morning,
    )
    later = actions.agree(actor=december.second_butler, swap=later, now=morning)
    actions.decide_swap(actor=december.supervisor, swap=later, approve=True, reason="", now=morning)
    assert Repayment.objects.get().due_on == NEXT + timedelta(days=10)


@pytest.mark.clause("B2.5", "B3.5", "B2.1")
def test_where_staff_find_their_own_replacement_the_rule_decides_and_the_supervisor_is_told(december: Town, morning) -> None:
    december.desk.settings.swap_by_rule = True
    december.desk.settings.save()
    swap = agreed(december, morning)
    assert (swap.state, swap.decided_by, swap.decision) == ("approved", december.butler, "")
    assert told("tell_swap_by_rule") == ["supervisor"] and told("tell_swap_decide") == []
    assert duty(december.butler).brought_in_by == swap.change


@pytest.mark.clause("B3.5")
def test_what_the_rule_would_not_allow_waits_for_the_supervisor(december: Town, morning) -> None:
    december.desk.settings.swap_by_rule = True
    december.desk.settings.save()
    swap = asked(december, morning, people=("colleague",))
    swap = actions.agree(actor=december.colleague, swap=swap, now=morning)
    assert swap.state == "agreed" and told("tell_swap_decide") == ["supervisor"]


@pytest.mark.clause("I11")
def test_rest_is_counted_in_hours_that_pass_where_clocks_change_at_night() -> None:
    from datetime import date, time
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Berlin")
    for day, hours in ((date(2026, 3, 28), 9), (date(2026, 10, 24), 11), (date(2026, 6, 1), 10)):
        assert rules.hours_between(at(day, time(22), zone), at(day + timedelta(days=1), time(8), zone)) == hours


@pytest.mark.clause("I11", "E4")
def test_the_lead_time_at_month_end_leap_day_and_where_clocks_change() -> None:
    from datetime import UTC, date, datetime
    from zoneinfo import ZoneInfo

    for zone, day in (("Europe/Berlin", date(2027, 3, 28)), ("Asia/Shanghai", date(2028, 3, 1)), ("Asia/Shanghai", date(2027, 1, 1))):
        midnight = at(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        assert rules.is_in_time(day=day, now=midnight - timedelta(seconds=1), days=1, zone=ZoneInfo(zone))
        assert not rules.is_in_time(day=day, now=midnight, days=1, zone=ZoneInfo(zone))


@pytest.mark.clause("B2.5")
def test_who_is_owed_or_the_supervisor_lets_it_be_and_nobody_else(december: Town, morning) -> None:
    december.desk.settings.swap_repay_days = 1
    december.desk.settings.save()
    approved(december, morning)
    debt = Repayment.objects.select_related("swap__person", "swap__taken_by", "swap__duty", "swap__desk__site").get()
    for person in (december.agent, december.colleague, december.head, december.away.supervisor):
        with pytest.raises(Refused):
            actions.waive_repayment(actor=person, debt=debt, now=morning)
    assert actions.waive_repayment(actor=december.butler, debt=debt, now=morning).state == "waived"
    assert told("tell_repay_waived") == ["agent"]
    with pytest.raises(Refused, match="repaid already"):
        actions.waive_repayment(actor=december.supervisor, debt=debt, now=morning)
    assert settle_repayments(day_bounds(NEXT, december.site.zone)[1]) == 0


@pytest.mark.clause("B2.5")
def test_the_page_says_that_the_rule_decided(december: Town, morning) -> None:
    from desks.testing import signed_in

    december.desk.settings.swap_by_rule = True
    december.desk.settings.save()
    swap = agreed(december, morning)
    page = signed_in(december.agent).get(f"/rosters/{december.desk.slug}/swaps/{swap.pk}/").content.decode()
    assert "by the desk&#x27;s rule" in page or "by the desk's rule" in page
