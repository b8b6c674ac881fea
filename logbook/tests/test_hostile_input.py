"""What must not get into the book, and what must get in unharmed, through the door that browsers use (A17, I9, I10)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.utils.timezone import now

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook.actions import close_watch, move_follow_up, open_watch, record_entry
from logbook.models import Entry
from logbook.tests.pages import find, tree, words
from logbook.verify import verify

SCRIPT = {"HTTP_HX_REQUEST": "true"}
UNHARMED = {
    "right-to-left marks": "房间 \u200f\u202eabc\u202c 已查",
    "emoji": "业主送来蛋糕 🎂👨‍👩‍👧‍👦🇭🇰",
    "rare characters": "姓𠮷的业主，住𡘾楼",
    "markup": "<script>alert(1)</script> {{ 7*7 }} {% now 'Y' %} ' OR 1=1 --",
    "a formula": '=HYPERLINK("http://x","y")',
    "combining marks": "Z̸̢͝a̷l̵g̶o̷ é",
}


def _address(town: Town) -> str:
    return f"/log/{town.desk.slug}/record/"


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("text", "why"),
    [("", "needs a text"), ("长" * 100_000, "4,000 characters. Divide it"), ("a\x00b", "cannot be read. Type it"), ("a\x07b", "cannot be read"), ("a\u009bb", "cannot be read")],
    ids=["empty", "100,000 characters", "NUL", "a bell", "a control of the second sort"],
)
def test_what_cannot_be_a_text_is_refused_beside_it(town: Town, text: str, why: str) -> None:
    answer = signed_in(town.agent).post(_address(town), {"text": text, "place": "5栋1203"}, **SCRIPT)
    assert answer.status_code == 422 and not Entry.objects.exists()
    (said,) = answer.json()["errors"]["text"]
    assert why.replace(",", "") in said.replace(",", "")


@pytest.mark.clause("A17")
@pytest.mark.parametrize("name", ["kind", "place", "customer", "phone", "source", "handler", "result", "late_reason", "service__receipt"])
def test_a_nul_is_refused_beside_its_field_with_what_to_do(town: Town, name: str) -> None:
    answer = signed_in(town.agent).post(_address(town), {"text": "x", "kind": "service"} | {name: "a\x00b"}, **SCRIPT)
    assert answer.status_code == 422 and not Entry.objects.exists()
    (said,) = answer.json()["errors"][name]
    assert ("Type it instead of pasting it." in said) != (name == "kind") and "Null" not in said


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("tool", "sent", "field"),
    [
        ("add", {"text": "长" * 100_000}, "text"), ("add", {"text": "a\x00b"}, "text"), ("correct", {"text": "长" * 100_000, "reason": "slip"}, "text"),
        ("retract", {"reason_words": "a\x00b"}, "reason_words"), ("correct", {"text": "x", "reason_words": "a\x07b"}, "reason_words"),
        ("again", {"place": "5栋\x00"}, "place"), ("move", {"state": "open", "next_step": "a\x00b"}, "next_step"),
    ],
)
def test_what_cannot_stand_in_a_step_is_refused_beside_its_field(town: Town, tool: str, sent: dict, field: str) -> None:
    root = record_entry(actor=town.agent, desk=town.desk, now=now(), text="漏水", kind="help")
    open_watch(actor=town.agent, desk=town.desk, now=now())
    answer = signed_in(town.supervisor).post(f"/log/{town.desk.slug}/{root.number}/{tool}/", sent | {"key": str(uuid4())})
    assert answer.status_code == 422
    said = words(find(find(tree(answer), "form", id=f"{tool}-form")[0], "div", id=f"div_{tool}-{field}")[0])
    assert "Divide it into several entries." in said or "Type it instead of pasting it." in said


@pytest.mark.clause("A17", "I11")
@pytest.mark.parametrize("name", ["occurred_at", "due_at", "pinned_until", "written_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "1999-12-31T23:59+00:00", "2100-01-01T00:00+00:00", "9999-12-31T23:00-12:00"])
def test_a_moment_that_no_page_could_show_is_refused_beside_its_field(town: Town, name: str, moment: str) -> None:
    sent = {"text": "漏水", "kind": "help", "sure": "1", "late_reason": "补记", name: moment}
    answer = signed_in(town.agent).post(_address(town), sent, **SCRIPT)
    assert answer.status_code == 422 and not Entry.objects.exists()
    assert answer.json()["errors"] == {name: ["A time of the log lies between the years 2000 and 2100. Correct the year."]}
    given = {"typed_at" if name == "written_at" else name: datetime.fromisoformat(moment)}
    with pytest.raises(Refused) as refused:
        record_entry(actor=town.agent, desk=town.desk, now=now(), text="漏水", kind="help", sure=True, late_reason="补记", **given)
    assert refused.value.field == name and not Entry.objects.exists()


@pytest.mark.clause("A1", "I11")
@pytest.mark.parametrize("name", ["due_at", "waiting_until"])
def test_a_step_to_a_moment_that_no_page_could_show_is_refused_beside_its_field(town: Town, name: str) -> None:
    root = record_entry(actor=town.agent, desk=town.desk, now=now(), text="漏水", kind="help")
    page = signed_in(town.agent).post(
        f"/log/{town.desk.slug}/{root.number}/move/",
        {"state": "waiting", "waiting_for": "张师傅", name: "9999-12-31T23:00+00:00", "key": str(uuid4())},
    )
    assert page.status_code == 422 and "between the years 2000 and 2100" in words(tree(page))
    with pytest.raises(Refused) as refused:
        move_follow_up(
            actor=town.agent, root=root, now=now(), state="waiting", waiting_for="张师傅", **{name: datetime(9999, 12, 31, 23, tzinfo=UTC)}
        )
    assert refused.value.field == name and Entry.objects.get() == root


@pytest.mark.clause("A17")
@pytest.mark.parametrize("sent", ["text=%ED%A0%80", "text=a%FFb", "text=%C0%AFx", "text=x&place=%ED%A0%80", "text=x&kind=service&service__receipt=%ED%A0%80"])
def test_half_a_character_is_refused_beside_its_field_in_any_coding(town: Town, sent: str) -> None:
    answer = signed_in(town.agent).post(_address(town), sent, content_type="application/x-www-form-urlencoded", **SCRIPT)
    field = sent.rsplit("&", 1)[-1].split("=", maxsplit=1)[0]
    assert answer.status_code == 422 and not Entry.objects.exists()
    (said,) = answer.json()["errors"][field]
    assert "cannot be read" in said and "Type it instead of pasting it." in said


@pytest.mark.clause("A17", "A18")
@pytest.mark.parametrize("text", UNHARMED.values(), ids=UNHARMED)
def test_what_looks_odd_is_kept_to_the_letter_and_harms_no_page(town: Town, text: str) -> None:
    client = signed_in(town.agent)
    assert client.post(_address(town), {"text": text}, **SCRIPT).status_code == 201
    assert Entry.objects.get().words.text == text
    for path in (f"/log/{town.desk.slug}/1/", f"/log/{town.desk.slug}/", f"/log/{town.desk.slug}/?q={quote(text[:12])}"):
        page = tree(client.get(path))
        assert text.split("\n", maxsplit=1)[0][:6] in words(page), path
        assert not [each for each in find(page, "script") if "alert(1)" in words(each)]
    assert verify().breaches == []


@pytest.mark.clause("I8", "I9")
def test_neither_desk_nor_author_can_be_forged(town: Town) -> None:
    client = signed_in(town.agent)
    assert client.post(f"/log/{town.away.desk.slug}/record/", {"text": "x"}, **SCRIPT).status_code == 404
    assert client.post(_address(town), {"text": "x"}, HTTP_X_ACTOR=str(town.supervisor.pk), **SCRIPT).status_code == 422
    forged = {"author": town.supervisor.pk, "author_id": town.supervisor.pk, "desk": town.away.desk.pk, "book": 99, "number": 7,
              "recorded_at": "2020-01-01", "act": "act", "code": "day_reviewed", "follow_state": "closed", "fields": '{"again": "true"}'}
    assert client.post(_address(town), {"text": "我写的"} | forged, **SCRIPT).status_code == 201
    entry = Entry.objects.get()
    assert (entry.author, entry.book.desk, entry.number, entry.act, entry.code) == (town.agent, town.desk, 1, "entry", "")
    assert entry.fields.get("again") is None and now() - entry.recorded_at < timedelta(minutes=5)


@pytest.mark.clause("I10")
def test_a_key_that_stands_for_another_text_is_refused_and_names_what_to_do(town: Town) -> None:
    client, key = signed_in(town.agent), str(uuid4())
    assert client.post(_address(town), {"text": "第一", "key": key}, **SCRIPT).status_code == 201
    answer = client.post(_address(town), {"text": "第二", "key": key}, **SCRIPT)
    assert answer.status_code == 422 and "another content" in str(answer.json())
    assert [entry.words.text for entry in Entry.objects.select_related("words")] == ["第一"]
    # A colleague's key is a colleague's: the same one is no clash.
    assert signed_in(town.colleague).post(_address(town), {"text": "第二", "key": key}, **SCRIPT).status_code == 201


@pytest.mark.clause("A17", "I3")
def test_a_save_after_the_watch_has_ended_is_kept_and_says_so(town: Town) -> None:
    moment = now()
    watch = open_watch(actor=town.agent, desk=town.desk, now=moment - timedelta(hours=2))
    record_entry(actor=town.agent, desk=town.desk, now=moment - timedelta(hours=1), text="在班")
    close_watch(actor=town.agent, watch=watch, now=moment - timedelta(minutes=1))
    answer = signed_in(town.agent).post(_address(town), {"text": "班后", "written_at": (moment - timedelta(minutes=3)).isoformat()}, **SCRIPT)
    assert answer.status_code == 201
    entry = Entry.objects.get(number=answer.json()["number"])
    assert entry.fields["outside_watch"] == "true" and entry.occurred_at < entry.recorded_at
