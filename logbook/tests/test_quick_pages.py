"""The log's pages cost the same however much stands in the book, and what they keep or write by hand is right (A17, I8)."""

from datetime import timedelta

import pytest
from django import forms
from django.db import connection
from django.http import QueryDict
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from desks import promises
from desks.models import Desk, EntryKind, Person
from desks.testing import Town, signed_in
from logbook import actions
from logbook.forms import ComposerForm
from logbook.lines import Line, lines_of
from logbook.queries import entries_of, for_rows, said_in_threads
from logbook.reading import rows_for
from logbook.row_html import rows_html
from logbook.tests.pages import attribute, find, rows, tree, words
from logbook.tests.scenes import busy
from logbook.words import DeskWords

HOSTILE = "<b onx='1'>&\"</b>"


def _line(town: Town, reader: Person, **narrowed) -> Line:
    now = timezone.now()
    (row,) = rows_for(for_rows(entries_of(town.desk, **narrowed), 1), reader=reader, desk=town.desk, now=now)
    return lines_of([row], desk=town.desk, words=DeskWords(town.desk), reader=reader, now=now)[0]


@pytest.mark.clause("A17")
def test_every_piece_of_a_row_is_escaped(town: Town) -> None:
    now = timezone.now()
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="x", customer="李", phone="13800001111")
    actions.add_to_entry(actor=town.agent, entry=entry, now=now, text="y")
    line = _line(town, town.agent, last=entry.number)
    for each in (line, *line.thread):
        for name in (
            "text", "said", "kind", "kind_tone", "heading", "who", "meta", "place", "customer", "phone", "numbers", "erased", "reason",
            "late_reason", "clock", "time", "other_day", "iso", "photos",
        ):
            setattr(each, name, HOSTILE)
        each.own_values, each.changes, each.tags = [(HOSTILE, HOSTILE), (HOSTILE, "")], [(HOSTILE, HOSTILE, HOSTILE)], [HOSTILE]
    line.began_with = _line(town, town.agent, last=entry.number)
    line.began_with.text = line.began_with.who = line.began_with.time = HOSTILE
    html = rows_html([line], HOSTILE, live=True)
    assert isinstance(html, SafeString) and "<b onx" not in html and HOSTILE not in html
    assert html.count("&lt;b onx=&#x27;1&#x27;&gt;") >= 40
    assert not [each for each in find(parse_html(f"<div>{html}</div>"), "b") if attribute(each, "onx")]


@pytest.mark.clause("A20")
def test_a_hidden_row_says_nothing_of_what_it_holds(town: Town) -> None:
    actions.record_entry(actor=town.supervisor, desk=town.desk, now=timezone.now(), text="secret 13800001111", place="5-1203", audience="supervisors")
    html = rows_html([_line(town, town.agent)], "/log/x/")
    assert "For supervisors only" in html and "secret" not in html and "1203" not in html and "138" not in html


def test_what_is_marked_in_a_row_stays_marked_and_only_that(town: Town) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=timezone.now(), text="x")
    line = _line(town, town.agent)
    line.text = mark_safe("a <mark>b</mark>")
    assert "<bdi>a <mark>b</mark></bdi>" in rows_html([line], "/log/x/")


@pytest.mark.clause("A17")
def test_entries_read_by_hand_are_those_of_the_orm_in_the_order_asked_for(town: Town) -> None:
    busy(town, timezone.now())
    for found in (entries_of(town.desk), entries_of(town.desk).order_by("number")):
        read = for_rows(found, 20)
        assert [each.pk for each in read] == list(found.values_list("pk", flat=True))
        for mine, theirs in zip(read, found, strict=True):
            left_out = mine.get_deferred_fields()
            assert {name: value for name, value in mine.__dict__.items() if name not in {"_state", "answers_number"}} == {
                name: value for name, value in theirs.__dict__.items() if name != "_state" and name not in left_out
            }
            assert getattr(mine, "words", None) == getattr(theirs, "words", None)
            assert getattr(mine, "follow_up", None) == getattr(theirs, "follow_up", None)
            assert (mine.author, mine.entered_by, mine.leaf) == (theirs.author, theirs.entered_by, theirs.leaf)
            assert mine.answers_number == (theirs.refers_to.number if theirs.refers_to else None)
    assert for_rows(entries_of(town.desk).none(), 20) == [] and said_in_threads([]) == []
    assert len(for_rows(entries_of(town.desk), 3)) == 3


def _statements(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len([each for each in context if "SAVEPOINT" not in each["sql"]])


@pytest.mark.clause("A17")
@pytest.mark.parametrize(("query", "most"), [("", 8), ("?q=来电", 10)])
def test_a_page_of_the_log_asks_as_much_for_ten_rows_as_for_fifty(town: Town, query: str, most: int) -> None:
    now, client, address = timezone.now(), signed_in(town.agent), f"/log/{town.desk.slug}/{query}"
    asked = []
    for _ in range(2):
        for at in range(10 if not asked else 45):
            actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"来电 {at}", customer="李")
        asked.append(_statements(client, address))
    assert asked[0] == asked[1] <= most


@pytest.mark.clause("A8")
def test_what_the_log_keeps_of_kinds_and_writers_is_never_out_of_date(town: Town) -> None:
    now, client, address = timezone.now(), signed_in(town.agent), f"/log/{town.desk.slug}/"
    actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="x")

    def options(name: str) -> list[str]:
        (select,) = find(tree(client.get(address)), "select", name=name)
        return [words(each) for each in find(select, "option")]

    kinds, people = options("kind"), options("person")
    assert options("kind") == kinds and town.colleague.display_name not in people
    actions.record_entry(actor=town.colleague, desk=town.desk, now=now, text="y")
    assert town.colleague.display_name in options("person")
    EntryKind.objects.filter(desk=town.desk, code="visitor", current=True).update(label_en="Callers")
    assert "Callers" in options("kind") and "Callers" not in kinds
    Person.objects.filter(pk=town.colleague.pk).update(name="新名", name_latin="New Name")
    assert any("New Name" in each or "新名" in each for each in options("person"))
    Desk.objects.filter(pk=town.desk.pk).update(label_en="North desk")
    assert "North desk" in client.get(address).content.decode()


@pytest.mark.clause("I9")
def test_the_kept_frame_leads_back_to_the_page_it_stands_on(town: Town) -> None:
    client = signed_in(town.agent)
    for query, back, quoted in (
        ("?q=a", "?q=a", "%3Fq%3Da"), ("?q=%22%3E%3Cb%3E", "?q=%22%3E%3Cb%3E", "%3Fq%3D%2522%253E%253Cb%253E"),
        ("?q=a&day=x'", "?q=a&day=x'", "%3Fq%3Da%26day%3Dx%27"),
    ):
        address = f"/log/{town.desk.slug}/"
        page = tree(client.get(address + query))
        assert {attribute(each, "value") for each in find(page, "input", name="next")} == {address + back}
        links = [attribute(each, "href") or "" for each in find(page, "a")]
        assert [each for each in links if "next=" in each] == [f"/sign-in/?next={address}{quoted}"]


@pytest.mark.clause("A17")
def test_a_filter_shows_what_was_asked_for_each_time(town: Town) -> None:
    client = signed_in(town.agent)
    for asked in ("a", "b", "<b>", "x" * 300, "a"):
        (field,) = [each for each in find(tree(client.get(f"/log/{town.desk.slug}/", {"q": asked})), "input", name="q") if attribute(each, "id") == "id_q"]
        assert attribute(field, "value") == asked


@pytest.mark.clause("A20")
def test_a_promise_that_was_seen_holds_until_it_is_due_and_at_its_site_alone(town: Town, django_assert_num_queries) -> None:
    now, person = timezone.now(), Person.objects.create(login="newcomer-x", name="新人")
    whose = (connection.settings_dict["NAME"], person.pk, town.site.pk)
    assert promises.owes_promise(person, town.desk, now) and promises.given.find(whose) is None
    promises.given.put(whose, now)
    try:
        with django_assert_num_queries(0):
            assert not promises.owes_promise(person, town.desk, now + timedelta(days=364))
        assert promises.owes_promise(person, town.desk, now + timedelta(days=367))
        assert promises.owes_promise(person, town.away.desk, now)
    finally:
        promises.given.empty()


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    "sent",
    [
        "text=x", "", "text=x&urgency=&due_at=&emergency=&sure=&key=&photos=", "text=x&urgency=nonsense&key=1&due_at=soon", "text=x&emergency=on&sure=true",
        "text=+&place=+&customer=%00&kind=a&kind=", "text=x&visitor__who=&visitor__why=y",
    ],
)
def test_what_is_left_empty_means_what_django_makes_of_it(town: Town, sent: str) -> None:
    quick, plain = (ComposerForm(QueryDict(sent), desk=town.desk) for _ in range(2))
    plain._clean_fields = lambda: forms.Form._clean_fields(plain)
    assert (quick.is_valid(), quick.errors) == (plain.is_valid(), plain.errors)
    assert quick.cleaned_data == plain.cleaned_data and list(quick.fields) == list(plain.fields)


@pytest.mark.clause("A17")
def test_a_newer_entry_stands_on_the_next_look(town: Town) -> None:
    now, client = timezone.now(), signed_in(town.agent)
    for at in (1, 2, 3):
        actions.record_entry(actor=town.agent, desk=town.desk, now=now, text=f"来电 {at}")
        for query in ("", "?q=来电"):
            assert rows(tree(client.get(f"/log/{town.desk.slug}/{query}"))) == list(range(at, 0, -1))
