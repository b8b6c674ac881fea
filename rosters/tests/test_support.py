"""Support from the back office: who, when, why; suggested from how much is recorded at each hour (A7)."""

from datetime import time, timedelta

import pytest
import time_machine

from desks.clock import at, local_day
from desks.models import Membership, Role
from desks.refusal import Refused
from desks.testing import Town, make_person, signed_in
from desks.testing_pages import find, text_of, tree
from logbook.actions import record_entry
from notices.models import Notice
from rosters import actions, rules
from rosters.models import Duty
from rosters.queries import duties_at, workload_of
from rosters.tests.changing import DAY, duty


def told(code: str) -> list[str]:
    return sorted(row.person.login.rpartition("-")[2] for row in Notice.objects.filter(code=code).select_related("person"))


def within(answer, tag: str, id_: str) -> str:
    """The words of one element of the page; none where it is not there."""
    return " ".join(text_of(each) for each in find(tree(answer.content.decode()), tag, id=id_))


@pytest.fixture
def december(december: Town, morning) -> Town:
    """December is out, and somebody of the back office is known at the other desk."""
    town = december
    town.office = make_person("taikoo-office", "孙晓", town.agent.employer, "0099", name_latin="Sun Xiao")
    Membership.objects.create(person=town.office, site=town.site, desk=town.other_desk, role=Role.BUTLER, starts_at=morning)
    return town


def call(town: Town, now, **more) -> Duty:
    begin = duty(town.agent).starts_at + timedelta(hours=2)
    given = {
        "actor": town.supervisor, "desk": town.desk, "person": town.office, "starts_at": begin, "ends_at": begin + timedelta(hours=3),
        "reason": "集中收房", "now": now,
    }
    return actions.call_support(**(given | more))


@pytest.mark.clause("A7")
def test_somebody_of_another_desk_comes_for_a_time_with_a_reason_and_stands_on_the_roster(december: Town, morning) -> None:
    made = call(december, morning)
    assert made in duties_at(december.desk, made.starts_at)
    assert (made.brought_in_by.kind, made.brought_in_by.reason, made.shift_code, made.site_day) == ("support", "集中收房", "early", DAY)
    assert told("tell_support") == ["office"] and Notice.objects.get(code="tell_support").acknowledge
    assert told("tell_support_beside") == ["agent"]
    page = signed_in(december.agent).get(f"/rosters/{december.desk.slug}/2026-12/").content.decode()
    assert "Sun Xiao" in page


@pytest.mark.clause("A7")
@pytest.mark.parametrize("begin,end,reason,field", [
    (0, 0, "忙", "until_time"), (0, 13, "忙", "until_time"), (0, 2, " ", "reason"), (-2000, -1999, "忙", "from_time"),
])
def test_a_call_up_that_makes_no_sense_is_refused_beside_its_field(december: Town, morning, begin: int, end: int, reason: str, field: str) -> None:
    start = duty(december.agent).starts_at
    with pytest.raises(Refused) as refused:
        call(december, morning, starts_at=start + timedelta(hours=begin), ends_at=start + timedelta(hours=end), reason=reason)
    assert refused.value.field == field


@pytest.mark.clause("A7", "I5")
def test_nobody_on_another_duty_nor_of_another_site_is_called_in_and_only_the_supervisor_calls(december: Town, morning) -> None:
    for more in ({"person": december.agent}, {"person": december.away.butler}, {"actor": december.agent}, {"actor": december.head}):
        with pytest.raises(Refused):
            call(december, morning, **more)
    assert not Duty.objects.filter(brought_in_by__kind="support").exists()


@pytest.mark.clause("A7")
def test_support_for_now_begins_with_the_next_minute(december: Town) -> None:
    now = duty(december.agent).starts_at + timedelta(hours=1, seconds=20)
    made = call(december, now, starts_at=now - timedelta(minutes=10), ends_at=now + timedelta(hours=2))
    assert made.starts_at == now + timedelta(seconds=40)


@pytest.mark.clause("A7", "I6")
def test_support_is_called_off_with_a_reason_and_a_duty_of_the_roster_is_not(december: Town, morning) -> None:
    made = call(december, morning)
    for duty_, reason, actor, clause in (
        (duty(december.agent), "x", december.supervisor, "A13"), (made, " ", december.supervisor, "I9"), (made, "x", december.office, "A13"),
    ):
        with pytest.raises(Refused) as refused:
            actions.call_off(actor=actor, duty=duty_, reason=reason, now=morning)
        assert refused.value.clause == clause
    url = f"/rosters/{december.desk.slug}/duties/{made.pk}/"
    with time_machine.travel(morning, tick=False):
        boss = signed_in(december.supervisor)
        assert "off-form" in boss.get(url).content.decode()
        assert boss.post(f"{url}call-off/", {"reason": ""}).status_code == 422
        boss.post(f"{url}call-off/", {"reason": "改期"})
    assert not duties_at(december.desk, made.starts_at)[1:] and told("tell_called_off") == ["office"]
    from rosters.models import EmptyDuty

    assert not EmptyDuty.objects.exists()


@pytest.mark.clause("A7")
def test_busy_hours_are_those_with_much_more_than_usual() -> None:
    quiet = dict.fromkeys(range(8, 22), 2.0)
    assert rules.busy_spans(quiet) == [] and rules.busy_spans({}) == []
    assert rules.busy_spans(quiet | {9: 6.0, 10: 5.0, 18: 8.0}) == [(9, 11), (18, 19)]
    assert rules.busy_spans({9: 0.25, 10: 1.5}) == [], "a few entries make no busy hour"


@pytest.mark.clause("A7", "I11")
def test_the_workload_is_counted_by_the_hour_of_the_site_s_clock_over_four_weeks(december: Town, morning) -> None:
    day = local_day(morning, december.site.zone)
    for weeks, hour, many in ((1, 10, 6), (2, 10, 6), (5, 10, 9), (1, 9, 1), (1, 14, 2), (1, 15, 1)):
        moment = at(day - timedelta(weeks=weeks), time(hour, 30), december.site.zone)
        for number in range(many):
            record_entry(actor=december.agent, desk=december.desk, now=moment + timedelta(seconds=number), text=f"来电 {number}")
    found = workload_of(december.desk, day)
    assert found[10] == 3.0 and sum(found.values()) == 4.0
    with time_machine.travel(morning, tick=False):
        client = signed_in(december.supervisor)
        page = client.get(f"/rosters/{december.desk.slug}/support/").content.decode()
        assert "10:00–11:00" in page
        url = f"/rosters/{december.desk.slug}/support/"
        wrong = client.post(url, {"person": december.office.pk, "day": "2026-11-24", "from_time": "10:00", "until_time": "11:00", "reason": ""})
        assert wrong.status_code == 422 and 'value="10:00"' in wrong.content.decode()
        client.post(url, {"person": december.office.pk, "day": "2026-11-24", "from_time": "10:00", "until_time": "11:00", "reason": "集中收房"})
        assert "集中收房" in client.get(url).content.decode()


@pytest.mark.clause("A5", "A7", "I5")
def test_what_a_call_up_would_break_is_shown_before_it_and_does_not_bar_it(december: Town, morning) -> None:
    """The night before a duty leaves no rest; who is on a duty then cannot come; the back office is free."""
    url = f"/rosters/{december.desk.slug}/support/"
    night = {"day": f"{DAY:%Y-%m-%d}", "from_time": "02:00", "until_time": "04:00", "reason": "集中收房"}
    with time_machine.travel(morning, tick=False):
        boss = signed_in(december.supervisor)
        assert not within(boss.get(url), "section", "fits"), "nobody stands to no time"
        shown = boss.get(url, {name: night[name] for name in ("day", "from_time", "until_time")})
        assert "rest is short" in within(shown, "li", f"person-{december.agent.pk}")
        assert "free and rested" in within(shown, "li", f"person-{december.office.pk}")
        first = boss.post(url, night | {"person": december.agent.pk})
        assert first.status_code == 422 and "too short a rest" in within(first, "form", "support-form")
        assert first.content.decode().index(f'id="person-{december.agent.pk}"') < first.content.decode().index(f'id="person-{december.office.pk}"')
        assert 'value="集中收房"' in first.content.decode() and not Duty.objects.filter(brought_in_by__kind="support").exists()
        looked = dict(find(tree(first.content.decode()), "input", name="looked")[0].attributes)["value"]
        other = boss.post(url, night | {"person": december.agent.pk, "until_time": "05:00", "looked": looked})
        assert other.status_code == 422, "what was shown was of another time"
        assert boss.post(url, night | {"chosen": december.agent.pk, "looked": looked}).status_code == 302
        assert Duty.objects.get(brought_in_by__kind="support").person == december.agent
        during = boss.post(url, {"day": f"{DAY:%Y-%m-%d}", "from_time": "10:00", "until_time": "11:00", "look": "yes"})
    assert during.status_code == 200 and not within(during, "li", f"person-{december.agent.pk}")
    assert "He Jiayi on another duty" in within(during, "section", "fits").partition("Who cannot")[2]


@pytest.mark.clause("A7")
def test_who_looks_need_say_no_more_than_when(december: Town, morning) -> None:
    url = f"/rosters/{december.desk.slug}/support/"
    with time_machine.travel(morning, tick=False):
        boss = signed_in(december.supervisor)
        wrong = boss.post(url, {"day": f"{DAY:%Y-%m-%d}", "from_time": "x", "until_time": "", "reason": "收房", "look": "yes"})
        over = boss.post(url, {"day": "2026-11-20", "from_time": "10:00", "until_time": "11:00", "look": "yes"})
    assert wrong.status_code == 422 and not within(wrong, "section", "fits") and 'value="收房"' in wrong.content.decode()
    assert "id_person_error" not in wrong.content.decode() and not within(over, "section", "fits")


@pytest.mark.clause("A5", "A7")
@pytest.mark.parametrize("looked,standing,stops", [
    (False, {}, False), (False, {"rested": False}, True), (False, {"within": False}, True), (True, {"within": False}, False),
    (False, {"free": False, "within": False}, False),
])
def test_a_call_up_waits_for_one_look_at_what_it_would_break(looked: bool, standing: dict[str, bool], stops: bool) -> None:
    given = rules.Standing(**({"eligible": True, "free": True, "on_leave": False, "rested": True} | standing))
    assert (rules.why_look_first("周敏", given, looked=looked) is not None) is stops
