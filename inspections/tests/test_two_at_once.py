"""Several at once: an inspection is finished once, planned once, missed once, told once; the double with the guard off (I7, I9)."""

import threading
from datetime import timedelta

import pytest

from desks.refusal import Refused
from inspections import actions, clock
from inspections.actions import inspecting
from inspections.models import Finding, Inspection
from inspections.queries import items_for
from logbook.actions import book_of
from logbook.models import Entry
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401  the fixture
from notices.models import Notice

MANY = 4


@pytest.fixture
def ready(place, morning) -> Inspection:  # noqa: F811
    """An inspection that only waits to be finished, with one failed item; the desk's book stands."""
    book_of(place.desk)
    row = actions.start_inspection(actor=place.supervisor, desk=place.desk, occasion="extra", now=morning)
    item = items_for(row)[0][0]
    actions.set_result(actor=place.supervisor, inspection=row, item=item, outcome="fail", remark="x", now=morning)
    actions.pass_the_rest(actor=place.supervisor, inspection=row, now=morning)
    return row


def _finish(place, row: Inspection, now):  # noqa: F811
    def finish() -> None:
        actions.finish_inspection(actor=place.supervisor, inspection=row, now=now)

    return finish


@pytest.mark.clause("I9")
def test_finished_once(place, ready, morning) -> None:  # noqa: F811
    raised = together([_finish(place, ready, morning)] * MANY)
    assert len(raised) == MANY - 1 and all(isinstance(each, Refused) for each in raised)
    assert Entry.objects.filter(book__desk=place.desk, code="inspection_done").count() == 1
    assert Finding.objects.filter(result__inspection=ready).count() == 1


def test_control_without_lock_and_claim_it_is_finished_twice(place, ready, morning, monkeypatch) -> None:  # noqa: F811
    looked = threading.Barrier(2)

    def unheld(inspection: Inspection) -> Inspection:
        row = Inspection.objects.select_related("desk__site").get(pk=inspection.pk)
        looked.wait(30)
        return row

    monkeypatch.setattr(inspecting, "hold_books", lambda *books: None)
    monkeypatch.setattr(inspecting, "_held", unheld)
    monkeypatch.setattr(inspecting, "claim", lambda model, pk, **_: model.objects.get(pk=pk))
    monkeypatch.setattr(inspecting, "_find", lambda *arguments: None)
    assert together([_finish(place, ready, morning)] * 2) == []
    assert Entry.objects.filter(book__desk=place.desk, code="inspection_done").count() == 2


@pytest.mark.clause("I7")
def test_two_beats_plan_remind_and_miss_once(place, morning) -> None:  # noqa: F811
    def tick_at(now):
        def tick() -> None:
            clock.plan_and_miss(now)
            clock.remind(now)

        return tick

    assert together([tick_at(morning)] * MANY) == []
    assert Inspection.objects.filter(desk=place.desk).exclude(occasion="extra").count() == 2
    reminders = Notice.objects.filter(person=place.supervisor, occasion="reminder", url__contains=place.desk.slug)
    assert reminders.count() == 1
    assert together([tick_at(morning + timedelta(days=1))] * MANY) == []
    missed = Entry.objects.filter(book__desk=place.desk, code="inspection_missed")
    assert missed.count() == Inspection.objects.filter(desk=place.desk, state="missed").count() == 2
