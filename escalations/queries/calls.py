"""Reads of the call tree and of calls (A16)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from desks.models import Choice, Desk, OpeningHours, Person
from desks.permissions import belongs_to, may
from desks.queries import choices_of
from escalations import rules
from escalations.models import Call, CallStep, Escalation
from escalations.queries.escalations import deciders_of
from logbook.models import Entry


@dataclass(frozen=True)
class Reach:
    """How a step of the tree is reached now: the accounts that are told, and (name, phone) of whom to call."""

    step: CallStep
    people: list[Person]
    numbers: list[tuple[str, str]]

    @property
    def possible(self) -> bool:
        """Whether anybody can be reached at all."""
        return bool(self.people or self.numbers)

    @property
    def names(self) -> list[str]:
        """Whom one asks for."""
        return [person.display_name for person in self.people] or [name for name, _phone in self.numbers if name]


def reach_of(step: CallStep, desk: Desk, now: datetime) -> Reach:
    """Who is reached at the step now. A role is whoever has it now, a contact's account only while it is of the site."""
    if step.role:
        people = deciders_of(desk, step.role, now)
        numbers = [(person.display_name, person.phone) for person in people if person.phone]
        if step.phone:
            numbers.append((step.label, step.phone))
        return Reach(step, people, numbers)
    person = step.person
    people = [person] if person is not None and person.is_active and belongs_to(person, desk.site_id, now) else []
    phone = step.phone or (people[0].phone if people else "")
    name = step.name or (people[0].display_name if people else "")
    return Reach(step, people, [(name, phone)] if phone else [])


def call_tree_of(desk: Desk, departments: set[str], now: datetime) -> list[Reach]:
    """The steps that apply to a matter of these departments at the desk now, in their order, each with who is reached."""
    off_hours = is_off_hours(desk, now)
    steps = CallStep.objects.filter(site=desk.site_id, current=True).select_related("person").order_by("position", "pk")
    return [
        reach_of(step, desk, now)
        for step in steps
        if rules.applies(
            step_departments=step.departments, off_hours_only=step.when == CallStep.When.OFF_HOURS, departments=departments,
            off_hours=off_hours,
        )
    ]


def is_off_hours(desk: Desk, now: datetime) -> bool:
    """Whether the moment lies outside the opening hours of the desk, on the wall clock of its site (I11)."""
    clock = now.astimezone(desk.site.zone)
    return not OpeningHours.objects.filter(
        desk=desk, weekday=clock.weekday(), opens__lte=clock.time(), closes__gt=clock.time()
    ).exists()


def departments_of(entry: Entry, desk: Desk) -> set[str]:
    """The codes of the departments that the matter names: who handles it, and whom its thread says were mobilised (A15).

    What was added later counts as well, unless it was retracted.
    """
    added = Entry.objects.filter(root=entry, act=Entry.Act.ADDITION, fields__has_key="own_mobilised")
    added = added.exclude(answers__act=Entry.Act.RETRACTION)
    said = "\n".join([entry.handler, entry.fields.get("own_mobilised", ""), *added.values_list("fields__own_mobilised", flat=True)])
    if not said.strip():
        return set()
    found = set()
    for choice in choices_of(desk, Choice.Purpose.DEPARTMENT):
        labels = {choice.label_en, choice.label_zh_hans, choice.label_zh_hant} - {""}
        if entry.handler == choice.code or any(label.casefold() in said.casefold() for label in labels):
            found.add(choice.code)
    return found


def calls_of(escalation: Escalation) -> list[Call]:
    """The calls about the emergency in their order, with their steps and people."""
    return list(escalation.calls.select_related("step__person", "person").order_by("pk"))


def present_call(escalation: Escalation) -> Call | None:
    """The call of the tree's own order that waits for an answer, or None."""
    rows = Call.objects.filter(escalation=escalation, state=Call.State.CALLING, beside=False)
    return rows.select_related("step__person", "person").first()


def due_calls(now: datetime) -> QuerySet[Call]:
    """Calls that nobody has answered within their waiting time, of emergencies that nobody has acknowledged (A16).

    An emergency that is over, or was retracted, calls nobody any more.
    """
    rows = Call.objects.filter(
        state=Call.State.CALLING, beside=False, due_at__lte=now, escalation__state=Escalation.State.RAISED,
        escalation__desk__active=True,
    )
    return rows.exclude(escalation__entry__follow_up__state__in=["closed", "retracted"]).order_by("pk")


def calls_to(person: Person) -> QuerySet[Call]:
    """The calls to this person's account as a contact, the newest first: all that a department contact sees (I8)."""
    rows = Call.objects.filter(person=person).select_related("escalation__desk__site", "escalation__entry", "step")
    return rows.order_by("-pk")


def page_for(person: Person, escalation: Escalation, now: datetime) -> str:
    """The page on which the person answers: the escalation's, or of a department contact the narrow one; "" for neither."""
    for right, name in (("escalation.view", "page"), ("escalation.called", "called")):
        if may(person, right, desk=escalation.desk, now=now):
            return reverse(f"escalations:{name}", args=[escalation.desk.slug, escalation.pk])
    return ""
