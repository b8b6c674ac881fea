"""Balances: what was truly worked, against the others, over a month and twelve; who sees what of whom (A5, A20, I8)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.clock import local_day, next_month
from desks.models import Membership, Role
from desks.permissions import forget
from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from logbook.actions import open_watch
from rosters import actions
from rosters.models import Duty, DutyChange, Protection, ShiftType, SiteDay
from rosters.queries.balances import balances_of, first_of_twelve
from rosters.tests.scenes import confirmed, drafted, reported

NOVEMBER = date(2026, 11, 1)
AFTER = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


def nights(town: Town) -> None:
    """The late shift counts as a night, and has a break of an hour."""
    shift = ShiftType.objects.get(desk=town.desk, code="late", current=True)
    shift.night, shift.break_minutes = True, 60
    shift.save()


def november(town: Town, **patterns: str) -> None:
    with time_machine.travel(datetime(2026, 10, 31, tzinfo=UTC), tick=False):
        reported(town, datetime(2026, 10, 31, tzinfo=UTC), month=NOVEMBER, **patterns)


def of(town: Town, now=AFTER, month: date = NOVEMBER, protected: bool = False):
    return balances_of(town.desk, month, now, protected=protected)


def rows(part) -> dict:
    return {row.person: row for row in part.rows}


@pytest.mark.clause("A5")
def test_counted_is_what_is_over_and_the_rest_is_still_to_come(town: Town) -> None:
    nights(town)
    november(town, agent="早", butler="晚")
    month, year = of(town, datetime(2026, 11, 10, 8, 0, tzinfo=UTC))
    early, late = rows(month)[town.agent], rows(month)[town.butler]
    assert (early.done.duties, early.done.nights, early.done.minutes, early.to_come.duties) == (10, 0, 10 * 480, 20)
    assert (late.done.duties, late.done.nights, late.done.minutes, late.to_come.duties) == (9, 9, 9 * 300, 21), "today's late shift is not over"
    assert early.done.weekends == 2 and early.done.holidays == 0
    assert early.contract == 7 * 480, "the working days up to today"
    assert rows(year)[town.agent].done == early.done and rows(year)[town.agent].contract == early.contract, "no hours are owed for months without a roster"
    assert rows(month)[town.colleague].done.duties == 0, "who has worked nothing stands there too"


@pytest.mark.clause("A5", "A22")
def test_a_duty_to_which_its_person_never_came_does_not_count_until_it_is_corrected(town: Town) -> None:
    november(town, agent="早", colleague="早", butler="晚")
    start = datetime(2026, 11, 24, tzinfo=UTC)
    open_watch(actor=town.agent, desk=town.desk, now=start)
    assert actions.raise_no_shows(start + timedelta(hours=1)) == 1
    evening = start + timedelta(hours=9)
    here = rows(of(town, evening)[0])
    assert (here[town.agent].done.duties, here[town.colleague].done.duties) == (24, 23), "the clock raised that the colleague did not come"
    duty = Duty.objects.get(person=town.colleague, starts_at=start)
    actions.correct_time(
        actor=town.supervisor, duty=duty, arrived_at=start, left_at=start + timedelta(hours=8), reason="在另一台电脑", now=evening
    )
    assert rows(of(town, evening)[0])[town.colleague].done.duties == 24
    agents = Duty.objects.get(person=town.agent, starts_at=start)
    actions.correct_time(actor=town.supervisor, duty=agents, arrived_at=None, left_at=None, reason="代他签到", now=evening)
    assert rows(of(town, evening)[1])[town.agent].done.duties == 23, "nor where the supervisor found that nobody was there"


@pytest.mark.clause("I6")
def test_a_duty_taken_over_counts_for_who_worked_it(town: Town) -> None:
    # The database looks at its own clock: what it lets be changed is still to come.
    now = timezone.now()
    coming = next_month(local_day(now, town.site.zone))
    reported(town, now, month=coming, agent="早", butler="晚")
    duty = Duty.objects.filter(person=town.agent).order_by("site_day").last()
    change = DutyChange.objects.create(desk=town.desk, kind="stand_in", decided_by=town.supervisor, decided_at=now, reason="病假")
    duty.taken_out_by = change
    duty.save()
    Duty.objects.create(
        person=town.colleague, desk=town.desk, site_day=duty.site_day, starts_at=duty.starts_at, ends_at=duty.ends_at, shift_code="early",
        shift_version=duty.shift_version, origin="change", brought_in_by=change,
    )
    month, _year = of(town, now + timedelta(days=70), coming)
    assert rows(month)[town.agent].done.duties == duty.site_day.day - 1 and rows(month)[town.colleague].done.duties == 1


def test_the_site_s_holiday_counts_as_one_and_the_twelve_months_end_with_the_month(town: Town) -> None:
    assert first_of_twelve(NOVEMBER) == date(2025, 12, 1) and first_of_twelve(date(2026, 12, 1)) == date(2026, 1, 1)
    assert first_of_twelve(date(2028, 2, 1)) == date(2027, 3, 1)
    SiteDay.objects.create(site=town.site, day=date(2026, 11, 11), what="holiday", label_en="Founding day")
    november(town, agent="早", butler="晚")
    assert rows(of(town)[0])[town.agent].done.holidays == 1
    later = datetime(2027, 10, 31, 16, 0, tzinfo=UTC)
    assert rows(of(town, later, date(2027, 10, 1))[1])[town.agent].done.duties == 30
    assert rows(of(town, later, date(2027, 11, 1))[1])[town.agent].done.duties == 0, "a year later it is out of the twelve months"


@pytest.mark.clause("A5")
def test_fair_shares_go_by_contract_and_protection_counts_for_who_drafts_alone(town: Town) -> None:
    nights(town)
    begin = datetime(2026, 10, 30, tzinfo=UTC)
    actions.set_terms(
        actor=town.supervisor, desk=town.desk, person=town.colleague, from_on=NOVEMBER, week_hours=Decimal(20), system="standard", days_off=[],
        free_weekends=0, days_in_row=None, reason="", now=begin,
    )
    actions.protect(
        actor=town.supervisor, desk=town.desk, person=town.agent, what="no_nights", from_on=NOVEMBER, until_on=None, now=begin
    )
    november(town, agent="早", butler="晚", second_butler="晚", colleague="晚")
    plain, seen = rows(of(town)[0]), rows(of(town, protected=True)[0])
    assert [float(plain[each].shares["nights"]) for each in (town.agent, town.butler, town.colleague)] == [90 / 3.5, 90 / 3.5, 45 / 3.5]
    assert [float(seen[each].shares["nights"]) for each in (town.agent, town.butler, town.colleague)] == [0.0, 36.0, 18.0]
    assert of(town)[0].unfairness > of(town, protected=True)[0].unfairness


@pytest.mark.clause("A5")
def test_what_is_approved_and_not_yet_reported_is_not_counted_as_coming(town: Town, morning) -> None:
    roster = drafted(town, morning)
    actions.submit(actor=town.supervisor, roster=roster, now=morning)
    deputy = town.head
    Membership.objects.create(person=deputy, site=town.site, role=Role.SUPERVISOR, starts_at=morning - timedelta(days=1))
    forget(deputy)
    actions.approve(actor=deputy, roster=roster, confirmed=confirmed(deputy, morning), now=morning)
    assert all(row.to_come.duties == 0 for row in of(town, morning, date(2026, 12, 1))[0].rows)


def page(town: Town, part: str = "agent", more: str = "2026-11/balances/", now=AFTER):
    with time_machine.travel(now, tick=False):
        return signed_in(getattr(town, part)).get(f"/rosters/{town.desk.slug}/{more}")


@pytest.mark.clause("A20")
@pytest.mark.parametrize("part", ["agent", "butler", "second_butler", "head", "auditor", "supervisor"])
def test_every_member_of_staff_sees_figure_and_table_of_all(town: Town, part: str) -> None:
    november(town)
    answer = page(town, part)
    root = tree(answer.content.decode())
    assert answer.status_code == 200 and len(find(root, "progress")) == 4
    words = text_of(find(root, "section", id="year")[0])
    for name in ("He Jiayi", "Huang Zhiqiang", "Zhou Min", "Chen Guowei"):
        assert name in words
    shares = len([cell for cell in find(root, "span", class_="hint") if text_of(cell).startswith("/")])
    own = part in {"agent", "butler", "second_butler"}
    assert shares == (24 if part == "supervisor" else 6 if own else 0), "of others neither contract nor share"


@pytest.mark.clause("A20")
def test_a_colleague_s_protection_changes_nothing_of_what_others_see(town: Town) -> None:
    nights(town)
    november(town)
    before = page(town).content.decode()
    actions.protect(
        actor=town.supervisor, desk=town.desk, person=town.butler, what="no_nights", from_on=AFTER.date() + timedelta(days=2), until_on=None, now=AFTER
    )
    row = Protection.objects.get()
    row.from_on = NOVEMBER
    row.save()
    after = page(town).content.decode()
    cut = [text_of(tree(html)).split("Unfairness", 1)[1] for html in (before, after)]
    assert cut[0] == cut[1]


@pytest.mark.clause("I8")
def test_other_sites_and_roles_get_nothing(town: Town) -> None:
    november(town)
    assert page(town, "administrator").status_code == 403
    assert signed_in(town.away.supervisor).get(f"/rosters/{town.desk.slug}/balances/").status_code == 404
    theirs = balances_of(town.away.desk, NOVEMBER, AFTER, protected=True)[0]
    assert not [row for row in theirs.rows if row.done.duties]


def test_the_figure_is_chosen_and_an_empty_desk_says_what_will_stand_here(town: Town) -> None:
    assert "Nothing was worked yet" not in page(town).content.decode(), "people stand there with nought"
    november(town)
    for of_what, words in (("hours", "Hours"), ("holidays", "Public holidays"), ("<b>", "Weekends"), ("", "Weekends")):
        head = find(tree(page(town, more=f"2026-11/balances/?of={of_what}").content.decode()), "section", id="figure")[0]
        assert text_of(find(head, "h2")[0]) == f"Twelve months: {words}"


def test_the_page_costs_the_same_however_many_duties(town: Town) -> None:
    counts = []
    for _turn in range(2):
        with time_machine.travel(AFTER, tick=False):
            client = signed_in(town.auditor)
            client.get(f"/rosters/{town.desk.slug}/2026-11/balances/")
            with CaptureQueriesContext(connection) as captured:
                client.get(f"/rosters/{town.desk.slug}/2026-11/balances/")
        counts.append(len(captured))
        if not Duty.objects.exists():
            november(town)
    assert counts[1] - counts[0] <= 1
