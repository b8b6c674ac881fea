"""Reliefs, takeovers, phones and a cut connection at the same moment: one holder, one record, nothing half done (A23, A29, I3, I4)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import Error, OperationalError, connection

from desks.models import Choice
from desks.refusal import Refused
from handover import actions
from handover.actions import afterwards, signing
from handover.clock import raise_undecided_refusals
from handover.models import Handover, NamedRelief, OmissionDecision, OmissionReport, Overtime, PhoneStep
from handover.tests import steps
from handover.tests.test_races import place, ready, signing_in
from logbook.actions import record_entry
from logbook.models import Entry, Watch
from logbook.queries import current_watch
from logbook.tests.test_concurrent_writers import together
from logbook.verify import verify
from notices.models import Notice

__all__ = ["place", "ready"]


def held_once(place) -> None:
    """Exactly one watch holds the desk, and the numbers of its watches follow each other without a gap."""
    rows = list(Watch.objects.filter(desk=place.desk).order_by("first_number"))
    assert [row.ended_at is None for row in rows] == [False] * (len(rows) - 1) + [True]
    assert all(before.last_number + 1 == after.first_number for before, after in pairwise(rows))


@pytest.mark.clause("A23")
def test_two_reliefs_begin_at_once_and_one_handover_is_open(place, morning) -> None:
    steps.open_desk(place.desk, place.agent, morning, place.colleague)

    def relieving(person) -> Callable[[], None]:
        return lambda: actions.start_handover(actor=person, desk=place.desk, incoming=person, now=morning) and None

    raised = together([relieving(each) for each in (place.butler, place.second_butler, place.colleague)])
    assert len(raised) == 2 and all(isinstance(error, Refused) for error in raised)
    assert Handover.objects.filter(desk=place.desk, state__in=Handover.OPEN_STATES).count() == 1


@pytest.mark.clause("A23")
def test_two_are_named_while_the_first_signs_and_whoever_signs_is_the_one_named(place, ready, morning) -> None:
    def naming(person) -> Callable[[], None]:
        return lambda: actions.name_relief(actor=place.supervisor, desk=place.desk, person=person, now=morning) and None

    raised = together([naming(place.second_butler), naming(place.colleague), signing_in(place, ready, morning)])
    assert all(isinstance(error, Refused) for error in raised)
    done = Handover.objects.get(pk=ready.pk)
    if done.state == "completed":
        assert current_watch(place.desk).holder == done.incoming == place.butler
    else:
        assert done.incoming == NamedRelief.objects.order_by("pk").last().person and current_watch(place.desk).holder == place.agent
    held_once(place)


@pytest.mark.clause("I3")
def test_the_supervisor_takes_over_while_the_second_signs(place, ready, morning) -> None:
    reason = Choice.objects.get(desk=place.desk, purpose="takeover_reason", code="other")
    confirmed = steps.confirmed(place.supervisor, morning)

    def take() -> None:
        actions.take_over(confirmed=confirmed, desk=place.desk, reason=reason, now=morning)

    raised = together([take, signing_in(place, ready, morning)])
    assert all(isinstance(error, Refused) for error in raised)
    assert current_watch(place.desk).holder in {place.supervisor, place.butler}
    held_once(place)


@pytest.mark.clause("I4")
def test_a_signature_after_a_refusal_comes_too_late_whatever_the_page_still_shows(place, ready, morning) -> None:
    late = signing_in(place, ready, morning)
    ground = Choice.objects.get(desk=place.desk, purpose="refusal_ground", code="untidy")
    actions.refuse(confirmed=steps.confirmed(place.butler, morning), handover=ready, ground=ground, remedy="先整理", now=morning)
    assert [type(error).__mro__[1] for error in together([late, late])] == [Refused] * 2
    assert current_watch(place.desk).holder == place.agent and not ready.signatures.filter(role="incoming").exists()


@pytest.mark.clause("I4")
def test_the_same_person_signs_on_phone_and_screen_at_once_and_it_completes_once(place, ready, morning) -> None:
    code = actions.show_code(actor=place.agent, handover=ready, seen=steps.seen(ready), now=morning)
    confirmed = steps.confirmed(place.butler, morning)

    def on_phone() -> None:
        actions.sign_on_phone(confirmed=confirmed, handover=ready, token=code.token, seen=1, now=morning)

    raised = together([on_phone, signing_in(place, ready, morning), on_phone])
    assert len(raised) == 2 and all(isinstance(error, Refused) for error in raised)
    assert Entry.objects.filter(code="handover_completed").count() == 1
    completed_by_phone = Handover.objects.get(pk=ready.pk).signatures.get(role="incoming").method == "phone"
    assert PhoneStep.objects.filter(kind="signed").count() == int(completed_by_phone)
    held_once(place)


@pytest.mark.clause("I3")
def test_thirty_entries_while_both_sign_are_each_of_one_watch_and_the_last_seen_is_named(place, morning) -> None:
    steps.open_desk(place.desk, place.agent, morning - timedelta(hours=1), place.colleague)
    row = actions.start_handover(actor=place.agent, desk=place.desk, incoming=place.butler, now=morning)
    steps.prepare(row, morning)

    def write() -> None:
        for number in range(10):
            record_entry(actor=place.colleague, desk=place.desk, now=morning, text=f"来电 {number}")

    def both() -> None:
        steps.sign("outgoing", row, morning)
        steps.sign("incoming", row, morning)

    assert together([write, write, write, both]) == []
    written = list(Entry.objects.filter(book__desk=place.desk, act="entry").values_list("number", flat=True))
    watches = [(watch.first_number, watch.last_number or 2**62) for watch in Watch.objects.filter(desk=place.desk)]
    assert len(written) == 30 and all(sum(first <= number <= last for first, last in watches) == 1 for number in written)
    done = Handover.objects.get(pk=row.pk)
    assert done.cut_off <= done.signatures.get(role="incoming").last_seen_number < done.entry.number
    assert verify().breaches == []


@pytest.mark.clause("A29")
def test_the_power_is_cut_between_the_signatures_and_the_second_is_given_again(place, ready, morning, monkeypatch) -> None:
    def cut(**given) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(signing, "relieve_watch", cut)
        (error,) = together([signing_in(place, ready, morning)])
    assert isinstance(error, OperationalError | Error)
    row = Handover.objects.get(pk=ready.pk)
    assert (row.state, current_watch(place.desk).holder) == ("signed_out", place.agent)
    assert list(row.signatures.values_list("role", flat=True)) == ["outgoing"]
    assert not Entry.objects.filter(code="handover_completed").exists() and not Overtime.objects.exists()
    assert together([signing_in(place, ready, morning)]) == []
    assert current_watch(place.desk).holder == place.butler and verify().breaches == []
    held_once(place)


@pytest.mark.clause("E9")
def test_two_clocks_at_once_tell_once(place, ready, morning) -> None:
    ground = Choice.objects.get(desk=place.desk, purpose="refusal_ground", code="untidy")
    actions.refuse(confirmed=steps.confirmed(place.butler, morning), handover=ready, ground=ground, remedy="先整理", now=morning)
    later = morning + timedelta(minutes=10)
    assert together([lambda: raise_undecided_refusals(later) and None] * 3) == []
    assert Notice.objects.filter(code="refusal_waits_told").count() == Entry.objects.filter(code="refusal_waits").count() == 1


@pytest.fixture
def report(place, ready, morning) -> OmissionReport:
    """The handover is complete; something was left out, and the person has been heard."""
    done = steps.sign("incoming", ready, morning)
    entry = record_entry(actor=place.butler, desk=place.desk, now=morning, text="发现漏水未交接")
    made = actions.report_omission(actor=place.butler, handover=done, what="漏水", evidence=entry.number, now=morning)
    actions.state_omission(actor=place.agent, report=made, words="已说明", now=morning)
    return made


@pytest.mark.clause("C12")
def test_two_decide_about_an_omission_at_once_and_one_does(place, report, morning) -> None:
    raised = together([lambda: decided(place, report, morning)] * 3)
    assert len(raised) == 2 and all(isinstance(error, Refused) for error in raised)
    assert OmissionDecision.objects.count() == 1


@pytest.mark.clause("C12")
def test_control_without_the_lock_the_second_decision_meets_the_bare_database(place, report, morning, monkeypatch) -> None:
    meet = threading.Barrier(2)
    monkeypatch.setattr(afterwards, "hold_books", lambda *books: None)
    monkeypatch.setattr(afterwards, "why_not_decide", lambda **given: meet.wait(20) and None)
    raised = together([lambda: decided(place, report, morning)] * 2)
    assert len(raised) == 1 and isinstance(raised[0], Error) and OmissionDecision.objects.count() == 1


def decided(place, report, morning) -> None:
    """The supervisor decides: a work for a thread."""
    actions.decide_omission(actor=place.supervisor, report=report, outcome="unclear", reason="无法核实", now=morning)
