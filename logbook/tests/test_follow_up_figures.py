"""Promises that were not kept are counted from the record, by kind and month; closing says that the customer was called back (A9)."""

from datetime import timedelta

import pytest
import time_machine

from desks import record_clock
from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.actions.inserting import insert_entry
from logbook.models import Entry
from logbook.queries import figures_of
from logbook.tests.pages import find, tree, words
from logbook.verify import verify

HOUR = timedelta(hours=1)


def repair(town: Town, now, **more) -> Entry:
    with time_machine.travel(now, tick=False):
        return actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="漏水", kind="repair", place="5栋1203", **more)


def step(town: Town, root: Entry, now, state: str, **more) -> Entry:
    return actions.move_follow_up(actor=town.agent, root=root, now=now, state=state, **more)


@pytest.fixture
def recorded_at(db, as_owner):
    """The record's clock, to be set."""
    record_clock.install()
    return record_clock.set_to


def figures(town: Town, begin, now, kind: str = "repair", **more):
    return next((row for row in figures_of(town.desk, begin, begin + 31 * 24 * HOUR, now, **more) if row.kind == kind), None)


@pytest.mark.clause("A9")
def test_settled_in_time_late_overdue_and_open_are_counted_apart(town: Town, morning, recorded_at) -> None:
    recorded_at(morning)
    roots = [repair(town, morning) for _ in range(5)]
    recorded_at(morning + HOUR)
    step(town, roots[0], morning + HOUR, "closed", result="好")
    recorded_at(morning + 3 * HOUR)
    step(town, roots[1], morning + 3 * HOUR, "in_progress")
    recorded_at(morning + 30 * HOUR)
    step(town, roots[1], morning + 30 * HOUR, "closed", result="好")
    step(town, roots[2], morning + 30 * HOUR, "in_progress", due_at=morning + 90 * HOUR)
    actions.retract_entry(actor=town.supervisor, entry=roots[3], now=morning + 30 * HOUR, reason="重复")
    repair(town, morning + 31 * HOUR)
    row = figures(town, morning, morning + 32 * HOUR)
    assert (row.opened, row.in_time, row.late, row.overdue, row.open) == (5, 1, 1, 2, 1), "a later due time does not make it punctual"
    assert timedelta(0) <= row.median - timedelta(hours=15, minutes=30) < timedelta(minutes=1)
    assert (row.promised, row.first_late, row.first_in_time) == (4, 3, 1) and row.breaches == 6
    assert figures(town, morning, morning + 32 * HOUR, "help") is None
    assert figures_of(town.away.desk, morning, morning + HOUR, morning) == []


@pytest.mark.clause("A9")
def test_a_reopened_matter_is_not_settled(town: Town, morning, recorded_at) -> None:
    recorded_at(morning)
    root = repair(town, morning)
    recorded_at(morning + HOUR)
    step(town, root, morning + HOUR, "closed", result="好")
    step(town, root, morning + HOUR, "open")
    row = figures(town, morning, morning + 2 * HOUR)
    assert (row.in_time, row.open, row.median) == (0, 1, None)


@pytest.mark.clause("A20")
def test_what_is_for_supervisors_only_counts_for_them_alone(town: Town, morning) -> None:
    actions.record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="密", kind="complaint", audience="supervisors")
    assert figures(town, morning, morning, "complaint").opened == 1
    assert figures(town, morning, morning, "complaint", see_restricted=False) is None


@pytest.mark.clause("A1")
def test_old_matters_that_were_brought_in_do_not_count(town: Town, morning) -> None:
    insert_entry(
        book=actions.book_of(town.desk), author=town.agent, act="entry", kind="repair", kind_version=1, text="旧事", follow_state="open",
        occurred_at=morning, original_recorded_at=morning, due_at=morning,
    )
    assert figures(town, morning, morning) is None


@pytest.mark.clause("A9")
def test_the_page_counts_the_chosen_month(town: Town, morning) -> None:
    repair(town, morning)
    with time_machine.travel(morning + 40 * 24 * HOUR, tick=False):
        client = signed_in(town.agent)

        def card(query: str) -> str:
            return words(find(tree(client.get(f"/log/{town.desk.slug}/follow-ups/{query}")), "section", id="figures")[0])

        assert "No matter began" in card("") and "2 promises not kept" in card("?month=2026-11")
        assert "No matter began" in card("?month=nonsense") and "No matter began" in card("?month=2027-01")


@pytest.mark.clause("A1")
def test_closing_a_repair_says_that_the_customer_was_called_back_and_is_counted(town: Town, morning) -> None:
    root = repair(town, morning)
    client = signed_in(town.agent)
    page = tree(client.get(f"/log/{town.desk.slug}/{root.number}/"))
    key = dict(find(find(page, "form", id="move-form")[0], "input", name="key")[0].attributes)["value"]
    assert find(page, "input", name="called_back", type="checkbox")
    values = {"state": "closed", "result": "已修好", "called_back": "on", "key": key, "actor": town.agent.pk}
    assert client.post(f"/log/{town.desk.slug}/{root.number}/move/", values).status_code == 302
    made = Entry.objects.get(act="follow_up")
    assert made.fields == {"customer_called_back": "true"}
    page = words(tree(client.get(f"/log/{town.desk.slug}/{root.number}/")))
    assert "customer called back" in page and "missed, called back" not in page
    row = figures(town, morning, morning + HOUR)
    assert (row.asked_back, row.called_back) == (1, 1) and verify().breaches == []


@pytest.mark.clause("A1")
def test_only_closing_says_so_and_only_where_the_kind_asks(town: Town, morning) -> None:
    root = repair(town, morning)
    message = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="留言", kind="help")
    for odd, state in ((root, "in_progress"), (message, "closed")):
        with pytest.raises(Refused) as caught:
            step(town, odd, morning, state, result="好", called_back=True)
        assert caught.value.field == "called_back"
    assert not Entry.objects.filter(act="follow_up").exists()
    assert not find(tree(signed_in(town.agent).get(f"/log/{town.desk.slug}/{message.number}/")), "input", name="called_back")
    with pytest.raises(Refused):
        step(town, root, morning, "closed", called_back=True)
