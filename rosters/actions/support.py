"""Support from the back office at busy times: who, from when to when, why; shown on the roster and the desk page (A7)."""

from datetime import datetime

from django.db import transaction

from desks.models import Desk, Person
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.actions.changing import (
    decided,
    exchanging,
    held_duty,
    hold_people,
    take_out,
    whole_minute_after,
    words_of,
)
from rosters.actions.filling import must_decide
from rosters.actions.telling import tell_person_matter
from rosters.models import Duty, DutyChange
from rosters.queries import duties_beside, fit_of, piece_of_support, shifts_of

ADDED = {DutyChange.Kind.SUPPORT, DutyChange.Kind.EXTENSION}
"""Changes whose duties come on top of the roster, so that nobody need fill one that is called off."""


@transaction.atomic
def call_support(
    *, actor: Person, desk: Desk, person: Person, starts_at: datetime, ends_at: datetime, reason: str, now: datetime
) -> Duty:
    """The supervisor calls somebody in for a time, whatever the roles of the desk; from the next minute where it has begun.

    They are told and acknowledge; who works then hears of it. Nobody on another duty or on leave, and nobody without a
    rest but with a reason that says so, which a call-up has anyway. Raises Refused (A7, A13, I5).
    """
    hold_books(book_of(desk))
    must_decide(actor, desk, now)
    shifts = shifts_of(desk)
    if starts_at <= now < ends_at:
        starts_at = whole_minute_after(now)
    if refusal := rules.why_not_support(starts_at=starts_at, ends_at=ends_at, now=now, shifts=shifts, reason=reason):
        raise refusal
    hold_people([person.pk])
    piece = piece_of_support(desk, starts_at, ends_at)
    assert piece is not None  # the rule above wants a shift
    standing = fit_of(desk, person, piece, now, any_role=True).standing
    if refusal := rules.why_not_take(person, standing, field="person"):
        raise refusal
    change = decided(desk, DutyChange.Kind.SUPPORT, actor, now, reason.strip())
    duty = Duty(
        person=person, desk=desk, site_day=piece.day, starts_at=starts_at, ends_at=ends_at, shift_code=piece.shift, shift_version=piece.version,
        origin=Duty.Origin.CHANGE, brought_in_by=change,
    )
    duty._history_user, duty._history_date = actor, now
    with exchanging():
        duty.save()
    words = name_of("person", person) | words_of(duty)
    record_act(actor=actor, desk=desk, now=now, code="support_called", fields=name_of("by", actor) | words, text=reason.strip())
    tell_person_matter(
        desk, "duty", duty.pk, {person} - {actor}, "support", "tell_support", now, page="rosters:duty", acknowledge=True,
        **words, words=reason.strip(),
    )
    beside = {other.person for other in duties_beside(duty) if other.starts_at < ends_at and other.ends_at > starts_at}
    tell_person_matter(desk, "duty", duty.pk, beside - {person, actor}, "support_beside", "tell_support_beside", now, page="rosters:duty", **words)
    return duty


@transaction.atomic
def call_off(*, actor: Person, duty: Duty, reason: str, now: datetime) -> Duty:
    """The supervisor calls support, or an extension, off; of one that runs what comes after this minute. Nobody need fill it.

    The person is told. Raises Refused for a duty of the roster, which goes by leave, swap or stand-in (A7, A13, I6).
    """
    desk = duty.desk
    hold_books(book_of(desk))
    must_decide(actor, desk, now)
    duty = held_duty(duty.pk)
    kind = duty.brought_in_by.kind if duty.brought_in_by is not None else ""
    if refusal := rules.why_not_call_off(added=kind in ADDED, over=duty.ends_at <= whole_minute_after(now), reason=reason):
        raise refusal
    hold_people([duty.person_id])
    change = decided(desk, kind, actor, now, reason.strip())
    with exchanging():
        since, until = take_out(duty, change, now)
    fields = name_of("person", duty.person) | words_of(duty, since, until)
    record_act(actor=actor, desk=desk, now=now, code="duty_called_off", fields=name_of("by", actor) | fields, text=reason.strip())
    tell_person_matter(
        desk, "duty", duty.pk, {duty.person} - {actor}, "called_off", "tell_called_off", now, page="rosters:duty", **fields, words=reason.strip()
    )
    return duty
