"""What was typed is kept by the browser until the answer says that the act was done (I10, docs/ui.md)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from desks.testing import Town, signed_in
from desks.testing_pages import find, tree
from logbook import actions
from logbook.models import Entry

pytestmark = pytest.mark.clause("I10")
MARK = "0123456789abcdef" * 2


@pytest.fixture
def entry(town: Town) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="水管漏水", kind="repair", place="3栋802")


def send(client, entry: Entry, text: str = "已关阀", mark: str = MARK, **more):
    path = f"/log/{entry.book.desk.slug}/{entry.number}/add/"
    return client.post(path, {"key": str(uuid4()), "text": text, "_kept": mark} | more)


def test_an_act_that_was_done_says_so_by_the_mark(entry: Entry, town: Town) -> None:
    client = signed_in(town.agent)
    answer = send(client, entry)
    cookie = answer.cookies["kept_done"]
    assert answer.status_code == 302 and cookie.value == MARK
    assert cookie["samesite"] == "Lax" and not cookie["httponly"], "the page's script reads it"
    second = "f" * 32
    assert send(client, entry, "已通知", second).cookies["kept_done"].value == f"{MARK}.{second}"
    for turn in range(9):
        last = send(client, entry, f"第{turn}次", f"{turn:032x}").cookies["kept_done"].value
    assert last.split(".") == [f"{turn:032x}" for turn in range(1, 9)], "the newest eight, however much is written"


def test_what_was_not_done_is_not_forgotten(entry: Entry, town: Town) -> None:
    before = Entry.objects.count()
    client = signed_in(town.agent, town.colleague)
    assert send(client, entry, " ").status_code == 422
    other = send(client, entry, _actor=town.colleague.pk)
    assert other.status_code == 422, "the other actor's"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        idle = send(client, entry)
    assert idle.status_code == 422
    stranger, signed_out = send(signed_in(town.away.agent), entry), send(Client(), entry)
    assert stranger.status_code == 404 and signed_out.status_code == 302 and "/sign-in/" in signed_out["Location"]
    for answer in (other, idle, stranger, signed_out, send(signed_in(town.auditor), entry)):
        assert "kept_done" not in answer.cookies
    assert Entry.objects.count() == before


@pytest.mark.parametrize("mark", ["", "x" * 32, "a" * 33, MARK + "\n", "a;b", "\x00" * 32, "é" * 32, "<script>"])
def test_a_hostile_mark_is_not_said_again(entry: Entry, town: Town, mark: str) -> None:
    client = signed_in(town.agent)
    client.cookies["kept_done"] = "zz.<b>." + MARK
    answer = send(client, entry, mark=mark)
    assert answer.status_code == 302 and "kept_done" not in answer.cookies
    assert send(client, entry, "再补充", "b" * 32).cookies["kept_done"].value == f"{MARK}.{'b' * 32}"


def test_every_tool_keeps_its_words_and_a_refused_one_says_whose_they_are(entry: Entry, town: Town) -> None:
    page = f"/log/{town.desk.slug}/{entry.number}/"
    forms = {each["id"]: each for each in _forms(signed_in(town.supervisor).get(page)) if "id" in each}
    wanted = {f"{name}-form" for name in ("move", "again", "readers", "add", "correct", "retract", "veil")}
    assert wanted <= {name for name, each in forms.items() if "data-kept-form" in each}
    assert not any("data-refused" in each for each in forms.values())
    answer = signed_in(town.supervisor).post(f"{page}correct/", {"key": str(uuid4()), "text": "x"})
    assert [each["id"] for each in _forms(answer) if "data-refused" in each] == ["correct-form"]
    raising = [each for each in _forms(signed_in(town.supervisor).get(page)) if each.get("action", "").startswith("/escalations/")]
    assert raising and all("data-kept-form" in each for each in raising)


def _forms(answer) -> list[dict[str, str]]:
    return [dict(each.attributes) for each in find(tree(answer.content.decode()), "form")]
