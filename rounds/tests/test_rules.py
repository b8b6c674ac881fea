"""When a round is due: weekdays, the desk's hours, the site's zone and its changes of the clock; readings and their limits (C3, C4, I11)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks.refusal import Refused
from rounds import rules
from rounds.rules import Schedule, dues, dues_around, in_force_since, is_missed, is_within, last_chance, read_reading

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ALWAYS = {day: (time(0), time(23, 59, 59)) for day in range(7)}
OFFICE = {day: (time(8), time(22)) for day in range(5)}
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


def schedule(*times: time, weekdays: tuple[int, ...] = tuple(range(7)), since: datetime = EPOCH) -> Schedule:
    return Schedule(frozenset(weekdays), times, since)


def clocks(found: list[datetime], zone: ZoneInfo) -> list[str]:
    return [f"{moment.astimezone(zone):%a %H:%M}" for moment in found]


@pytest.mark.clause("C3")
def test_a_round_is_due_on_its_weekdays_while_the_desk_is_open() -> None:
    found = dues(schedule(time(7), time(8), time(22), time(23), weekdays=(0, 5)), OFFICE, MONDAY, MONDAY + timedelta(days=7), SHANGHAI)
    assert clocks(found, SHANGHAI) == ["Mon 08:00", "Mon 22:00", "Mon 08:00", "Mon 22:00"], "before opening and after closing nothing, Saturday is closed"


@pytest.mark.clause("I11")
def test_a_skipped_time_is_due_an_hour_later_and_one_that_comes_twice_is_due_once() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    found = dues(schedule(time(2, 30), time(3, 30), time(4)), ALWAYS, spring, spring, BERLIN)
    assert clocks(found, BERLIN) == ["Sun 03:30", "Sun 04:00"], "02:30 does not exist: it falls on 03:30, which is due once"
    found = dues(schedule(time(2, 30)), ALWAYS, autumn, autumn, BERLIN)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)], "the first 02:30 of the two"
    assert len(dues(schedule(time(0)), ALWAYS, spring - timedelta(days=1), spring + timedelta(days=1), BERLIN)) == 3


@pytest.mark.clause("C3")
def test_nothing_is_due_before_the_round_was_laid() -> None:
    since = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert clocks(dues(schedule(time(8), time(14), since=since), ALWAYS, MONDAY, MONDAY, SHANGHAI), SHANGHAI) == ["Mon 14:00"]


@given(st.sets(st.times(), max_size=4), st.sets(st.integers(0, 6)), st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_whatever_its_times_a_round_is_due_in_order_and_within_what_was_asked(times, weekdays, moment) -> None:
    found = dues_around(schedule(*times, weekdays=tuple(weekdays)), ALWAYS, moment, timedelta(days=2), timedelta(days=2), BERLIN)
    assert found == sorted(set(found)) and all(abs(each - moment) <= timedelta(days=2) for each in found)
    assert all(each.astimezone(BERLIN).weekday() in weekdays for each in found)


def test_a_round_holds_from_when_it_is_as_it_is_now() -> None:
    day = [EPOCH + timedelta(days=each) for each in range(5)]
    assert in_force_since([]) is None and in_force_since([(day[0], "a"), (day[1], None)]) is None
    assert in_force_since([(day[0], "a"), (day[1], "a")]) == day[0], "saved again, with nothing else"
    assert in_force_since([(day[0], "a"), (day[1], "b"), (day[2], "b")]) == day[1]
    assert in_force_since([(day[0], "a"), (day[2], None), (day[2], "a")]) == day[0], "a new wording is out and in at one moment"
    assert in_force_since([(day[0], "a"), (day[1], None), (day[2], "a")]) == day[2]


@pytest.mark.clause("C3")
def test_the_border_of_the_grace_and_of_the_last_chance() -> None:
    grace = timedelta(minutes=30)
    assert not is_missed(due_at=EPOCH, grace=grace, now=EPOCH + grace)
    assert is_missed(due_at=EPOCH, grace=grace, now=EPOCH + grace + timedelta(microseconds=1))
    assert last_chance(EPOCH, None) == EPOCH + timedelta(hours=12)
    assert last_chance(EPOCH, EPOCH + timedelta(hours=4)) == EPOCH + timedelta(hours=4)


@pytest.mark.clause("C4")
@pytest.mark.parametrize("typed", ["", "x", "NaN", "Infinity", "1e20", "0.0001", "1.2.3", "--1"])
def test_what_is_no_reading_is_refused_beside_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read_reading(typed, "point-pressure")
    assert refused.value.field == "point-pressure" and refused.value.clause == "C4"


@pytest.mark.clause("C4")
def test_limits_belong_to_what_is_good() -> None:
    low, high = Decimal("0.3"), Decimal("0.45")
    assert [is_within(Decimal(each), low, high) for each in ("0.299", "0.3", "0.45", "0.451")] == [False, True, True, False]
    assert is_within(Decimal(-99), None, high) and is_within(Decimal(99), low, None)
    assert read_reading("−３．５", "f") == Decimal("-3.5") and rules.why_not_findings(missing="", wrong=1, remark=" ") is not None
