"""Two people act on one escalation at once, and one of them does (A11, I9); shown with the guard off as well."""

import threading

import pytest
from django.db import connections

from desks.refusal import Refused
from desks.testing import read_town
from escalations import actions
from escalations.actions import steps
from escalations.models import Escalation, EscalationStep
from escalations.tests.scenes import confirmed
from logbook.actions import record_entry
from logbook.verify import verify


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


def together(*works) -> list[Exception]:
    """Runs the works at the same moment, each on a connection of its own; returns what they raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work) -> None:
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


def _raised(place, morning) -> Escalation:
    entry = record_entry(actor=place.agent, desk=place.desk, now=morning, text="业主要求赔偿")
    return actions.raise_escalation(actor=place.agent, entry=entry, now=morning)


@pytest.mark.clause("A4")
def test_two_escalate_one_matter_and_one_does(place, morning) -> None:
    entry = record_entry(actor=place.agent, desk=place.desk, now=morning, text="业主要求赔偿")
    works = [lambda who=who: actions.raise_escalation(actor=who, entry=entry, now=morning) for who in (place.agent, place.butler)]
    raised = together(*works)
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert (Escalation.objects.count(), EscalationStep.objects.count()) == (1, 1)
    assert verify().breaches == []


def _decide_twice(place, morning, made) -> list[Exception]:
    pin = confirmed(place.supervisor, morning)

    def decide(words: str):
        return lambda: actions.decide_escalation(
            actor=place.supervisor, confirmed=pin, escalation=made, now=morning, decision=words
        )

    return together(decide("赔"), decide("不赔"))


@pytest.mark.clause("A11")
def test_two_decisions_at_once_and_one_stands(place, morning) -> None:
    made = _raised(place, morning)
    raised = _decide_twice(place, morning, made)
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert EscalationStep.objects.filter(kind="decided").count() == 1


@pytest.mark.clause("A11")
def test_control_without_the_claim_both_decide(place, morning, monkeypatch) -> None:
    made = _raised(place, morning)

    def unguarded(model, pk, *, new, **rest):
        row = model.objects.select_related("desk__site", "entry", "raised_by").get(pk=pk)
        row.state = new
        row.save()
        return row

    monkeypatch.setattr(steps, "claim", unguarded)
    assert _decide_twice(place, morning, made) == []
    assert EscalationStep.objects.filter(kind="decided").count() == 2
