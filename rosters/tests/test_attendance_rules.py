"""When somebody came and how long they were there, to the minute: late from the duty's start, early and waiting as work (A10, A24, E6)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters import rules
from rosters.rules import Arrival, attendance_of

START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
END = START + timedelta(hours=8)
LEAD = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def seen(*spans, others=(), lead=LEAD, now=END + timedelta(hours=4)):
    return attendance_of((START, END), [(START + minutes(a), START + minutes(b)) for a, b in spans], list(others), lead=lead, now=now)


@pytest.mark.clause("A24")
@pytest.mark.parametrize(
    "came,standing",
    [
        (-15 - 1 / 60, Arrival.EARLY), (-15, Arrival.ON_TIME), (-14 - 1 / 60, Arrival.ON_TIME), (-14, Arrival.IN_LEAD),
        (0, Arrival.IN_LEAD), (59 / 60, Arrival.IN_LEAD), (1, Arrival.LATE), (90, Arrival.LATE),
    ],
)
def test_late_counts_from_the_start_of_the_duty_and_the_lead_alone_is_only_noted(came: float, standing: Arrival) -> None:
    assert seen((came, 480)).arrival == standing
    assert (seen((came, 480)).late > 0) == (standing == Arrival.LATE)


@pytest.mark.clause("A24")
def test_without_a_lead_the_minute_of_the_start_is_on_time() -> None:
    assert seen((0.5, 480), lead=timedelta(0)).arrival == Arrival.ON_TIME
    assert seen((-0.5, 480), lead=timedelta(0)).arrival == Arrival.EARLY
    assert seen((1, 480), lead=timedelta(0)).arrival == Arrival.LATE


@pytest.mark.clause("A10")
def test_early_time_and_waiting_for_the_relief_are_work() -> None:
    found = seen((-20, 505))
    assert (found.early, found.done, found.late, found.absent, found.over, found.worked) == (20, 480, 0, 0, 25, 525)


@pytest.mark.clause("A22")
def test_late_left_early_and_a_gap_are_told_apart() -> None:
    found = seen((12, 100), (130, 460))
    assert (found.late, found.absent, found.done, found.over) == (12, 50, 418, 0)
    assert found.left_at == START + minutes(460)


@pytest.mark.clause("A24")
@pytest.mark.parametrize("left,absent", [(465, 0), (464, 16), (480, 0)])
def test_who_is_relieved_within_the_lead_has_done_the_whole_duty(left: int, absent: int) -> None:
    found = seen((0, left))
    assert (found.absent, found.done) == (absent, 480 - absent)


@pytest.mark.clause("A22")
def test_who_never_comes_is_missing_and_their_whole_duty_absent() -> None:
    found = seen()
    assert (found.arrival, found.absent, found.done, found.arrived_at) == (Arrival.MISSING, 480, 0, None)
    before = seen(now=START - SECOND)
    assert (before.arrival, before.absent) == (Arrival.EXPECTED, 0)
    assert seen((-60, -30)).arrival == Arrival.MISSING, "somebody who had gone again before the duty began"


@pytest.mark.clause("A22")
def test_before_the_desk_kept_its_watches_nobody_is_absent() -> None:
    found = attendance_of((START, END), [], [], lead=LEAD, now=END, is_kept=False)
    assert (found.arrival, found.unknown, found.absent, found.worked) == (Arrival.UNKNOWN, 480, 0, 0)
    assert attendance_of((START, END), [(START, END)], [], lead=LEAD, now=END, is_kept=False).done == 480
    assert attendance_of((START, END), [], [], lead=LEAD, now=START, is_kept=False).arrival == Arrival.EXPECTED


@pytest.mark.clause("A10")
def test_two_duties_in_a_row_share_no_minute() -> None:
    before, after = (START - minutes(240), START), (END, END + minutes(120))
    found = seen((-250, 480 + 130), others=[before, after])
    assert (found.early, found.done, found.over, found.arrived_at) == (0, 480, 0, START)
    assert found.arrival != Arrival.LATE


@pytest.mark.clause("A10")
def test_the_time_between_two_duties_is_counted_once() -> None:
    later = (END + minutes(120), END + minutes(360))
    first = seen((0, 480 + 360), others=[later], now=END + minutes(400))
    second = attendance_of(later, [(START, END + minutes(360))], [(START, END)], lead=LEAD, now=END + minutes(400))
    assert (first.over, second.early, second.arrival, second.done) == (120, 0, Arrival.EARLY, 240)


@pytest.mark.clause("A22")
def test_a_duty_under_way_counts_what_has_passed() -> None:
    now = START + minutes(100)
    found = attendance_of((START, END), [(START + minutes(10), now)], [], lead=LEAD, now=now)
    assert (found.late, found.done, found.absent, found.left_at, found.is_over) == (10, 90, 0, None, False)


@pytest.mark.clause("I11")
@pytest.mark.parametrize("zone,month,day,hours", [("America/New_York", 3, 8, 7), ("America/New_York", 11, 1, 9), ("Asia/Shanghai", 3, 8, 8)])
def test_a_night_of_the_changed_clock_counts_the_hours_that_were(zone: str, month: int, day: int, hours: int) -> None:
    place = ZoneInfo(zone)
    starts, ends = datetime(2026, month, day, 0, 0, tzinfo=place), datetime(2026, month, day, 8, 0, tzinfo=place)
    duty = (starts.astimezone(UTC), ends.astimezone(UTC))
    assert attendance_of(duty, [duty], [], lead=LEAD, now=duty[1]).done == hours * 60


MOMENTS = st.integers(-300, 800).map(lambda number: START + timedelta(seconds=30 * number))


@pytest.mark.clause("A22")
@given(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=5), MOMENTS)
def test_nothing_is_lost_or_counted_twice(pairs: list, now: datetime) -> None:
    spans = [(min(pair), min(max(pair), now)) for pair in pairs if min(pair) < now]
    found = attendance_of((START, END), spans, [], lead=LEAD, now=now)
    passed = rules.minutes_of(max(START, min(END, now)) - START)
    assert found.done + found.late + found.absent == passed
    assert min(found.early, found.done, found.late, found.absent, found.over) >= 0


@given(st.lists(st.tuples(MOMENTS, MOMENTS), max_size=6))
def test_merged_times_are_in_order_and_apart(pairs: list) -> None:
    made = rules.merged((min(pair), max(pair)) for pair in pairs)
    assert all(one[1] < two[0] for one, two in pairwise(made)) and all(begin < end for begin, end in made)


@pytest.mark.clause("A10")
def test_time_at_the_desk_without_any_duty_is_counted_by_itself() -> None:
    spans = [(START - minutes(300), START - minutes(240)), (START - minutes(10), END)]
    assert rules.outside(spans, [(START, END)]) == spans[:1]


@pytest.mark.clause("A22")
def test_a_limit_of_nothing_raises_nobody() -> None:
    assert rules.is_no_show(arrived=False, starts_at=START, minutes=30, now=START + minutes(30))
    assert not rules.is_no_show(arrived=False, starts_at=START, minutes=30, now=START + minutes(30) - SECOND)
    assert not rules.is_no_show(arrived=False, starts_at=START, minutes=0, now=END)
    assert not rules.is_no_show(arrived=True, starts_at=START, minutes=30, now=END)
