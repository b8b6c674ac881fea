"""An author adds to an own entry at any time; the supervisor adds to any (A17)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from desks.models import EntryKind, KindField
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.lines import lines_of
from logbook.models import Entry
from logbook.queries import PAGE, found_entries
from logbook.reading import rows_for
from logbook.tests.pages import find, tree, words
from logbook.verify import verify
from logbook.words import DeskWords


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="来电", kind="help")


def add(town: Town, entry: Entry, now, *, actor=None, text="补充：已回电", **more) -> Entry:
    return actions.add_to_entry(actor=actor or town.agent, entry=entry, now=now, text=text, **more)


@pytest.mark.clause("A17")
def test_an_own_entry_is_added_to_also_long_after_the_watch(town: Town, morning, entry: Entry) -> None:
    made = add(town, entry, morning + timedelta(days=30))
    assert (made.act, made.refers_to_id, made.root_id, made.kind) == ("addition", entry.pk, entry.pk, "help")
    assert entry.follow_up.state == "open" and verify().breaches == []


@pytest.mark.clause("A17")
def test_who_dictated_and_who_typed_are_both_its_authors(town: Town, morning) -> None:
    entry = actions.record_entry(
        actor=town.colleague, desk=town.desk, now=morning, text="停电时手写", entered_by=town.butler
    )
    assert add(town, entry, morning, actor=town.butler).author == town.butler
    assert add(town, entry, morning, actor=town.colleague).author == town.colleague


@pytest.mark.clause("A17")
@pytest.mark.parametrize("part", ["colleague", "butler", "head", "auditor", "administrator"])
def test_others_write_an_entry_of_their_own(town: Town, morning, entry: Entry, part: str) -> None:
    for actor in (getattr(town, part), town.away.supervisor):
        with pytest.raises(Refused):
            add(town, entry, morning, actor=actor)
    assert add(town, entry, morning, actor=town.supervisor).author == town.supervisor


@pytest.mark.clause("A17")
@pytest.mark.parametrize("text", ["", " \n", "长" * 4001, "a\x00"])
def test_it_needs_a_text_that_can_be_read(town: Town, morning, entry: Entry, text: str) -> None:
    with pytest.raises(Refused):
        add(town, entry, morning, text=text)


@pytest.mark.clause("A18")
def test_a_retracted_entry_may_still_be_added_to_and_an_act_may_not(town: Town, morning, entry: Entry) -> None:
    actions.retract_entry(actor=town.supervisor, entry=entry, now=morning, reason="x")
    assert add(town, entry, morning).number == 3
    act = actions.record_act(actor=town.agent, desk=town.desk, now=morning, code="desk_opened")
    with pytest.raises(Refused):
        add(town, act, morning)


@pytest.mark.clause("I10")
def test_sent_twice_it_is_stored_once(town: Town, morning, entry: Entry) -> None:
    key = uuid4()
    assert add(town, entry, morning, key=key).pk == add(town, entry, morning, key=key).pk
    with pytest.raises(Refused):
        add(town, entry, morning, key=key, text="别的")


@pytest.mark.clause("A15", "A17")
def test_the_kinds_own_fields_are_filled_in_by_an_addition_each_with_its_time(town: Town, morning) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="突发事件", kind="emergency")
    later = morning + timedelta(minutes=20)
    made = add(town, entry, later, text="", own={"mobilised": "9:05 工程部\n秩序部", "measures": "09:07 拉警戒线"})
    assert (made.fields["own_mobilised"], made.fields["own_measures"]) == ("09:05 工程部\n09:20 秩序部", "09:07 拉警戒线")
    assert "own_mobilised" not in entry.fields and made.words.text.endswith(": 09:07 拉警戒线")
    rows = rows_for([entry], reader=town.colleague, desk=town.desk, now=later)
    (line,) = lines_of(rows, desk=town.desk, words=DeskWords(town.desk), reader=town.colleague, now=later)
    assert "09:05 工程部; 09:20 秩序部" in line.thread[0].text and line.thread[0].own_values == []
    assert [row.number for row in found_entries(town.desk, text="警戒线", limit=PAGE)] == [made.number]
    both = add(town, entry, later, text="已处理", own={"measures": "断电"})
    assert both.words.text == "已处理" and verify().breaches == []


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("own", "field"),
    [({"price": "viel"}, "service__price"), ({"receipt": "\ufffd"}, "service__receipt"), ({"mobilised": "x"}, None), ({"receipt": " "}, "text")],
)
def test_what_is_no_value_of_the_kinds_field_is_refused_beside_it(town: Town, morning, own: dict, field: str | None) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="代寄", kind="service")
    with pytest.raises(Refused) as refused:
        add(town, entry, morning, text="", own=own)
    assert refused.value.field == field and Entry.objects.count() == 1


@pytest.mark.clause("C2")
def test_what_an_entry_needs_its_addition_does_not_and_the_version_it_was_written_in_counts(town: Town, morning) -> None:
    service = EntryKind.objects.get(desk=town.desk, code="service", current=True)
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="代寄", kind="service", own={"price": "25"})
    service.own_fields.filter(code="price").update(needed=KindField.Needed.ALWAYS)
    assert add(town, entry, morning, text="", own={"receipt": "0012"}).fields == {"own_receipt": "0012"}
    service.own_fields.filter(code="receipt").update(current=False)
    with pytest.raises(Refused, match="no such field"):
        add(town, entry, morning, text="", own={"receipt": "0013"})


@pytest.mark.clause("A18", "I10")
def test_fields_count_into_what_was_asked_for_and_stand_in_words(town: Town, morning) -> None:
    key, asked = uuid4(), {"receipt": "0012"}
    service = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="代寄", kind="service")
    made = add(town, service, morning, text="", own=asked, key=key)
    assert add(town, service, morning, text="", own=asked, key=key) == made
    for other in ({"receipt": "0013"}, None):
        with pytest.raises(Refused, match="another content"):
            add(town, service, morning, text="", own=other, key=key)
    assert made.words.text == "Receipt number: 0012"


@pytest.mark.clause("A15", "A17")
def test_the_page_offers_the_kinds_fields_and_keeps_what_was_typed(town: Town, morning) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="突发事件", kind="emergency")
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/{entry.number}/"
    form = find(tree(client.get(address)), "form", id="add-form")[0]
    assert find(form, "textarea", name="emergency__mobilised") and find(form, "textarea", name="emergency__measures")
    refused = client.post(f"{address}add/", {"emergency__measures": "长" * 401, "key": str(uuid4())})
    form = find(tree(refused), "form", id="add-form")[0]
    assert refused.status_code == 422 and "400 characters" in words(find(form, "div", id="div_add-emergency__measures")[0])
    assert words(find(form, "textarea", name="emergency__measures")[0]) == "长" * 401
    assert client.post(f"{address}add/", {"emergency__mobilised": "09:05 秩序部", "key": str(uuid4())}).status_code == 302
    assert Entry.objects.get(act="addition").fields["own_mobilised"] == "09:05 秩序部"
    page = tree(client.get(address))
    assert "09:05 秩序部" in words(find(page, "ol", class_="timeline")[0])
    assert signed_in(town.colleague).post(f"{address}add/", {"emergency__mobilised": "x", "key": str(uuid4())}).status_code == 422
    assert signed_in(town.away.supervisor).post(f"{address}add/", {"emergency__mobilised": "x"}).status_code == 404


@pytest.mark.clause("A17", "A18")
def test_an_addition_says_why_where_it_needs_a_reason(town: Town, morning, entry: Entry) -> None:
    client, address = signed_in(town.agent), f"/log/{town.desk.slug}/{entry.number}/"
    for sent in ({"reason_words": "业主又来电"}, {}, {"reason_words": "a\x00"}):
        client.post(f"{address}add/", {"text": "补充", "key": str(uuid4())} | sent)
    assert list(Entry.objects.filter(act="addition").order_by("number").values_list("reason", flat=True)) == ["业主又来电", ""]
    assert words(find(tree(client.get(address)), "ol", class_="timeline")[0]).count("(reason: 业主又来电)") == 1
