"""Two at once: a round is walked once for each time, and the clock raises none that is just being walked (C3, I2)."""

from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import read_town
from logbook.actions import open_watch
from logbook.models import Entry
from logbook.tests.test_concurrent_writers import together
from logbook.verify import verify
from rounds import actions
from rounds.clock import raise_missed_rounds
from rounds.models import RoundMiss, RoundWalk
from rounds.tests.scenes import held_long, lay_round, long_ago


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


@pytest.mark.clause("C3")
@pytest.mark.parametrize("locked", [True, False])
def test_it_is_walked_once_and_without_the_lock_the_database_holds_it(place, morning, monkeypatch, locked: bool) -> None:
    if not locked:
        monkeypatch.setattr(actions, "hold_books", lambda *books: None)
    held_long(place.desk, place.colleague, morning)
    row = lay_round(place.desk, long_ago(morning))
    due = morning - timedelta(minutes=30)
    raised = together([
        lambda who=who: actions.walk_round(actor=who, round=row, due_at=due, now=morning) and None
        for who in (place.agent, place.butler, place.colleague, place.supervisor)
    ])
    assert len(raised) == 3 and all(isinstance(error, Refused) for error in raised)
    assert RoundWalk.objects.count() == Entry.objects.filter(kind="patrol").count() == 1
    assert verify().breaches == []


@pytest.mark.clause("C3")
def test_the_clock_twice_and_a_walk_at_once_leave_one_of_each_at_most(place, morning) -> None:
    open_watch(actor=place.agent, desk=place.desk, now=morning - timedelta(hours=1))
    row, now = lay_round(place.desk, long_ago(morning)), morning + timedelta(minutes=1)
    raised = together([
        lambda: raise_missed_rounds(now) and None, lambda: raise_missed_rounds(now) and None,
        lambda: actions.walk_round(actor=place.agent, round=row, due_at=morning - timedelta(minutes=30), now=now) and None,
    ])
    assert raised == [] and RoundWalk.objects.count() == 1 and RoundMiss.objects.count() <= 1
    assert Entry.objects.filter(code="round_missed").count() == RoundMiss.objects.count()
