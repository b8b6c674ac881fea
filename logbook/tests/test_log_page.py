"""The log: filtered, paged by number, hidden where it must be, refreshed within seconds (A17, A18, A20, I8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import AccessRecord
from logbook.queries import PAGE
from logbook.tests.pages import attribute, find, rows, tree, words
from logbook.tests.scenes import busy
from logbook.views import feed


def _log(town: Town, person, query: str = ""):
    answer = signed_in(person).get(f"/log/{town.desk.slug}/{query}")
    assert answer.status_code == 200, answer.content
    return tree(answer)


@pytest.mark.clause("A17")
def test_every_number_stands_in_the_log_newest_first(town: Town) -> None:
    busy(town, timezone.now())
    assert rows(_log(town, town.agent)) == list(range(13, 0, -1))


@pytest.mark.clause("A18")
def test_a_correction_stands_at_its_number_and_beside_its_original(town: Town) -> None:
    busy(town, timezone.now())
    page = _log(town, town.agent)
    assert "Correction" in words(find(page, "article", id="entry-7")[0])
    assert find(find(page, "article", id="entry-6")[0], "div", id="answer-7")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?kind=visitor", [3]),
        ("?state=waiting", [6]),
        ("?state=open", [11, 6, 5, 2]),
        ("?state=closed", [4]),
        ("?place=12栋302", [11]),
        ("?q=装修噪音", [11]),
        ("?q=裝修噪音", [11]),
        ("?q=12栋302", [11, 5]),
        ("?q=员工态度", []),
        ("?q=nothing+like+this", []),
        ("?day=2020-01-01", []),
        ("?kind=nonsense&day=nonsense", list(range(13, 0, -1))),
    ],
)
def test_filters_narrow_and_nonsense_does_not(town: Town, query: str, numbers: list[int]) -> None:
    busy(town, timezone.now())
    assert rows(_log(town, town.agent, query)) == numbers


def test_a_person_and_a_day(town: Town) -> None:
    busy(town, timezone.now())
    assert rows(_log(town, town.agent, f"?person={town.colleague.pk}")) == [13, 5]
    assert rows(_log(town, town.supervisor, "?q=员工态度")) == [12]


@pytest.mark.clause("I11")
def test_a_day_is_the_sites_day(town: Town) -> None:
    for moment in (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)):
        actions.record_entry(
            actor=town.agent, desk=town.desk, now=datetime(2026, 11, 24, 1, 0, tzinfo=UTC), text="x", occurred_at=moment, late_reason="忙", sure=True
        )
    assert rows(_log(town, town.agent, "?day=2026-11-23")) == [1]
    assert rows(_log(town, town.agent, "?day=2026-11-24")) == [2]


def test_pages_go_by_number_and_stay_while_others_write(town: Town) -> None:
    now = timezone.now()
    for number in range(PAGE * 2 + 5):
        actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"x{number}")
    first = _log(town, town.agent)
    assert rows(first)[0] == PAGE * 2 + 5 and len(rows(first)) == PAGE
    older = attribute(find(first, "a", rel="next")[0], "href")
    actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="new")
    second = _log(town, town.agent, older)
    assert rows(second) == list(range(PAGE + 5, 5, -1))
    third = _log(town, town.agent, attribute(find(second, "a", rel="next")[0], "href"))
    assert rows(third) == [5, 4, 3, 2, 1] and not find(third, "a", rel="next")
    back = _log(town, town.agent, attribute(find(third, "a", rel="prev")[0], "href"))
    assert rows(back) == rows(second)


def test_a_number_in_the_search_leads_to_its_entry(town: Town) -> None:
    answer = signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=%2312")
    assert answer["Location"] == f"/log/{town.desk.slug}/12/"


@pytest.mark.clause("A20")
def test_who_may_read_the_log(town: Town) -> None:
    busy(town, timezone.now())
    page = _log(town, town.auditor)
    assert "138****8000" in words(page) and "data-reveal" not in str(page), "an auditor sees customers masked"
    assert signed_in(town.away.supervisor).get(f"/log/{town.desk.slug}/").status_code == 404
    assert signed_in(town.administrator).get(f"/log/{town.desk.slug}/").status_code == 403


@pytest.mark.clause("I8")
def test_only_a_delivery_of_something_new_is_recorded(town: Town) -> None:
    busy(town, timezone.now())
    client = signed_in(town.agent)
    new = f"/log/{town.desk.slug}/new/"
    assert client.get(f"{new}?after=13").status_code == 204 and not AccessRecord.objects.exists()
    answer = client.get(f"{new}?after=11")
    assert rows(tree(answer)) == [13, 12] and answer["X-Newest"] == "13"
    assert AccessRecord.objects.values_list("from_number", "to_number", "count").get() == (12, 13, 2)
    assert [client.get(f"{new}{bad}").status_code for bad in ("", "?after=x", "?after=99999999999999999999")] == [404, 404, 404]


@pytest.mark.clause("I8")
def test_of_more_than_one_answer_brings_none_is_passed_over(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(feed, "AT_MOST", 3)
    for number in range(1, 8):
        actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text=f"x{number}")
    client, after, seen = signed_in(town.agent), 0, []
    for expected, more in (([3, 2, 1], True), ([6, 5, 4], True), ([7], False)):
        answer = client.get(f"/log/{town.desk.slug}/new/?after={after}")
        assert rows(tree(answer)) == expected and answer.has_header("X-More") is more
        after = int(answer["X-Newest"])
        seen += expected
    assert sorted(seen) == list(range(1, 8)) and client.get(f"/log/{town.desk.slug}/new/?after={after}").status_code == 204
    assert sorted(AccessRecord.objects.values_list("from_number", "to_number", "count")) == [(1, 3, 3), (4, 6, 3), (7, 7, 1)]


@pytest.mark.clause("A18")
def test_what_is_new_brings_anew_what_it_answers_and_moves(town: Town) -> None:
    busy(town, timezone.now())
    page = tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/new/?after=6"))
    assert set(rows(page)) == {13, 12, 11, 10, 9, 8, 7, 6, 4}, "the corrected and the closed one come again"
    assert find(find(page, "article", id="entry-6")[0], "s")


def test_the_log_costs_as_many_queries_however_long_it_is(town: Town) -> None:
    client = signed_in(town.agent)

    def queries() -> int:
        client.get(f"/log/{town.desk.slug}/")
        with CaptureQueriesContext(connection) as context:
            client.get(f"/log/{town.desk.slug}/")
        return len(context)

    def write(count: int) -> None:
        for number in range(count):
            actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text=f"x{number}", kind="help", phone="13800138000")

    write(10)
    few = queries()
    write(110)
    assert queries() == few <= 24


@pytest.mark.clause("A1")
def test_follow_ups_stand_by_due_time_and_can_be_narrowed(town: Town) -> None:
    now = timezone.now()
    busy(town, now)
    client = signed_in(town.agent)

    def titles(query: str = "") -> list[str]:
        answer = client.get(f"/log/{town.desk.slug}/follow-ups/{query}")
        assert answer.status_code == 200
        return [words(each).strip()[:8] for each in find(tree(answer), "a", class_="t")]

    assert titles() == ["6栋1104 漏", "8栋1501 刘", "12栋302 投", "顺丰 2 件代收"]
    assert titles("?show=overdue") == ["6栋1104 漏"]
    assert titles("?show=closed") == ["B 座 2 号梯"]
    assert titles("?kind=complaint") == ["12栋302 投"]
    assert titles("?q=漏水") == ["6栋1104 漏"]
    assert titles("?show=nonsense") == titles()
    assert "supervisors" not in " ".join(titles())


@pytest.mark.clause("A35")
def test_a_day_prints_with_its_watches_its_entries_and_the_last_digest(town: Town) -> None:
    now = timezone.now()
    busy(town, now)
    day = now.astimezone(town.site.zone).date()
    answer = signed_in(town.supervisor).get(f"/log/{town.desk.slug}/day/{day}/print/")
    page, last = words(tree(answer)), actions.record_entry(actor=town.agent, desk=town.desk, now=now - timedelta(days=3), text="x")
    assert town.agent.display_name in page and "8栋1501" in page
    assert bytes(last.previous).hex() in page, "the newest digest of the day stands on the sheet"
    for bad in ("2026-13-01", "x", "9999-12-31", "0001-01-01"):
        assert signed_in(town.supervisor).get(f"/log/{town.desk.slug}/day/{bad}/print/").status_code in {200, 404}
