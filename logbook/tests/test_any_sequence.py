"""Any sequence of acts on the log leaves a record that verifies, and states that its entries tell (A18, I2)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desks.refusal import Refused
from logbook import actions
from logbook.models import Entry, FollowUp
from logbook.tests.both_ways import verify

# The same cases on every run, so that the suite is calm.
CALM = settings(
    derandomize=True, deadline=None, max_examples=60, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(["", "漏水😀", "=1+1", "<b>", "a\x00b", "e\u0301", "\u202e"])
PEOPLE = st.sampled_from(["agent", "colleague", "butler", "supervisor"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), PEOPLE, WORDS, st.sampled_from(["help", "enquiry", "repair", "none"]), WORDS),
        st.tuples(st.just("correct"), PEOPLE, WORDS, WORDS, st.integers(1, 12)),
        st.tuples(st.just("add"), PEOPLE, WORDS, st.just(""), st.integers(1, 12)),
        st.tuples(st.just("retract"), PEOPLE, WORDS, st.just(""), st.integers(1, 12)),
        st.tuples(st.just("move"), PEOPLE, WORDS, st.sampled_from(["open", "in_progress", "waiting", "closed", "gone"]), st.integers(1, 12)),
        st.tuples(st.just("open"), PEOPLE, st.just(""), st.just(""), st.just("")),
        st.tuples(st.just("act"), PEOPLE, WORDS, WORDS, st.just("")),
    ),
    max_size=14,
)


def _do(town, now, step: tuple) -> None:
    what, part, words, more, about = step
    actor = getattr(town, part)
    if what == "record":
        actions.record_entry(actor=actor, desk=town.desk, now=now, text=words, kind=more, place="5栋", customer=about, phone=about, fields={"x": about})
        return
    if what == "open":
        actions.open_watch(actor=actor, desk=town.desk, now=now)
        return
    if what == "act":
        actions.record_act(actor=actor, desk=town.desk, now=now, code="desk_opened", fields={"holder": words, "x": more})
        return
    entry = Entry.objects.filter(book__desk=town.desk, number=about).first()
    if entry is None:
        return
    if what == "correct":
        actions.correct_entry(actor=actor, entry=entry, now=now, text=words, reason=more, place=more)
    elif what == "add":
        actions.add_to_entry(actor=actor, entry=entry, now=now, text=words)
    elif what == "retract":
        actions.retract_entry(actor=actor, entry=entry, now=now, reason=words)
    else:
        actions.move_follow_up(actor=actor, root=entry, now=now, state=more, text=words, result=words, waiting_for=words, next_step=words)


@pytest.mark.clause("A18")
@CALM
@given(steps=STEPS)
def test_any_sequence_of_acts_verifies(town, morning, steps: list[tuple]) -> None:
    from django.db import transaction

    with transaction.atomic():
        done = 0
        for place, step in enumerate(steps):
            try:
                _do(town, morning + timedelta(minutes=place), step)
                done += 1
            except Refused:
                pass
        numbers = list(Entry.objects.filter(book__desk=town.desk).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) <= done
        assert verify().breaches == []
        for matter in FollowUp.objects.filter(book__desk=town.desk).select_related("last_entry"):
            assert matter.state == matter.last_entry.follow_state
        transaction.set_rollback(True)
