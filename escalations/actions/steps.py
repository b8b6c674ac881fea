"""The acts of an escalation: raised, acknowledged, decided, passed up, decided by phone, closed (A4, A11, I9).

Each holds the desk's book, moves the state by `claim`, writes an entry with the words, keeps a step that points at
it, and tells whom it concerns, all in one transaction.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import claim
from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from escalations import rules
from escalations.actions.calls import begin_calling, stop_calling
from escalations.actions.common import (
    RIGHT,
    fresh,
    refuse_other_deciders,
    refuse_unconfirmed,
    refuse_without,
    take_step,
    tell_step,
    words_of,
)
from escalations.models import Escalation, EscalationStep, Level
from escalations.queries import called_up, deciders_of, level_asked, why_not_raise
from logbook.actions import book_of, hold_books
from logbook.models import Entry
from logbook.queries import current_watch
from logbook.rules import is_emergency

State, Kind, Confirmed = Escalation.State, EscalationStep.Kind, Escalation.Confirmation


@transaction.atomic
def raise_escalation(*, actor: Person, entry: Entry, now: datetime, reason: str = "") -> Escalation:
    """Passes what the entry is about on to the supervisor, in one step (A4); `reason` may say what is needed.

    While nobody supervises, the project head is asked in their place. In an emergency the first of the call tree
    is called (A16). Raises Refused for an entry that cannot be escalated, and where the matter is escalated already.
    """
    reason = words_of(reason, field="reason")
    escalation = _raised(actor, entry, now)
    level = level_asked(escalation, now)
    code = "escalation_raised_to_head" if level == Level.PROJECT_HEAD else ""
    step = take_step(escalation, Kind.RAISED, actor=actor, now=now, text=reason, code=code)
    asked = deciders_of(escalation.desk, level, now)
    tell_step(step, asked, "asked_in_emergency" if escalation.emergency else "asked_to_decide")
    if escalation.emergency:
        begin_calling(escalation, now=now, told=asked)
    return escalation


@transaction.atomic
def raise_decided_by_phone(
    *, actor: Person, entry: Entry, now: datetime, decision: str, decided_by: Person
) -> Escalation:
    """Writes down in one step what who is asked has decided by phone about a matter that was not escalated yet (A11).

    It is raised and decided at once, so that no clock runs and nobody is asked; it is confirmed afterwards. Raises Refused
    as `raise_escalation` and `record_phone_decision` do.
    """
    escalation = _raised(actor, entry, now)
    take_step(escalation, Kind.RAISED, actor=actor, now=now)
    return record_phone_decision(actor=actor, escalation=escalation, now=now, decision=decision, decided_by=decided_by)


def _raised(actor: Person, entry: Entry, now: datetime) -> Escalation:
    root = entry.root or entry
    desk = root.book.desk
    if desk is None:
        raise Refused("A4", _("Acts of administration are not escalated."), _("Speak to the site administrator."))
    hold_books(book_of(desk))
    refuse_without(actor, "escalation.raise", desk, now)
    if refusal := why_not_raise(root):
        raise refusal
    escalation = Escalation(
        desk=desk, entry=root, raised_by=actor, raised_at=now, asked_at=now,
        emergency=is_emergency(kind=root.kind, urgency=root.urgency),
    )
    escalation._history_user = actor
    try:
        with transaction.atomic():
            escalation.save()
    except IntegrityError as error:
        raise Refused("A4", _("This matter is escalated already."), _("Look at its escalation.")) from error
    return escalation


@transaction.atomic
def acknowledge_escalation(*, actor: Person, escalation: Escalation, now: datetime) -> Escalation:
    """Who is asked says that they have seen it; that is timed (A4). Raises Refused."""
    escalation = fresh(escalation)
    refuse_other_deciders(actor, escalation, now)
    escalation = claim(
        Escalation, escalation.pk, old=State.RAISED, new=State.ACKNOWLEDGED, actor=actor, reason="acknowledged", now=now,
        refusal=_("This escalation has been acknowledged or decided already."),
    )
    stop_calling(escalation, by=actor, now=now)
    step = take_step(escalation, Kind.ACKNOWLEDGED, actor=actor, now=now)
    tell_step(step, [escalation.raised_by], "told_acknowledged")
    return escalation


@transaction.atomic
def decide_escalation(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime, decision: str
) -> Escalation:
    """Decides what is to be done; binding (A11). Also puts another decision in place of one by phone not yet confirmed.

    Raises Refused for anybody but who is asked, and without a decision in words.
    """
    escalation = fresh(escalation)
    refuse_unconfirmed(actor, confirmed)
    refuse_other_deciders(actor, escalation, now)
    decision = words_of(decision, field="decision", missing=_("A decision says what is to be done."))
    olds: tuple[str, ...] = rules.WAITING
    if escalation.confirmation == Confirmed.AWAITED:
        olds = (*rules.WAITING, State.DECIDED)
    escalation = claim(
        Escalation, escalation.pk, old=olds, new=State.DECIDED, actor=actor, reason="decided", now=now,
        refusal=_("This escalation has been decided already."), confirmation=Confirmed.NONE,
    )
    stop_calling(escalation, by=actor, now=now)
    step = take_step(
        escalation, Kind.DECIDED, actor=actor, now=now, text=decision, decided_by=actor, method=confirmed.method
    )
    tell_step(step, _told_of_decision(escalation, now), "told_decided")
    return escalation


@transaction.atomic
def pass_up(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime, reason: str
) -> Escalation:
    """The supervisor holds that the project head must decide; the clock starts anew for them (A11). Raises Refused."""
    escalation = fresh(escalation)
    refuse_unconfirmed(actor, confirmed)
    may_decide = may(actor, "escalation.decide", desk=escalation.desk, now=now)
    if refusal := rules.why_not_pass_up(level=escalation.level, may_decide=may_decide):
        raise refusal
    reason = words_of(reason, field="reason", missing=_("Say why the project head must decide."))
    escalation = claim(
        Escalation, escalation.pk, old=(*rules.WAITING, State.DECIDED), new=State.RAISED, actor=actor, reason=reason,
        now=now, level=Level.PROJECT_HEAD, asked_at=now, confirmation=Confirmed.NONE,
        refusal=_("This escalation is closed."),
    )
    stop_calling(escalation, by=actor, now=now)
    step = take_step(escalation, Kind.PASSED_UP, actor=actor, now=now, text=reason, method=confirmed.method)
    tell_step(step, deciders_of(escalation.desk, Level.PROJECT_HEAD, now), "asked_to_decide_major")
    tell_step(step, [escalation.raised_by], "told_passed_up")
    return escalation


@transaction.atomic
def record_phone_decision(
    *, actor: Person, escalation: Escalation, now: datetime, decision: str, decided_by: Person
) -> Escalation:
    """Writes down in a line what who is asked has decided by phone; it holds, and is confirmed afterwards (A11).

    Raises Refused where that person does not decide at this level, or is the writer, or all is decided already.
    """
    escalation = fresh(escalation)
    refuse_without(actor, "escalation.raise", escalation.desk, now)
    if decided_by.pk == actor.pk:
        raise Refused("A11", _("This would be your own decision."), _("Decide it yourself, with your PIN."), field="decided_by")
    level = level_asked(escalation, now)
    decides = may(decided_by, RIGHT[Level(level)], desk=escalation.desk, now=now)
    if not decides and called_up(escalation):
        decides = may(decided_by, RIGHT[Level.PROJECT_HEAD], desk=escalation.desk, now=now)
    if refusal := rules.why_not_decided_by(level=level, decides_at_level=decides):
        raise refusal
    decision = words_of(decision, field="decision", missing=_("A decision says what is to be done."))
    escalation = claim(
        Escalation, escalation.pk, old=rules.WAITING, new=State.DECIDED, actor=actor, reason="decided by phone", now=now,
        refusal=_("This escalation has been decided already."), confirmation=Confirmed.AWAITED,
    )
    stop_calling(escalation, by=decided_by, now=now)
    step = take_step(escalation, Kind.PHONE_DECIDED, actor=actor, now=now, text=decision, decided_by=decided_by)
    supervisors = deciders_of(escalation.desk, Level.SUPERVISOR, now)
    tell_step(step, [decided_by, *supervisors], "asked_to_confirm")
    return escalation


@transaction.atomic
def confirm_phone_decision(
    *, actor: Person, confirmed: Confirmation, escalation: Escalation, now: datetime
) -> Escalation:
    """Who gave a decision by phone, or a supervisor, confirms it afterwards; also when it is closed (A11). Raises Refused."""
    escalation = fresh(escalation)
    refuse_unconfirmed(actor, confirmed)
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
    step = take_step(escalation, Kind.PHONE_CONFIRMED, actor=actor, now=now, method=confirmed.method)
    tell_step(step, [given.by, escalation.raised_by], "told_confirmed")
    return escalation


@transaction.atomic
def close_escalation(*, actor: Person, escalation: Escalation, now: datetime, done: str) -> Escalation:
    """Closes what was decided with what was done (A11). The matter's own follow-up lives on. Raises Refused."""
    escalation = fresh(escalation)
    desk = escalation.desk
    if not any(may(actor, right, desk=desk, now=now) for right in ("escalation.raise", *RIGHT.values())):
        refuse_without(actor, "escalation.raise", desk, now)
    done = words_of(done, field="done", missing=_("Say what was done."))
    escalation = claim(
        Escalation, escalation.pk, old=State.DECIDED, new=State.CLOSED, actor=actor, reason="closed", now=now,
        refusal=_("Only what has been decided is closed."),
    )
    stop_calling(escalation, by=actor, now=now)
    step = take_step(escalation, Kind.CLOSED, actor=actor, now=now, text=done)
    decision = escalation.steps.filter(decided_by__isnull=False).select_related("decided_by").order_by("-pk").first()
    people: list[Person | None] = [escalation.raised_by, *deciders_of(desk, Level.SUPERVISOR, now)]
    people += [decision.decided_by] if decision else []
    if escalation.level == Level.PROJECT_HEAD:
        people += deciders_of(desk, Level.PROJECT_HEAD, now)
    tell_step(step, people, "told_closed")
    return escalation


def _told_of_decision(escalation: Escalation, now: datetime) -> list[Person | None]:
    """Who raised it, who holds the desk now, and of the project head's decision the supervisors."""
    people: list[Person | None] = [escalation.raised_by]
    if watch := current_watch(escalation.desk):
        people.append(watch.holder)
    if escalation.level == Level.PROJECT_HEAD:
        people += deciders_of(escalation.desk, Level.SUPERVISOR, now)
    return people
