"""Scenes of an emergency for the tests of calls: a reachable tree, a department contact with an account."""

from datetime import UTC, datetime

from desks.models import Membership, Person, Role
from desks.testing import Place, Town, make_person
from escalations import actions
from escalations.models import Call, CallStep, Escalation
from escalations.queries import present_call
from logbook.actions import record_entry

# The preset's tree in order: supervisor, security manager, engineering supervisor, project head.
SECURITY, ENGINEERING = 2, 3


def make_contact(town: Place, login: str = "security") -> Person:
    """A department contact with an account, whom the security manager's step calls."""
    person = make_person(login, "梁国栋", None, "", name_latin="Liang Guodong")
    Membership.objects.create(
        person=person, site=town.site, role=Role.DEPARTMENT_CONTACT, starts_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    return person


def step_at(town: Place, position: int) -> CallStep:
    """A step of the preset's tree."""
    return CallStep.objects.get(site=town.site, position=position)


def give(town: Place, position: int, now: datetime, **changes) -> CallStep:
    """The administrator fills a step in."""
    return actions.change_call_step(
        actor=town.administrator, step=step_at(town, position), changes=changes, reason="填写联络人", now=now
    )


def emergency(town: Town, now: datetime, text: str = "地下二层水管爆裂", **how) -> Escalation:
    """An emergency that an agent wrote down and escalated in one step."""
    entry = record_entry(actor=town.agent, desk=town.desk, now=now, text=text, kind="emergency", place="B2 电梯口", **how)
    return actions.raise_escalation(actor=town.agent, entry=entry, now=now)


def present(escalation: Escalation) -> Call:
    """Who is called now."""
    call = present_call(escalation)
    assert call is not None
    return call
