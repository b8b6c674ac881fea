"""While nobody supervises, the project head is asked in the supervisor's place: acts, refusals, pages, the clock (A3, A4, A11, A16)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desks.models import ActingSupervisor, Membership, Role
from desks.refusal import Refused
from desks.testing import PIN, Town, signed_in
from desks.testing_pages import text_of
from escalations import actions
from escalations.clock import escalations_unanswered, spoken_unconfirmed
from escalations.models import Escalation
from escalations.panels import now as waits_for
from escalations.tests.calling import give
from escalations.tests.scenes import confirmed
from escalations.tests.test_pages import LIST, acts_on, shown
from escalations.tests.test_raise import told
from logbook.actions import record_entry
from logbook.verify import verify

SOON = timedelta(minutes=1)


def supervisor_leaves(town: Town, moment) -> None:
    Membership.objects.filter(person=town.supervisor).update(ends_at=moment)


def acts_from(town: Town, person, moment, rights: list[str]) -> None:
    ActingSupervisor.objects.create(
        person=person, site=town.site, rights=rights, starts_at=moment, ends_at=moment + timedelta(hours=8), named_by=town.head
    )


def raised(town: Town, now, **how) -> Escalation:
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿", **how)
    return actions.raise_escalation(actor=town.agent, entry=entry, now=now)


def decide(who, escalation, now) -> Escalation:
    return actions.decide_escalation(actor=who, confirmed=confirmed(who, now), escalation=escalation, now=now, decision="赔五十")


@pytest.mark.clause("A4")
def test_the_project_head_acknowledges_decides_and_hears_that_it_is_done(town: Town, morning) -> None:
    supervisor_leaves(town, morning)
    made = raised(town, morning)
    assert made.steps.get().entry.code == "escalation_raised_to_head" and made.level == "supervisor"
    assert told(town, "asked_to_decide") == {"head"}
    assert actions.acknowledge_escalation(actor=town.head, escalation=made, now=morning).state == "acknowledged"
    assert decide(town.head, made, morning).state == "decided"
    actions.close_escalation(actor=town.agent, escalation=made, now=morning + SOON, done="已赔付")
    assert told(town, "told_closed") == {"head"}
    assert verify().breaches == []


@pytest.mark.clause("A11")
@pytest.mark.parametrize("part", ["agent", "butler", "supervisor", "auditor", "administrator"])
def test_nobody_but_the_project_head_is_asked_then(town: Town, morning, part: str) -> None:
    supervisor_leaves(town, morning)
    made, person = raised(town, morning), getattr(town, part)
    for act in (lambda: actions.acknowledge_escalation(actor=person, escalation=made, now=morning), lambda: decide(person, made, morning)):
        with pytest.raises(Refused, match="project head"):
            act()
    with pytest.raises(Refused):
        decide(town.away.head, made, morning)
    assert Escalation.objects.get().state == "raised"


@pytest.mark.clause("A11")
@pytest.mark.parametrize("who", ["supervisor", "acting"])
def test_once_somebody_supervises_it_is_theirs_and_the_project_head_s_no_more(town: Town, morning, who: str) -> None:
    supervisor_leaves(town, morning)
    made = raised(town, morning)
    if who == "supervisor":
        Membership.objects.create(person=town.supervisor, site=town.site, role=Role.SUPERVISOR, starts_at=morning + SOON)
    else:
        acts_from(town, town.butler, morning, ["escalation.decide"])
    with pytest.raises(Refused, match="supervisor decides"):
        decide(town.head, made, morning + SOON)
    assert decide(town.supervisor if who == "supervisor" else town.butler, made, morning + SOON).state == "decided"


@pytest.mark.clause("A3")
def test_who_acts_without_that_right_does_not_supervise_it(town: Town, morning) -> None:
    supervisor_leaves(town, morning)
    acts_from(town, town.butler, morning, ["roster.draft"])
    made = raised(town, morning)
    with pytest.raises(Refused):
        decide(town.butler, made, morning)
    assert decide(town.head, made, morning).state == "decided"


@pytest.mark.clause("A4")
def test_who_left_after_it_was_raised_is_not_waited_for(town: Town, morning) -> None:
    made = raised(town, morning)
    with pytest.raises(Refused):
        decide(town.head, made, morning)
    supervisor_leaves(town, morning + SOON)
    limit = morning + timedelta(minutes=town.desk.settings.escalation_minutes)
    assert [escalations_unanswered(limit), escalations_unanswered(limit)] == [1, 0]
    assert told(town, "still_asked_to_decide") == {"head"}
    assert decide(town.head, made, limit).state == "decided"


@pytest.mark.clause("A9")
def test_of_an_emergency_the_clock_does_not_say_that_it_waits_for_a_supervisor(town: Town, morning) -> None:
    for position in (1, 4):
        give(town, position, morning, current=False)
    supervisor_leaves(town, morning)
    raised(town, morning, urgency="emergency")
    escalations_unanswered(morning + timedelta(hours=2))
    assert told(town, "still_asked_to_decide") == {"head"} and told(town, "emergency_unanswered") == set()


@pytest.mark.clause("A11")
def test_a_spoken_decision_of_the_project_head_is_written_down_and_confirmed(town: Town, morning) -> None:
    supervisor_leaves(town, morning)
    made = raised(town, morning)
    for other in (town.butler, town.supervisor):
        with pytest.raises(Refused) as refused:
            actions.record_phone_decision(actor=town.agent, escalation=made, now=morning, decision="先垫付", decided_by=other)
        assert refused.value.field == "decided_by"
    made = actions.record_phone_decision(actor=town.agent, escalation=made, now=morning, decision="先垫付", decided_by=town.head)
    assert (made.state, made.confirmation, told(town, "asked_to_confirm")) == ("decided", "awaited", {"head"})
    assert spoken_unconfirmed(morning + timedelta(days=1, hours=12)) == 1 and told(town, "spoken_unconfirmed_head") == {"head"}
    pin = confirmed(town.head, morning)
    assert actions.confirm_phone_decision(actor=town.head, confirmed=pin, escalation=made, now=morning).confirmation == "confirmed"


@pytest.mark.clause("A11")
def test_the_pages_offer_it_to_the_project_head_and_say_so(town: Town) -> None:
    now = timezone.now()
    supervisor_leaves(town, now - SOON)
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿")
    agent, head = signed_in(town.agent), signed_in(town.head)
    assert "Escalate to the project head" in agent.get(f"/log/taikoo-front/{entry.number}/").content.decode()
    assert "to the project head" in agent.get(f"{LIST}raise/{entry.number}/").content.decode()
    answer = agent.post(f"{LIST}raise/{entry.number}/", {"reason": ""}, follow=True)
    assert "nobody supervises now" in answer.content.decode()
    place = f"{LIST}{Escalation.objects.get().pk}/"
    page = shown(agent, place)
    assert acts_on(page) == {"phone"} and "waits for the project head" in text_of(page) and "Fang Jianping" in text_of(page)
    assert acts_on(shown(head, place)) == {"acknowledge", "decide"}
    assert [item.what for item in waits_for(town.head, town.site, now)] == [f"Decide about #{entry.number}"]
    mine = text_of(shown(head, "/escalations/")).split("Waits for the supervisor")[0]
    assert "业主要求赔偿" in mine
    assert "waits for the project head" in text_of(shown(agent, LIST))
    assert head.post(f"{place}decide/", {"decision": "赔五十", "secret": PIN}).status_code == 302
    assert Escalation.objects.get().state == "decided"


@pytest.mark.clause("A11")
def test_a_spoken_decision_by_the_forms_names_the_project_head(town: Town) -> None:
    now = timezone.now()
    supervisor_leaves(town, now - SOON)
    first, second = (record_entry(actor=town.agent, desk=town.desk, now=now, text="业主要求赔偿", kind="help") for _ in range(2))
    agent = signed_in(town.agent)
    agent.post(f"{LIST}raise/{first.number}/", {"reason": ""})
    made = Escalation.objects.get()
    assert agent.post(f"{LIST}{made.pk}/phone/", {"decision": "先垫付", "decided_by": town.head.pk}).status_code == 302
    assert "project head has decided" in agent.get(f"{LIST}spoken/").content.decode()
    values = {"number": second.number, "decision": "先垫付", "decided_by": town.head.pk}
    assert agent.post(f"{LIST}spoken/", values).status_code == 302
    assert set(Escalation.objects.values_list("state", "confirmation")) == {("decided", "awaited")}
