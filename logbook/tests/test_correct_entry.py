"""A correction is a new entry that points at the old one; the original stays as it was (A18)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from desks.refusal import Refused
from desks.testing import Town
from logbook import actions
from logbook.models import Entry, EntryText
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    """An entry of the agent's, written during the watch that the agent holds."""
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning, colleagues=[town.colleague])
    return actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="5栋1203 漏水", kind="repair", place="5栋1203", customer="李先生"
    )


def correct(town: Town, entry: Entry, now, *, actor=None, text="6栋1203 漏水", reason="wrong_unit", **more) -> Entry:
    return actions.correct_entry(actor=actor or town.agent, entry=entry, now=now, text=text, reason=reason, **more)


@pytest.mark.clause("A18")
def test_the_original_stays_and_the_correction_points_at_it(town: Town, morning, entry: Entry) -> None:
    before = Entry.objects.values().get(pk=entry.pk)
    made = correct(town, entry, morning, place="6栋1203")
    assert (made.number, made.act, made.refers_to_id, made.root_id) == (entry.number + 1, "correction", entry.pk, entry.pk)
    assert (made.kind, made.reason, made.place, made.audience) == ("repair", "wrong_unit", "6栋1203", "staff")
    assert Entry.objects.values().get(pk=entry.pk) == before and EntryText.objects.get(entry=entry).text == "5栋1203 漏水"
    assert verify().breaches == []


@pytest.mark.clause("A18")
def test_a_correction_is_corrected_in_its_turn_and_the_thread_has_one_root(town: Town, morning, entry: Entry) -> None:
    second = correct(town, correct(town, entry, morning), morning, text="7栋1203 漏水")
    assert second.root_id == entry.pk and second.refers_to.refers_to_id == entry.pk


@pytest.mark.clause("A18")
def test_the_follow_up_is_not_moved_by_a_correction(town: Town, morning, entry: Entry) -> None:
    correct(town, entry, morning)
    assert entry.follow_up.state == "open" and entry.follow_up.last_entry_id == entry.pk


@pytest.mark.clause("A18")
@pytest.mark.parametrize("part", ["colleague", "butler", "head", "auditor", "administrator"])
def test_nobody_else_corrects_it(town: Town, morning, entry: Entry, part: str) -> None:
    for actor in (getattr(town, part), getattr(town.away, part), town.away.supervisor):
        with pytest.raises(Refused):
            correct(town, entry, morning, actor=actor)
    assert Entry.objects.filter(act="correction").count() == 0


@pytest.mark.clause("A18")
def test_after_the_watch_only_the_supervisor_corrects(town: Town, morning, entry: Entry) -> None:
    from logbook.queries import current_watch

    actions.close_watch(actor=town.agent, watch=current_watch(town.desk), now=morning)
    for reopened in (False, True):
        if reopened:
            actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
        with pytest.raises(Refused, match="ended"):
            correct(town, entry, morning)
    assert correct(town, entry, morning + timedelta(days=9), actor=town.supervisor).author == town.supervisor


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("more", "field"), [({"reason": ""}, "reason"), ({"reason": "长" * 201}, "reason_words"), ({"text": " "}, "text"), ({"text": "a\x00"}, "text"), ({"place": "长" * 81}, "place"), ({"place": "\x07"}, "place")]
)
def test_what_cannot_stand_is_refused(town: Town, morning, entry: Entry, more: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        correct(town, entry, morning, **more)
    assert refused.value.field == field and Entry.objects.filter(act="correction").count() == 0


@pytest.mark.clause("A18")
def test_acts_and_steps_of_a_follow_up_are_not_corrected(town: Town, morning, entry: Entry) -> None:
    step = actions.move_follow_up(actor=town.agent, root=entry, now=morning, state="in_progress")
    of_the_site = actions.record_act(actor=town.administrator, site=town.site, now=morning, code="desk_opened")
    for odd in (step, of_the_site, Entry.objects.get(code="desk_opened", book__desk=town.desk)):
        for actor in (town.agent, town.supervisor):
            with pytest.raises(Refused):
                correct(town, odd, morning, actor=actor)


@pytest.mark.clause("A18")
def test_what_was_retracted_is_not_corrected(town: Town, morning, entry: Entry) -> None:
    actions.retract_entry(actor=town.agent, entry=entry, now=morning, reason="x")
    with pytest.raises(Refused, match="retracted"):
        correct(town, entry, morning)


@pytest.mark.clause("A18")
def test_a_retraction_without_a_reason_says_so_beside_the_reason(town: Town, morning, entry: Entry) -> None:
    with pytest.raises(Refused, match="retraction has a reason") as refused:
        actions.retract_entry(actor=town.agent, entry=entry, now=morning, reason=" ")
    assert refused.value.field == "reason" and not Entry.objects.filter(act="retraction").exists()


@pytest.mark.clause("I10")
def test_sent_twice_it_is_stored_once(town: Town, morning, entry: Entry) -> None:
    key = uuid4()
    assert correct(town, entry, morning, key=key).pk == correct(town, entry, morning, key=key).pk
    with pytest.raises(Refused):
        correct(town, entry, morning, key=key, text="别的")
    assert Entry.objects.filter(act="correction").count() == 1


@pytest.mark.clause("I8")
def test_a_correction_of_what_is_for_supervisors_only_is_too(town: Town, morning) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", audience="supervisors")
    assert correct(town, entry, morning, actor=town.supervisor).audience == "supervisors"


@pytest.mark.clause("A18")
def test_one_corrects_while_another_retracts_and_the_later_of_them_is_told(place, morning) -> None:  # noqa: F811
    entry = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="x")
    raised = together(
        [
            lambda: actions.retract_entry(actor=place.supervisor, entry=entry, now=morning, reason="x") and None,
            lambda: actions.retract_entry(actor=place.supervisor, entry=entry, now=morning, reason="y") and None,
        ]
    )
    assert len(raised) == 1 and isinstance(raised[0], Refused)
    assert Entry.objects.filter(act="retraction").count() == 1 and verify().breaches == []


@pytest.mark.clause("A18")
def test_control_without_the_book_s_lock_both_retract(place, morning, monkeypatch) -> None:  # noqa: F811
    import threading

    from logbook.actions import answers

    entry = actions.record_entry(actor=place.agent, desk=place.desk, now=morning, text="x")
    both, insert = threading.Barrier(2), answers.insert_entry

    def insert_together(**values):
        both.wait(20)
        return insert(**values)

    monkeypatch.setattr(answers, "hold_books", lambda *books: None)
    monkeypatch.setattr(answers, "insert_entry", insert_together)
    assert together([lambda: actions.retract_entry(actor=place.supervisor, entry=entry, now=morning, reason="x") and None] * 2) == []
    assert Entry.objects.filter(act="retraction").count() == 2
