"""Two at once: a key is out once, what is out comes back once, and no movement falls between two counts (A28, B1.9, I2)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from desks.refusal import Refused
from desks.testing import read_town
from logbook.tests.test_concurrent_writers import together
from logbook.verify import verify
from registers import actions
from registers.actions import moving
from registers.clock import raise_overdue_issues
from registers.models import CustodyIssue, CustodyItem, CustodyMovement
from registers.queries import custody_of


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


def item(place, code: str) -> CustodyItem:
    return CustodyItem.objects.get(desk=place.desk, code=code, current=True)


def issue(place, code: str, now, **said):
    values = {"actor": place.agent, "item": item(place, code), "amount": Decimal(1), "taken_by": "王工", "now": now} | said
    return lambda: actions.issue_item(**values) and None


@pytest.mark.clause("B1.9")
@pytest.mark.parametrize("locked", [True, False])
def test_one_key_goes_out_once_and_without_the_lock_the_database_holds_it(place, morning, monkeypatch, locked: bool) -> None:
    if not locked:
        monkeypatch.setattr(moving, "hold_books", lambda *books: None)
    raised = together([issue(place, "spare_keys", morning, piece="12")] * 4)
    assert len(raised) == 3 and all(isinstance(error, Refused) for error in raised)
    assert CustodyIssue.objects.filter(piece="12").count() == CustodyMovement.objects.count() == 1
    assert verify().breaches == []


@pytest.mark.clause("A28")
def test_the_last_two_radios_are_not_issued_three_times(place, morning) -> None:
    raised = together([issue(place, "radios", morning, amount=Decimal(2))] * 3)
    assert len(raised) == 1 and isinstance(raised[0], Refused) and raised[0].field == "amount"
    assert next(row.expected for row in custody_of(place.desk) if row.item.code == "radios") == 0


@pytest.mark.clause("B1.9")
def test_what_is_out_comes_back_once_while_the_clock_looks(place, morning) -> None:

    issue(place, "access_cards", morning, amount=Decimal(3), due_at=morning + timedelta(minutes=1))()
    out, late = CustodyIssue.objects.get(), morning + timedelta(hours=1)

    def back() -> None:
        actions.take_back(actor=place.agent, issue=out, now=late)

    raised = together([back, back, lambda: raise_overdue_issues(late) and None, lambda: raise_overdue_issues(late) and None])
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    out.refresh_from_db()
    assert (out.state, out.left, CustodyMovement.objects.filter(kind="returned").count()) == ("back", 0, 1)


@pytest.mark.clause("B1.9")
def test_a_new_time_and_the_clock_at_once_leave_the_new_time_to_be_raised_once(place, morning) -> None:
    issue(place, "access_cards", morning, amount=Decimal(3), due_at=morning + timedelta(minutes=1))()
    out, late = CustodyIssue.objects.get(), morning + timedelta(hours=1)
    later = late + timedelta(hours=1)

    def extend() -> None:
        actions.extend_issue(actor=place.agent, issue=out, due_at=later, now=late)

    raised = together([extend, extend, lambda: raise_overdue_issues(late) and None, lambda: raise_overdue_issues(late) and None])
    # Whoever comes second with the same time is told that it stands; the clock was before them or finds nothing.
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    out.refresh_from_db()
    assert (out.due_at, out.raised_at) == (later, None)
    assert [raise_overdue_issues(later), raise_overdue_issues(later)] == [1, 0]
    assert verify().breaches == []


@pytest.mark.clause("B1.9")
def test_what_comes_back_is_not_put_off_at_once(place, morning) -> None:
    issue(place, "access_cards", morning, due_at=morning + timedelta(minutes=1))()
    out = CustodyIssue.objects.get()

    def extend() -> None:
        actions.extend_issue(actor=place.agent, issue=out, due_at=morning + timedelta(hours=1), now=morning)

    def back() -> None:
        actions.take_back(actor=place.butler, issue=out, now=morning)

    raised = together([extend, back])
    out.refresh_from_db()
    assert out.state == "back" and len(raised) <= 1 and all(isinstance(error, Refused) for error in raised)
    assert verify().breaches == []
