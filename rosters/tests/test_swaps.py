"""Swaps: asked for, agreed to, given back, withdrawn, decided; nothing changes before (A13, C5, D2, E4, I5, I6)."""

from datetime import date, timedelta

import pytest

from desks.claims import AlreadyChanged
from desks.models import Membership, Person, Role
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.models import Entry
from notices.models import Notice
from rosters import actions
from rosters.models import Duty, DutyChange, Swap
from rosters.tests.changing import DAY, NEXT, agreed, approved, asked, duty, month_out


def told(code: str) -> set[Person]:
    return {row.person for row in Notice.objects.filter(code=code)}


def holders(day: date = DAY) -> list[tuple[str, str]]:
    rows = Duty.objects.filter(site_day=day, taken_out_by__isnull=True).order_by("starts_at", "pk")
    return [(row.person.login.rpartition("-")[2], row.shift_code) for row in rows]


@pytest.mark.clause("A13", "C5", "D2")
def test_nothing_changes_before_the_supervisor_has_decided(december: Town, morning) -> None:
    before = holders()
    swap = agreed(december, morning)
    assert (swap.state, holders()) == ("agreed", before) and not DutyChange.objects.exists()
    swap = actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    assert swap.state == "approved" and holders() == [("butler", "early"), ("colleague", "late")]
    gone = Duty.objects.get(person=december.agent, site_day=DAY)
    assert gone.taken_out_by == swap.change and swap.change.decided_by == december.supervisor
    assert duty(december.butler).brought_in_by == swap.change


@pytest.mark.clause("I7")
def test_whom_it_touches_is_told_once_and_nobody_else(december: Town, morning) -> None:
    approved(december, morning)
    assert told("tell_swap_asked") == {december.butler}
    assert told("tell_swap_agreed") == {december.agent}
    assert told("tell_swap_decide") == {december.supervisor}
    assert told("tell_swap_approved") == {december.agent, december.butler}
    about = Notice.objects.filter(matter="swap")
    assert not about.filter(person__in=[december.colleague, december.second_butler, december.head]).exists()
    assert about.count() == 5


@pytest.mark.clause("I9")
def test_each_step_stands_in_the_log_but_why_somebody_asks_does_not(december: Town, morning) -> None:
    swap = approved(december, morning)
    rows = Entry.objects.filter(book__desk=december.desk, code__startswith="swap").order_by("number")
    assert [(row.code, row.audience) for row in rows] == [
        ("swap_asked", "staff"), ("swap_agreed", "staff"), ("swap_approved", "staff"),
    ]
    assert swap.reason == "家里有事" and not any("家里有事" in str(row.fields) for row in rows)
    page = signed_in(december.supervisor).get(f"/log/{december.desk.slug}/").content.decode()
    assert "agreed to take the duty of He Jiayi" in page and "家里有事" not in page
    history = Swap.objects.get().history.order_by("history_id")
    assert [(row.state, row.history_user) for row in history] == [
        ("requested", december.agent), ("agreed", december.butler), ("approved", december.supervisor),
    ]


@pytest.mark.clause("A13")
def test_a_duty_for_a_duty_exchanges_both(december: Town, morning) -> None:
    swap = asked(december, morning, way="exchange")
    with pytest.raises(Refused) as refused:
        actions.agree(actor=december.butler, swap=swap, now=morning)
    assert refused.value.field == "returns"
    with pytest.raises(Refused, match="no coming duty of yours"):
        actions.agree(actor=december.butler, swap=swap, returns=duty(december.second_butler, NEXT), now=morning)
    swap = actions.agree(actor=december.butler, swap=swap, returns=duty(december.butler, NEXT), now=morning)
    actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    assert holders() == [("butler", "early"), ("colleague", "late")]
    assert holders(NEXT) == [("agent", "early"), ("second_butler", "late")]


@pytest.mark.clause("I5")
def test_two_people_of_one_day_exchange_their_shifts(december: Town, morning) -> None:
    swap = asked(december, morning, way="exchange", people=("colleague",))
    swap = actions.agree(actor=december.colleague, swap=swap, returns=duty(december.colleague), now=morning)
    actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    assert holders() == [("colleague", "early"), ("agent", "late")]


@pytest.mark.clause("A13")
def test_a_part_of_a_duty_is_passed_on_and_the_rest_stays(december: Town, morning) -> None:
    own = duty(december.agent)
    noon = own.starts_at + timedelta(hours=4)
    swap = approved(december, morning, starts_at=noon)
    assert swap.is_part
    rows = Duty.objects.filter(site_day=DAY, taken_out_by__isnull=True, shift_code="early").order_by("starts_at")
    assert [(row.person, row.starts_at, row.ends_at) for row in rows] == [
        (december.agent, own.starts_at, noon), (december.butler, noon, own.ends_at),
    ]


@pytest.mark.clause("A13", "I6")
def test_a_later_part_of_a_running_duty_is_still_decided_and_one_that_has_begun_is_not(december: Town, morning) -> None:
    own = duty(december.agent)
    noon = own.starts_at + timedelta(hours=4)
    swap = agreed(december, morning, starts_at=noon)
    with pytest.raises(Refused, match="has begun"):
        actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=noon)
    actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=noon - timedelta(hours=1))
    assert duty(december.agent).ends_at == noon == duty(december.butler).starts_at


@pytest.mark.clause("A13")
@pytest.mark.parametrize("since,until", [(-1, 0), (0, 1), (4, -6)])
def test_a_part_outside_the_duty_is_refused(december: Town, morning, since: int, until: int) -> None:
    own = duty(december.agent)
    with pytest.raises(Refused) as refused:
        asked(december, morning, starts_at=own.starts_at + timedelta(hours=since), ends_at=own.ends_at + timedelta(hours=until))
    assert refused.value.field == "starts_at"


@pytest.mark.clause("A13")
def test_a_duty_taken_over_is_passed_on_again_and_one_that_comes_back_is_still_shown(december: Town, morning) -> None:
    approved(december, morning)
    back = actions.ask_swap(
        actor=december.butler, duty=duty(december.butler), wanted=actions.Wanted(way="give", people=[december.agent]), now=morning
    )
    back = actions.agree(actor=december.agent, swap=back, now=morning)
    actions.decide_swap(actor=december.supervisor, swap=back, approve=True, reason="", now=morning)
    assert holders() == [("agent", "early"), ("colleague", "late")]
    from rosters.queries import own_swaps

    assert [row.state for row in own_swaps(december.agent, december.desk)] == ["approved", "approved"]


@pytest.mark.clause("A13")
def test_an_offer_taken_by_mistake_is_given_back_until_it_is_decided(december: Town, morning) -> None:
    swap = agreed(december, morning)
    swap = actions.give_back(actor=december.butler, swap=swap, now=morning)
    assert (swap.state, swap.taken_by, swap.agreed_at) == ("requested", None, None)
    assert told("tell_swap_given_back") == {december.agent}
    swap = actions.agree(actor=december.butler, swap=swap, now=morning)
    assert Notice.objects.filter(code="tell_swap_agreed").count() == 2
    swap = actions.give_back(actor=december.agent, swap=swap, now=morning)
    swap = actions.agree(actor=december.butler, swap=swap, now=morning)
    actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    with pytest.raises(Refused):
        actions.give_back(actor=december.butler, swap=swap, now=morning)


@pytest.mark.clause("A13")
def test_what_is_offered_to_all_is_told_to_whom_nothing_speaks_against_and_anybody_who_may_takes_it(december: Town, morning) -> None:
    december.desk.settings.rest_hours = 11
    december.desk.settings.save()
    swap = asked(december, morning, people=(), for_all=True)
    assert told("tell_swap_asked") == {december.butler}, "the others would rest too little"
    actions.agree(actor=december.second_butler, swap=swap, now=morning)
    with pytest.raises(Refused, match="no longer open"):
        actions.agree(actor=december.butler, swap=swap, now=morning)


@pytest.mark.clause("A13")
def test_once_all_have_said_no_who_asked_is_told(december: Town, morning) -> None:
    swap = asked(december, morning, people=("butler", "second_butler"))
    actions.decline(actor=december.butler, swap=swap, now=morning)
    assert told("tell_swap_declined") == set()
    with pytest.raises(Refused):
        actions.agree(actor=december.butler, swap=swap, now=morning)
    actions.decline(actor=december.second_butler, swap=swap, now=morning)
    assert told("tell_swap_declined") == {december.agent}


@pytest.mark.clause("E4")
def test_within_the_lead_time_only_the_supervisor_files_it_with_a_reason(december: Town) -> None:
    own = duty(december.agent)
    late = own.starts_at - timedelta(hours=5)
    with pytest.raises(Refused) as refused:
        asked(december, late)
    assert (refused.value.clause, refused.value.field) == ("E4", "duty")
    with pytest.raises(Refused) as refused:
        asked(december, late, by=december.supervisor)
    assert refused.value.field == "override"
    swap = asked(december, late, by=december.supervisor, override="家人急诊")
    assert (swap.person, swap.filed_by, swap.override) == (december.agent, december.supervisor, "家人急诊")
    assert december.agent in told("tell_swap_filed")


@pytest.mark.clause("E4")
def test_the_lead_time_is_of_the_site_s_days_to_the_minute(december: Town) -> None:
    """One day ahead: until midnight before the day before … the whole day before the duty's own day keeps it."""
    from desks.clock import day_bounds

    midnight, _ = day_bounds(DAY, december.site.zone)
    with pytest.raises(Refused, match="too late"):
        asked(december, midnight)
    assert asked(december, midnight - timedelta(seconds=1)).state == "requested"


@pytest.mark.clause("A13")
def test_no_lead_is_asked_where_the_desk_has_none(december: Town) -> None:
    december.desk.settings.swap_lead_days = 0
    december.desk.settings.save()
    assert asked(december, duty(december.agent).starts_at - timedelta(minutes=5)).state == "requested"


@pytest.mark.clause("A6")
def test_who_may_not_take_it_is_not_asked_and_a_role_that_ends_meanwhile_stops_the_decision(december: Town, morning) -> None:
    with pytest.raises(Refused) as refused:
        asked(december, morning, people=("head",))
    assert (refused.value.clause, refused.value.field) == ("A6", "people")
    swap = agreed(december, morning)
    Membership.objects.filter(person=december.butler).update(ends_at=duty(december.agent).starts_at + timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    assert refused.value.clause == "A6" and holders()[0] == ("agent", "early")


@pytest.mark.clause("I5")
def test_who_is_on_another_duty_then_cannot_take_it(december: Town, morning) -> None:
    december.colleague_at = Membership.objects.create(
        person=december.butler, site=december.site, desk=december.other_desk, role=Role.BUTLER, starts_at=morning
    )
    own = duty(december.agent)
    change = DutyChange.objects.create(desk=december.other_desk, kind="support", decided_by=december.supervisor, decided_at=morning, reason="忙")
    Duty.objects.create(
        person=december.butler, desk=december.other_desk, site_day=DAY, starts_at=own.ends_at - timedelta(hours=1),
        ends_at=own.ends_at + timedelta(hours=3), shift_code="late", shift_version=1, origin="change", brought_in_by=change,
    )
    with pytest.raises(Refused) as refused:
        asked(december, morning)
    assert refused.value.clause == "I5"
    part = asked(december, morning, ends_at=own.ends_at - timedelta(hours=1))
    assert actions.agree(actor=december.butler, swap=part, now=morning).state == "agreed"


@pytest.mark.clause("A13")
def test_a_short_rest_asks_the_decision_for_a_reason(town: Town, morning) -> None:
    town.desk.settings.rest_hours = 11
    town.desk.settings.save()
    month_out(town, morning, agent="早休", colleague="晚休", butler="休晚", second_butler="休早")
    swap = agreed(town, morning)
    with pytest.raises(Refused) as refused:
        actions.decide_swap(actor=town.supervisor, swap=swap, approve=True, reason=" ", now=morning)
    assert refused.value.field == "reason" and "rest" in str(refused.value)
    swap = actions.decide_swap(actor=town.supervisor, swap=swap, approve=True, reason="本人同意", now=morning)
    assert swap.decision == "本人同意"


@pytest.mark.clause("I9")
def test_a_refusal_has_a_reason_and_nobody_decides_their_own_where_somebody_else_can(december: Town, morning) -> None:
    swap = agreed(december, morning)
    with pytest.raises(Refused) as refused:
        actions.decide_swap(actor=december.supervisor, swap=swap, approve=False, reason=" ", now=morning)
    assert refused.value.field == "reason"
    swap = actions.decide_swap(actor=december.supervisor, swap=swap, approve=False, reason="当天人手不够", now=morning)
    assert (swap.state, swap.decision) == ("refused", "当天人手不够")
    assert told("tell_swap_refused") == {december.agent, december.butler}
    assert holders()[0] == ("agent", "early")


@pytest.mark.clause("A13")
def test_one_duty_is_asked_about_once_at_a_time(december: Town, morning) -> None:
    first = asked(december, morning)
    with pytest.raises(Refused, match="asked about already"):
        asked(december, morning, people=("second_butler",))
    actions.withdraw_swap(actor=december.agent, swap=first, now=morning)
    assert asked(december, morning, people=("second_butler",)).state == "requested"


@pytest.mark.clause("A13")
def test_one_duty_is_given_in_return_once(december: Town, morning) -> None:
    first = asked(december, morning, way="exchange")
    other = actions.ask_swap(
        actor=december.colleague, duty=duty(december.colleague),
        wanted=actions.Wanted(way="exchange", people=[december.butler]), now=morning,
    )
    mine = duty(december.butler, NEXT)
    actions.agree(actor=december.butler, swap=first, returns=mine, now=morning)
    with pytest.raises(Refused) as refused:
        actions.agree(actor=december.butler, swap=other, returns=mine, now=morning)
    assert refused.value.field == "returns"


@pytest.mark.clause("I6")
def test_a_settled_request_is_never_changed_nor_removed_by_any_path(december: Town, morning) -> None:
    from django.db import Error, transaction

    swap = approved(december, morning)
    for attack in (
        lambda: Swap.objects.filter(pk=swap.pk).update(state="requested"),
        lambda: Swap.objects.filter(pk=swap.pk).update(decision="x"),
        lambda: Swap.objects.filter(pk=swap.pk)._raw_delete("default"),
    ):
        with pytest.raises(Error, match="I9"), transaction.atomic():
            attack()
    live = actions.ask_swap(
        actor=december.colleague, duty=duty(december.colleague), wanted=actions.Wanted(way="give", for_all=True), now=morning
    )
    with pytest.raises(Error, match="asks for stays"), transaction.atomic():
        Swap.objects.filter(pk=live.pk).update(person=december.butler)


@pytest.mark.clause("I9")
def test_deciding_twice_is_refused_in_words(december: Town, morning) -> None:
    swap = agreed(december, morning)
    actions.decide_swap(actor=december.supervisor, swap=swap, approve=True, reason="", now=morning)
    with pytest.raises(Refused, match="settled already"):
        actions.decide_swap(actor=december.supervisor, swap=swap, approve=False, reason="x", now=morning)
    assert issubclass(AlreadyChanged, Refused)


@pytest.mark.clause("I8")
def test_somebody_of_another_site_neither_asks_nor_takes_nor_decides(december: Town, morning) -> None:
    swap = agreed(december, morning)
    for act in (
        lambda: actions.decide_swap(actor=december.away.supervisor, swap=swap, approve=True, reason="", now=morning),
        lambda: actions.agree(actor=december.away.butler, swap=swap, now=morning),
        lambda: actions.withdraw_swap(actor=december.away.agent, swap=swap, now=morning),
        lambda: asked(december, morning, by=december.away.supervisor),
    ):
        with pytest.raises(Refused):
            act()
