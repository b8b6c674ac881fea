"""What the desk page keeps is never out of date: another state of the record or of its words has another key (I2, I8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from desks.gate import read_gate
from desks.keeping import Kept
from desks.models import EntryKind
from desks.testing import Town
from logbook import actions
from logbook.board import board_of, desk_facts
from logbook.tests.scenes import busy


def _board(town: Town, reader, now):
    desk = read_gate(reader, town.desk.slug, now=now, knows=desk_facts()).desk
    board, keeper = board_of(desk, desk.known, reader=reader, now=now)
    keeper.settle(lambda: True)
    return board


@pytest.fixture
def noon():
    """A moment inside a minute, so that two looks fall into the same one."""
    return timezone.now().replace(second=20, microsecond=0)


def test_the_same_state_is_rendered_once(town: Town, noon) -> None:
    busy(town, noon)
    first = _board(town, town.agent, noon)
    with CaptureQueriesContext(connection) as context:
        assert _board(town, town.colleague, noon) is first
    assert len(context) <= 3, "the gate, and what the reader may"


@pytest.mark.clause("A18")
def test_every_act_on_the_log_shows_at_once(town: Town, noon) -> None:
    leak, noise, _lift = busy(town, noon)
    acts = [
        lambda: actions.record_entry(actor=town.agent, desk=town.desk, now=noon, text="neu"),
        lambda: actions.correct_entry(actor=town.agent, entry=leak, now=noon, text="anders", reason="slip"),
        lambda: actions.move_follow_up(actor=town.agent, root=noise, now=noon, state="closed", result="erledigt"),
        lambda: actions.retract_entry(actor=town.agent, entry=leak, now=noon, reason="slip"),
        lambda: actions.record_act(actor=None, desk=town.desk, now=noon, code="desk_closed", fields={"holder": "x"}),
    ]
    for act in acts:
        before = _board(town, town.agent, noon)
        act()
        after = _board(town, town.agent, noon)
        assert (after.lines, after.todo) != (before.lines, before.todo)


@pytest.mark.clause("I8")
def test_readers_of_other_rights_never_share(town: Town, noon) -> None:
    busy(town, noon)
    assert "员工态度" in _board(town, town.supervisor, noon).lines
    assert "员工态度" not in _board(town, town.agent, noon).lines
    assert "data-reveal" not in _board(town, town.auditor, noon).lines
    assert "data-reveal" in _board(town, town.agent, noon).lines


def test_words_names_and_time_count_in(town: Town, noon) -> None:
    busy(town, noon)
    plain = _board(town, town.agent, noon)
    with translation.override("zh-hans"):
        assert _board(town, town.agent, noon).lines != plain.lines
    assert _board(town, town.agent, noon + timedelta(hours=3)).todo != plain.todo
    kind = EntryKind.objects.get(desk=town.desk, code="enquiry", current=True)
    kind.label_en = "Question"
    kind.save()
    assert "Question" in _board(town, town.agent, noon).lines
    town.colleague.name_latin = "Huang Qiang"
    town.colleague.save()
    assert "Huang Qiang" in _board(town, town.agent, noon).lines


def test_only_the_last_few_are_kept() -> None:
    kept = Kept(2)
    made = []

    def make(name: str):
        return lambda: made.append(name) or name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, make(name)) == name
    assert made == ["a", "b", "c", "b"]
