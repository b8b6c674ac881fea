"""The clock may raise a matter: nobody stands as who raised it, and the page says "the system" (A4, I7)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from desks.testing import Town, signed_in
from escalations import actions
from escalations.models import Call, Escalation
from escalations.queries import steps_of
from escalations.tests.scenes import confirmed
from escalations.tests.test_raise import told
from logbook.actions import record_entry
from logbook.reading import wording_of
from logbook.verify import verify

BECAUSE = _("decided")
"""Any text that is translated: what matters is that it is kept in each language."""


def raised(town: Town, now, kind: str = "repair") -> Escalation:
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text="漏水三班未处理", kind=kind, place="5栋1203")
    return actions.raise_by_clock(entry=entry, now=now, because=BECAUSE)


@pytest.mark.clause("A4")
def test_the_system_raises_and_the_supervisor_is_told(town: Town, morning) -> None:
    made = raised(town, morning)
    (step,) = steps_of(made)
    assert (made.raised_by, made.state, step.by, step.entry.author) == (None, "raised", None, None)
    assert told(town, "asked_by_clock") == {"supervisor"}
    assert wording_of(step.entry, town.desk) == "The system escalated #1 to the supervisor: decided"
    with translation.override("zh-hans"):
        assert "decided" not in wording_of(step.entry, town.desk)
    assert verify().breaches == []
    with pytest.raises(Refused):
        actions.raise_by_clock(entry=made.entry, now=morning, because=BECAUSE)


@pytest.mark.clause("A11")
def test_it_goes_its_way_like_any_other(town: Town, morning) -> None:
    made = raised(town, morning)
    pin = confirmed(town.supervisor, morning)
    actions.acknowledge_escalation(actor=town.supervisor, escalation=made, now=morning)
    actions.pass_up(actor=town.supervisor, confirmed=pin, escalation=made, now=morning, reason="x")
    actions.decide_escalation(actor=town.head, confirmed=confirmed(town.head, morning), escalation=made, now=morning, decision="y")
    assert actions.close_escalation(actor=town.agent, escalation=made, now=morning, done="z").state == "closed"


@pytest.mark.clause("A16")
def test_the_clock_phones_nobody(town: Town, morning) -> None:
    assert raised(town, morning, kind="emergency").emergency and not Call.objects.exists()


def test_the_pages_say_the_system(town: Town, morning) -> None:
    made = raised(town, morning)
    for person, path in (
        (town.agent, "/escalations/taikoo-front/"), (town.agent, f"/escalations/taikoo-front/{made.pk}/"), (town.supervisor, "/escalations/"),
        (town.supervisor, "/"),
    ):
        assert "the system" in signed_in(person).get(path).content.decode().lower()


@pytest.mark.clause("I9")
def test_only_what_the_clock_does_has_nobody_behind_it(town: Town, morning) -> None:
    made = raised(town, morning)
    step = made.steps.get()
    step.pk, step._state.adding, step.kind = None, True, "acknowledged"
    step.entry = record_entry(actor=town.agent, desk=town.desk, now=morning, text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save()
