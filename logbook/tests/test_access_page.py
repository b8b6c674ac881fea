"""Who looks after confidentiality sees who has read what; taking that out is recorded too (A20, I8)."""

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
from logbook.models import AccessRecord
from logbook.tests.pages import attribute, find, tree, words
from logbook.tests.scenes import busy
from logbook.views import access


def listed(town: Town, query: str = "", person=None) -> list[str]:
    answer = signed_in(person or town.auditor).get(f"/log/{town.desk.slug}/access/{query}")
    assert answer.status_code == 200
    return [" ".join(words(row).split()) for row in find(tree(answer), "tr") if (attribute(row, "id") or "").startswith("record-")]


@pytest.mark.clause("A20")
def test_each_reading_stands_there_with_its_words_and_from_where(town: Town) -> None:
    busy(town, timezone.now())
    signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=装修&kind=complaint", REMOTE_ADDR="192.0.2.7")
    signed_in(town.butler).get(f"/log/{town.desk.slug}/?q=13800138000")
    signed_in(town.supervisor).get(f"/log/{town.desk.slug}/export/?format=csv", HTTP_X_FORWARDED_FOR="203.0.113.9")
    signed_in(town.supervisor).get(f"/log/{town.desk.slug}/review/2026-11-27/")
    day, newest, number, search = listed(town)
    assert "Day: 2026-11-27" in day
    assert "Words: 装修" in search and "Kind: Complaint" in search and "192.0.2.7" in search and "He Jiayi" in search
    assert "13800138000" not in number and "a number (digest" in number
    assert "exported" in newest and "127.0.0.1" in newest, "what a client claims is not believed"


@pytest.mark.clause("A20")
def test_behind_a_proxy_of_ones_own_the_proxy_is_believed(town: Town, settings) -> None:
    settings.PROXIES_IN_FRONT = 1
    client = signed_in(town.agent)
    client.get(f"/log/{town.desk.slug}/", HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.9")
    client.get(f"/log/{town.desk.slug}/?kind=repair", HTTP_X_FORWARDED_FOR="nonsense")
    assert list(AccessRecord.objects.order_by("pk").values_list("address", flat=True)) == ["203.0.113.9", None]


def test_filters_and_pages_by_key(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(access, "PAGE", 2)
    busy(town, timezone.now())
    for person in (town.agent, town.butler, town.supervisor):
        client = signed_in(person)
        client.get(f"/log/{town.desk.slug}/")
        client.get(f"/log/{town.desk.slug}/follow-ups/")
    today = timezone.now().astimezone(town.site.zone).date()
    assert len(listed(town, f"?person={town.butler.pk}")) == 2
    assert len(listed(town, f"?person={town.butler.pk}&page=follow_ups&day={today}")) == 1
    assert listed(town, "?day=2020-01-01&until=2020-02-01") == [] and listed(town, "?kind=export") == []
    page, seen = "", []
    for _ in range(3):
        answer = tree(signed_in(town.head).get(f"/log/{town.desk.slug}/access/{page}"))
        seen += [attribute(row, "id") for row in find(answer, "tr") if attribute(row, "id")]
        following = find(answer, "a", rel="next")
        page = attribute(following[0], "href") if following else ""
    assert len(seen) == len(set(seen)) == 6 and not page
    back = attribute(find(answer, "a", rel="prev")[0], "href")
    earlier = tree(signed_in(town.head).get(f"/log/{town.desk.slug}/access/{back}"))
    assert [attribute(row, "id") for row in find(earlier, "tr") if attribute(row, "id")] == seen[2:4]


@pytest.mark.clause("A20")
def test_taking_the_records_out_is_recorded(town: Town) -> None:
    signed_in(town.agent).get(f"/log/{town.desk.slug}/?q=%3DSUM(1)")
    answer = signed_in(town.auditor).get(f"/log/{town.desk.slug}/access/export/?format=csv&person={town.agent.pk}")
    lines = b"".join(answer.streaming_content).decode().strip().split("\r\n")
    assert len(lines) == 2 and "Words: =SUM(1)" in lines[1] and not lines[1].startswith("=")
    made = AccessRecord.objects.get(kind="export")
    assert (made.page, made.count, made.filters, made.person) == ("access_csv", 1, {"person": str(town.agent.pk)}, town.auditor)


@pytest.mark.clause("A20")
def test_staff_do_not_see_what_others_read(town: Town) -> None:
    for person in (town.agent, town.supervisor, town.administrator):
        assert signed_in(person).get(f"/log/{town.desk.slug}/access/").status_code == 403
    assert signed_in(town.away.auditor).get(f"/log/{town.desk.slug}/access/").status_code == 404
