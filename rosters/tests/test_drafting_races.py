"""Two at once on real PostgreSQL: two drafts of one month, two edits of one version, a draft that is used beside a file (A5, I9)."""

import pytest

from desks.refusal import Refused
from desks.testing import Town, read_town
from logbook.tests.test_concurrent_writers import together
from rosters import actions
from rosters.actions import cells, drafts
from rosters.models import DraftRun, PlannedDuty, Roster
from rosters.patterns import CellChange
from rosters.tests.scenes import DECEMBER, drafted


@pytest.fixture
def place(transactional_db, morning, monkeypatch) -> Town:
    """These tests commit; nothing goes to a worker."""
    monkeypatch.setattr(drafts, "_send", lambda pk: None)
    return read_town()


def start(place: Town, now) -> None:
    actions.start_draft(actor=place.supervisor, desk=place.desk, month=DECEMBER, seconds=10, keeps=False, now=now)


def edits(place: Town, roster: Roster, now) -> list:
    change = [CellChange(place.agent.pk, DECEMBER, ("early",), ("late",))], [CellChange(place.butler.pk, DECEMBER, ("late",), ())]
    return [
        lambda each=each: actions.edit_cells(actor=place.supervisor, roster=roster, seen=1, changes=each, pins={}, now=now) and None for each in change
    ]


@pytest.mark.clause("A5")
def test_of_two_who_draft_a_month_one_does(place: Town, morning) -> None:
    raised = together([lambda: start(place, morning)] * 3)
    assert [type(error) for error in raised] == [Refused] * 2 and DraftRun.objects.count() == 1


@pytest.mark.clause("A5")
def test_control_with_the_book_free_the_database_still_lets_one_through(place: Town, morning, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "hold_books", lambda *books: None)
    raised = together([lambda: start(place, morning)] * 3)
    assert [type(error) for error in raised] == [Refused] * 2 and DraftRun.objects.count() == 1


@pytest.mark.clause("I9")
def test_of_two_who_edit_one_version_the_second_reads_what_the_first_changed(place: Town, morning) -> None:
    roster = drafted(place, morning)
    raised = together(edits(place, roster, morning))
    assert [type(error) for error in raised] == [actions.ChangedMeanwhile] and len(raised[0].found) == 1
    roster.refresh_from_db()
    assert roster.version == 2


@pytest.mark.clause("I9")
def test_control_past_the_look_at_the_version_both_save(place: Town, morning, monkeypatch) -> None:
    """With the guard off the second lays its own version on top: so the test above shows something."""
    roster = drafted(place, morning)
    monkeypatch.setattr(cells, "is_newer", lambda roster, seen: False)
    assert together(edits(place, roster, morning)) == []
    roster.refresh_from_db()
    assert roster.version == 3


@pytest.mark.clause("I9")
def test_a_draft_that_is_used_beside_a_file_that_is_brought_in_makes_one_of_them_wait_and_look_again(place: Town, morning) -> None:
    rows = {str(place.agent.pk): ["early", *[None] * 30]}
    run = DraftRun.objects.create(
        desk=place.desk, month=DECEMBER, seconds=10, asked_by=place.supervisor, asked_at=morning, changed_at=morning, state="done", found="good", rows=rows,
    )
    raised = together([lambda: actions.use_draft(actor=place.supervisor, run=run, now=morning) and None, lambda: drafted(place, morning) and None])
    roster, run = Roster.objects.get(), DraftRun.objects.get()
    # Either the file came first and the draft was too old, or the draft came first and the file is the next version.
    assert (roster.version, run.fate, len(raised)) in {(1, "", 1), (2, "used", 0)}
    assert PlannedDuty.objects.filter(roster=roster, version=roster.version).count() == 93
