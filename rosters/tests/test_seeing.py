"""Seeing duties: one's own at every desk, who is on now and next, and a desk's days as they run (A5, I8, I11)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from desks.testing import MORNING, Town, signed_in
from rosters import queries
from rosters.models import Duty, ShiftType
from rosters.tests.scenes import DECEMBER, drafted, november, reported


@pytest.fixture(autouse=True)
def clock():
    """The pages read the clock themselves: it stands at the tests' morning."""
    with time_machine.travel(MORNING, tick=False) as still:
        yield still


@pytest.mark.clause("A5")
def test_my_duties_are_those_that_come_at_every_desk_and_are_out(town: Town) -> None:
    november(town, MORNING)
    drafted(town, MORNING)
    mine = queries.coming_duties(town.agent, MORNING, MORNING + timedelta(days=62))
    assert [duty.site_day.day for duty in mine] == [24, 25, 26, 27, 28, 29, 30], "the one under way first, no draft"
    page = signed_in(town.agent).get("/duties/").content.decode()
    assert page.count("08:00–16:00") == 7 and "He Jiayi" in page and "Zhou Min" in page
    assert "No duties to come" in signed_in(town.nobody).get("/duties/").content.decode()


@pytest.mark.clause("I11")
def test_at_midnight_the_day_changes_by_the_site_s_clock(town: Town, clock) -> None:
    november(town, MORNING)
    midnight = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    clock.move_to(midnight - timedelta(seconds=1))
    assert 'id="day-2026-11-29"' in (page := signed_in(town.agent).get(f"/rosters/{town.desk.slug}/week/").content.decode())
    assert 'id="day-2026-11-30"' not in page
    clock.move_to(midnight)
    assert 'id="day-2026-11-30"' in (page := signed_in(town.agent).get(f"/rosters/{town.desk.slug}/week/").content.decode())
    assert 'id="day-2026-11-29"' not in page


@pytest.mark.clause("I11")
def test_a_night_has_a_bar_on_each_of_its_days_and_a_changed_clock_another_length(town: Town) -> None:
    town.site.timezone = "America/New_York"
    town.site.save()
    town.desk.refresh_from_db()
    ShiftType.objects.create(
        desk=town.desk, code="night", starts="22:00", ends="06:00", mark_en="N", mark_zh="夜", label_en="Night", label_zh_hans="夜班", tone="night"
    )
    reported(town, MORNING, month=date(2027, 3, 1), agent="夜")
    lines = queries.day_lines(town.desk, [date(2027, 3, 13), date(2027, 3, 14)], MORNING, town.agent)
    assert [line.minutes for line in lines] == [1440, 1380]
    assert [line.hours for line in lines] == [(360, 720, 1080), (300, 660, 1020)]
    assert [(bar.begins, bar.length) for bar in lines[0].bars] == [(0, 360), (1320, 120)]
    assert [(bar.begins, bar.length) for bar in lines[1].bars] == [(0, 300), (1260, 120)]
    assert all(bar.mine for line in lines for bar in line.bars) and lines[0].kind.is_off


@pytest.mark.clause("A5")
def test_holidays_and_make_up_days_are_marked(town: Town) -> None:
    client = signed_in(town.agent)
    holiday = client.get(f"/rosters/{town.desk.slug}/week/?day=2026-10-01&days=1").content.decode()
    assert "public holiday" in holiday and 'class="day-off"' in holiday
    makeup = client.get(f"/rosters/{town.desk.slug}/week/?day=2026-10-10&days=1").content.decode()
    assert "make-up working day" in makeup and 'class="day-off"' not in makeup


@pytest.mark.clause("I8")
def test_a_week_shows_what_is_out_to_who_sees_the_roster(town: Town) -> None:
    drafted(town, MORNING)
    path = f"/rosters/{town.desk.slug}/week/?day=2026-12-02"
    assert "He Jiayi" not in signed_in(town.agent).get(path).content.decode().split("<main", 1)[1]
    reported(town, MORNING, month=date(2027, 1, 1))
    assert "He Jiayi" in signed_in(town.auditor).get(f"/rosters/{town.desk.slug}/week/?day=2027-01-05").content.decode()
    assert signed_in(town.away.agent).get(path).status_code == 404
    assert signed_in(town.administrator).get(path).status_code == 403


@pytest.mark.clause("I10")
@pytest.mark.parametrize("asked", ["", "2026-02-30", "x", "0001-01-01", "9999-12-31", "2026-11-24T00:00", "%00", "２０２６-11-24"])
def test_a_day_that_is_none_is_today(town: Town, asked: str) -> None:
    for days in ("", "1", "x"):
        page = signed_in(town.agent).get(f"/rosters/{town.desk.slug}/week/?day={asked}&days={days}")
        assert page.status_code == 200 and 'id="day-2026-11-24"' in page.content.decode()


def test_a_single_day_leads_to_the_days_beside_it(town: Town) -> None:
    page = signed_in(town.agent).get(f"/rosters/{town.desk.slug}/week/?day=2028-02-29&days=1").content.decode()
    assert 'id="day-2028-02-29"' in page and "day=2028-02-28&amp;days=1" in page and "day=2028-03-01&amp;days=1" in page


def test_a_week_costs_the_same_however_many_duties(town: Town, django_assert_num_queries) -> None:
    november(town, MORNING)
    reported(town, MORNING, month=DECEMBER)
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(60)]
    with django_assert_num_queries(3):
        assert sum(len(line.bars) for line in queries.day_lines(town.desk, days, MORNING, town.agent)) > 180
    assert Duty.objects.exists()
