"""Pages of inspections: complete without a script, autosaved with one; who sees what (A20, A31, A32, I8)."""

from datetime import timedelta

import pytest
import time_machine

from desks.hooks import panels_of
from desks.queries import checklist_items
from desks.testing import Town, signed_in
from inspections import actions
from inspections.models import Finding, Inspection
from inspections.tests.making import finding, finished, started

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def at_nine(morning):
    with time_machine.travel(morning, tick=False):
        yield


def _page(town: Town, rest: str = "") -> str:
    return f"/inspections/{town.desk.slug}/{rest}"


@pytest.mark.clause("A31")
def test_an_inspection_without_any_script(town: Town) -> None:
    client = signed_in(town.supervisor)
    assert client.get(_page(town)).status_code == 200
    answer = client.post(_page(town, "start/"), {"occasion": "morning"})
    row = Inspection.objects.get(state="in_progress")
    assert answer["Location"] == _page(town, f"{row.pk}/")
    page = client.get(answer["Location"]).content.decode()
    assert page.count('value="pass"') == 10
    item = checklist_items(town.desk, "inspection").first()
    refused = client.post(_page(town, f"{row.pk}/save/"), {f"o{item.pk}": "fail", f"r{item.pk}": "<i>工牌", "do": "finish"})
    assert refused.status_code == 422 and "&lt;i&gt;工牌" in refused.content.decode()
    assert row.results.count() == 1, "what was answered is kept"
    assert client.post(_page(town, f"{row.pk}/save/"), {"do": "rest"}).status_code == 302
    assert client.post(_page(town, f"{row.pk}/save/"), {"do": "finish"}).status_code == 302
    record = client.get(_page(town, f"{row.pk}/")).content.decode()
    assert "&lt;i&gt;工牌" in record and "sign-line" in record
    assert client.get(_page(town, f"findings/{Finding.objects.get().pk}/")).status_code == 200
    assert client.get(_page(town, "?occasion=morning&state=done&since=2026-11-24&until=x")).status_code == 200


@pytest.mark.clause("A31")
def test_an_item_is_saved_as_it_is_tapped(town: Town, morning) -> None:
    row = started(town, morning)
    item = checklist_items(town.desk, "inspection").first()
    client = signed_in(town.supervisor)
    url = _page(town, f"{row.pk}/items/{item.pk}/")
    part = client.post(url, {f"o{item.pk}": "pass", f"r{item.pk}": "整洁"}, headers=HX).content.decode()
    assert 'id="progress"' in part and f'id="saved-{item.pk}"' in part and "<html" not in part
    assert row.results.get().remark == "整洁"
    assert client.post(url, {f"r{item.pk}": "only a remark"}, headers=HX).status_code == 200
    assert row.results.get().outcome == "pass"
    assert client.post(url, {f"o{item.pk}": "perfect"}, headers=HX).status_code == 422
    assert client.post(_page(town, f"{row.pk}/items/999999/"), {}, headers=HX).status_code == 404


@pytest.mark.clause("I8")
def test_another_desk_another_site_and_staff(town: Town, morning) -> None:
    row, found = started(town, morning), finding(town, morning, "handover")
    other = f"/inspections/{town.other_desk.slug}"
    supervisor = signed_in(town.supervisor)
    for rest in (f"/{row.pk}/", f"/findings/{found.pk}/", f"/my-findings/{found.pk}/"):
        assert supervisor.get(other + rest).status_code == 404
    assert supervisor.post(f"{other}/{row.pk}/save/", {"do": "rest"}).status_code == 404
    assert supervisor.post(f"{other}/findings/{found.pk}/settle/", {"act": "verify"}).status_code == 404
    assert supervisor.post(_page(town, f"findings/{found.pk}/settle/"), {"act": "delete"}).status_code == 404
    assert supervisor.post(_page(town, "start/"), {"occasion": "x"}).status_code == 404
    away = signed_in(town.away.supervisor)
    for rest in ("", f"{row.pk}/", "findings/", f"findings/{found.pk}/"):
        assert away.get(_page(town, rest)).status_code == 404
        assert signed_in(town.agent).get(_page(town, rest)).status_code == 403
    for person, code in ((town.agent, 403), (town.head, 403), (town.auditor, 403)):
        assert signed_in(person).post(_page(town, "start/"), {"occasion": "extra"}).status_code == code
    head = signed_in(town.head).get(_page(town, f"{row.pk}/")).content.decode()
    assert "inspection-form" not in head, "the head reads"


@pytest.mark.clause("A33")
def test_the_owner_sees_the_own_action_and_nothing_else(town: Town, morning) -> None:
    found = finding(town, morning)
    client = signed_in(town.butler)
    own = _page(town, f"my-findings/{found.pk}/")
    assert client.get(own).status_code == 404, "not the owner yet"
    form = {
        "act": "action", "action-cause": "匆忙", "action-action": "整理", "action-owner": town.butler.pk,
        "action-due_on": "2026-11-25",
    }
    supervisor = signed_in(town.supervisor)
    settle = _page(town, f"findings/{found.pk}/settle/")
    refused = supervisor.post(settle, form | {"action-due_on": "2026-11-01"})
    assert refused.status_code == 422 and 'value="匆忙"' in refused.content.decode()
    assert supervisor.post(settle, form | {"action-owner": town.away.butler.pk}).status_code == 422
    assert supervisor.post(settle, form).status_code == 302
    shown = client.get(own).content.decode()
    assert "整理" in shown and "done-answer" in shown and "action-cause" not in shown
    assert client.post(own, {"done-answer": ""}).status_code == 422
    assert client.post(own, {"done-answer": "已整理", "act": "verify"}).status_code == 302
    found.refresh_from_db()
    assert found.state == "done", "the owner's page does nothing else"
    assert client.post(own, {"done-answer": "again"}).status_code == 422
    assert supervisor.post(settle, {"act": "back", "back-reason": "还差一点"}).status_code == 302
    assert client.post(own, {"done-answer": "好了"}).status_code == 302
    assert supervisor.post(settle, {"act": "verify"}).status_code == 302
    assert supervisor.post(settle, {"act": "verify"}).status_code == 422


@pytest.mark.clause("A32")
def test_the_desk_page_shows_what_is_done_and_never_what_is_overdue(town: Town, morning, rf) -> None:
    request = rf.get("/")
    request.user = town.agent
    with time_machine.travel(morning + timedelta(hours=2), tick=False):
        shown = [panel for panel in panels_of("desk.strip", request, town.desk) if "inspections" in panel["template"]]
        assert shown == []
    finished(town, morning)
    (shown,) = [panel for panel in panels_of("desk.strip", request, town.desk) if "inspections" in panel["template"]]
    assert [row.state for row in shown["rows"]] == ["done"]


def test_the_list_costs_the_same_however_many_there_are(town: Town, morning, django_assert_max_num_queries) -> None:
    for _ in range(12):
        finished(town, morning, failed={"log": ("漏记", "")}, occasion="extra")
    client = signed_in(town.supervisor)
    for path in (_page(town), _page(town, "findings/")):
        with django_assert_max_num_queries(26):
            client.get(path)
    last = Inspection.objects.latest("pk")
    with django_assert_max_num_queries(22):
        client.get(_page(town, f"{last.pk}/"))


@pytest.mark.clause("A31")
def test_going_on_after_midnight_says_that_it_was_missed(town: Town, morning) -> None:
    row = started(town, morning)
    actions.miss_inspection(inspection=row, now=morning + timedelta(days=1))
    answer = signed_in(town.supervisor).post(_page(town, f"{row.pk}/save/"), {"do": "rest"})
    assert answer.status_code == 422 and "inspection-form" not in answer.content.decode()
