"""Refusing with ground and remedy, suspending, cancelling, and what the supervisor decides (A22, A23, I9)."""

from datetime import timedelta

import pytest

from desks.models import Choice, Membership
from desks.refusal import Refused
from desks.testing import Town, signed_in
from handover import actions
from handover.models import Handover, Refusal, RefusalDecision
from handover.tests import steps
from logbook.models import Entry
from logbook.queries import current_watch
from notices.models import Notice


def ground(town: Town, code: str, purpose: str = "refusal_ground") -> Choice:
    return Choice.objects.get(desk=town.desk, purpose=purpose, code=code)


def refuse(town: Town, handover: Handover, now, person=None, code: str = "untidy", remedy: str = "先整理柜台") -> Refusal:
    return actions.refuse(
        confirmed=steps.confirmed(person or town.butler, now), handover=handover, ground=ground(town, code), remedy=remedy, now=now
    )


@pytest.mark.clause("A22")
def test_after_a_refusal_the_outgoing_keeps_the_desk_and_the_supervisor_is_told(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    refusal = refuse(held, under_way, morning)
    assert Handover.objects.get(pk=under_way.pk).state == "refused"
    assert current_watch(held.desk).holder == held.agent
    assert (refusal.side, refusal.ground_code, refusal.entry.words.text) == ("incoming", "untidy", "先整理柜台")
    notice = Notice.objects.get(code="handover_refused_until_told")
    assert notice.person == held.supervisor and notice.acknowledge
    with pytest.raises(Refused):
        steps.sign("incoming", under_way, morning)
    with pytest.raises(Refused):
        actions.count_all_correct(actor=held.agent, handover=under_way, now=morning)
    with pytest.raises(Refused):
        actions.cancel(actor=held.agent, handover=under_way, reason="x", now=morning)


@pytest.mark.clause("A3")
def test_while_nobody_supervises_a_refusal_is_told_to_the_project_head(held: Town, morning, under_way) -> None:
    Membership.objects.filter(person=held.supervisor).update(ends_at=morning)
    refuse(held, under_way, morning)
    assert Notice.objects.get(code="handover_refused_until_told").person == held.head


@pytest.mark.clause("A22", "D4")
def test_who_refuses_names_a_ground_of_the_list_and_a_remedy(held: Town, morning, under_way) -> None:
    with pytest.raises(Refused) as refused:
        refuse(held, under_way, morning, remedy="  ")
    assert refused.value.field == "remedy"
    for person in (held.colleague, held.supervisor, held.away.agent):
        with pytest.raises(Refused):
            refuse(held, under_way, morning, person=person)
    for wrong in (
        Choice.objects.get(desk=held.other_desk, purpose="refusal_ground", code="untidy"),
        ground(held, "illness", "takeover_reason"),
    ):
        with pytest.raises(Refused) as refused:
            actions.refuse(
                confirmed=steps.confirmed(held.butler, morning), handover=under_way, ground=wrong, remedy="x", now=morning
            )
        assert refused.value.field == "ground"
    assert not Refusal.objects.exists()


@pytest.mark.clause("A22")
def test_what_is_said_about_a_person_is_for_supervisors_only(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning, person=held.agent, code="not_fit", remedy="换人接班")
    assert (refusal.side, refusal.entry.audience) == ("outgoing", "supervisors")
    lines = f"/handover/{held.desk.slug}/{under_way.pk}/content/"
    for person, status in ((held.agent, 403), (held.butler, 403), (held.supervisor, 200)):
        answer = signed_in(person).get(lines)
        assert answer.status_code == status and (b"not_fit" in answer.content) is (status == 200)


@pytest.mark.clause("A22")
def test_the_supervisor_sends_it_back_and_it_goes_on(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    refusal = refuse(held, under_way, morning)
    for actor, outcome, reason in (
        (held.agent, "back", "x"), (held.away.supervisor, "back", "x"), (held.supervisor, "back", " "),
        (held.supervisor, "taken_over", "x"), (held.supervisor, "", "x"),
    ):
        with pytest.raises(Refused):
            actions.decide_refusal(actor=actor, refusal=refusal, outcome=outcome, reason=reason, now=morning)
    decision = actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="back", reason="已整理", now=morning)
    assert decision.entry.refers_to == refusal.entry
    assert set(Notice.objects.filter(code="refusal_back_told").values_list("person", flat=True)) == {held.agent.pk, held.butler.pk}
    with pytest.raises(Refused):
        actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="upheld", reason="again", now=morning)
    steps.sign("outgoing", under_way, morning)
    done = steps.sign("incoming", under_way, morning)
    assert "refusal incoming untidy 1 back" in done.signatures.first().content


@pytest.mark.clause("A22")
def test_the_supervisor_upholds_it_and_this_handover_is_over(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning)
    actions.decide_refusal(actor=held.supervisor, refusal=refusal, outcome="upheld", reason="换人", now=morning)
    row = Handover.objects.get(pk=under_way.pk)
    assert (row.state, row.ended_at, current_watch(held.desk).holder) == ("upheld", morning, held.agent)
    later = morning + timedelta(minutes=9)
    assert steps.hand_over(held.desk, held.second_butler, later).state == "completed"


@pytest.mark.clause("A23")
def test_the_supervisor_decides_by_taking_the_desk_over(held: Town, morning, under_way) -> None:
    refusal = refuse(held, under_way, morning)
    actions.take_over(
        confirmed=steps.confirmed(held.supervisor, morning), desk=held.desk,
        reason=ground(held, "other", "takeover_reason"), note="双方争执", now=morning,
    )
    assert RefusalDecision.objects.get(refusal=refusal).outcome == "taken_over"
    assert Handover.objects.get(pk=under_way.pk).state == "cancelled"
    assert current_watch(held.desk).holder == held.supervisor


@pytest.mark.clause("A23")
def test_a_fault_suspends_and_the_signature_is_still_there_when_it_goes_on(held: Town, morning, under_way) -> None:
    steps.prepare(under_way, morning)
    steps.sign("outgoing", under_way, morning)
    with pytest.raises(Refused):
        actions.suspend(actor=held.agent, handover=under_way, fault=" ", now=morning)
    actions.suspend(actor=held.agent, handover=under_way, fault="水管爆裂" * 40, now=morning)
    with pytest.raises(Refused):
        steps.sign("incoming", under_way, morning)
    with pytest.raises(Refused):
        actions.resume(actor=held.second_butler, handover=under_way, now=morning)
    actions.resume(actor=held.butler, handover=under_way, now=morning)
    assert steps.sign("incoming", under_way, morning).state == "completed"


@pytest.mark.clause("I9")
def test_cancelling_needs_a_reason_and_one_of_them_or_the_supervisor(held: Town, morning, under_way) -> None:
    for actor, reason in ((held.second_butler, "x"), (held.agent, " "), (held.away.supervisor, "x"), (held.auditor, "x")):
        with pytest.raises(Refused):
            actions.cancel(actor=actor, handover=under_way, reason=reason, now=morning)
    done = actions.cancel(actor=held.supervisor, handover=under_way, reason="接班人请假", now=morning)
    assert done.state == "cancelled" and current_watch(held.desk).holder == held.agent
    assert Entry.objects.get(code="handover_cancelled").words.text == "接班人请假"
    with pytest.raises(Refused):
        actions.cancel(actor=held.agent, handover=under_way, reason="again", now=morning)
