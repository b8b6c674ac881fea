"""The desk page: who holds the desk, the log of the watch, what is to be done, and what it costs (A1, A10, A30, I8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import AccessRecord, Watch
from logbook.tests.pages import attribute, elements, find, rows, tree, words
from logbook.tests.scenes import busy


def _page(town: Town, *people, path: str = ""):
    answer = signed_in(*people).get(path or f"/desk/{town.desk.slug}/")
    assert answer.status_code == 200
    return tree(answer)


@pytest.mark.clause("A10")
def test_a_desk_that_nobody_holds_says_so_and_can_be_written_at(town: Town) -> None:
    page = _page(town, town.agent)
    assert "Nobody holds this desk" in words(find(page, "section", id="strip")[0])
    assert find(page, "form", id="composer") and not rows(page)


@pytest.mark.clause("A30")
def test_the_watch_its_people_its_log_and_its_open_matters(town: Town) -> None:
    busy(town, timezone.now())
    page = _page(town, town.agent, town.colleague)
    strip = words(find(page, "section", id="strip")[0])
    assert town.agent.display_name in strip and town.colleague.display_name in strip
    assert rows(page) == [13, 12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1], "the correction stands beside its original"
    assert find(page, "div", id="answer-7")
    side = find(page, "aside", id="side")[0]
    titles = [words(each) for each in find(side, "a", class_="t")]
    assert titles[0].strip().startswith("6栋1104") and "8栋1501" in titles[1], "overdue first; a corrected one as corrected"


@pytest.mark.clause("A18")
def test_the_original_is_struck_out_and_the_correction_says_why(town: Town) -> None:
    busy(town, timezone.now())
    page = _page(town, town.agent)
    original = find(page, "article", id="entry-6")[0]
    assert [words(each) for each in find(original, "s")] == ["7栋1501 刘先生报空调外机异响，约 16:00 上门。"]
    assert "Misheard" in words(original)


@pytest.mark.clause("I8")
def test_what_is_for_supervisors_only_shows_nothing_to_others(town: Town) -> None:
    busy(town, timezone.now())
    for person, seen in ((town.agent, False), (town.supervisor, True), (town.head, True)):
        text = signed_in(person).get(f"/desk/{town.desk.slug}/").content.decode()
        assert ("员工态度投诉" in text) is seen
        assert 'id="entry-12"' in text


@pytest.mark.clause("A20")
def test_a_phone_is_masked_until_it_is_tapped(town: Town) -> None:
    busy(town, timezone.now())
    page = _page(town, town.agent)
    link = find(page, "a", data_reveal=f"/log/{town.desk.slug}/10/reveal/")[0]
    assert words(link) == "138****8000" and attribute(link, "href") == f"/log/{town.desk.slug}/10/#customer"
    assert "13800138000" not in str(page)


def test_hostile_words_are_words(town: Town) -> None:
    busy(town, timezone.now())
    page = _page(town, town.agent)
    assert "<script>alert(1)</script>" in words(find(page, "article", id="entry-13")[0])
    assert all((attribute(each, "src") or "").startswith("/static/") for each in find(page, "script"))
    assert not [each for each in elements(page) if attribute(each, "style") is not None]


def test_join_pass_and_leave_are_one_tap_each(town: Town) -> None:
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now)
    base = f"/desk/{town.desk.slug}/watch/"
    assert find(_page(town, town.colleague), "form", action=f"{base}join/")
    assert signed_in(town.colleague).post(f"{base}join/").status_code == 302
    page = _page(town, town.agent)
    assert find(page, "form", action=f"{base}pass/") and not find(page, "form", action=f"{base}join/")
    assert signed_in(town.agent).post(f"{base}pass/", {"person": town.colleague.pk}).status_code == 302
    assert Watch.objects.get().holder == town.colleague
    assert signed_in(town.colleague).post(f"{base}leave/").status_code == 422, "the holder may not leave"
    assert signed_in(town.agent).post(f"{base}leave/").status_code == 302
    assert signed_in(town.agent).post(f"{base}pass/", {"person": "x"}).status_code == 404
    assert signed_in(town.auditor).post(f"{base}join/").status_code == 403


@pytest.mark.clause("A20")
def test_reading_is_recorded_once_until_something_new_is_delivered(town: Town) -> None:
    busy(town, timezone.now())
    client = signed_in(town.agent)
    for _ in range(2):
        client.get(f"/desk/{town.desk.slug}/")
    assert list(AccessRecord.objects.order_by("page").values_list("page", "from_number", "to_number")) == [
        ("desk", 1, 13),
    ]


def test_the_page_costs_as_many_queries_however_long_the_log_is(town: Town) -> None:
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now, colleagues=[town.colleague])
    client = signed_in(town.agent, town.colleague)

    def queries() -> list[str]:
        client.get(f"/desk/{town.desk.slug}/")
        with CaptureQueriesContext(connection) as context:
            client.get(f"/desk/{town.desk.slug}/")
        return [query["sql"] for query in context.captured_queries]

    def write(count: int) -> None:
        for number in range(count):
            actions.record_entry(
                actor=town.agent, desk=town.desk, now=now + timedelta(seconds=number), text=f"x{number}", kind="help", phone="13800138000"
            )

    write(40)
    few = queries()
    write(90)
    many = queries()
    assert len(many) == len(few), many
    assert len(few) <= 12, few
