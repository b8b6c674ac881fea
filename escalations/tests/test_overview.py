"""The page of all escalations: what waits, what was decided by whom, how long the steps took (A4, A11, A20, I8)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
from desks.testing_pages import find, text_of, tree
from escalations import actions
from escalations.overview import board_of
from escalations.tests.scenes import busy, confirmed
from logbook.actions import record_entry
from logbook.models import AccessRecord

PAGE = "/escalations/"


def cards(client, query: str = "") -> list[str]:
    """The words of the page's cards."""
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return [text_of(card) for card in find(tree(answer.content.decode()), "section", class_="card")]


def closed(town: Town, now, minutes: tuple[int, int, int], desk=None) -> None:
    entry = record_entry(actor=town.supervisor, desk=desk or town.desk, now=now, text="业主要求赔偿")
    made = actions.raise_escalation(actor=town.supervisor, entry=entry, now=now)
    seen, decided, done = (now + timedelta(minutes=each) for each in minutes)
    pin = confirmed(town.supervisor, now)
    actions.acknowledge_escalation(actor=town.supervisor, escalation=made, now=seen)
    actions.decide_escalation(actor=town.supervisor, confirmed=pin, escalation=made, now=decided, decision="赔五十")
    actions.close_escalation(actor=town.supervisor, escalation=made, now=done, done="已赔")


@pytest.mark.clause("A11")
def test_each_sees_first_what_waits_for_them(town: Town) -> None:
    busy(town, timezone.now())
    mine, theirs, decided = cards(signed_in(town.head))
    assert "媒体来电" in mine and "waits for the project head" in mine
    assert "水管爆裂" in theirs and theirs.index("水管爆裂") < theirs.index("电动车"), "emergencies first"
    assert "拖车" in decided and "Xu Wenting" in decided and "decided after" in decided
    mine, theirs, _decided = cards(signed_in(town.supervisor))
    assert "水管爆裂" in mine and "媒体来电" in theirs


@pytest.mark.clause("A4")
def test_medians_are_those_of_the_month_on_the_site_s_calendar(town: Town, morning) -> None:
    for minutes in ((2, 10, 60), (4, 20, 90), (30, 40, 120)):
        closed(town, morning, minutes)
    begin = morning - timedelta(hours=1)
    board = board_of([town.desk], begin_end=(begin, morning + timedelta(days=1)), emergency=False, state="", now=morning, heads=True)
    assert [(median, count) for _words, median, count in board.medians()] == [
        (timedelta(minutes=4), 3), (timedelta(minutes=20), 3), (timedelta(minutes=90), 3),
    ]
    before = board_of([town.desk], begin_end=(begin, morning), emergency=False, state="", now=morning, heads=True)
    assert [median for _words, median, _count in before.medians()] == [None, None, None], "the end belongs to the next month"


@pytest.mark.clause("A11")
def test_the_filters_are_links(town: Town) -> None:
    now = timezone.now()
    busy(town, now)
    closed(town, now, (1, 2, 3), desk=town.other_desk)
    client = signed_in(town.head)
    month = now.astimezone(town.site.zone).strftime("%Y-%m")
    assert "Side" in cards(client)[-1] and "Side" not in cards(client, f"?desk=taikoo-front&month={month}")[-1]
    assert "水管爆裂" in cards(client, "?emergency=on")[1] and "电动车" not in cards(client, "?emergency=on")[1]
    (decided,) = cards(client, "?state=closed")
    assert "门禁卡" in decided and "拖车" not in decided
    for hostile in ("?month=x", "?desk=away-front", "?page=99999999999999999999", "?state=%00"):
        assert client.get(PAGE + hostile).status_code == 200
    assert "/escalations/away-front/" not in client.get(f"{PAGE}?desk=away-front").content.decode()


@pytest.mark.clause("I8")
def test_nobody_sees_another_site_and_staff_go_to_their_own_list(town: Town) -> None:
    busy(town, timezone.now())
    assert "水管爆裂" not in " ".join(cards(signed_in(town.away.head)))
    assert signed_in(town.agent).get(PAGE).headers["Location"] == "/escalations/taikoo-front/"
    for person in (town.auditor, town.administrator, town.nobody):
        assert signed_in(person).get(PAGE).status_code == 403


@pytest.mark.clause("A20")
def test_reading_it_is_recorded_once_and_costs_the_same_however_much_there_is(town: Town, django_assert_max_num_queries) -> None:
    now = timezone.now()
    for _number in range(12):
        closed(town, now, (1, 2, 3))
    client = signed_in(town.head)
    cards(client)
    with django_assert_max_num_queries(30):
        cards(client)
    assert AccessRecord.objects.filter(page="escalations_overview").count() == 1


def test_an_empty_page_says_what_will_stand_there(town: Town) -> None:
    client = signed_in(town.head)
    assert "Nothing waits here." in cards(client)[0] and "Nothing was decided" in cards(client)[2]
    assert PAGE in client.get("/").content.decode()
