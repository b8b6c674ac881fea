"""The inbox page: one's own notices, the way to the matter, the bell (I7, I8)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from desks.testing import Town, signed_in
from desks.testing_pages import elements, find, tree
from notices.models import Notice, NoticeReading
from notices.tests.test_tell import tell


def _page(client, path: str = "/notices/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return tree(answer.content.decode())


def _shown(page) -> list[str]:
    return [dict(each.attributes)["id"] for each in find(page, "li") if dict(each.attributes).get("id", "").startswith("notice-")]


def test_an_empty_inbox_says_what_will_stand_there(town: Town) -> None:
    page = _page(signed_in(town.agent))
    assert not _shown(page)
    assert any("empty" in dict(each.attributes).get("class", "") for each in elements(page))


@pytest.mark.clause("I8")
def test_one_s_own_notices_alone(town: Town) -> None:
    now = timezone.now()
    tell(town, now, [town.agent])
    tell(town, now, [town.supervisor])
    mine = Notice.objects.get(person=town.agent)
    client = signed_in(town.agent)
    assert _shown(_page(client)) == [f"notice-{mine.pk}"]
    other = Notice.objects.get(person=town.supervisor)
    assert client.get(f"/notices/{other.pk}/").status_code == 404
    assert client.post(f"/notices/{other.pk}/acknowledge/").status_code == 404
    assert not NoticeReading.objects.exists()


def test_opening_leads_to_the_matter_and_marks_as_read(town: Town) -> None:
    tell(town, timezone.now())
    notice, client = Notice.objects.get(), signed_in(town.agent)
    assert client.get(f"/notices/{notice.pk}/", HTTP_SEC_PURPOSE="prefetch").status_code == 302
    assert client.head(f"/notices/{notice.pk}/").status_code == 405
    assert not NoticeReading.objects.exists()
    assert client.get(f"/notices/{notice.pk}/").headers["Location"] == "/desk/taikoo-front/"
    assert notice.readings.get().kind == "read"
    assert _shown(_page(client, "/notices/?show=unread")) == []


def test_a_notice_without_an_address_leads_back_to_itself(town: Town) -> None:
    tell(town, timezone.now(), url="")
    notice = Notice.objects.get()
    assert signed_in(town.agent).get(f"/notices/{notice.pk}/").headers["Location"] == f"/notices/#notice-{notice.pk}"


def test_acknowledging_and_marking_all_by_the_page_s_own_forms(town: Town) -> None:
    now = timezone.now()
    tell(town, now, acknowledge=True, occasion="step:1")
    tell(town, now, occasion="step:2")
    client = signed_in(town.agent)
    page = _page(client, "/notices/?show=acknowledge")
    assert len(_shown(page)) == 1
    action = next(dict(form.attributes)["action"] for form in find(page, "form") if "acknowledge" in dict(form.attributes).get("action", ""))
    assert client.post(action, {"show": "acknowledge"}).headers["Location"] == "/notices/?show=acknowledge"
    newest = dict(find(_page(client), "input", name="up_to")[0].attributes)["value"]
    client.post("/notices/read-all/", {"up_to": newest})
    assert not _shown(_page(client, "/notices/?show=unread"))
    assert len(_shown(_page(client))) == 2


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40])
def test_a_forged_mark_all_marks_nothing(town: Town, up_to: str) -> None:
    tell(town, timezone.now())
    assert signed_in(town.agent).post("/notices/read-all/", {"up_to": up_to}).status_code == 302
    assert not NoticeReading.objects.exists()


def test_the_bell_counts_and_refreshes_itself(town: Town) -> None:
    client = signed_in(town.agent)
    for count in (0, 1, 2):
        bell = find(tree(f"<div>{client.get('/notices/unread/').content.decode()}</div>"), "span", id="unread")[0]
        attributes = dict(bell.attributes)
        assert attributes["hx-get"] == "/notices/unread/" and "every 30s" in attributes["hx-trigger"]
        assert (find(bell, "b")[0].children[0].strip() if count else find(bell, "b")) == (str(count) if count else [])
        tell(town, timezone.now(), occasion=f"step:{count}")


def test_hostile_values_are_shown_as_text(town: Town) -> None:
    tell(town, timezone.now(), fields={"holder": "<script>alert(1)</script>%(x)s"})
    text = signed_in(town.agent).get("/notices/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;%(x)s" in text and "<script>alert" not in text


def test_pages_of_thirty_and_a_constant_number_of_queries(town: Town, django_assert_max_num_queries) -> None:
    now, client = timezone.now(), signed_in(town.agent)
    for number in range(70):
        tell(town, now + timedelta(seconds=number), occasion=f"step:{number}")
    with django_assert_max_num_queries(11):
        assert len(_shown(_page(client))) == 30
    assert len(_shown(_page(client, "/notices/?page=3"))) == 10


@pytest.mark.clause("I11")
def test_times_are_the_site_s(town: Town) -> None:
    tell(town, datetime(2026, 11, 23, 22, 5, tzinfo=ZoneInfo("UTC")))
    assert "Tue 24 Nov 2026 06:05" in signed_in(town.agent).get("/notices/").content.decode()
