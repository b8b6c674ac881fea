"""A secret address at which a calendar program reads duties; what it reads is parsed by another library than the one that writes (E6, I6, I8, I11)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
import vobject
from django.db import Error, connection, transaction
from django.test import Client

from desks.models import Membership
from desks.refusal import Refused
from desks.testing import MORNING, Town, read_town, signed_in
from logbook.models import Entry
from logbook.tests.test_concurrent_writers import together
from rosters import actions
from rosters.models import CalendarFeed, Duty, DutyChange, FeedReading, ShiftType
from rosters.tests.scenes import DECEMBER, drafted, november, reported


@pytest.fixture(autouse=True)
def clock():
    """The pages read the clock themselves: it stands at the tests' morning."""
    with time_machine.travel(MORNING, tick=False) as still:
        yield still


def made(town: Town, part: str = "agent", desk=None, now=MORNING) -> str:
    """The path of a new feed."""
    return f"/calendar/{actions.make_feed(actor=getattr(town, part), desk=desk, now=now)[1]}.ics"


def fetched(path: str, **headers: str):
    return Client().get(path, headers=headers)


def events(path: str) -> dict[str, object]:
    """By identity what a client makes of the feed."""
    answer = fetched(path)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.content.decode())
    assert calendar.version.value == "2.0" and calendar.prodid.value
    found = {event.uid.value: event for event in getattr(calendar, "vevent_list", [])}
    assert len(found) == len(getattr(calendar, "vevent_list", []))
    return found


def taken_out(town: Town, duty: Duty, kind: str = "swap") -> DutyChange:
    change = DutyChange.objects.create(desk=town.desk, kind=kind, decided_by=town.supervisor, decided_at=MORNING, reason="换班")
    duty.taken_out_by = change
    duty.save()
    return change


@pytest.mark.clause("E6")
@pytest.mark.clause("I11")
def test_a_client_reads_each_duty_at_its_moment_and_nothing_else(town: Town) -> None:
    november(town, MORNING)
    found = events(made(town))
    duties = {f"duty-{duty.pk}@taikoo.duty-desk": duty for duty in Duty.objects.filter(person=town.agent)}
    assert found.keys() == duties.keys() and len(found) == 30
    for uid, event in found.items():
        assert (event.dtstart.value, event.dtend.value) == (duties[uid].starts_at, duties[uid].ends_at)
        assert event.dtstart.value.utcoffset() == timedelta(0)
        assert (event.status.value, event.sequence.value, event.transp.value) == ("CONFIRMED", "0", "OPAQUE")
    one = found[f"duty-{Duty.objects.get(person=town.agent, site_day=date(2026, 11, 24)).pk}@taikoo.duty-desk"]
    assert (one.summary.value, one.location.value, one.description.value) == ("Early · Front", "Taikoo · Front", "Be here by 07:45.")
    assert one.url.value == f"http://testserver/rosters/{town.desk.slug}/2026-11/"


@pytest.mark.clause("I6")
def test_what_is_taken_out_is_cancelled_under_the_same_identity_and_what_comes_in_is_new(town: Town) -> None:
    november(town, MORNING)
    path = made(town)
    duty = Duty.objects.get(person=town.agent, site_day=date(2026, 11, 28))
    uid = f"duty-{duty.pk}@taikoo.duty-desk"
    assert events(path)[uid].status.value == "CONFIRMED"
    change = taken_out(town, duty)
    new = Duty.objects.create(
        person=town.agent, desk=town.desk, site_day=date(2026, 12, 5), starts_at=datetime(2026, 12, 5, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 5, 14, tzinfo=UTC), shift_code="late", shift_version=1, origin="change", brought_in_by=change,
    )
    found = events(path)
    assert (found[uid].status.value, found[uid].sequence.value, found[uid].transp.value) == ("CANCELLED", "1", "TRANSPARENT")
    assert found[uid].dtstart.value == duty.starts_at and found[uid].summary.value.startswith("Cancelled")
    assert found[f"duty-{new.pk}@taikoo.duty-desk"].dtstamp.value == MORNING


@pytest.mark.clause("A5")
def test_a_draft_stands_in_nobody_s_calendar(town: Town) -> None:
    path = made(town)
    drafted(town, MORNING)
    assert events(path) == {}
    reported(town, MORNING, month=date(2027, 1, 1))
    assert len(events(path)) == sum(1 for number in range(31) if "早早晚休"[number % 4] != "休")


@pytest.mark.clause("I8")
def test_a_desk_s_feed_names_everybody_and_leaves_an_entry(town: Town) -> None:
    november(town, MORNING)
    found = events(made(town, "supervisor", town.desk))
    assert len(found) == 120
    assert {event.summary.value for event in found.values()} == {"Early · He Jiayi", "Early · Huang Zhiqiang", "Late · Zhou Min", "Late · Chen Guowei"}
    assert [entry.code for entry in Entry.objects.filter(code="feed_made")] == ["feed_made"]
    assert events(made(town, "supervisor", town.other_desk)) == {}


@pytest.mark.clause("I8")
@pytest.mark.parametrize("part", ["administrator", "nobody"])
def test_who_does_not_see_the_roster_makes_no_feed_of_the_desk(town: Town, part: str) -> None:
    for person in (getattr(town, part), town.away.supervisor):
        with pytest.raises(Refused):
            actions.make_feed(actor=person, desk=town.desk, now=MORNING)
    assert not CalendarFeed.objects.exists()


@pytest.mark.clause("I8")
def test_it_answers_nothing_once_revoked_renewed_or_the_person_has_left(town: Town) -> None:
    november(town, MORNING)
    first = made(town, "butler", town.desk)
    second = made(town, "butler", town.desk)
    assert (fetched(first).status_code, fetched(second).status_code) == (404, 200)
    own = made(town, "butler")
    assert fetched(second).status_code == 200, "one's own is another feed"
    feed = CalendarFeed.objects.get(person=town.butler, desk=None, state="live")
    with pytest.raises(Refused):
        actions.revoke_feed(actor=town.agent, feed=feed, now=MORNING)
    actions.revoke_feed(actor=town.butler, feed=feed, now=MORNING)
    with pytest.raises(Refused):
        actions.revoke_feed(actor=town.butler, feed=feed, now=MORNING)
    assert fetched(own).status_code == 404
    for row in Membership.objects.filter(person=town.butler):
        row.ends_at = MORNING
        row.save()
    assert fetched(second).status_code == 404, "the role has ended"
    mine = made(town, "agent")
    town.agent.ended_at = MORNING
    town.agent.save()
    assert fetched(mine).status_code == 404


@pytest.mark.clause("I8")
@pytest.mark.parametrize("token", ["x", "A" * 43, "0" * 5000, "-_-"])
def test_a_guessed_address_finds_nothing(town: Town, token: str) -> None:
    path = made(town)
    assert fetched(f"/calendar/{token}.ics").status_code == 404
    assert fetched(path.replace(".ics", "x.ics")).status_code == 404
    assert Client().post(path).status_code == 405
    assert not FeedReading.objects.exists()


@pytest.mark.clause("I8")
def test_the_secret_is_kept_nowhere_and_shown_once(town: Town) -> None:
    client = signed_in(town.agent)
    page = client.post("/duties/calendar/make/", {"desk": ""})
    text = page.content.decode()
    (token,) = re.findall(r"/calendar/([\w-]+)\.ics", text)
    assert len(token) == 43 and page["Cache-Control"] == "no-store" and fetched(f"/calendar/{token}.ics").status_code == 200
    assert token not in client.get("/duties/calendar/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rosters_calendarfeed f, rosters_historicalcalendarfeed h WHERE concat(f::text, h::text) LIKE %s", [f"%{token}%"])
        assert cursor.fetchone() == (0,)
    other = signed_in(town.butler)
    feed = CalendarFeed.objects.get()
    assert other.post(f"/duties/calendar/{feed.pk}/revoke/").status_code == 404
    assert other.post("/duties/calendar/make/", {"desk": town.away.desk.slug}).status_code == 404
    assert signed_in(town.administrator).post("/duties/calendar/make/", {"desk": town.desk.slug}).status_code == 403
    assert client.post(f"/duties/calendar/{feed.pk}/revoke/").status_code == 302
    assert fetched(f"/calendar/{token}.ics").status_code == 404


@pytest.mark.clause("I8")
def test_fetches_are_counted_in_one_row_a_day_and_the_same_is_not_sent_again(town: Town, clock) -> None:
    november(town, MORNING)
    path = made(town)
    first = fetched(path)
    assert fetched(path)["ETag"] == first["ETag"]
    clock.shift(timedelta(minutes=30))
    again = fetched(path, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    town.agent.language = "zh-hans"
    town.agent.save()
    assert fetched(path, if_none_match=first["ETag"]).status_code == 200
    clock.shift(timedelta(days=1))
    taken_out(town, Duty.objects.get(person=town.agent, site_day=date(2026, 11, 29)))
    assert fetched(path, if_none_match=first["ETag"]).status_code == 200
    assert list(FeedReading.objects.order_by("day").values_list("times", flat=True)) == [4, 1]
    page = signed_in(town.agent).get("/duties/calendar/").content.decode()
    assert "Fetched 5 times" in page


@pytest.mark.clause("I11")
def test_it_speaks_the_language_of_its_person(town: Town) -> None:
    november(town, MORNING)
    town.agent.language = "zh-hans"
    town.agent.save()
    assert {event.summary.value for event in events(made(town)).values()} == {"早班 · Front"}


@pytest.mark.clause("I10")
def test_hostile_names_stay_words(town: Town) -> None:
    town.agent.name_latin = "He; Jia,yi\\n\r\nEND:VEVENT\r\nBEGIN:VALARM" + "长" * 12
    town.agent.save()
    november(town, MORNING)
    found = events(made(town, "supervisor", town.desk))
    assert len(found) == 120
    shown = next(event.summary.value for event in found.values() if "He; Jia,yi" in event.summary.value)
    assert "长" * 12 in shown and not any(hasattr(event, "valarm") for event in found.values())
    raw = fetched(made(town, "supervisor", town.desk)).content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


@pytest.mark.clause("I11")
@pytest.mark.parametrize("day,hours", [(date(2027, 3, 14), 7), (date(2026, 11, 1), 9), (date(2028, 2, 29), 8)])
def test_a_night_of_another_site_with_a_changed_clock_lasts_as_long_as_it_lasts(town: Town, clock, day: date, hours: int) -> None:
    town.away.site.timezone = "America/New_York"
    town.away.site.save()
    town.away.desk.refresh_from_db()
    ShiftType.objects.create(
        desk=town.away.desk, code="night", starts="00:00", ends="08:00", mark_en="N", mark_zh="夜", label_en="Night", label_zh_hans="夜班", tone="night"
    )
    start = datetime(day.year, day.month, 1, tzinfo=UTC) - timedelta(days=5)
    clock.move_to(start)
    reported(town.away, start, month=day.replace(day=1), agent="夜")
    path = f"/calendar/{actions.make_feed(actor=town.away.agent, desk=None, now=start)[1]}.ics"
    duty = Duty.objects.get(person=town.away.agent, site_day=day)
    event = events(path)[f"duty-{duty.pk}@away.duty-desk"]
    assert event.dtend.value - event.dtstart.value == timedelta(hours=hours)


@pytest.mark.clause("I9")
def test_two_at_once_leave_one_address_in_use(transactional_db) -> None:
    place = read_town()
    errors = together([lambda: actions.make_feed(actor=place.agent, desk=None, now=MORNING) and None] * 3)
    assert all(isinstance(error, Refused) for error in errors)
    assert CalendarFeed.objects.filter(person=place.agent, state="live").count() == 1


@pytest.mark.clause("I8")
def test_two_fetches_at_once_both_count(transactional_db) -> None:
    place = read_town()
    feed, _token = actions.make_feed(actor=place.agent, desk=None, now=MORNING)
    assert together([lambda: actions.count_reading(feed=feed, now=MORNING)] * 4) == []
    assert FeedReading.objects.get().times == 4


@pytest.mark.clause("I8")
@pytest.mark.parametrize(
    "act",
    ["DELETE FROM rosters_calendarfeed", "UPDATE rosters_calendarfeed SET digest = 'x'", "UPDATE rosters_calendarfeed SET state = 'live', revoked_at = NULL"],
)
def test_a_feed_is_revoked_for_good(town: Town, act: str) -> None:
    feed, _token = actions.make_feed(actor=town.agent, desk=None, now=MORNING)
    actions.revoke_feed(actor=town.agent, feed=feed, now=MORNING)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_a_feed_costs_the_same_however_many_duties(town: Town, django_assert_max_num_queries) -> None:
    november(town, MORNING)
    reported(town, MORNING, month=DECEMBER)
    path = made(town, "supervisor", town.desk)
    with django_assert_max_num_queries(9):
        assert fetched(path).status_code == 200
