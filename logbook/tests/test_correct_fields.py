"""A correction says that a field of the kind or the time was wrong; what held before stands beside it (A8, A17, A18)."""

from datetime import timedelta

import pytest
import time_machine

from desks.models import KindField
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.held import held_by
from logbook.lines import lines_of
from logbook.models import Entry
from logbook.queries import entries_of
from logbook.reading import rows_for
from logbook.tests.independent_verifier import check
from logbook.tests.pages import attribute, find, tree, words
from logbook.tests.plain_rows import plain_rows
from logbook.verify import verify
from logbook.words import DeskWords

MINUTE = timedelta(minutes=1)


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    """A paid service: what, price, receipt."""
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    return actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="擦窗 13800138000", kind="service", place="5栋1203", own={"price": "100", "receipt": "A-1 13800138000"}
    )


def correct(town: Town, entry: Entry, now, **more) -> Entry:
    values = {"actor": town.agent, "text": "擦窗 13800138000", "reason": "slip"} | more
    return actions.correct_entry(entry=entry, now=now, **values)


def row_of(town: Town, entry: Entry, now, reader=None):
    return rows_for(entries_of(town.desk).filter(pk=entry.pk), reader=reader or town.agent, desk=town.desk, now=now)[0]


def line_of(town: Town, entry: Entry, now, reader=None):
    reader = reader or town.agent
    return lines_of([row_of(town, entry, now, reader)], desk=town.desk, words=DeskWords(town.desk), reader=reader, now=now)[0]


@pytest.mark.clause("A18")
def test_before_and_after_stand_in_the_thread_and_the_original_stays(town: Town, morning, entry: Entry) -> None:
    before = Entry.objects.values().get(pk=entry.pk)
    made = correct(town, entry, morning, own={"price": "120"}, happened_at=morning - 30 * MINUTE)
    assert made.fields == {"own_price": "120.00", "happened_at": (morning - 30 * MINUTE).isoformat()} and made.occurred_at == morning
    assert Entry.objects.values().get(pk=entry.pk) == before
    line = line_of(town, entry, morning)
    assert line.thread[0].changes == [("Price", "100.00", "120.00"), ("Happened", "Tue 24 Nov 2026 09:00", "Tue 24 Nov 2026 08:30")]
    assert ("Price", "100.00") in line.own_values and any("happened Tue 24 Nov 2026 08:30, as corrected" in each for each in line.tags)
    assert verify().breaches == []


@pytest.mark.clause("A18")
def test_each_correction_changes_what_held_until_then_and_a_retracted_one_nothing(town: Town, morning, entry: Entry) -> None:
    first = correct(town, entry, morning, own={"price": "120", "receipt": "A-2"})
    second = correct(town, entry, morning, own={"price": "130"})
    third = correct(town, second, morning, own={"price": "140"})
    held = held_by(row_of(town, entry, morning))
    assert held.own == {"own_price": "140.00", "own_receipt": "A-2"} and held.row.entry == third and held.place == "5栋1203"
    thread = line_of(town, entry, morning).thread
    assert [each.changes for each in thread] == [[("Price", "100.00", "120.00"), ("Receipt number", "A-1 138****8000", "A-2")], [("Price", "120.00", "130.00")]]
    assert thread[1].thread[0].changes == [("Price", "130.00", "140.00")]
    actions.retract_entry(actor=town.agent, entry=first, now=morning, reason="x")
    assert held_by(row_of(town, entry, morning)).own == {"own_price": "140.00", "own_receipt": "A-1 13800138000"}
    assert line_of(town, entry, morning).thread[1].changes == [("Price", "100.00", "130.00")]


@pytest.mark.clause("A8")
def test_a_value_is_taken_back_but_not_one_that_the_kind_needs(town: Town, morning, entry: Entry) -> None:
    made = correct(town, entry, morning, own={"receipt": ""})
    assert made.fields == {"own_receipt": ""}
    assert line_of(town, entry, morning).thread[0].changes == [("Receipt number", "A-1 138****8000", "–")]
    assert line_of(town, made, morning).own_values == [], "an empty value is no tick"
    KindField.objects.filter(kind__desk=town.desk, kind__code="service", code="price").update(needed="always")
    with pytest.raises(Refused, match="needs: Price") as refused:
        correct(town, entry, morning, own={"price": " "})
    assert refused.value.field == "service__price" and Entry.objects.filter(act="correction").count() == 1
    assert verify().breaches == [] and check(plain_rows(made.book), made.book.origin) == []


@pytest.mark.clause("A17")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"own": {"price": "viel"}}, "service__price"), ({"own": {"receipt": "x\x00"}}, "service__receipt"), ({"own": {"other": "1"}}, None),
        ({"own": {"receipt": "字" * 401}}, "service__receipt"), ({"own": {"receipt": "门禁密码 7719"}}, "service__receipt"),
        ({"happened_at": timedelta(minutes=3)}, "occurred_at"), ({"happened_at": timedelta(days=40_000)}, "occurred_at"),
        ({"happened_at": -timedelta(days=12_000)}, "occurred_at"), ({"text": ""}, "text"),
    ],
)
def test_what_cannot_stand_is_refused_beside_its_field(town: Town, morning, entry: Entry, values: dict, field: str | None) -> None:
    if "happened_at" in values:
        values = {"happened_at": morning + values["happened_at"]}
    with pytest.raises(Refused) as refused:
        correct(town, entry, morning, **values)
    assert (refused.value.field or None) == field and not Entry.objects.filter(act="correction").exists()


@pytest.mark.clause("A18")
def test_an_addition_has_no_time_and_others_may_not(town: Town, morning, entry: Entry) -> None:
    added = actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="补", own={"receipt": "B-1"})
    with pytest.raises(Refused, match="no time of its own"):
        correct(town, added, morning, happened_at=morning - MINUTE)
    corrected = correct(town, added, morning, text="补", own={"receipt": "B-2"})
    assert corrected.fields == {"own_receipt": "B-2"}
    for person in (town.butler, town.head, town.away.supervisor):
        with pytest.raises(Refused):
            correct(town, entry, morning, actor=person, own={"price": "1"})


@pytest.mark.clause("I10")
def test_sent_twice_it_stands_once_and_another_value_is_refused(town: Town, morning, entry: Entry) -> None:
    from uuid import uuid4

    key = uuid4()
    first = correct(town, entry, morning, own={"price": "120"}, key=key)
    assert correct(town, entry, morning, own={"price": "120"}, key=key).pk == first.pk
    with pytest.raises(actions.inserting.SentDifferently):
        correct(town, entry, morning, own={"price": "121"}, key=key)


@pytest.mark.clause("A9")
def test_clocks_count_from_what_was_written_first(town: Town, morning) -> None:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203")
    before = (root.follow_up.opened_at, root.follow_up.due_at)
    correct(town, root, morning, text="漏水", happened_at=morning - timedelta(hours=2))
    root.follow_up.refresh_from_db()
    assert (root.follow_up.opened_at, root.follow_up.due_at) == before and verify().breaches == []


@pytest.mark.clause("A18")
def test_the_form_shows_what_holds_and_stores_what_was_changed_alone(town: Town, morning, entry: Entry) -> None:
    with time_machine.travel(morning + MINUTE, tick=False):
        client, address = signed_in(town.agent), f"/log/{town.desk.slug}/{entry.number}/"

        def form() -> dict[str, str]:
            (made,) = find(tree(client.get(address)), "form", id="correct-form")
            values = {attribute(each, "name"): attribute(each, "value") or "" for each in find(made, "input") if attribute(each, "type") != "radio"}
            return values | {attribute(each, "name"): words(each).strip() for each in find(made, "textarea")}

        shown = form()
        assert shown["service__price"] == "100.00" and shown["service__receipt"] == "A-1 138****8000" and shown["occurred_at"] == "2026-11-24T09:00"
        refused = client.post(f"{address}correct/", shown | {"reason": "slip", "service__price": "viel", "actor": town.agent.pk})
        assert refused.status_code == 422 and "no amount of money" in words(tree(refused)) and find(tree(refused), "input", value="viel")
        assert client.post(f"{address}correct/", shown | {"reason": "slip", "service__price": "120", "actor": town.agent.pk}).status_code == 302
        made = Entry.objects.get(act="correction")
        assert made.fields == {"own_price": "120.00"} and made.words.text == "擦窗 13800138000"
        shown = form()
        assert shown["service__price"] == "120.00"
        assert client.post(f"{address}correct/", shown | {"reason": "slip", "occurred_at": "2026-11-24T08:45", "actor": town.agent.pk}).status_code == 302
        assert set(Entry.objects.filter(act="correction").latest("number").fields) == {"happened_at"}
        page = " ".join(words(tree(client.get(address))).split())
        assert "Price: 100.00 → 120.00" in page and "Happened: Tue 24 Nov 2026 09:00 → Tue 24 Nov 2026 08:45" in page
        said = b"".join(signed_in(town.supervisor).get(f"/log/{town.desk.slug}/export/?format=csv").streaming_content).decode("utf-8-sig")
        assert "Price: 120.00" in said and "Happened: Tue 24 Nov 2026 08:45" in said
