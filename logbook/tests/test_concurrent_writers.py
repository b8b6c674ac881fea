"""Many writers at once: numbers without a gap, the chain intact, no deadlock (I2); the race shown with the guard off."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import IntegrityError, InternalError, connection, connections, transaction

from desks.testing import read_town
from logbook import actions
from logbook.actions import record
from logbook.models import Entry
from logbook.verify import verify

# `make drill` writes for so many times longer.
WRITERS, EACH = 32, 6 * int(os.environ.get("DRILL", "1"))


def together(works: list[Callable[[], None]]) -> list[Exception]:
    """Runs the works at the same moment, each on a connection of its own; returns what they raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait(30)
            work()
        except Exception as error:  # the test looks at every kind
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


@pytest.mark.clause("I2")
def test_32_writers_leave_no_gap_and_an_intact_chain(place, morning) -> None:
    def write() -> None:
        for number in range(EACH):
            actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text=f"来电 {number}")

    assert together([write] * WRITERS) == []
    numbers = list(Entry.objects.filter(book__desk=place.desk).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * EACH + 1))
    assert verify().breaches == []


@contextmanager
def trigger_without_its_lock() -> Iterator[None]:
    """The record's own insert trigger, but for the line that takes the book's lock: what it reads, others read too."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT pg_get_functiondef('record_entry_insert'::regproc)")
        whole = cursor.fetchone()[0]
        without, taken = re.subn(r"PERFORM pg_advisory_xact_lock\([^;]*;", "", whole)
        assert taken == 1
        begins = "INSERT INTO logbook_entrydigest"
        assert without.count(begins) == 1
        cursor.execute(without.replace(begins, f"PERFORM pg_sleep(0.05); {begins}"))
        cursor.execute("SET ROLE duty_app")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(whole)
            cursor.execute("SET ROLE duty_app")


@pytest.mark.clause("I2")
def test_control_without_the_lock_two_writers_take_one_number_and_the_net_holds(place, morning, monkeypatch) -> None:
    actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="第一条")
    monkeypatch.setattr(record, "hold_books", lambda *books: None)

    def write() -> None:
        actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="来电")

    with trigger_without_its_lock():
        raised = together([write] * 4)
    assert raised and all(isinstance(error, IntegrityError) for error in raised)
    assert Entry.objects.filter(book__desk=place.desk).count() == 5 - len(raised)
    assert verify().breaches == []


@pytest.mark.clause("I10")
def test_one_key_sent_by_sixteen_at_once_is_stored_once(place, morning) -> None:
    key = uuid4()

    def write() -> None:
        actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="一次", key=key)

    assert together([write] * 16) == []
    assert Entry.objects.filter(book__desk=place.desk).count() == 1


@pytest.mark.clause("I10")
def test_control_without_a_key_each_sending_is_stored(place, morning) -> None:
    def write() -> None:
        actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="一次")

    assert together([write] * 4) == []
    assert Entry.objects.filter(book__desk=place.desk).count() == 4


@pytest.mark.clause("I2")
def test_two_acts_that_write_two_books_in_opposite_order_do_not_deadlock(place, morning) -> None:
    books = [actions.book_of(place.desk), actions.book_of(place.other_desk)]

    def write(order: list) -> Callable[[], None]:
        def run() -> None:
            for _ in range(5):
                with transaction.atomic():
                    actions.hold_books(*order)
                    for book in order:
                        actions.record_act(actor=None, desk=book.desk, now=morning, code="desk_opened")

        return run

    assert together([write(books), write(books[::-1])] * 4) == []
    assert verify().breaches == []


@pytest.mark.clause("I3")
def test_two_open_the_desk_at_once_and_one_does(place, morning) -> None:
    from desks.refusal import Refused
    from logbook.models import Watch

    def opening(person) -> Callable[[], None]:
        return lambda: actions.open_watch(actor=person, desk=place.desk, now=morning) and None

    raised = together([opening(place.agent), opening(place.colleague)])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Watch.objects.filter(desk=place.desk, ended_at__isnull=True).count() == 1


@pytest.mark.clause("I2")
def test_who_writes_waits_for_the_book_after_what_depends_on_no_other_entry(place, morning) -> None:
    """A field that the record does not take is refused while somebody else holds the book: commitments and texts are made before the wait."""
    book = actions.book_of(place.desk)
    held, refused = threading.Event(), threading.Event()
    said: list[str] = []

    def hold() -> None:
        with transaction.atomic():
            actions.hold_books(book)
            held.set()
            said.append("refused first" if refused.wait(30) else "waited")

    def write() -> None:
        held.wait(30)
        try:
            actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="来电", fields={"Not a name": "x"})
        except InternalError as error:
            said.append(str(error).partition(" has ")[0])
        refused.set()

    assert together([hold, write]) == []
    assert said == ["Field Not a name of an entry", "refused first"]
