"""Rules of requests as pure functions: parts of a duty, turns on end, what needs a reason (A13, E4, I11); many cases by property."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks.clock import at
from rosters import rules
from rosters.forms_requests import within
from rosters.rules.facts import Breach, Code
from rosters.rules.fairness import ahead_of

START = datetime(2026, 12, 13, tzinfo=UTC)
MINUTES = st.integers(min_value=0, max_value=24 * 60)
SPANS = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] < pair[1]).map(
    lambda pair: (START + timedelta(minutes=pair[0]), START + timedelta(minutes=pair[1]))
)


@pytest.mark.clause("A13", "I6")
@given(duty=SPANS, taken=SPANS)
def test_what_is_left_and_what_went_are_the_duty_without_gap_or_overlap(duty, taken) -> None:
    left = rules.parts_left(*duty, *taken)
    went = (max(duty[0], taken[0]), min(duty[1], taken[1]))
    pieces = sorted([*left, *([went] if went[0] < went[1] else [])])
    if went[0] < went[1]:
        assert pieces[0][0] == duty[0] and pieces[-1][1] == duty[1]
        assert all(one[1] == other[0] for one, other in itertools.pairwise(pieces))
    assert all(duty[0] <= begin < end <= duty[1] for begin, end in left) and len(left) <= 2


@pytest.mark.clause("E4", "I11")
@given(days=st.integers(0, 30), ahead=st.integers(-5, 40), minute=st.integers(0, 24 * 60 - 1), zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]))
def test_the_lead_time_holds_from_the_first_to_the_last_minute_of_a_site_s_day(days: int, ahead: int, minute: int, zone: str) -> None:
    where = ZoneInfo(zone)
    day = date(2027, 3, 14)
    now = at(day - timedelta(days=ahead), time(minute // 60, minute % 60), where)
    assert rules.is_in_time(day=day, now=now, days=days, zone=where) == (ahead >= days)


@pytest.mark.clause("A13", "I9")
def test_a_reason_is_asked_only_where_somebody_would_rest_too_little() -> None:
    assert rules.why_reason_needed([], "") is None and rules.why_reason_needed(["周敏"], "本人同意") is None
    refused = rules.why_reason_needed(["周敏"], "  ")
    assert refused is not None and refused.field == "reason" and "周敏" in str(refused.reason)


@pytest.mark.clause("I11")
def test_a_wall_clock_time_of_a_night_s_duty_is_of_the_day_on_which_it_falls() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    night = SimpleNamespace(
        site_day=date(2026, 12, 31), starts_at=at(date(2026, 12, 31), time(22), zone), desk=SimpleNamespace(site=SimpleNamespace(zone=zone)),
    )
    assert within(night, time(23)) == at(date(2026, 12, 31), time(23), zone)
    assert within(night, time(2)) == at(date(2027, 1, 1), time(2), zone)
    assert within(night, None) is None


@pytest.mark.clause("B2.5", "B3.5")
def test_a_duty_is_repaid_as_agreed_else_by_the_desk_s_rule_else_not_at_all() -> None:
    day = date(2026, 12, 31)
    assert rules.repay_day(taken_on=day, agreed=None, days=1) == date(2027, 1, 1)
    assert rules.repay_day(taken_on=day, agreed=date(2027, 2, 1), days=1) == date(2027, 2, 1)
    assert rules.repay_day(taken_on=day, agreed=None, days=0) is None


def breach(code: Code, amount: int, *days: int) -> Breach:
    return Breach(code, 1, tuple(date(2026, 12, day) for day in days), amount=amount)


@pytest.mark.clause("A5", "A13")
@pytest.mark.parametrize(
    "before,after,new",
    [
        ([], breach(Code.MONTH_OVERTIME, 60, 30), True),
        ([breach(Code.MONTH_OVERTIME, 60, 28)], breach(Code.MONTH_OVERTIME, 60, 30), False),
        ([breach(Code.MONTH_OVERTIME, 60, 28)], breach(Code.MONTH_OVERTIME, 61, 30), True),
        ([breach(Code.REST_DAY, 8, 7)], breach(Code.REST_DAY, 8, 14), True),
        ([breach(Code.REST_DAY, 8, 7, 8)], breach(Code.REST_DAY, 8, 8, 9), False),
        ([breach(Code.REST, 300, 7)], breach(Code.REST, 299, 7), True),
        ([breach(Code.REST, 300, 7)], breach(Code.REST, 301, 7), False),
        ([breach(Code.WEEKENDS, 1, 5, 6)], breach(Code.WEEKENDS, 0, 5, 6, 12), True),
        ([breach(Code.WEEKENDS, 0, 5)], breach(Code.WEEKENDS, 1, 12), False),
        ([breach(Code.DAY_OFF, 1, 7)], breach(Code.NO_NIGHTS, 1, 7), True),
    ],
)
def test_a_breach_is_new_where_it_was_not_or_was_not_so_far(before: list[Breach], after: Breach, new: bool) -> None:
    assert rules.is_new(after, before) is new


@pytest.mark.clause("A5", "I9")
def test_a_rule_of_working_time_that_would_be_broken_is_named_with_its_own_clause() -> None:
    beyond = [("周敏", breach(Code.REST_DAY, 7, 7))]
    refused = rules.why_reason_needed([], "", beyond=beyond)
    assert refused is not None and (refused.clause, refused.field) == ("LL38", "reason") and "周敏" in str(refused.reason)
    assert rules.why_reason_needed([], "没有别人", beyond=beyond) is None


@pytest.mark.clause("A5")
@given(have=st.dictionaries(st.integers(1, 9), st.integers(0, 40), min_size=1), weight=st.integers(1, 5))
def test_together_nobody_is_above_or_below_the_fair_share(have: dict[int, int], weight: int) -> None:
    far = ahead_of(have, dict.fromkeys(have, weight))
    assert sum(far.values()) == 0 and max(far, key=lambda key: far[key]) == max(have, key=lambda key: have[key])
