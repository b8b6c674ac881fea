"""Stand-ins: whom the supervisor calls and names, a duty handed over at once, support and extension, the reserve (A7, A13, A23, I6)."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import duty_pool
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.actions.changing import (
    DECIDE,
    bring_in,
    decided,
    exchanging,
    held_duty,
    hold_people,
    take_out,
    whole_minute_after,
    words_of,
)
from rosters.actions.telling import tell_person_matter
from rosters.models import Duty, DutyChange, EmptyDuty, Reserve, StandInCall
from rosters.queries import Piece, duties_beside, fit_of

STATE = EmptyDuty.State


def must_decide(actor: Person, desk: Desk, now: datetime) -> None:
    """Raises Refused where the actor may not decide about duties of the desk (A13)."""
    if not may(actor, DECIDE, desk=desk, now=now):
        raise Refused("A13", _("Only the supervisor decides this."), _("Ask the supervisor."))


@transaction.atomic
def note_call(*, actor: Person, empty: EmptyDuty, person: Person, answer: str, now: datetime) -> StandInCall:
    """Notes that somebody was called about an empty duty, and what they said. Raises Refused (A23)."""
    hold_books(book_of(empty.desk))
    must_decide(actor, empty.desk, now)
    if answer not in StandInCall.Answer.values:
        raise Refused("A23", _("Choose what they answered."), field="answer")
    _open(empty)
    return StandInCall.objects.create(empty=empty, person=person, answer=answer, called_by=actor, called_at=now)


@transaction.atomic
def name_stand_in(*, actor: Person, empty: EmptyDuty, person: Person, reason: str, now: datetime) -> Duty:
    """The supervisor names who takes an empty duty, from now where it has begun; everybody whom it touches is told (A13).

    The stand-in may take it and is free; too short a rest needs a reason. Exactly one is named. Raises Refused.
    """
    desk = empty.desk
    hold_books(book_of(desk))
    must_decide(actor, desk, now)
    empty = _open(empty)
    starts_at = empty.starts_at if empty.starts_at > now else max(empty.starts_at, whole_minute_after(now))
    if starts_at >= empty.ends_at:
        raise Refused("I6", _("This duty is over."), _("What has been worked is never changed."))
    hold_people([person.pk])
    _refuse_unfit(person, desk, Piece.of(empty.duty, starts_at, empty.ends_at), reason, now)
    change = decided(desk, DutyChange.Kind.STAND_IN, actor, now, reason.strip() or "stand-in named")
    with exchanging():
        duty = bring_in(change, empty.duty, person, starts_at, empty.ends_at, now)
    claim(EmptyDuty, empty.pk, old=STATE.OPEN, new=STATE.FILLED, actor=actor, reason=reason.strip()[:100], now=now, filled_by=change)
    _tell_new(duty, empty.duty.person, actor, now, reason)
    return duty


@transaction.atomic
def leave_empty(*, actor: Person, empty: EmptyDuty, reason: str, now: datetime) -> EmptyDuty:
    """The supervisor decides that nobody need take it, with a reason. Raises Refused (A13, I9)."""
    hold_books(book_of(empty.desk))
    must_decide(actor, empty.desk, now)
    if not reason.strip():
        raise Refused("I9", _("Leaving a duty empty has a reason."), _("Say why nobody is needed."), field="reason")
    empty = _open(empty)
    empty = claim(EmptyDuty, empty.pk, old=STATE.OPEN, new=STATE.LEFT, actor=actor, reason=reason.strip()[:100], now=now)
    record_act(
        actor=actor, desk=empty.desk, now=now, code="duty_left_empty", text=reason.strip(),
        fields=name_of("by", actor) | words_of(empty.duty, empty.starts_at, empty.ends_at),
    )
    return empty


@transaction.atomic
def hand_over_duty(
    *, actor: Person, duty: Duty, person: Person, reason: str, now: datetime, starts_at: datetime | None = None, ends_at: datetime | None = None,
    told: Collection[Person] = (),
) -> Duty:
    """The supervisor hands a duty, or a part of it, to somebody else at once; of a running one what comes after this minute.

    What its first holder has worked stays theirs. Both are told, and whom it touches, but for those who are `told` by the act that
    this one belongs to. Raises Refused (A13, I5, I6).
    """
    desk = duty.desk
    hold_books(book_of(desk))
    duty = Duty.objects.select_for_update(of=("self",)).select_related("person", "desk__site", "desk__settings").get(pk=duty.pk)
    if refusal := rules.why_not_hand_over(
        may=may(actor, DECIDE, desk=desk, now=now), in_force=duty.taken_out_by_id is None, over=duty.ends_at <= whole_minute_after(now),
        same=person.pk == duty.person_id, reason=reason,
    ):
        raise refusal
    starts_at, ends_at = starts_at or duty.starts_at, ends_at or duty.ends_at
    if refusal := rules.why_not_part(starts_at=duty.starts_at, ends_at=duty.ends_at, since=starts_at, until=ends_at):
        raise refusal
    hold_people([person.pk, duty.person_id])
    begins = max(starts_at, whole_minute_after(now)) if duty.starts_at <= now else starts_at
    _refuse_unfit(person, desk, Piece.of(duty, begins, ends_at), reason, now)
    change = decided(desk, DutyChange.Kind.STAND_IN, actor, now, reason.strip())
    with exchanging():
        since, until = take_out(duty, change, now, since=starts_at, until=ends_at)
        made = bring_in(change, duty, person, since, until, now)
    _tell_new(made, duty.person, actor, now, reason, told)
    if duty.person not in told and duty.person.is_active and duty.person != actor:
        _tell(made, [duty.person], "handed_over", "tell_duty_handed_over", now, **name_of("person", person))
    return made


@transaction.atomic
def extend_duty(*, actor: Person, duty: Duty, ends_at: datetime, reason: str, now: datetime) -> Duty:
    """The supervisor extends a duty beyond its end, as a further duty of the same person that begins where it ends. Raises Refused (A7, I5)."""
    desk = duty.desk
    hold_books(book_of(desk))
    must_decide(actor, desk, now)
    duty = held_duty(duty.pk)
    if duty.ends_at <= now:
        raise Refused("I6", _("This duty is over."), _("What was worked longer stands in the month's hours, not in the roster."))
    if ends_at <= duty.ends_at:
        raise Refused("A7", _("That is no later than the duty ends anyway."), _("Choose a later end."), field="ends_at")
    if not reason.strip():
        raise Refused("I9", _("A change of the roster has a reason."), _("Say why."), field="reason")
    hold_people([duty.person_id])
    _refuse_unfit(duty.person, desk, Piece.of(duty, duty.ends_at, ends_at), reason, now)
    change = decided(desk, DutyChange.Kind.EXTENSION, actor, now, reason.strip())
    with exchanging():
        made = bring_in(change, duty, duty.person, duty.ends_at, ends_at, now)
    record_act(
        actor=actor, desk=desk, now=now, code="duty_extended", text=reason.strip(),
        fields=name_of("by", actor) | name_of("person", duty.person) | words_of(made),
    )
    _tell(made, {duty.person} - {actor}, "extended", "tell_duty_extended", now)
    return made


@transaction.atomic
def set_reserve(*, actor: Person, desk: Desk, day: date, people: Iterable[Person], now: datetime) -> list[Reserve]:
    """Lays down who could be called on a day of the desk; who is new in it is told. Raises Refused for who may not take duties."""
    hold_books(book_of(desk))
    must_decide(actor, desk, now)
    wanted = {person.pk: person for person in people}
    may_take = {person.pk for person in duty_pool(desk, now)}
    if stranger := next((person for pk, person in wanted.items() if pk not in may_take), None):
        raise Refused("A6", _("%(name)s may not take this duty.") % {"name": stranger}, field="people")
    standing = {row.person_id: row for row in Reserve.objects.select_for_update().filter(desk=desk, site_day=day)}
    for pk, row in standing.items():
        if pk not in wanted:
            row._history_user, row._history_date = actor, now
            row.delete()
    for pk, person in sorted(wanted.items()):
        if pk not in standing:
            row = Reserve(desk=desk, site_day=day, person=person)
            row._history_user, row._history_date = actor, now
            row.save()
            tell_person_matter(
                desk, "reserve", desk.pk, [person], f"{day}:{row.pk}", "tell_in_reserve", now, page="rosters:page", own_page=False,
                duty_on=day.isoformat(),
            )
    return list(Reserve.objects.filter(desk=desk, site_day=day).select_related("person"))


def _open(empty: EmptyDuty) -> EmptyDuty:
    row = (
        EmptyDuty.objects.select_for_update(of=("self",))
        .select_related("desk__site", "desk__settings", "duty__person", "duty__desk__site").get(pk=empty.pk)
    )
    if row.state != STATE.OPEN:
        raise Refused("A13", _("This duty has been settled already."), _("Load the page again: it says by whom."))
    return row


def _refuse_unfit(person: Person, desk: Desk, piece: Piece, reason: str, now: datetime) -> None:
    fit = fit_of(desk, person, piece, now)
    if refusal := rules.why_not_take(person, fit.standing, field="person") or rules.why_reason_needed(
        [] if fit.standing.rested else [str(person)], reason, beyond=[(str(person), breach) for breach in fit.against]
    ):
        raise refusal


def _tell_new(duty: Duty, instead: Person, actor: Person, now: datetime, reason: str, told: Collection[Person] = ()) -> None:
    """The entry, and the notices: the new holder acknowledges; who works beside them or is relieved by them hears of it.

    The one who is away is left in peace.
    """
    words = name_of("person", duty.person) | name_of("instead", instead)
    record_act(
        actor=actor, desk=duty.desk, now=now, code="stand_in_named", text=reason.strip(), fields=name_of("by", actor) | words | words_of(duty)
    )
    _tell(duty, {duty.person} - {actor, *told}, "named", "tell_stand_in", now, acknowledge=True, **name_of("instead", instead))
    beside = {other.person for other in duties_beside(duty)} - {duty.person, instead, actor, *told}
    _tell(duty, beside, "beside", "tell_stand_in_beside", now, **words)


def _tell(duty: Duty, people: Iterable[Person], occasion: str, code: str, now: datetime, *, acknowledge: bool = False, **fields: str) -> None:
    tell_person_matter(
        duty.desk, "duty", duty.pk, people, occasion, code, now, page="rosters:duty", acknowledge=acknowledge, **words_of(duty) | fields,
    )

