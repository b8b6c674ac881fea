"""Raising: one step from an entry, the supervisor is told at once (A4, A20, I9)."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from desks.models import ActingSupervisor, Membership
from desks.refusal import Refused
from desks.testing import Town
from escalations import actions
from escalations.models import Escalation, EscalationStep
from logbook.actions import move_follow_up, record_act, record_entry, retract_entry
from logbook.models import Entry, FollowUp
from logbook.verify import verify
from notices.models import Notice


@pytest.fixture
def entry(town: Town, morning) -> Entry:
    """A complaint that the agent cannot settle."""
    return record_entry(actor=town.agent, desk=town.desk, now=morning, text="业主要求赔偿", kind="complaint")


def told(town: Town, code: str) -> set[str]:
    """Who was told with that code."""
    people = {person.pk: part for part, person in town.everybody.items()}
    return {people[pk] for pk in Notice.objects.filter(code=code).values_list("person", flat=True) if pk in people}


@pytest.mark.clause("A4")
def test_one_step_raises_records_and_tells_the_supervisor(town: Town, morning, entry) -> None:
    made = actions.raise_escalation(actor=town.agent, entry=entry, now=morning, reason="要求见负责人")
    assert (made.level, made.state, made.desk, made.entry, made.emergency) == ("supervisor", "raised", town.desk, entry, False)
    step = EscalationStep.objects.get()
    assert (step.kind, step.by, step.at) == ("raised", town.agent, morning)
    assert (step.entry.code, step.entry.author, step.entry.words.text) == ("escalation_raised", town.agent, "要求见负责人")
    assert told(town, "asked_to_decide") == {"supervisor"}
    notice = Notice.objects.get()
    assert notice.url == f"/escalations/taikoo-front/{made.pk}/"
    assert "要求见负责人" not in str(notice.fields), "what somebody wrote stands in the record alone"
    assert made.history.get().history_user == town.agent
    assert verify().breaches == []


@pytest.mark.clause("A9")
@pytest.mark.parametrize("how", [{"kind": "emergency", "place": "B2"}, {"urgency": "emergency"}])
def test_an_emergency_is_told_as_one(town: Town, morning, how) -> None:
    entry = record_entry(actor=town.agent, desk=town.desk, now=morning, text="水管爆裂", **how)
    assert actions.raise_escalation(actor=town.agent, entry=entry, now=morning).emergency
    assert told(town, "asked_in_emergency") == {"supervisor"}


@pytest.mark.clause("A3")
def test_who_acts_for_the_supervisor_with_that_right_is_asked_too(town: Town, morning, entry) -> None:
    for person, rights in ((town.butler, ["escalation.decide"]), (town.colleague, ["roster.draft"])):
        ActingSupervisor.objects.create(
            person=person, site=town.site, rights=rights, starts_at=morning, ends_at=morning + timedelta(hours=8),
            named_by=town.supervisor,
        )
    actions.raise_escalation(actor=town.agent, entry=entry, now=morning)
    assert told(town, "asked_to_decide") == {"supervisor", "butler"}


@pytest.mark.clause("A4")
def test_where_nobody_supervises_the_project_head_is_told(town: Town, morning, entry) -> None:
    row = Membership.objects.get(person=town.supervisor)
    row.ends_at = morning + timedelta(minutes=1)
    row.save()
    made = actions.raise_escalation(actor=town.agent, entry=entry, now=morning + timedelta(minutes=1))
    assert made.level == "supervisor"
    assert told(town, "asked_to_decide") == {"head"}


@pytest.mark.clause("A4")
def test_a_matter_is_escalated_once_at_a_time_and_again_after_it_is_closed(town: Town, morning, entry) -> None:
    actions.raise_escalation(actor=town.agent, entry=entry, now=morning)
    with pytest.raises(Refused):
        actions.raise_escalation(actor=town.butler, entry=entry, now=morning)
    assert Entry.objects.filter(code="escalation_raised").count() == 1, "the refused one left nothing"
    Escalation.objects.update(state="decided")
    Escalation.objects.update(state="closed")
    assert actions.raise_escalation(actor=town.butler, entry=entry, now=morning).state == "raised"


@pytest.mark.clause("A4")
def test_what_cannot_be_escalated(town: Town, morning, entry) -> None:
    actions.raise_escalation(actor=town.agent, entry=entry, now=morning)
    step = EscalationStep.objects.get().entry
    wrong = record_entry(actor=town.supervisor, desk=town.desk, now=morning, text="写错了")
    retract_entry(actor=town.supervisor, entry=wrong, now=morning, reason="slip")
    at_site = record_act(actor=town.supervisor, site=town.site, now=morning, code="desk_opened", fields={"holder": "x"})
    for each in (step, wrong, at_site):
        with pytest.raises(Refused):
            actions.raise_escalation(actor=town.agent, entry=each, now=morning)


@pytest.mark.clause("A4")
def test_a_closed_matter_is_reopened_before_it_is_escalated_or_decided_by_phone(town: Town, morning, entry) -> None:
    move_follow_up(actor=town.agent, root=entry, now=morning, state="closed", result="已道歉，业主接受")
    spoken = {"decision": "赔五十", "decided_by": town.supervisor}
    for act in (actions.raise_escalation, lambda **how: actions.raise_decided_by_phone(**how, **spoken)):
        with pytest.raises(Refused, match="closed") as refused:
            act(actor=town.agent, entry=entry, now=morning)
        assert "Reopen" in str(refused.value.remedy)
    assert not Escalation.objects.exists() and not Notice.objects.exists()
    move_follow_up(actor=town.agent, root=entry, now=morning, state="open")
    assert actions.raise_escalation(actor=town.agent, entry=entry, now=morning).state == "raised"


@pytest.mark.clause("A4")
@pytest.mark.parametrize("how", [{"kind": "other"}, {"kind": "complaint", "result": "已道歉"}])
def test_an_entry_that_never_was_a_matter_is_escalated(town: Town, morning, how) -> None:
    never = record_entry(actor=town.agent, desk=town.desk, now=morning, text="有人在大堂拍摄", **how)
    assert not FollowUp.objects.filter(root=never).exists()
    assert actions.raise_escalation(actor=town.agent, entry=never, now=morning).state == "raised"


@pytest.mark.clause("A20")
@pytest.mark.parametrize("part", ["head", "auditor", "administrator", "nobody", "operator"])
def test_others_do_not_raise(town: Town, morning, entry, part: str) -> None:
    with pytest.raises(Refused):
        actions.raise_escalation(actor=getattr(town, part), entry=entry, now=morning)
    with pytest.raises(Refused):
        actions.raise_escalation(actor=town.away.agent, entry=entry, now=morning)
    assert not Escalation.objects.exists()


@pytest.mark.clause("A17")
@pytest.mark.parametrize("reason", ["长" * 401, "a\x00b"])
def test_a_reason_that_cannot_be_leaves_nothing(town: Town, morning, entry, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.raise_escalation(actor=town.agent, entry=entry, now=morning, reason=reason)
    assert refused.value.field == "reason"
    assert not Escalation.objects.exists() and not Notice.objects.exists()


@pytest.mark.clause("I1")
@pytest.mark.parametrize(
    "change",
    [{"state": "closed"}, {"emergency": True}, {"raised_by": 1}, {"state": "decided", "level": "project_head"}],
)
def test_the_database_keeps_what_was_escalated_and_moves_it_forward_alone(town: Town, morning, entry, change) -> None:
    actions.raise_escalation(actor=town.agent, entry=entry, now=morning)
    if "raised_by" in change:
        change = {"raised_by": town.butler}
    with pytest.raises(Error), transaction.atomic():
        Escalation.objects.update(**change)
    for attack in (Escalation.objects.all()._raw_delete, EscalationStep.objects.all()._raw_delete):
        with pytest.raises(Error), transaction.atomic():
            attack("default")
    with pytest.raises(Error), transaction.atomic():
        EscalationStep.objects.update(by=town.butler)
