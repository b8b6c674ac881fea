"""Signing, refusing and writing at the same moment: one wins, nothing deadlocks, the record is whole (I2, I3, I4)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, OperationalError, transaction

from desks.models import Choice
from desks.refusal import Refused
from desks.testing import read_town
from handover import actions
from handover.actions import signing
from handover.models import Handover, HandoverCountLine
from handover.queries import digest_now
from handover.tests import steps
from logbook.actions import book_of, hold_books, record_entry
from logbook.models import Entry, Watch
from logbook.queries import current_watch
from logbook.tests.test_concurrent_writers import together
from logbook.verify import verify
from registers.actions import issue_item
from registers.models import CustodyItem
from registers.queries import custody_of


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


@pytest.fixture
def ready(place, morning) -> Handover:
    """Everything is done and the outgoing has signed."""
    steps.open_desk(place.desk, place.agent, morning - timedelta(hours=1), place.colleague)
    row = actions.start_handover(actor=place.agent, desk=place.desk, incoming=place.butler, now=morning)
    steps.prepare(row, morning)
    steps.sign("outgoing", row, morning)
    return Handover.objects.get(pk=row.pk)


def signing_in(place, row: Handover, now) -> Callable[[], None]:
    """The incoming's signature as a work for a thread; the PIN is checked before, as the view does."""
    confirmed, digest, seen = steps.confirmed(place.butler, now), digest_now(row), steps.seen(row)
    return lambda: actions.sign_in(confirmed=confirmed, handover=row, digest=digest, seen=seen, now=now) and None


@pytest.mark.clause("I4")
def test_the_same_signature_sent_twice_at_once_completes_once(place, ready, morning) -> None:
    work = signing_in(place, ready, morning)
    raised = together([work] * 4)
    assert len(raised) == 3 and all(isinstance(error, Refused) for error in raised)
    assert Entry.objects.filter(code="handover_completed").count() == 1
    assert Watch.objects.filter(desk=place.desk, ended_at__isnull=True).count() == 1
    assert ready.signatures.filter(role="incoming").count() == 1


@pytest.mark.clause("I4")
def test_control_without_the_locks_the_second_meets_the_bare_database(place, ready, morning, monkeypatch) -> None:
    meet = threading.Barrier(2)
    monkeypatch.setattr(signing, "hold_books", lambda *books: None)
    monkeypatch.setattr(signing, "locked", lambda row: Handover.objects.select_related("desk__site", "desk__settings").get(pk=row.pk))
    monkeypatch.setattr(signing, "check_part", lambda *given: meet.wait(20) and None)
    raised = together([signing_in(place, ready, morning)] * 2)
    assert len(raised) == 1 and isinstance(raised[0], Error)


@pytest.mark.clause("I4")
def test_refusing_while_signing_only_one_happens(place, ready, morning) -> None:
    ground = Choice.objects.get(desk=place.desk, purpose="refusal_ground", code="untidy")
    confirmed = steps.confirmed(place.butler, morning)

    def refuse() -> None:
        actions.refuse(confirmed=confirmed, handover=ready, ground=ground, remedy="先整理", now=morning)

    raised = together([refuse, signing_in(place, ready, morning)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    state, holder = Handover.objects.get(pk=ready.pk).state, current_watch(place.desk).holder
    assert (state, holder) in {("refused", place.agent), ("completed", place.butler)}


@pytest.mark.clause("I4")
def test_a_change_while_signing_makes_stale_or_comes_too_late(place, ready, morning) -> None:
    def change() -> None:
        actions.write_remarks(actor=place.agent, handover=ready, remarks="夜里有雨", now=morning)

    raised = together([change, signing_in(place, ready, morning)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    row = Handover.objects.get(pk=ready.pk)
    assert (row.state, row.remarks) in {("completed", ""), ("preparing", "夜里有雨")}


@pytest.mark.clause("I3")
def test_entries_written_while_it_completes_belong_to_exactly_one_watch_and_nothing_deadlocks(place, ready, morning) -> None:
    def write() -> None:
        for number in range(6):
            record_entry(actor=place.colleague, desk=place.desk, now=morning, text=f"交接中来电 {number}")

    def look_after() -> None:
        actions.count_all_correct(actor=place.agent, handover=ready, now=morning)

    raised = together([*[write] * 8, signing_in(place, ready, morning), look_after])
    assert [error for error in raised if not isinstance(error, Refused)] == []
    done = Handover.objects.get(pk=ready.pk)
    before, after = Watch.objects.filter(desk=place.desk).order_by("pk")
    assert done.state == "completed" and before.last_number == done.entry.number == after.first_number - 1
    assert verify().breaches == []
    assert Entry.objects.filter(book__desk=place.desk, number__gte=before.first_number).count() >= 48


@pytest.mark.clause("I3")
def test_control_the_other_order_of_locks_deadlocks(place, ready, morning) -> None:
    book, meet = book_of(place.desk), threading.Barrier(2)

    def book_then_handover() -> None:
        with transaction.atomic():
            hold_books(book)
            meet.wait(20)
            Handover.objects.select_for_update().get(pk=ready.pk)

    def handover_then_book() -> None:
        with transaction.atomic():
            Handover.objects.select_for_update().get(pk=ready.pk)
            meet.wait(20)
            hold_books(book)

    raised = together([book_then_handover, handover_then_book])
    assert len(raised) == 1 and isinstance(raised[0], OperationalError) and "deadlock" in str(raised[0])


@pytest.mark.clause("I4")
def test_a_bare_change_of_a_step_waits_for_the_completion_and_is_refused(place, ready, morning) -> None:
    signed = threading.Event()
    work = signing_in(place, ready, morning)

    def complete() -> None:
        with transaction.atomic():
            work()
            signed.set()
            threading.Event().wait(0.4)

    def change() -> None:
        signed.wait(20)
        HandoverCountLine.objects.filter(handover=ready).update(counted=1, explanation="x")

    raised = together([complete, change])
    assert len(raised) == 1 and isinstance(raised[0], Error) and "stay as they were" in str(raised[0])


@pytest.mark.clause("I3")
def test_two_begin_to_open_at_once_and_one_does(place, morning) -> None:
    def opening(person) -> Callable[[], None]:
        return lambda: actions.open_desk(actor=person, desk=place.desk, now=morning) and None

    raised = together([opening(person) for person in (place.agent, place.butler, place.colleague)])
    assert len(raised) == 2 and all(isinstance(error, Refused) for error in raised)
    assert Handover.objects.filter(desk=place.desk).count() == 1


@pytest.mark.clause("A23")
def test_two_take_a_gap_at_once_and_one_does(place, morning) -> None:
    steps.open_desk(place.desk, place.agent, morning)
    ground = Choice.objects.get(desk=place.desk, purpose="takeover_reason", code="illness")
    actions.release_holder(actor=place.agent, desk=place.desk, ground=ground, now=morning)

    def filling(person) -> Callable[[], None]:
        return lambda: actions.fill_gap(actor=person, desk=place.desk, now=morning) and None

    raised = together([filling(place.butler), filling(place.colleague)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Watch.objects.filter(desk=place.desk, ended_at__isnull=True).count() == 1


@pytest.mark.clause("A28")
def test_a_key_that_goes_out_while_the_incoming_signs_is_before_the_count_or_after_it(place, ready, morning) -> None:
    item = CustodyItem.objects.get(desk=place.desk, code="radios", current=True)

    def issue() -> None:
        issue_item(actor=place.colleague, item=item, amount=Decimal(1), taken_by="巡逻岗", now=morning)

    raised = together([issue, signing_in(place, ready, morning)])
    row = Handover.objects.get(pk=ready.pk)
    assert row.state == ("signed_out" if raised else "completed") and all(isinstance(error, Refused) for error in raised)
    assert next(each.expected for each in custody_of(place.desk) if each.item.code == "radios") == 3
    assert verify().breaches == []


@pytest.mark.clause("A26")
def test_two_who_come_at_once_to_a_prepared_handover_one_takes_it(place, morning) -> None:
    steps.open_desk(place.desk, place.agent, morning - timedelta(hours=1), place.colleague)
    prepared = actions.prepare_handover(actor=place.agent, desk=place.desk, now=morning)

    def come(person) -> Callable[[], None]:
        return lambda: actions.start_handover(actor=person, desk=place.desk, incoming=person, now=morning) and None

    raised = together([come(place.butler), come(place.second_butler)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    row = Handover.objects.get(pk=prepared.pk)
    assert row.incoming in {place.butler, place.second_butler} and row.counts.count() == 6
    assert Entry.objects.filter(code="handover_started").count() == 1
