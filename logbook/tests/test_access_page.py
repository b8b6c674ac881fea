"""Who looks after confidentiality sees who has read what; taking that out is recorded too (A20, I8)."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from desks.testing import Town, signed_in
from logbook import actions
from logbook.forms.readers import READ, lists_in_words
from logbook.models import AccessRecord
from logbook.queries import own_read_up_to
from logbook.rules import FORMATS
from logbook.taking_out import LISTS, SITE_LISTS
from logbook.tests.pages import attribute, find, tree, words
from logbook.tests.scenes import busy
from logbook.views import access, log

RECORDS = {"record_reading", "record_export", "give_proof", "_identity"}
PASSED_ON = {"note_reading": 2, "_record": 2, "record": 0}
"""Functions of views that take the code by place: its place among what they are given."""


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


def codes_in(tree: ast.AST, passed_on: dict[str, int]) -> set[str]:
    """The page codes that a module's calls name: `page="…"`, and what is given by place to the functions that pass one on."""
    found: set[str] = set()
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        given = [each.value for each in call.keywords if each.arg == "page"] if name in RECORDS else []
        given += call.args[passed_on[name] : passed_on[name] + 1] if name in passed_on else []
        found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return found


@pytest.mark.clause("A20")
def test_whatever_is_recorded_has_a_name_in_words() -> None:
    codes = {f"{name}_{format}" for name, _kind in (*LISTS, *SITE_LISTS) for format in FORMATS} | {"sealed"}
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if not {"tests", "migrations", ".venv"} & set(path.parts):
            codes |= codes_in(ast.parse(path.read_text(encoding="utf-8")), PASSED_ON if "views" in path.parts else {})
    assert {"log", "handover-print", "proof_file", "escalations_overview", "log_threads", "record_zip"} <= codes
    assert codes == set(READ) | set(lists_in_words()), "a page is recorded that has no name, or the other way round"


@pytest.mark.clause("A20")
def test_an_unmasking_and_a_reading_under_the_veil_stand_out(town: Town) -> None:
    now = timezone.now()
    actions.open_watch(actor=town.agent, desk=town.desk, now=now)
    actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="漏水", customer="欧阳芷晴")
    signed_in(town.agent).post(f"/log/{town.desk.slug}/2/reveal/")
    AccessRecord.objects.create(
        person=town.auditor, desk=town.desk, at=now, session="s", page="sealed", filters={"entry": "2", "why": "查核"}, filter_digest="d",
        kind="unseal", from_number=2, to_number=2, count=1,
    )
    sealed, _page, unmasked = listed(town)
    assert "unmasked" in unmasked and "a customer’s name and phone" in unmasked and "127.0.0.1" in unmasked
    assert "read under the veil" in sealed and "a veiled text" in sealed and "Reason: 查核" in sealed


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


@pytest.mark.clause("I8")
def test_what_stands_beside_a_row_is_recorded_and_does_not_say_that_the_log_was_read_up_to_there(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(log, "PAGE", 2)
    now = timezone.now()
    old = [actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"漏水 {number}") for number in range(6)]
    added = actions.add_to_entry(actor=town.agent, entry=old[0], now=now, text="已补充")
    client, base = signed_in(town.supervisor), f"/log/{town.desk.slug}/"

    def kept(page: str) -> list[tuple]:
        rows = AccessRecord.objects.filter(person=town.supervisor, page=page).order_by("pk")
        return list(rows.values_list("from_number", "to_number", "count"))

    for _ in range(2):
        client.get(f"{base}?before=3")
        client.get(f"{base}?q=漏水 0")
        client.get(f"{base}{old[0].number}/")
    assert kept("log") == [(1, 2, 2), (1, added.number, 2)] and kept("log_threads") == [(added.number, added.number, 1)]
    assert kept("entry") == [(1, added.number, 2)]
    assert own_read_up_to(town.desk, town.supervisor).number == 2
