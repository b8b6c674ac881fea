"""A follow-up is moved and closed only by further entries; its state is what they say (A1, A30)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.utils import timezone

from desks.refusal import Refused
from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import Entry, FollowUp
from logbook.queries import open_follow_ups_of, overdue_follow_ups_of
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify


@pytest.fixture
def root(town: Town, morning) -> Entry:
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203")


def move(town: Town, root: Entry, now, state: str, *, actor=None, **more) -> Entry:
    return actions.move_follow_up(actor=actor or town.colleague, root=root, now=now, state=state, **more)


def matter(root: Entry) -> FollowUp:
    return FollowUp.objects.get(root=root)


@pytest.mark.clause("A1")
def test_each_step_is_an_entry_and_the_state_is_the_last_one_s(town: Town, morning, root: Entry) -> None:
    later = morning + timedelta(hours=3)
    steps = [
        move(town, root, morning, "in_progress", handler="engineering", next_step="等配件"),
        move(town, root, morning, "waiting", waiting_for="厂家", waiting_until=later, severity="critical"),
        move(town, root, morning, "open", due_at=later),
        move(town, root, morning, "closed", result="已修复", text="业主确认"),
    ]
    assert [step.number for step in steps] == [2, 3, 4, 5] and all(step.root_id == root.pk for step in steps)
    now = matter(root)
    assert (now.state, now.result, now.handler, now.next_step, now.severity) == ("closed", "已修复", "engineering", "等配件", "critical")
    assert (now.waiting_for, now.waiting_until, now.due_at, now.last_entry_id) == ("", None, later, steps[-1].pk)
    assert steps[-1].words.text == "业主确认" and verify().breaches == []


@pytest.mark.clause("A1")
def test_a_closed_matter_is_reopened_and_nothing_else(town: Town, morning, root: Entry) -> None:
    move(town, root, morning, "closed", result="已修复")
    for state in ("in_progress", "waiting", "closed"):
        with pytest.raises(Refused):
            move(town, root, morning, state, result="x", waiting_for="x")
    move(town, root, morning, "open")
    assert (matter(root).state, matter(root).result) == ("open", "") and open_follow_ups_of(town.desk).count() == 1
    assert verify().breaches == []


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("closed", {}), ("closed", {"result": "  "}), ("waiting", {}), ("gone", {}), ("retracted", {}), ("", {}),
        ("closed", {"result": "长" * 401}), ("open", {"handler": "长" * 81}), ("open", {"next_step": "长" * 201}),
        ("waiting", {"waiting_for": "长" * 81}), ("open", {"text": "a\x00"}), ("open", {"text": "长" * 4001}),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(town: Town, morning, root: Entry, state: str, more: dict) -> None:
    with pytest.raises(Refused):
        move(town, root, morning, state, **more)
    assert Entry.objects.filter(act="follow_up").count() == 0 and matter(root).state == "open"


@pytest.mark.clause("A9")
@pytest.mark.parametrize("field", ["waiting_until", "due_at"])
def test_nothing_waits_or_is_due_anew_until_a_time_that_is_past(town: Town, morning, root: Entry, field: str) -> None:
    with pytest.raises(Refused, match="past") as refused:
        move(town, root, morning, "waiting", waiting_for="厂家", **{field: morning - timedelta(seconds=1)})
    assert refused.value.field == field and refused.value.remedy and matter(root).state == "open"
    move(town, root, morning, "waiting", waiting_for="厂家", **{field: morning})
    # A step that repeats what stands is no new date, however late it comes.
    move(town, root, morning + timedelta(days=2), "waiting", waiting_for="厂家", next_step="催", **{field: morning})
    assert getattr(matter(root), field) == morning and verify().breaches == []


@pytest.mark.clause("A9")
@pytest.mark.parametrize("field", ["waiting_until", "due_at"])
def test_the_page_says_so_beside_the_field_and_keeps_what_was_typed(town: Town, field: str) -> None:
    now = timezone.now()
    root = actions.record_entry(actor=town.agent, desk=town.desk, now=now, text="漏水", kind="repair", place="5栋1203")
    typed = (now - timedelta(days=1)).astimezone(town.site.zone).strftime("%Y-%m-%dT%H:%M")
    sent = {"state": "waiting", "waiting_for": "厂家", "text": "已报厂家", "key": str(uuid4()), field: typed}
    answer = signed_in(town.agent).post(f"/log/{town.desk.slug}/{root.number}/move/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "a time that is past" in page and "已报厂家" in page and typed in page
    assert matter(root).state == "open"


@pytest.mark.clause("A1")
def test_only_what_began_as_a_matter_is_moved(town: Town, morning, root: Entry) -> None:
    settled = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", kind="help", result="已办结")
    step = move(town, root, morning, "in_progress")
    for odd in (settled, step):
        with pytest.raises(Refused):
            move(town, odd, morning, "open")


@pytest.mark.clause("A1")
def test_it_is_overdue_from_its_due_time_on_and_a_waiting_one_from_its_date(town: Town, morning, root: Entry) -> None:
    due = matter(root).due_at
    assert not overdue_follow_ups_of(town.desk, due - timedelta(microseconds=1)).exists()
    assert overdue_follow_ups_of(town.desk, due).count() == 1
    move(town, root, morning, "waiting", waiting_for="厂家", waiting_until=due + timedelta(hours=2))
    assert not overdue_follow_ups_of(town.desk, due + timedelta(hours=1)).exists()
    assert overdue_follow_ups_of(town.desk, due + timedelta(hours=2)).count() == 1


@pytest.mark.clause("I1")
def test_nobody_moves_it_but_by_an_entry(town: Town, morning, root: Entry) -> None:
    now = matter(root)
    for attack in (
        now.save, now.delete, lambda: FollowUp.objects.update(state="closed"), lambda: FollowUp.objects.all().delete(),
        lambda: FollowUp.objects.bulk_update([now], ["state"]),
        lambda: FollowUp.objects.create(root=root, book=root.book, state="closed", last_entry=root, opened_at=morning, changed_at=morning),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    assert matter(root).state == "open"


@pytest.mark.clause("A1")
def test_a_forged_step_for_a_matter_that_does_not_exist_or_of_another_book_is_refused_by_the_database(town: Town, morning, root) -> None:
    plain = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x")
    away = actions.record_entry(actor=town.away.agent, desk=town.away.desk, now=morning, text="x", kind="help")
    for odd in (plain, away):
        with pytest.raises(Error), transaction.atomic():
            Entry.objects.create(
                book=root.book, author=town.agent, act="follow_up", occurred_at=morning, root=odd, refers_to=odd, follow_state="closed"
            )
    assert verify().breaches == []


@pytest.mark.clause("I10")
def test_sent_twice_it_is_stored_once(town: Town, morning, root: Entry) -> None:
    key = uuid4()
    one = move(town, root, morning, "closed", result="x", key=key)
    assert move(town, root, morning, "closed", result="x", key=key).pk == one.pk
    with pytest.raises(Refused):
        move(town, root, morning, "closed", result="y", key=key)


@pytest.mark.clause("A1")
def test_two_close_it_at_once_and_one_does(place, morning) -> None:  # noqa: F811
    root = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="x", kind="help")
    raised = together([lambda: move(place, root, morning, "closed", result="x") and None] * 4)
    assert len(raised) == 3 and all(isinstance(each, Refused) for each in raised)
    assert Entry.objects.filter(act="follow_up").count() == 1 and verify().breaches == []


@pytest.mark.clause("A1")
def test_control_without_the_book_s_lock_two_close_it(place, morning, monkeypatch) -> None:  # noqa: F811
    import threading

    from logbook.actions import follow_ups, inserting

    root = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="x", kind="help")
    both, insert = threading.Barrier(2), inserting.insert_entry

    def insert_together(**values):
        both.wait(20)
        return insert(**values)

    monkeypatch.setattr(follow_ups, "hold_books", lambda *books: None)
    monkeypatch.setattr(inserting, "insert_entry", insert_together)
    assert together([lambda: move(place, root, morning, "closed", result="x") and None] * 2) == []
    assert Entry.objects.filter(act="follow_up").count() == 2 and verify().breaches == []
