"""Reads of escalations that pages, panels and the clock share."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import heads_of, supervisors_of
from desks.refusal import Refused
from escalations import rules
from escalations.models import Escalation, EscalationStep, Level
from logbook.models import Entry, FollowUp


def with_times(rows: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Each with the moments of its steps: first acknowledged, last decided, closed; None for what has not been."""
    kinds = EscalationStep.Kind

    def moment(*wanted: str, newest: bool = False) -> Subquery:
        steps = EscalationStep.objects.filter(escalation=OuterRef("pk"), kind__in=wanted)
        return Subquery(steps.order_by("-pk" if newest else "pk").values("at")[:1])

    return rows.annotate(
        acknowledged_at=moment(kinds.ACKNOWLEDGED), decided_at=moment(kinds.DECIDED, kinds.PHONE_DECIDED, newest=True),
        closed_at=moment(kinds.CLOSED),
    )


def escalations_of(desk: Desk, state: str = "") -> QuerySet[Escalation]:
    """The desk's escalations, newest first; `state` is "open", "closed" or "" for all."""
    rows = with_times(Escalation.objects.filter(desk=desk))
    rows = rows.select_related("desk__site", "desk__settings", "entry", "entry__words", "raised_by")
    if state == "open":
        rows = rows.filter(state__in=Escalation.OPEN_STATES)
    elif state == "closed":
        rows = rows.filter(state=Escalation.State.CLOSED)
    return rows.order_by("-raised_at", "-pk")


def decisions_of(escalations: Iterable[Escalation]) -> dict[int, EscalationStep]:
    """The decision that holds, by the escalation's key; one query."""
    kinds = EscalationStep.Kind
    rows = EscalationStep.objects.filter(escalation__in=[each.pk for each in escalations], kind__in=[kinds.DECIDED, kinds.PHONE_DECIDED])
    return {step.escalation_id: step for step in rows.select_related("decided_by", "by", "entry__words").order_by("pk")}


def open_escalations_of(desk: Desk) -> QuerySet[Escalation]:
    """The desk's open escalations, emergencies first, then the one that has waited longest (A4)."""
    return escalations_of(desk, "open").order_by("-emergency", "asked_at", "pk")


def open_escalation_of(entry: Entry) -> Escalation | None:
    """The open escalation of the entry's matter, or None."""
    root = entry.root_id or entry.pk
    return Escalation.objects.filter(entry=root, state__in=Escalation.OPEN_STATES).first()


def why_not_raise(root: Entry) -> Refused | None:
    """Why the matter that begins with this entry may not be escalated as it stands, or None (A4)."""
    return rules.why_not_raise(
        own_step=root.code.startswith("escalation_"),
        retracted=Entry.objects.filter(refers_to=root, act=Entry.Act.RETRACTION).exists(),
        closed=FollowUp.objects.filter(root=root, state=FollowUp.State.CLOSED).exists(),
    )


def steps_of(escalation: Escalation) -> list[EscalationStep]:
    """The escalation's steps in their order, with their people and the words of their entries, in one query."""
    return list(escalation.steps.select_related("by", "decided_by", "entry", "entry__words").order_by("pk"))


def deciders_of(desk: Desk, level: str, now: datetime) -> list[Person]:
    """The people who are asked at the level now; an acting supervisor only with that right (A3, A11)."""
    if level == Level.PROJECT_HEAD:
        return heads_of(desk.site, now)
    return [each for each in supervisors_of(desk.site, now) if may(each, "escalation.decide", desk=desk, now=now)]


def unconfirmed_of(desk: Desk) -> list[EscalationStep]:
    """The decisions by phone that wait for their confirmation, the newest of each escalation, oldest first (A11)."""
    rows = EscalationStep.objects.filter(
        escalation__desk=desk, escalation__confirmation=Escalation.Confirmation.AWAITED, kind=EscalationStep.Kind.PHONE_DECIDED
    ).select_related("by", "decided_by", "entry__words", "escalation__entry__words", "escalation__desk")
    newest = {step.escalation_id: step for step in rows.order_by("pk")}
    return sorted(newest.values(), key=lambda step: step.pk)


def is_supervised(desk: Desk, now: datetime) -> bool:
    """Whether anybody decides as supervisor of the desk now; who acts for them without that right does not (A3)."""
    return bool(deciders_of(desk, Level.SUPERVISOR, now))


def levels_asked(escalations: Collection[Escalation], now: datetime) -> dict[int, str]:
    """By the key of each escalation, the level that is asked now: while nobody supervises, the project head (A4).

    Asks for the people of each desk once. A closed one asks nobody, and keeps the level that it had.
    """
    open_ = {each.desk for each in escalations if each.level == Level.SUPERVISOR and each.state != Escalation.State.CLOSED}
    empty = {desk.pk for desk in open_ if not is_supervised(desk, now)}
    closed = Escalation.State.CLOSED
    return {each.pk: Level.PROJECT_HEAD if each.desk_id in empty and each.state != closed else each.level for each in escalations}


def level_asked(escalation: Escalation, now: datetime) -> str:
    """The level that is asked now, as `levels_asked` says it of one."""
    return levels_asked([escalation], now)[escalation.pk]


def asked_of(escalation: Escalation, now: datetime) -> list[Person]:
    """The people who may decide about it now: those of the level asked, and a project head whom its call tree has come to (A16)."""
    people = deciders_of(escalation.desk, level_asked(escalation, now), now)
    if escalation.level == Level.SUPERVISOR and called_up(escalation):
        people += [head for head in deciders_of(escalation.desk, Level.PROJECT_HEAD, now) if head not in people]
    return people


def called_up(escalation: Escalation) -> bool:
    """Whether the call tree of the emergency has come to the project head: it went up because nobody answered (A16)."""
    return escalation.emergency and escalation.calls.filter(step__role=Level.PROJECT_HEAD).exists()


def may_read(person: Person, escalation: Escalation, now: datetime) -> bool:
    """Whether the person may read the words of the escalation: of an entry for supervisors only not everybody (A20)."""
    if escalation.entry.audience == Entry.Audience.STAFF:
        return True
    return may(person, "log.see_restricted", desk=escalation.desk, now=now)
