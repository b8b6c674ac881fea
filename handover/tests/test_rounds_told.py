"""The page of a handover fills itself with the rounds missed in this watch, and both sign them (C3, C7, I4)."""

from datetime import timedelta

import pytest

from desks.testing import Town, signed_in
from handover import actions, content
from handover.queries import content_of, digest_now
from handover.tests import scenes, steps
from logbook.verify import verify
from rounds.actions import explain_miss, walk_round
from rounds.clock import raise_missed_rounds
from rounds.models import RoundMiss
from rounds.tests.scenes import lay_round

HALF = timedelta(minutes=30)


@pytest.fixture
def missed(town: Town, morning) -> RoundMiss:
    """The agent holds the desk; the round of 8:30 was missed."""
    scenes.held(town, morning)
    lay_round(town.desk, morning - timedelta(hours=1))
    raise_missed_rounds(morning + timedelta(minutes=1))
    return RoundMiss.objects.get()


@pytest.mark.clause("C3")
def test_the_draft_shows_what_was_missed_and_what_was_said_of_it_since(town: Town, morning, missed) -> None:
    now = morning + timedelta(minutes=2)
    row = actions.prepare_handover(actor=town.agent, desk=town.desk, now=now)
    assert f"#{missed.number}" in row.summary
    reason = explain_miss(actor=town.agent, miss=missed, words="电梯困人", now=now)
    page = signed_in(town.agent).get(f"/handover/{town.desk.slug}/").content.decode()
    assert 'id="rounds-missed"' in page and f"#{missed.number}" in page and f"#{reason.number}" in page


@pytest.mark.clause("I4")
def test_both_sign_what_was_missed_and_what_comes_meanwhile_makes_nothing_stale(town: Town, morning, missed) -> None:
    now = morning + timedelta(minutes=2)
    walk = walk_round(actor=town.agent, round=missed.round, due_at=missed.due_at, now=now)
    reason = explain_miss(actor=town.agent, miss=missed, words="电梯困人", now=now)
    row = steps.prepare(actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=now), now)
    text = content.text_of(content_of(row))
    assert f"round {missed.number} lobby 1 2026-11-24T00:30Z\nwalked {walk.number}\nbecause {reason.number}\n" in text
    steps.sign("outgoing", row, now)
    before = digest_now(row)
    explain_miss(actor=town.colleague, miss=missed, words="补充", now=now)
    later = morning + timedelta(hours=6)
    raise_missed_rounds(later)
    assert RoundMiss.objects.count() == 2 and digest_now(row) == before
    done = steps.sign("incoming", row, later)
    assert done.state == "completed" and done.digest == before and verify().breaches == []
    record = signed_in(town.supervisor).get(f"/handover/{town.desk.slug}/{row.pk}/").content.decode()
    assert 'id="rounds-missed"' in record
    # The one of two o'clock was raised before the second signature: it belongs to the watch that ends, and is listed beside.
    assert RoundMiss.objects.get(due_at=missed.due_at + timedelta(hours=5, minutes=30)).number <= done.entry.number


@pytest.mark.clause("I4")
def test_a_watch_without_missed_rounds_signs_what_it_always_did(town: Town, morning) -> None:
    scenes.held(town, morning)
    row = actions.start_handover(actor=town.agent, desk=town.desk, incoming=town.butler, now=morning)
    assert "\nround " not in content.text_of(content_of(row))


def test_changes_of_a_missed_round_are_told_by_its_entry() -> None:
    before = "x\nround 7 lobby 1 2026-11-24T00:30Z\nrefusal a b 1 -\n"
    after = "x\nround 7 lobby 1 2026-11-24T00:30Z\nwalked 9\nbecause 10\nrefusal a b 1 -\n"
    assert content.changed_parts(before, after) == [("round", "7")]
