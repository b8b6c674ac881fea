"""Acknowledging, deciding, passing up, closing: who, when, and nobody else (A4, A11, I9)."""

from datetime import timedelta

import pytest

from desks.refusal import Refused
from desks.testing import Town
from escalations import actions
from escalations.models import Escalation, EscalationStep
from escalations.tests.scenes import confirmed
from escalations.tests.test_raise import entry, told  # noqa: F401  the fixture
from logbook.actions import open_watch
from logbook.verify import verify
from notices.models import Notice


@pytest.fixture
def raised(town: Town, morning, entry) -> Escalation:  # noqa: F811
    """An escalation by the agent; the butler holds the desk."""
    open_watch(actor=town.butler, desk=town.desk, now=morning)
    return actions.raise_escalation(actor=town.agent, entry=entry, now=morning)


def decide(who, escalation, now, decision="赔偿五十元") -> Escalation:
    return actions.decide_escalation(
        actor=who, confirmed=confirmed(who, now), escalation=escalation, now=now, decision=decision
    )


def pass_up(who, escalation, now, reason="金额超过主管权限") -> Escalation:
    return actions.pass_up(actor=who, confirmed=confirmed(who, now), escalation=escalation, now=now, reason=reason)


@pytest.mark.clause("A4")
def test_acknowledging_is_timed_and_told_once(town: Town, morning, raised) -> None:
    later = morning + timedelta(minutes=7)
    assert actions.acknowledge_escalation(actor=town.supervisor, escalation=raised, now=later).state == "acknowledged"
    step = raised.steps.get(kind="acknowledged")
    assert (step.by, step.at - raised.asked_at) == (town.supervisor, timedelta(minutes=7))
    assert told(town, "told_acknowledged") == {"agent"}
    with pytest.raises(Refused):
        actions.acknowledge_escalation(actor=town.supervisor, escalation=raised, now=later)


@pytest.mark.clause("A11")
@pytest.mark.parametrize("seen", [True, False])
def test_the_supervisor_decides_and_the_decision_is_kept_and_told(town: Town, morning, raised, seen: bool) -> None:
    if seen:
        actions.acknowledge_escalation(actor=town.supervisor, escalation=raised, now=morning)
    assert decide(town.supervisor, raised, morning).state == "decided"
    step = raised.steps.get(kind="decided")
    assert (step.by, step.decided_by, step.method, step.entry.words.text) == (town.supervisor, town.supervisor, "pin", "赔偿五十元")
    assert told(town, "told_decided") == {"agent", "butler"}
    done = actions.close_escalation(actor=town.butler, escalation=raised, now=morning, done="已赔付，业主签收")
    assert done.state == "closed"
    assert told(town, "told_closed") == {"agent", "supervisor"}
    assert {row.history_user for row in done.history.all()} >= {town.agent, town.supervisor, town.butler}
    assert verify().breaches == []


@pytest.mark.clause("A11")
def test_a_hard_one_goes_on_to_the_project_head_whose_clock_begins_anew(town: Town, morning, raised) -> None:
    later = morning + timedelta(minutes=9)
    up = pass_up(town.supervisor, raised, later)
    assert (up.level, up.state, up.asked_at) == ("project_head", "raised", later)
    assert told(town, "asked_to_decide_major") == {"head"}
    assert told(town, "told_passed_up") == {"agent"}
    with pytest.raises(Refused):
        decide(town.supervisor, up, later)
    with pytest.raises(Refused):
        pass_up(town.supervisor, up, later)
    assert decide(town.head, up, later).state == "decided"
    assert told(town, "told_decided") == {"agent", "butler", "supervisor"}
    actions.close_escalation(actor=town.supervisor, escalation=up, now=later, done="已办")
    assert told(town, "told_closed") == {"agent", "head"}


@pytest.mark.clause("A11")
def test_what_the_supervisor_decided_may_still_go_up_but_not_once_it_is_closed(town: Town, morning, raised) -> None:
    decide(town.supervisor, raised, morning)
    up = pass_up(town.supervisor, raised, morning)
    assert (up.level, up.state) == ("project_head", "raised")
    decide(town.head, up, morning)
    actions.close_escalation(actor=town.agent, escalation=up, now=morning, done="x")
    for act in (decide, pass_up):
        with pytest.raises(Refused):
            act(town.head, up, morning)


@pytest.mark.clause("A11")
@pytest.mark.parametrize("part", ["agent", "butler", "head", "auditor", "administrator", "nobody"])
def test_nobody_else_acknowledges_decides_or_passes_up(town: Town, morning, raised, part: str) -> None:
    person = getattr(town, part)
    acts = [
        lambda: actions.acknowledge_escalation(actor=person, escalation=raised, now=morning),
        lambda: decide(person, raised, morning),
        lambda: pass_up(person, raised, morning),
        lambda: decide(town.away.supervisor, raised, morning),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert Escalation.objects.get().state == "raised"
    assert EscalationStep.objects.count() == 1


@pytest.mark.clause("I9")
def test_somebody_else_s_pin_does_not_decide(town: Town, morning, raised) -> None:
    with pytest.raises(Refused) as refused:
        actions.decide_escalation(
            actor=town.supervisor, confirmed=confirmed(town.agent, morning), escalation=raised, now=morning, decision="x"
        )
    assert refused.value.field == "secret"


@pytest.mark.clause("A11")
@pytest.mark.parametrize("words", ["", "  \n", "长" * 401, "a\x00b"])
def test_words_are_needed_and_bounded(town: Town, morning, raised, words: str) -> None:
    for act, field in ((decide, "decision"), (pass_up, "reason")):
        with pytest.raises(Refused) as refused:
            act(town.supervisor, raised, morning, words)
        assert refused.value.field == field
    decide(town.supervisor, raised, morning)
    with pytest.raises(Refused) as refused:
        actions.close_escalation(actor=town.agent, escalation=raised, now=morning, done=words)
    assert refused.value.field == "done"


@pytest.mark.clause("A11")
def test_nothing_is_closed_before_it_is_decided(town: Town, morning, raised) -> None:
    with pytest.raises(Refused):
        actions.close_escalation(actor=town.agent, escalation=raised, now=morning, done="x")


@pytest.mark.clause("A11")
def test_a_decision_by_phone_holds_and_is_confirmed_afterwards(town: Town, morning, raised) -> None:
    made = actions.record_phone_decision(
        actor=town.agent, escalation=raised, now=morning, decision="先垫付", decided_by=town.supervisor
    )
    assert (made.state, made.confirmation) == ("decided", "awaited")
    step = raised.steps.get(kind="phone_decided")
    assert (step.by, step.decided_by) == (town.agent, town.supervisor)
    assert told(town, "asked_to_confirm") == {"supervisor"}
    actions.close_escalation(actor=town.agent, escalation=made, now=morning, done="已垫付")
    pin = confirmed(town.supervisor, morning)
    after = actions.confirm_phone_decision(actor=town.supervisor, confirmed=pin, escalation=made, now=morning)
    assert (after.state, after.confirmation) == ("closed", "confirmed")
    assert told(town, "told_confirmed") == {"agent"}
    with pytest.raises(Refused):
        actions.confirm_phone_decision(actor=town.supervisor, confirmed=pin, escalation=made, now=morning)


@pytest.mark.clause("A11")
@pytest.mark.parametrize("part", ["agent", "butler", "auditor"])
def test_only_who_gave_it_or_a_supervisor_confirms_it(town: Town, morning, raised, part: str) -> None:
    actions.record_phone_decision(
        actor=town.agent, escalation=raised, now=morning, decision="先垫付", decided_by=town.supervisor
    )
    person = getattr(town, part)
    with pytest.raises(Refused):
        actions.confirm_phone_decision(
            actor=person, confirmed=confirmed(person, morning), escalation=raised, now=morning
        )


@pytest.mark.clause("A11")
def test_its_writer_never_confirms_it_even_as_supervisor(town: Town, morning, raised) -> None:
    up = pass_up(town.supervisor, raised, morning)
    actions.record_phone_decision(actor=town.supervisor, escalation=up, now=morning, decision="可以", decided_by=town.head)
    with pytest.raises(Refused):
        actions.confirm_phone_decision(
            actor=town.supervisor, confirmed=confirmed(town.supervisor, morning), escalation=up, now=morning
        )
    head = confirmed(town.head, morning)
    assert actions.confirm_phone_decision(actor=town.head, confirmed=head, escalation=up, now=morning).confirmation == "confirmed"


@pytest.mark.clause("A11")
@pytest.mark.parametrize("part", ["butler", "head", "auditor", "agent"])
def test_a_decision_by_phone_is_somebody_s_who_decides_at_this_level(town: Town, morning, raised, part: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.record_phone_decision(
            actor=town.agent, escalation=raised, now=morning, decision="x", decided_by=getattr(town, part)
        )
    assert refused.value.field == "decided_by"


@pytest.mark.clause("A11")
def test_who_did_not_say_so_decides_anew_and_both_stay(town: Town, morning, raised) -> None:
    actions.record_phone_decision(
        actor=town.agent, escalation=raised, now=morning, decision="听错了", decided_by=town.supervisor
    )
    anew = decide(town.supervisor, raised, morning, "不赔偿")
    assert (anew.state, anew.confirmation) == ("decided", "none")
    said = [step.entry.words.text for step in raised.steps.filter(decided_by__isnull=False).order_by("pk")]
    assert said == ["听错了", "不赔偿"]
    with pytest.raises(Refused):
        decide(town.supervisor, raised, morning, "又改")


@pytest.mark.clause("I7")
def test_every_step_is_told_once_and_never_to_who_took_it(town: Town, morning, raised) -> None:
    actions.acknowledge_escalation(actor=town.supervisor, escalation=raised, now=morning)
    decide(town.supervisor, raised, morning)
    for notice in Notice.objects.filter(matter="escalation"):
        step = EscalationStep.objects.get(pk=notice.occasion.removeprefix("step:"))
        assert notice.person_id != step.by_id
