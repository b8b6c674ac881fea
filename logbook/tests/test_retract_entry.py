"""A retraction says that an entry does not hold; it stays readable, and its matter ends (A18)."""

from uuid import uuid4

import pytest

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry, EntryText, FollowUp
from logbook.queries import open_follow_ups_of
from logbook.verify import verify


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    """An open matter, written by the holder during the watch."""
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    return actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="漏水", kind="repair", place="5栋1203")


def retract(town: Town, entry: Entry, now, *, actor=None, reason="重复记录", **more) -> Entry:
    return actions.retract_entry(actor=actor or town.agent, entry=entry, now=now, reason=reason, **more)


@pytest.mark.clause("A18")
def test_it_stays_readable_and_its_matter_ends(town: Town, morning, entry: Entry) -> None:
    made = retract(town, entry, morning)
    assert (made.act, made.refers_to_id, made.reason, made.words.text) == ("retraction", entry.pk, "重复记录", "重复记录")
    assert EntryText.objects.get(entry=entry).text == "漏水"
    assert FollowUp.objects.get(root=entry).state == "retracted" and not open_follow_ups_of(town.desk).exists()
    assert verify().breaches == []


@pytest.mark.clause("A1")
def test_a_retracted_matter_is_not_moved_any_more(town: Town, morning, entry: Entry) -> None:
    retract(town, entry, morning)
    for state in ("open", "in_progress", "closed"):
        with pytest.raises(Refused):
            actions.move_follow_up(actor=town.agent, root=entry, now=morning, state=state, result="x")


@pytest.mark.clause("A18")
def test_a_retracted_addition_leaves_the_matter_as_it_is(town: Town, morning, entry: Entry) -> None:
    addition = actions.add_to_entry(actor=town.agent, entry=entry, now=morning, text="补充")
    retract(town, addition, morning)
    assert FollowUp.objects.get(root=entry).state == "open" and verify().breaches == []


@pytest.mark.clause("A18")
def test_it_happens_once_and_has_a_reason(town: Town, morning, entry: Entry) -> None:
    for reason in ("", " ", "长" * 201):
        with pytest.raises(Refused):
            retract(town, entry, morning, reason=reason)
    key = uuid4()
    assert retract(town, entry, morning, key=key).pk == retract(town, entry, morning, key=key).pk
    with pytest.raises(Refused, match="retracted"):
        retract(town, entry, morning)
    with pytest.raises(Refused):
        retract(town, Entry.objects.get(act="retraction"), morning, actor=town.supervisor)


@pytest.mark.clause("A18")
@pytest.mark.parametrize("part", ["colleague", "butler", "head", "auditor", "administrator"])
def test_nobody_else_retracts(town: Town, morning, entry: Entry, part: str) -> None:
    for actor in (getattr(town, part), town.away.supervisor):
        with pytest.raises(Refused):
            retract(town, entry, morning, actor=actor)
    assert retract(town, entry, morning, actor=town.supervisor).author == town.supervisor
