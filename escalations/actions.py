"""The acts of an escalation: raised, acknowledged, decided, passed up, decided by phone, closed (A4, A11, I9).

Each holds the desk's book, moves the state by `claim`, writes an entry with the words, keeps a step that points at
it, and tells whom it concerns, all in one transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused, Words
from desks.wording import in_each_language, name_of
from escalations import rules
from escalations.models import Escalation, EscalationStep, Level
from escalations.queries import deciders_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.rules import cleaned, why_not_text
from notices.actions import tell

State, Kind, Confirmed = Escalation.State, EscalationStep.Kind, Escalation.Confirmation
RIGHT = {Level.SUPERVISOR: "escalation.decide", Level.PROJECT_HEAD: "escalation.decide_major"}


@transaction.atomic
def raise_escalation(*, actor: Person, entry: Entry, now: datetime, reason: str = "") -> Escalation:
    """Passes what the entry is about on to the supervisor, in one step (A4); `reason` may say what is needed.

    Where nobody supervises the site now, the project head is told as well. Raises Refused for an entry that cannot
    be escalated, and where the matter is escalated already.
    """
    root = entry.root or entry
    desk = root.book.desk
    if desk is None:
        raise Refused("A4", _("Acts of administration are not escalated."), _("Speak to the site administrator."))
    hold_books(book_of(desk))
    _refuse_without(actor, "escalation.raise", desk, now)
    retracted = Entry.objects.filter(refers_to=root, act=Entry.Act.RETRACTION).exists()
    if refusal := rules.why_not_raise(own_step=root.code.startswith("escalation_"), retracted=retracted):
        raise refusal
    reason = _words(reason, field="reason")
    escalation = Escalation(
        desk=desk, entry=root, raised_by=actor, raised_at=now, asked_at=now,
        emergency="emergency" in {root.kind, root.urgency},
    )
    escalation._history_user = actor
    try:
        with transaction.atomic():
            escalation.save()
    except IntegrityError as error:
        raise Refused("A4", _("This matter is escalated already."), _("Look at its escalation.")) from error
    step = _step(escalation, Kind.RAISED, actor=actor, now=now, text=reason)
    asked = deciders_of(desk, Level.SUPERVISOR, now)
    people = asked or deciders_of(desk, Level.PROJECT_HEAD, now)
    _tell(step, people, "asked_in_emergency" if escalation.emergency else "asked_to_decide")
    return escalation


@transaction.atomic
def acknowledge_escalation(*, actor: Person, escalation: Escalation, now: datetime) -> Escalation:
    """Who is asked says that they have seen it; that is timed (A4). Raises Refused."""
    escalation = _fresh(escalation)
    _refuse_other_deciders(actor, escalation, now)
    escalation = claim(
        Escalation, escalation.pk, old=State.RAISED, new=State.ACKNOWLEDGED, actor=actor, reason="acknowledged", now=now,
        refusal=_("This escalation has been acknowledged or decided already."),
    )
    step = _step(escalation, Kind.ACKNOWLEDGED, actor=actor, now=now)
    _tell(step, [escalation.raised_by], "told_acknowledged")
    return escalation


@transaction.atomic
def decide_escalation(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime, decision: str
) -> Escalation:
    """Decides what is to be done; binding (A11). Also puts another decision in place of one by phone not yet confirmed.

    Raises Refused for anybody but who is asked, and without a decision in words.
    """
    escalation = _fresh(escalation)
    _refuse_unconfirmed(actor, confirmed)
    _refuse_other_deciders(actor, escalation, now)
    decision = _words(decision, field="decision", missing=_("A decision says what is to be done."))
    olds: tuple[str, ...] = rules.WAITING
    if escalation.confirmation == Confirmed.AWAITED:
        olds = (*rules.WAITING, State.DECIDED)
    escalation = claim(
        Escalation, escalation.pk, old=olds, new=State.DECIDED, actor=actor, reason="decided", now=now,
        refusal=_("This escalation has been decided already."), confirmation=Confirmed.NONE,
    )
    step = _step(
        escalation, Kind.DECIDED, actor=actor, now=now, text=decision, decided_by=actor, method=confirmed.method
    )
    _tell(step, _told_of_decision(escalation, now), "told_decided")
    return escalation


@transaction.atomic
def pass_up(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime, reason: str
) -> Escalation:
    """The supervisor holds that the project head must decide; the clock starts anew for them (A11). Raises Refused."""
    escalation = _fresh(escalation)
    _refuse_unconfirmed(actor, confirmed)
    may_decide = may(actor, "escalation.decide", desk=escalation.desk, now=now)
    if refusal := rules.why_not_pass_up(level=escalation.level, may_decide=may_decide):
        raise refusal
    reason = _words(reason, field="reason", missing=_("Say why the project head must decide."))
    escalation = claim(
        Escalation, escalation.pk, old=(*rules.WAITING, State.DECIDED), new=State.RAISED, actor=actor, reason=reason,
        now=now, level=Level.PROJECT_HEAD, asked_at=now, confirmation=Confirmed.NONE,
        refusal=_("This escalation is closed."),
    )
    step = _step(escalation, Kind.PASSED_UP, actor=actor, now=now, text=reason, method=confirmed.method)
    _tell(step, deciders_of(escalation.desk, Level.PROJECT_HEAD, now), "asked_to_decide_major")
    _tell(step, [escalation.raised_by], "told_passed_up")
    return escalation


@transaction.atomic
def record_phone_decision(
    *, actor: Person, escalation: Escalation, now: datetime, decision: str, decided_by: Person
) -> Escalation:
    """Writes down in a line what who is asked has decided by phone; it holds, and is confirmed afterwards (A11).

    Raises Refused where that person does not decide at this level, or is the writer, or all is decided already.
    """
    escalation = _fresh(escalation)
    _refuse_without(actor, "escalation.raise", escalation.desk, now)
    if decided_by.pk == actor.pk:
        raise Refused("A11", _("This would be your own decision."), _("Decide it yourself, with your PIN."), field="decided_by")
    decides = may(decided_by, RIGHT[Level(escalation.level)], desk=escalation.desk, now=now)
    if refusal := rules.why_not_decided_by(level=escalation.level, decides_at_level=decides):
        raise refusal
    decision = _words(decision, field="decision", missing=_("A decision says what is to be done."))
    escalation = claim(
        Escalation, escalation.pk, old=rules.WAITING, new=State.DECIDED, actor=actor, reason="decided by phone", now=now,
        refusal=_("This escalation has been decided already."), confirmation=Confirmed.AWAITED,
    )
    step = _step(escalation, Kind.PHONE_DECIDED, actor=actor, now=now, text=decision, decided_by=decided_by)
    supervisors = deciders_of(escalation.desk, Level.SUPERVISOR, now)
    _tell(step, [decided_by, *supervisors], "asked_to_confirm")
    return escalation


@transaction.atomic
def confirm_phone_decision(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime
) -> Escalation:
    """Who gave a decision by phone, or a supervisor, confirms it afterwards; also when it is closed (A11). Raises Refused."""
    escalation = _fresh(escalation)
    _refuse_unconfirmed(actor, confirmed)
    given = escalation.steps.filter(kind=Kind.PHONE_DECIDED).order_by("-pk").first()
    if given is None:
        raise Refused("A11", _("No decision was given by phone."), _("Load the page again."))
    refusal = rules.why_not_confirm(
        recorded_it=actor.pk == given.by_id, gave_it=actor.pk == given.decided_by_id,
        may_decide=may(actor, "escalation.decide", desk=escalation.desk, now=now),
    )
    if refusal:
        raise refusal
    escalation = claim(
        Escalation, escalation.pk, old=Confirmed.AWAITED, new=Confirmed.CONFIRMED, actor=actor, now=now,
        reason="decision by phone confirmed", state_field="confirmation",
        refusal=_("This decision has been confirmed or replaced already."),
    )
    step = _step(escalation, Kind.PHONE_CONFIRMED, actor=actor, now=now, method=confirmed.method)
    _tell(step, [given.by, escalation.raised_by], "told_confirmed")
    return escalation


@transaction.atomic
def close_escalation(*, actor: Person, escalation: Escalation, now: datetime, done: str) -> Escalation:
    """Closes what was decided with what was done (A11). The matter's own follow-up lives on. Raises Refused."""
    escalation = _fresh(escalation)
    desk = escalation.desk
    if not any(may(actor, right, desk=desk, now=now) for right in ("escalation.raise", *RIGHT.values())):
        _refuse_without(actor, "escalation.raise", desk, now)
    done = _words(done, field="done", missing=_("Say what was done."))
    escalation = claim(
        Escalation, escalation.pk, old=State.DECIDED, new=State.CLOSED, actor=actor, reason="closed", now=now,
        refusal=_("Only what has been decided is closed."),
    )
    step = _step(escalation, Kind.CLOSED, actor=actor, now=now, text=done)
    people = [escalation.raised_by, *deciders_of(desk, Level.SUPERVISOR, now)]
    if escalation.level == Level.PROJECT_HEAD:
        people += deciders_of(desk, Level.PROJECT_HEAD, now)
    _tell(step, people, "told_closed")
    return escalation


def address_of(escalation: Escalation) -> str:
    """The page of the escalation."""
    return reverse("escalations:page", args=[escalation.desk.slug, escalation.pk])


def fields_of(escalation: Escalation, **more: str) -> dict[str, str]:
    """The named values of a notice about the escalation; no words that somebody wrote, for those can be veiled."""
    return {"number": str(escalation.entry.number), **in_each_language("desk", escalation.desk), **more}


def _fresh(escalation: Escalation) -> Escalation:
    """The escalation as it stands, under the desk's book and its own row's lock."""
    hold_books(book_of(escalation.desk))
    rows = Escalation.objects.select_related("desk__site", "desk__settings", "entry", "raised_by").select_for_update(of=("self",))
    return rows.get(pk=escalation.pk)


def _refuse_without(actor: Person, right: str, desk: Desk, now: datetime) -> None:
    if not may(actor, right, desk=desk, now=now):
        raise Refused("A20", _("You may not do this at this desk."), _("Ask the supervisor."))


def _refuse_unconfirmed(actor: Person, confirmed: Confirmation) -> None:
    if confirmed.person.pk != actor.pk:
        raise Refused("I9", _("Somebody else's PIN does not confirm your decision."), _("Enter your own."), field="secret")


def _refuse_other_deciders(actor: Person, escalation: Escalation, now: datetime) -> None:
    refusal = rules.why_not_decide(
        level=escalation.level, may_decide=may(actor, "escalation.decide", desk=escalation.desk, now=now),
        may_decide_major=may(actor, "escalation.decide_major", desk=escalation.desk, now=now),
    )
    if refusal:
        raise refusal


def _words(text: str, *, field: str, missing: Words | None = None) -> str:
    text = cleaned(text)
    refusal = rules.why_not_words(text, field=field, missing=missing) or (why_not_text(text) if text else None)
    if refusal:
        refusal.field = field
        raise refusal
    return text


def _step(
    escalation: Escalation, kind: str, *, actor: Person, now: datetime, text: str = "", decided_by: Person | None = None,
    method: str = "",
) -> EscalationStep:
    root = escalation.entry
    names = {"number": str(root.number), **name_of("by", actor)}
    if decided_by is not None and decided_by.pk != actor.pk:
        names |= name_of("decider", decided_by)
    entry = record_act(
        actor=actor, desk=escalation.desk, now=now, code=f"escalation_{kind}", fields=names, refers_to=root, text=text,
        audience=root.audience,
    )
    return EscalationStep.objects.create(
        escalation=escalation, kind=kind, level=escalation.level, by=actor, decided_by=decided_by, method=method, at=now,
        entry=entry,
    )


def _told_of_decision(escalation: Escalation, now: datetime) -> list[Person]:
    """Who raised it, who holds the desk now, and of the project head's decision the supervisors."""
    people = [escalation.raised_by]
    if watch := current_watch(escalation.desk):
        people.append(watch.holder)
    if escalation.level == Level.PROJECT_HEAD:
        people += deciders_of(escalation.desk, Level.SUPERVISOR, now)
    return people


def _tell(step: EscalationStep, people: Iterable[Person], code: str) -> None:
    escalation = step.escalation
    tell(
        people=[person for person in people if person.pk != step.by_id], site=escalation.desk.site, matter="escalation",
        matter_id=escalation.pk, occasion=f"step:{step.pk}", code=code, fields=fields_of(escalation, **name_of("by", step.by)),
        url=address_of(escalation), now=step.at,
    )
