"""Beginning a handover, a closing, an opening: who may, and what is drawn from the log (A23, A26, I3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from desks.refusal import Refused
from desks.testing import Town
from handover import actions
from handover.models import Handover
from handover.queries import open_handover
from handover.tests import steps
from logbook.actions import close_watch, move_follow_up, pass_holder, record_entry
from logbook.models import Entry, FollowUp
from logbook.queries import current_watch


@pytest.mark.clause("A26")
def test_matters_are_drawn_with_why_each_is_told_alone(held: Town, morning) -> None:
    days = timedelta(days=2)
    old = record_entry(
        actor=held.agent, desk=held.desk, now=morning - days, text="快递两件", kind="parcel", due_at=morning + days
    )
    late = record_entry(
        actor=held.agent, desk=held.desk, now=morning - days, text="回电", kind="message", due_at=morning - timedelta(hours=5)
    )
    secret = record_entry(
        actor=held.agent, desk=held.desk, now=morning, text="投诉前台", kind="complaint", urgency="urgent", audience="supervisors"
    )
    later = morning + timedelta(hours=1)
    watch = current_watch(held.desk)
    assert watch is not None
    handover = actions.start_handover(actor=held.butler, desk=held.desk, incoming=held.butler, now=later)
    drawn = {row.root.words.text: (row.group, row.why, row.severity) for row in handover.matters.select_related("root__words")}
    assert drawn["6-1104 漏水复查"] == ("one_by_one", "critical", "critical")
    assert drawn["5-1203 厨房漏水"] == ("one_by_one", "new", "stable")
    assert drawn[late.words.text] == ("one_by_one", "overdue", "watch")
    assert drawn[secret.words.text][0] == "rest"
    assert FollowUp.objects.get(root=old).changed_at >= watch.started_at and drawn[old.words.text][0] == "one_by_one"
    assert handover.counts.count() == 6 and handover.checks.count() == 8
    began = Entry.objects.get(code="handover_started")
    assert (handover.cut_off, handover.cut_off_digest) == (began.number, bytes(began.digest).hex())


@pytest.mark.clause("A23")
def test_who_may_begin_a_handover(held: Town, morning) -> None:
    for stranger in (held.second_butler, held.head, held.auditor, held.away.agent, held.operator):
        with pytest.raises(Refused):
            actions.start_handover(actor=stranger, desk=held.desk, incoming=held.butler, now=morning)
    with pytest.raises(Refused) as refused:
        actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.agent, now=morning)
    assert refused.value.field == "incoming"
    for nobody in (held.auditor, held.head, held.away.butler):
        with pytest.raises(Refused):
            actions.start_handover(actor=held.agent, desk=held.desk, incoming=nobody, now=morning)
    for actor in (held.colleague, held.supervisor):
        made = actions.start_handover(actor=actor, desk=held.desk, incoming=held.butler, now=morning)
        actions.cancel(actor=actor, handover=made, reason="不交了", now=morning)


@pytest.mark.clause("I3")
def test_one_handover_at_a_time_at_a_desk(held: Town, morning, under_way) -> None:
    for begin in (
        lambda: actions.start_handover(actor=held.agent, desk=held.desk, incoming=held.colleague, now=morning),
        lambda: actions.close_desk(actor=held.agent, desk=held.desk, now=morning),
    ):
        with pytest.raises(Refused):
            begin()
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(
            desk=held.desk, outgoing=held.agent, incoming=held.butler, started_at=morning, started_by=held.agent
        )
    assert open_handover(held.desk) == under_way and open_handover(held.other_desk) is None


@pytest.mark.clause("I3")
def test_only_the_holder_closes_and_only_a_closed_desk_is_opened(held: Town, morning) -> None:
    with pytest.raises(Refused):
        actions.close_desk(actor=held.colleague, desk=held.desk, now=morning)
    with pytest.raises(Refused):
        actions.open_desk(actor=held.butler, desk=held.desk, now=morning)
    with pytest.raises(Refused):
        actions.start_handover(actor=held.supervisor, desk=held.other_desk, incoming=held.supervisor, now=morning)
    with pytest.raises(Refused):
        actions.open_desk(actor=held.auditor, desk=held.other_desk, now=morning)


@pytest.mark.clause("I3")
def test_when_the_holder_s_part_passes_on_the_new_holder_hands_over(held: Town, morning, under_way) -> None:
    watch = current_watch(held.desk)
    steps.prepare(under_way, morning)
    pass_holder(actor=held.agent, watch=watch, to=held.colleague, now=morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    updated = actions.bring_up_to_date(actor=held.colleague, handover=under_way, now=morning)
    assert updated.outgoing == held.colleague
    steps.prepare(updated, morning)
    steps.sign("outgoing", updated, morning)
    assert steps.sign("incoming", updated, morning).state == "completed"


@pytest.mark.clause("I3")
def test_a_watch_closed_another_way_leaves_nothing_to_sign(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    close_watch(actor=held.agent, watch=current_watch(held.desk), now=morning)
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)


@pytest.mark.clause("A26")
def test_before_the_first_signature_new_matters_are_brought_in_and_settled_ones_go(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    first = under_way.matters.get(why="critical")
    move_follow_up(actor=held.agent, root=first.root, now=morning, state="closed", result="修好了")
    record_entry(actor=held.colleague, desk=held.desk, now=morning, text="新来的", kind="message")
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    with pytest.raises(Refused):
        actions.tell_matter(actor=held.agent, matter=first, next_step="x", now=morning)
    actions.bring_up_to_date(actor=held.butler, handover=under_way, now=morning)
    texts = set(under_way.matters.values_list("root__words__text", flat=True))
    assert "新来的" in texts and "6-1104 漏水复查" not in texts
    with pytest.raises(Refused):
        steps.sign("outgoing", under_way, morning)
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
