"""What every act of an escalation does: holds the book, checks who, writes its step with its entry, tells people (I1, I9)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused, Words
from desks.wording import in_each_language, name_of
from escalations import rules
from escalations.models import Call, Escalation, EscalationStep, Level
from escalations.queries import called_up, level_asked, page_for
from logbook.actions import book_of, hold_books, record_act
from logbook.rules import cleaned, why_not_text
from notices.actions import tell

RIGHT = {Level.SUPERVISOR: "escalation.decide", Level.PROJECT_HEAD: "escalation.decide_major"}


def address_of(escalation: Escalation) -> str:
    """The page of the escalation."""
    return reverse("escalations:page", args=[escalation.desk.slug, escalation.pk])


def fields_of(escalation: Escalation, **more: str) -> dict[str, str]:
    """The named values of a notice about the escalation; no words that somebody wrote, for those can be veiled."""
    return {"number": str(escalation.entry.number), **in_each_language("desk", escalation.desk), **more}


def fresh(escalation: Escalation) -> Escalation:
    """The escalation as it stands, under the desk's book and its own row's lock."""
    hold_books(book_of(escalation.desk))
    rows = Escalation.objects.select_related("desk__site", "desk__settings", "entry", "raised_by").select_for_update(of=("self",))
    return rows.get(pk=escalation.pk)


def refuse_without(actor: Person, right: str, desk: Desk, now: datetime) -> None:
    """Raises Refused where the actor lacks the right at the desk."""
    if not may(actor, right, desk=desk, now=now):
        raise Refused("A20", _("You may not do this at this desk."), _("Ask the supervisor."))


def refuse_unconfirmed(actor: Person, confirmed: Confirmation) -> None:
    """Raises Refused where somebody else's PIN was given."""
    if confirmed.person.pk != actor.pk:
        raise Refused("I9", _("Somebody else's PIN does not confirm your decision."), _("Enter your own."), field="secret")


def refuse_other_deciders(actor: Person, escalation: Escalation, now: datetime) -> None:
    """Raises Refused for anybody but who is asked to decide now; while nobody supervises that is the project head."""
    refusal = rules.why_not_decide(
        level=level_asked(escalation, now), may_decide=may(actor, "escalation.decide", desk=escalation.desk, now=now),
        may_decide_major=may(actor, "escalation.decide_major", desk=escalation.desk, now=now), called_up=called_up(escalation),
    )
    if refusal:
        raise refusal


def words_of(text: str, *, field: str, missing: Words | None = None) -> str:
    """The text as it is stored. Raises Refused beside its field."""
    text = cleaned(text)
    refusal = rules.why_not_words(text, field=field, missing=missing) or (why_not_text(text) if text else None)
    if refusal:
        refusal.field = field
        raise refusal
    return text


def take_step(
    escalation: Escalation, kind: str, *, actor: Person | None, now: datetime, text: str = "", decided_by: Person | None = None,
    method: str = "", call: Call | None = None, code: str = "", fields: dict[str, str] | None = None,
) -> EscalationStep:
    """Writes the entry and the step that points at it; `code` where the entry is not worded as its kind is."""
    root = escalation.entry
    names = {"number": str(root.number), **(name_of("by", actor) if actor else {}), **(fields or {})}
    if decided_by is not None and (actor is None or decided_by.pk != actor.pk):
        names |= name_of("decider", decided_by)
    entry = record_act(
        actor=actor, desk=escalation.desk, now=now, code=code or f"escalation_{kind}", fields=names, refers_to=root, text=text,
        audience=root.audience,
    )
    return EscalationStep.objects.create(
        escalation=escalation, kind=kind, level=escalation.level, by=actor, decided_by=decided_by, method=method, at=now,
        entry=entry, call=call,
    )


def tell_step(step: EscalationStep, people: Iterable[Person | None], code: str) -> None:
    """Tells people of the step, save who took it; nobody stands for an escalation that the clock raised."""
    escalation = step.escalation
    by = name_of("by", step.by) if step.by else {}
    tell(
        people=[person for person in people if person is not None and person.pk != step.by_id], site=escalation.desk.site,
        matter="escalation", matter_id=escalation.pk, occasion=f"step:{step.pk}", code=code, fields=fields_of(escalation, **by),
        url=address_of(escalation), now=step.at,
    )


def tell_each(
    escalation: Escalation, people: Iterable[Person], *, occasion: str, code: str, now: datetime, fields: dict[str, str] | None = None
) -> int:
    """Tells each of the people with the page on which they answer; who has none there is not told. Returns how many."""
    told = 0
    for person in people:
        if url := page_for(person, escalation, now):
            told += tell(
                people=[person], site=escalation.desk.site, matter="escalation", matter_id=escalation.pk, occasion=occasion,
                code=code, fields=fields_of(escalation, **(fields or {})), url=url, now=now,
            )
    return told
