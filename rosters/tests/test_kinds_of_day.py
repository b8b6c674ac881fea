"""What kind of day a day is: the calendar, the site's own days, and what nobody knows yet (A5, A6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from desks.models import Desk
from desks.models.places import known_region
from desks.testing import Town
from rosters.calendars import public_year
from rosters.models import ShiftNeed, SiteDay
from rosters.queries import days_of_kind, kind_of_day, needs_of, unpublished_years
from rosters.rules.days import (
    DayKind,
    KindOfDay,
    Name,
    NeedRow,
    OwnDay,
    PublicYear,
    Source,
    kind_of,
    people_needed,
    rows_for,
    there_throughout,
)

NOTHING = PublicYear(True, {})
EVERY_DAY = frozenset(range(7))


def day(text: str, **more: object) -> KindOfDay:
    return KindOfDay(date.fromisoformat(text), **{"kind": DayKind.WORKING} | more)


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("on", "kind", "name"),
    [
        ("2026-10-01", DayKind.HOLIDAY, "National Day"), ("2026-10-04", DayKind.HOLIDAY, "National Day"),
        ("2026-10-10", DayKind.MAKEUP, "National Day"), ("2026-10-11", DayKind.WEEKEND, ""), ("2026-10-12", DayKind.WORKING, ""),
        ("2026-02-28", DayKind.MAKEUP, "Spring Festival"), ("2024-02-29", DayKind.WORKING, ""),
    ],
)
def test_mainland_days_are_what_was_decreed(town: Town, on: str, kind: DayKind, name: str) -> None:
    found = kind_of_day(town.site, date.fromisoformat(on))
    assert (found.kind, found.name.en, found.certain) == (kind, name, True)


@pytest.mark.clause("A6")
def test_a_year_that_was_not_decreed_yet_is_said_to_be_unknown_and_not_guessed(town: Town) -> None:
    assert not public_year("CN", 2035).published
    days = days_of_kind(town.site, date(2035, 10, 1))
    assert days[date(2035, 10, 1)] == KindOfDay(date(2035, 10, 1), DayKind.WORKING, certain=False)
    assert {each.kind for each in days.values()} == {DayKind.WORKING, DayKind.WEEKEND}
    assert unpublished_years(town.site, [date(2026, 12, 31), date(2035, 1, 1)]) == [2035]


@pytest.mark.clause("A6")
def test_other_regions_follow_their_own_rules_and_a_site_of_none_its_weekdays(town: Town) -> None:
    town.site.region = "HK"
    assert kind_of_day(town.site, date(2026, 7, 1)).kind == DayKind.HOLIDAY
    assert kind_of_day(town.site, date(2026, 7, 1)).name.zh_hant == "香港特別行政區成立紀念日"
    assert kind_of_day(town.site, date(2026, 10, 10)).kind == DayKind.WEEKEND, "no make-up days there"
    town.site.region = ""
    assert kind_of_day(town.site, date(2026, 10, 1)).kind == DayKind.WORKING
    assert unpublished_years(town.site, [date(2090, 1, 1)]) == []


def test_where_people_rest_on_other_days_the_weekend_is_theirs(town: Town) -> None:
    town.site.region = "IR"
    friday = date(2026, 11, 27)
    assert kind_of_day(town.site, friday).kind == DayKind.WEEKEND
    assert kind_of_day(town.site, friday + timedelta(days=2)).kind == DayKind.WORKING


@pytest.mark.parametrize("code", ["XX", "cn", "CN ", "'; --"])
def test_an_unknown_region_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        known_region(code)
    known_region("HK")


@pytest.mark.clause("A6")
def test_the_sites_own_days_go_before_the_calendar_and_the_desks_before_the_sites(town: Town) -> None:
    SiteDay.objects.create(site=town.site, day=date(2026, 12, 8), what="holiday", label_en="Founding day")
    SiteDay.objects.create(site=town.site, desk=town.desk, day=date(2026, 12, 8), what="working")
    SiteDay.objects.create(site=town.site, day=date(2026, 12, 9), what="holiday", current=False)
    of_site, of_desk = (kind_of_day(town.site, date(2026, 12, 8), desk) for desk in (None, town.desk))
    assert (of_site.kind, of_site.source, str(of_site.name)) == (DayKind.HOLIDAY, Source.SITE, "Founding day")
    assert (of_desk.kind, of_desk.source) == (DayKind.WORKING, Source.DESK)
    assert kind_of_day(town.site, date(2026, 12, 9)).kind == DayKind.WORKING, "not in use"
    assert kind_of_day(town.site, date(2026, 12, 8), town.other_desk).kind == DayKind.HOLIDAY
    assert kind_of_day(town.away.site, date(2026, 12, 8)).kind == DayKind.WORKING, "another site's days are not ours"


def test_an_own_working_day_on_a_weekend_is_a_make_up_day_even_in_a_year_that_nobody_knows() -> None:
    found = kind_of(date(2035, 1, 6), year=PublicYear(False, {}), own=[OwnDay("working", Name(), False)])
    assert (found.kind, found.certain) == (DayKind.MAKEUP, True)


def test_a_closure_and_special_need_leave_the_kind_as_it_is() -> None:
    own = [OwnDay("closed", Name("Painting"), True), OwnDay("busy", Name("Handing keys out"), False)]
    found = kind_of(date(2026, 12, 12), year=NOTHING, own=own)
    assert (found.kind, found.closed, found.busy, found.name.en) == (DayKind.WEEKEND, True, True, "Painting")


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (day("2026-12-07"), ("mon", "working")), (day("2026-12-06", kind=DayKind.WEEKEND), ("sun", "weekend")),
        (day("2026-12-06", kind=DayKind.MAKEUP), ("makeup", "working")),
        (day("2026-12-07", kind=DayKind.HOLIDAY), ("holiday", "mon", "weekend")),
        (day("2026-12-07", busy=True), ("busy", "mon", "working")),
    ],
)
def test_the_nearest_name_of_a_day_comes_first(found: KindOfDay, names: tuple[str, ...]) -> None:
    assert rows_for(found) == names


@pytest.mark.clause("A6")
def test_people_needed_are_those_of_the_nearest_row_and_of_them_those_with_the_skill() -> None:
    rows = [
        NeedRow("early", "working", 3), NeedRow("early", "weekend", 1), NeedRow("early", "mon", 4), NeedRow("early", "holiday", 0),
        NeedRow("early", "working", 9, "english"), NeedRow("late", "mon", 7),
    ]

    def needed(found: KindOfDay, opens: frozenset[int] = EVERY_DAY) -> dict[str, int]:
        return people_needed(found, shift="early", usual=2, rows=rows, open_weekdays=opens)

    assert needed(day("2026-12-07")) == {"": 4, "english": 4}, "never more with a skill than there are people"
    assert needed(day("2026-12-08")) == {"": 3, "english": 3}
    assert needed(day("2026-12-06", kind=DayKind.WEEKEND)) == {"": 1}
    assert needed(day("2026-12-08", kind=DayKind.HOLIDAY)) == {}, "nobody on holidays"
    assert needed(day("2026-12-08", closed=True)) == {}
    assert needed(day("2026-12-08"), frozenset({0, 2, 3})) == {}, "the desk does not open on Tuesdays"
    makeup = day("2026-12-05", kind=DayKind.MAKEUP)
    assert needed(makeup, frozenset(range(5))) == {}, "a decreed make-up day does not open the desk by itself"
    assert needed(day("2026-12-05", kind=DayKind.MAKEUP, source=Source.SITE), frozenset(range(5))) == {"": 3, "english": 3}


@pytest.mark.clause("A6")
def test_the_needs_of_a_month_come_in_few_queries(town: Town, django_assert_num_queries) -> None:
    ShiftNeed.objects.create(desk=town.desk, shift_code="late", on="sat", people=5)
    ShiftNeed.objects.create(desk=town.desk, shift_code="late", on="sun", people=5, current=False)
    desk = Desk.objects.select_related("site").get(pk=town.desk.pk)
    with django_assert_num_queries(4):
        needs = needs_of(desk, days_of_kind(desk.site, date(2026, 12, 1), desk))
    assert needs[date(2026, 12, 5), "late", ""] == 5 and needs[date(2026, 12, 6), "late", ""] == 2
    assert len(needs) == 62


@pytest.mark.clause("A6")
@pytest.mark.parametrize(
    ("parts", "there"),
    [
        ([(8, 16)], 1), ([(8, 12), (12, 16)], 1), ([(8, 12), (13, 16)], 0), ([(7, 17), (8, 16)], 2), ([(8, 12), (10, 16), (8, 16)], 2), ([(8, 10)], 0),
        ([(16, 18), (8, 16)], 1), ([], 0), ([(6, 8)], 0),
    ],
)
def test_parts_of_a_duty_count_as_one_where_they_cover_it(parts: list[tuple[int, int]], there: int) -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 12, 1, hour, tzinfo=UTC)

    assert there_throughout([(at(begin), at(end)) for begin, end in parts], at(8), at(16)) == there
