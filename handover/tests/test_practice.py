"""The practice handover: the same pages, marked on every line, and nothing of it ever stands (A25–A30)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from desks.models import Desk, Membership, Person, Site
from desks.testing import Town, signed_in
from handover.models import Handover, Signature
from handover.views.practice import KEPT
from logbook.models import AccessRecord, Book, Entry, Watch
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
    # Each act plays all before it again: the other matters are confirmed the same way, without a page for each.
    session = client.session
    acts = session[KEPT]["acts"]
    said = acts[-1]
    acts += [said | {"place": place} for place in range(1 + len(others)) if place != said["place"]]
    session.save()
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


@pytest.mark.clause("A29")
def test_a_practice_is_no_place_to_try_pins_nor_to_reach_real_rows(town: Town) -> None:
    client = signed_in(town.agent)
    html = shown(client, town)
    assert 'id="refuse"' not in html and "watch/take-over" not in html
    before = standing()
    for what in ("refuse/", "suspend/", "cancel/", "matters/999999/acknowledge/", "matters/1/tell/", "../../x", "sign/x/", "counts/-1/", ""):
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
