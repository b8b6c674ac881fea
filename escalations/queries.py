"""Reads of escalations that pages, panels and the clock share."""

from datetime import datetime

from django.db.models import QuerySet

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import heads_of, supervisors_of
from escalations.models import Escalation, EscalationStep, Level
from logbook.models import Entry


def escalations_of(desk: Desk, state: str = "") -> QuerySet[Escalation]:
    """The desk's escalations, newest first; `state` is "open", "closed" or "" for all."""
    rows = Escalation.objects.filter(desk=desk).select_related("entry", "entry__words", "raised_by")
    if state == "open":
        rows = rows.filter(state__in=Escalation.OPEN_STATES)
    elif state == "closed":
        rows = rows.filter(state=Escalation.State.CLOSED)
    return rows.order_by("-raised_at", "-pk")


def open_escalations_of(desk: Desk) -> QuerySet[Escalation]:
    """The desk's open escalations, emergencies first, then the one that has waited longest (A4)."""
    return escalations_of(desk, "open").order_by("-emergency", "asked_at", "pk")


def open_escalation_of(entry: Entry) -> Escalation | None:
    """The open escalation of the entry's matter, or None."""
    root = entry.root_id or entry.pk
    return Escalation.objects.filter(entry=root, state__in=Escalation.OPEN_STATES).first()


def steps_of(escalation: Escalation) -> list[EscalationStep]:
    """The escalation's steps in their order, with their people and the words of their entries, in one query."""
    return list(escalation.steps.select_related("by", "decided_by", "entry", "entry__words").order_by("pk"))


def deciders_of(desk: Desk, level: str, now: datetime) -> list[Person]:
    """The people who are asked at the level now; an acting supervisor only with that right (A3, A11)."""
    if level == Level.PROJECT_HEAD:
        return heads_of(desk.site, now)
    return [each for each in supervisors_of(desk.site, now) if may(each, "escalation.decide", desk=desk, now=now)]


def may_read(person: Person, escalation: Escalation, now: datetime) -> bool:
    """Whether the person may read the words of the escalation: of an entry for supervisors only not everybody (A20)."""
    if escalation.entry.audience == Entry.Audience.STAFF:
        return True
    return may(person, "log.see_restricted", desk=escalation.desk, now=now)
