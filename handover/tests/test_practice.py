"""The practice handover: the same pages, marked on every line, and nothing of it ever stands (A25–A30)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test.html import parse_html
from django.utils import timezone

from desks.models import Desk, Membership, Person, Site
from desks.testing import Town, signed_in
from handover.models import Handover, Signature
from handover.views.practice import KEPT
from logbook.models import AccessRecord, Book, Entry, Watch
from logbook.tests.pages import attribute, elements, find, words
from notices.models import Notice

STANDS = (Site, Desk, Person, Membership, Book, Entry, Watch, Handover, Signature, Notice, AccessRecord)


def standing() -> list[int]:
    return [model.objects.count() for model in STANDS]


def send(client, town: Town, what: str, **data: str):
    return client.post(f"/handover/{town.desk.slug}/practice/?do={what}", data)


def shown(client, town: Town) -> str:
    answer = client.get(f"/handover/{town.desk.slug}/practice/")
    assert answer.status_code == 200
    return answer.content.decode()


def again_elsewhere(client, others: int) -> None:
    """The last act at all other matters too: each act plays all before it again, so they are not sent one by one."""
    session = client.session
    acts = session[KEPT]["acts"]
    said = acts[-1]
    acts += [said | {"place": place} for place in range(1 + others) if place != said["place"]]
    session.save()


@pytest.mark.clause("A25")
def test_a_whole_handover_is_practised_and_nothing_of_it_stands(town: Town) -> None:
    before, client = standing(), signed_in(town.second_butler)
    html = shown(client, town)
    assert html.count('class="tag warn">Practice') > 5 and 'id="comes"' in html and "practice-" not in html
    assert send(client, town, "start/").status_code == 302
    refused = send(client, town, "sign/incoming/", secret="x")
    assert refused.status_code == 422
    first, *others = re.findall(r'id="ack-(\d+)"', shown(client, town))
    assert send(client, town, f"matters/{first}/acknowledge/", said_back="ok").status_code == 302
    again_elsewhere(client, len(others))
    assert send(client, town, "questions/", question="业主在家吗？").status_code == 302
    html = shown(client, town)
    assert "业主在家吗？" in html and "I will show you." in html and "said back rightly" in html
    for what in ("counts/all/", "sign/outgoing/", "sign/incoming/"):
        assert send(client, town, what, secret="1", and_checked="yes").status_code == 302, what
    html = shown(client, town)
    assert html.count("sig m-0 mb-2 done") == 2 and 'id="practice"' in html
    assert standing() == before
    assert client.post(f"/handover/{town.desk.slug}/practice/", {"again": "1"}).status_code == 302
    assert 'id="comes"' in shown(client, town)


LINES = ("matter", "count-row", "check-row", "entry", "asked", "refused-line", "sig")


def unmarked(html: str) -> list[str]:
    """The lines of the played page that do not carry the mark, by their words."""
    page = parse_html(html.split("<!doctype html>", 1)[-1])
    lines = []
    for each in elements(page):
        classes = (attribute(each, "class") or "").split()
        if "rest-list" in classes:
            lines += find(each, "li")
        elif "titles" not in classes and set(classes) & set(LINES):
            lines.append(each)
    assert lines
    return [words(each)[:80] for each in lines if "Practice" not in words(each)]


@pytest.mark.clause("A25")
def test_handing_over_is_practised_from_the_first_told_matter_to_both_signatures(town: Town) -> None:
    before, client, address = standing(), signed_in(town.agent), f"/handover/{town.desk.slug}/practice/"
    assert client.post(address, {"again": "outgoing"}).status_code == 302
    html = shown(client, town)
    assert "You practise handing over." in html and 'id="comes"' in html
    assert re.findall(r'id="tell-(\d+)"', html) and 'id="ack-' not in html
    assert send(client, town, "start/").status_code == 302
    assert "What has been tried so far?" not in shown(client, town), "the partner asks about what was told to them"
    later = f"{timezone.localtime(timezone.now() + timedelta(hours=2), town.site.zone):%Y-%m-%dT%H:%M}"
    told = {"next_step": "17:00 前回访", "severity": "critical", "owner": "工程维修部", "by_when": later}
    first, *others = re.findall(r'id="tell-(\d+)"', shown(client, town))
    assert send(client, town, f"matters/{first}/tell/", **told).status_code == 302
    again_elsewhere(client, len(others))
    html = shown(client, town)
    assert "What has been tried so far?" in html and "said back" in html
    (question,) = set(re.findall(r'do=questions/(\d+)/"', html))
    assert send(client, town, f"questions/{question}/", words="阀门已关").status_code == 302
    for what in ("counts/all/", "steps/all/"):
        send(client, town, what, and_checked="yes")
    refused = send(client, town, "sign/outgoing/")
    html = refused.content.decode()
    heard = re.findall(r'name="heard" value="(\d+)"', html)
    assert refused.status_code == 422 and heard and unmarked(html) == []
    assert client.post(f"{address}?do=sign/outgoing/", {"heard": heard}).status_code == 302
    assert send(client, town, "sign/incoming/").status_code == 302
    html = shown(client, town)
    assert html.count("sig m-0 mb-2 done") == 2 and "阀门已关" in html and unmarked(html) == []
    assert standing() == before


@pytest.mark.clause("A22", "C9")
@pytest.mark.parametrize(("outcome", "goes_on"), [("back", True), ("upheld", False)])
def test_refusing_is_practised_with_ground_and_remedy_and_decided(town: Town, outcome: str, goes_on: bool) -> None:
    before, client = standing(), signed_in(town.second_butler)
    shown(client, town)
    send(client, town, "start/")
    html = shown(client, town)
    assert 'id="refuse"' in html and 'name="secret"' not in html.partition('id="practice"')[2].partition("<footer")[0]
    wrong = send(client, town, "refuse/", side="incoming", ground="untidy", remark="<i>柜台未清", remedy="")
    assert wrong.status_code == 422 and "&lt;i&gt;柜台未清" in wrong.content.decode()
    assert send(client, town, "refuse/", side="incoming", ground="untidy", remark="柜台未清", remedy="16:20 前清好").status_code == 302
    html = shown(client, town)
    assert "16:20 前清好" in html and "you decide for the supervisor" in html and unmarked(html) == []
    (refusal,) = set(re.findall(r'refusals/(\d+)/decide/', html))
    assert send(client, town, f"refusals/{refusal}/decide/", outcome=outcome, reason="").status_code == 422
    assert send(client, town, f"refusals/{refusal}/decide/", outcome=outcome, reason="先清柜台").status_code == 302
    html = shown(client, town)
    assert "先清柜台" in html and ('id="count-all"' in html) == goes_on
    assert standing() == before


@pytest.mark.clause("C11")
def test_a_fault_in_the_middle_is_practised(town: Town) -> None:
    client = signed_in(town.second_butler)
    shown(client, town)
    send(client, town, "start/")
    assert send(client, town, "suspend/", fault="3 号水泵跳闸").status_code == 302
    assert 'id="resume"' in shown(client, town)
    assert send(client, town, "resume/").status_code == 302
    assert 'id="resume"' not in shown(client, town)


@pytest.mark.clause("A25")
def test_a_real_handover_carries_no_mark_and_its_acts_go_to_itself(held: Town, under_way) -> None:
    html = signed_in(held.agent).get(f"/handover/{held.desk.slug}/").content.decode()
    assert ">Practice<" not in html and "/practice/?do=" not in html and f'action="/handover/{held.desk.slug}/{under_way.pk}/' in html


@pytest.mark.clause("A29")
def test_a_practice_is_no_place_to_try_pins_nor_to_reach_real_rows(town: Town) -> None:
    client = signed_in(town.agent)
    html = shown(client, town)
    assert 'id="supervisor"' not in html and "watch/take-over" not in html
    before = standing()
    for what in ("cancel/", "phone/", "refusals/1/x/", "matters/999999/acknowledge/", "matters/1/drop/", "questions/999999/", "../../x", "sign/x/", "counts/-1/", ""):
        assert send(client, town, what, secret="000000").status_code == 302
    town.agent.refresh_from_db()
    assert town.agent.secret_failures == 0 and standing() == before
    for nobody in (town.auditor, town.head):
        assert signed_in(nobody).get(f"/handover/{town.desk.slug}/practice/").status_code == 403
    assert signed_in(town.away.agent).get(f"/handover/{town.desk.slug}/practice/").status_code == 404


@pytest.mark.clause("A25")
def test_a_practice_of_yesterday_is_forgotten_and_hostile_words_are_text(town: Town) -> None:
    client = signed_in(town.agent)
    send(client, town, "start/")
    send(client, town, "remarks/", remarks="<script>alert(1)</script>" + "x" * 100_000)
    html = shown(client, town)
    assert "<script>alert(1)" not in html and 'id="comes"' not in html
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=True):
        client = signed_in(town.agent)
        assert 'id="comes"' in shown(client, town)


@pytest.mark.clause("A25", "I5")
def test_whoever_holds_a_watch_practises_all_the_same_and_their_forms_name_themselves(held: Town) -> None:
    client, address = signed_in(held.agent), f"/handover/{held.desk.slug}/practice/"
    for side in ("incoming", "outgoing"):
        client.post(address, {"again": side})
        assert send(client, held, "start/").status_code == 302
        html = shown(client, held)
        assert set(re.findall(r'name="_actor" value="(\d+)"', html)) == {str(held.agent.pk)} and 'id="count-all"' in html
    assert Watch.objects.get(ended_at__isnull=True).holder == held.agent
