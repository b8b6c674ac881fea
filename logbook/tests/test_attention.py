"""Entries that stay on the desk page until a time, and entries that certain people must have read (A25)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry
from logbook.queries import pinned_of
from logbook.verify import verify
from notices.models import Notice
from notices.queries import notices_about

HOUR = timedelta(hours=1)


def _entry(town: Town, now, **values) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="14:00 停水", **values)


@pytest.mark.clause("A25")
def test_an_entry_stays_on_the_desk_page_until_its_time_or_until_it_is_retracted(town: Town, morning) -> None:
    entry = _entry(town, morning, pinned_until=morning + HOUR)
    _entry(town, morning)
    assert list(pinned_of(town.desk, morning)) == [entry] and not pinned_of(town.other_desk, morning).exists()
    assert not pinned_of(town.desk, morning + HOUR).exists()
    actions.retract_entry(actor=town.supervisor, entry=entry, now=morning, reason="slip")
    assert not pinned_of(town.desk, morning).exists() and verify().breaches == []


@pytest.mark.clause("A25")
@pytest.mark.parametrize("until", [timedelta(), -HOUR, timedelta(days=31, seconds=1)])
def test_a_time_past_or_more_than_a_month_away_is_refused_beside_its_field(town: Town, morning, until) -> None:
    with pytest.raises(Refused) as refused:
        _entry(town, morning, pinned_until=morning + until)
    assert refused.value.field == "pinned_until" and not Entry.objects.exists()


@pytest.mark.clause("A25")
def test_the_desk_page_shows_it_on_top_and_an_entry_for_supervisors_shows_nothing_of_its_text(town: Town) -> None:
    now = timezone.now()
    _entry(town, now, pinned_until=now + HOUR)
    actions.record_entry(actor=town.supervisor, desk=town.desk, now=now, text="内部", audience="supervisors", pinned_until=now + HOUR)
    page = signed_in(town.agent).get(reverse("logbook:desk", args=[town.desk.slug])).content.decode()
    top = page[page.index('id="pinned"'):page.index('id="feed"')]
    assert "14:00 停水" in top and "内部" not in page
    parts = signed_in(town.agent).get(reverse("logbook:parts", args=[town.desk.slug])).content.decode()
    assert "14:00 停水" in parts[parts.index('id="pinned"'):]


@pytest.mark.clause("A25")
def test_people_who_must_read_are_told_once_and_say_that_they_have(town: Town, morning) -> None:
    entry = _entry(town, morning)
    for _ in range(2):
        made = actions.ask_to_read(actor=town.agent, entry=entry, people=[town.colleague, town.butler], now=morning)
    assert made.code == "asked_to_read" and made.refers_to == entry
    told = notices_about("entry", str(entry.pk), "to_read")
    assert {notice.person for notice in told} == {town.colleague, town.butler} and not any(each.acknowledged_at for each in told)
    client = signed_in(town.colleague)
    url = reverse("logbook:entry", args=[town.desk.slug, entry.number])
    notice = Notice.objects.get(person=town.colleague, matter="entry")
    assert "I have read it" in client.get(url).content.decode()
    assert client.post(reverse("notices:acknowledge", args=[notice.pk]), {"back": url}).url == url
    page = client.get(url).content.decode()
    assert "I have read it" not in page and "not yet" in page
    assert client.post(reverse("notices:acknowledge", args=[notice.pk]), {"back": "//evil.example/"}).url == reverse("notices:inbox")


@pytest.mark.clause("I8")
def test_only_people_of_the_desk_are_asked_and_only_about_what_they_may_read(town: Town, morning) -> None:
    entry = _entry(town, morning)
    restricted = actions.record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="内部", audience="supervisors")
    for asked, people in [(entry, [town.away.agent]), (entry, []), (restricted, [town.colleague])]:
        with pytest.raises(Refused):
            actions.ask_to_read(actor=town.agent, entry=asked, people=people, now=morning)
    with pytest.raises(Refused):
        actions.ask_to_read(actor=town.auditor, entry=entry, people=[town.colleague], now=morning)
    assert not Notice.objects.exists()


@pytest.mark.clause("A25")
def test_the_page_asks_and_refuses_beside_the_field(town: Town, morning) -> None:
    entry = _entry(town, morning)
    url = reverse("logbook:readers", args=[town.desk.slug, entry.number])
    client = signed_in(town.agent)
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"people": [town.away.agent.pk]}).status_code == 422
    assert client.post(url, {"people": [town.colleague.pk]}).status_code == 302
    assert signed_in(town.away.agent).post(url, {"people": [town.colleague.pk]}).status_code == 404
    sent = {"text": "x", "pinned_until": "2001-01-01T10:00", "key": str(uuid4())}
    answer = client.post(reverse("logbook:save", args=[town.desk.slug]), sent, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["pinned_until"]
