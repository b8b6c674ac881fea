"""Leave: asked for, decided, withdrawn; what an approved one takes out waits for a stand-in at once (A13, E4, I6, I9).

The kind of leave stands in the request alone: entries and notices never name it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Choice, Desk, Person
from desks.permissions import may
from desks.queries import choices_of
from desks.refusal import Refused
from desks.wording import in_every_language, name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.actions.changing import (
    DECIDE,
    decided,
    deciders,
    exchanging,
    held_duty,
    hold_people,
    others_decide,
    take_out,
    words_of,
)
from rosters.actions.leave_photos import attach_photos
from rosters.actions.telling import tell_person_matter
from rosters.models import Duty, DutyChange, EmptyDuty, Leave, RequestState
from rosters.queries import duties_touched
from rosters.wording import leave_words

STATE = RequestState


def hold_site(desk: Desk) -> None:
    """Holds the books of every desk of the site: leave takes duties out wherever the person has some."""
    hold_books(*(book_of(each) for each in Desk.objects.filter(site=desk.site_id).order_by("pk")))


@transaction.atomic
def ask_leave(
    *, actor: Person, desk: Desk, person: Person, kind: Choice, starts_at: datetime, ends_at: datetime, reason: str, now: datetime,
    photos: Sequence[str] = (),
) -> Leave:
    """Asks for leave for a time, of days or hours; the supervisor may write it down for somebody who cannot. Raises Refused.

    `photos` are the tokens of the actor's uploads of a paper that belongs to it. A duty of the person within the desk's lead time leaves it to the supervisor to write it down (E4). Nothing changes yet.
    """
    hold_site(desk)
    own, decides = actor.pk == person.pk, may(actor, DECIDE, desk=desk, now=now)
    if kind.desk_id != desk.pk or kind.purpose != Choice.Purpose.LEAVE_KIND or not kind.current:
        raise Refused("A13", _("This desk knows no such kind of leave."), _("Choose another."), field="kind")
    leave = Leave(
        person=person, filed_by=actor, asked_at=now, reason=reason.strip(), desk=desk, kind=kind.code, starts_at=starts_at, ends_at=ends_at,
    )
    near = any(
        not rules.is_in_time(day=duty.site_day, now=now, days=desk.settings.swap_lead_days, zone=desk.site.zone)
        for duty in duties_touched(leave, now)
    )
    if refusal := rules.why_not_leave(
        own=own, decides=decides, starts_at=starts_at, ends_at=ends_at, now=now, in_time=not near, reason=reason
    ):
        raise refusal
    _file(leave, actor, now)
    attach_photos(leave, actor, photos, now)
    _tell(leave, deciders(desk, now, actor, person), "tell_leave_decide", now)
    if not own:
        _tell(leave, [person], "tell_leave_filed", now, **name_of("by", actor))
    return leave


def _file(leave: Leave, actor: Person, now: datetime) -> None:
    leave._history_user, leave._history_date = actor, now
    try:
        with transaction.atomic():
            leave.save()
    except IntegrityError as error:
        raise Refused(
            "A13", _("There is leave of this person within this time already."), _("Choose another time, or settle the other one first."),
            field="since",
        ) from error
    _note(leave, "leave_asked", actor, now)


@transaction.atomic
def withdraw_leave(*, actor: Person, leave: Leave, now: datetime) -> Leave:
    """Who asked, or wrote it down, takes the request back before it is decided. Raises Refused."""
    hold_books(book_of(leave.desk))
    if actor.pk not in {leave.person_id, leave.filed_by_id}:
        raise Refused("A13", _("This is not your request."), _("Ask who made it."))
    leave = claim(
        Leave, leave.pk, old=STATE.REQUESTED, new=STATE.WITHDRAWN, actor=actor, reason="", now=now,
        refusal=_("This request was settled already."),
    )
    _note(leave, "leave_withdrawn", actor, now)
    if actor != leave.person:
        _tell(leave, [leave.person], "tell_leave_withdrawn", now, **name_of("by", actor))
    return leave


@transaction.atomic
def decide_leave(*, actor: Person, leave: Leave, approve: bool, reason: str, now: datetime) -> Leave:
    """The supervisor approves leave, which takes the person's duties of that time out and leaves them to be filled, or refuses it.

    A running duty ends for the person with this minute. Raises Refused (A13, I6, I9).
    """
    desk = leave.desk
    hold_site(desk)
    leave = Leave.objects.select_for_update(of=("self",)).select_related("person", "filed_by", "desk__site", "desk__settings").get(pk=leave.pk)
    if leave.state != STATE.REQUESTED:
        raise Refused("I9", _("This request was settled already."), _("Load the page again."))
    if refusal := rules.why_not_decide(
        may=may(actor, DECIDE, desk=desk, now=now), own=actor.pk == leave.person_id, others=others_decide(desk, actor, now),
        approve=approve, agreed=True, reason=reason,
    ):
        raise refusal
    new = STATE.APPROVED if approve else STATE.REFUSED
    if approve:
        _take_duties_out(leave, actor, now)
    leave = claim(
        Leave, leave.pk, old=STATE.REQUESTED, new=new, actor=actor, reason="" if approve else reason.strip()[:100], now=now,
        decided_by=actor, decided_at=now, decision=reason.strip(),
    )
    _note(leave, f"leave_{new}", actor, now, text="" if approve else reason)
    if actor != leave.person:
        _tell(leave, [leave.person], f"tell_leave_{new}", now, words=reason.strip())
    return leave


@transaction.atomic
def shorten_leave(*, actor: Person, leave: Leave, until: datetime | None, reason: str, now: datetime) -> Leave:
    """Approved leave ends sooner, at `until`, or is called off where that is None and it has not begun: the person is back.

    Duties that wait for a stand-in may be theirs again from then on, by the supervisor's naming; what others took stays
    theirs. The person is told. Raises Refused (A13, I6, I9).
    """
    hold_site(leave.desk)
    leave = Leave.objects.select_for_update(of=("self",)).select_related("person", "desk__site", "desk__settings").get(pk=leave.pk)
    if refusal := rules.why_not_shorten(
        may=may(actor, DECIDE, desk=leave.desk, now=now), approved=leave.state == STATE.APPROVED, starts_at=leave.starts_at,
        ends_at=leave.ends_at, until=until, now=now, reason=reason,
    ):
        raise refusal
    hold_people([leave.person_id])
    changes = {} if until is None else {"ends_at": until}
    leave = claim(
        Leave, leave.pk, old=STATE.APPROVED, new=STATE.CALLED_OFF if until is None else STATE.APPROVED, actor=actor,
        reason=reason.strip()[:100], now=now, **changes,
    )
    code = "leave_called_off" if until is None else "leave_shortened"
    _note(leave, code, actor, now, text=reason)
    if actor != leave.person:
        tell_person_matter(
            leave.desk, "leave", leave.pk, [leave.person], f"{code}:{leave.ends_at.isoformat()}", f"tell_{code}", now, page="rosters:leave",
            **time_of(leave),
        )
    return leave


def _take_duties_out(leave: Leave, actor: Person, now: datetime) -> list[EmptyDuty]:
    """Takes the duties, or their parts, out by one decision for each desk, and raises what nobody has now."""
    hold_people([leave.person_id])
    changes: dict[int, DutyChange] = {}
    made = []
    with exchanging():
        for touched in duties_touched(leave, now):
            duty = held_duty(touched.pk)
            if duty.desk_id not in changes:
                changes[duty.desk_id] = decided(duty.desk, DutyChange.Kind.LEAVE, actor, now, "leave approved")
            since, until = take_out(duty, changes[duty.desk_id], now, since=leave.starts_at, until=leave.ends_at)
            made.append(_raise_empty(duty, since, until, actor, now))
    return made


def _raise_empty(duty: Duty, since: datetime, until: datetime, actor: Person, now: datetime) -> EmptyDuty:
    empty = EmptyDuty(desk=duty.desk, duty=duty, starts_at=since, ends_at=until, since=now)
    empty._history_user, empty._history_date = actor, now
    empty.save()
    record_act(
        actor=actor, desk=duty.desk, now=now, code="duty_to_fill", fields=name_of("person", duty.person) | words_of(duty, since, until),
    )
    tell_person_matter(
        duty.desk, "empty_duty", empty.pk, deciders(duty.desk, now, actor, duty.person), "raised", "tell_duty_to_fill", now,
        page="rosters:fill", **name_of("person", duty.person), **words_of(duty, since, until),
    )
    return empty


@transaction.atomic
def report_sick(*, actor: Person, duty: Duty, reason: str, now: datetime) -> EmptyDuty:
    """The supervisor notes that somebody cannot come, or must go home: one act that leaves the duty to be filled (A13).

    It writes the leave down and approves it for the time of this duty alone; a running one ends for them with this minute.
    Raises Refused.
    """
    hold_site(duty.desk)
    duty = held_duty(duty.pk)
    kinds = {kind.code: kind for kind in choices_of(duty.desk, Choice.Purpose.LEAVE_KIND)}
    kind = kinds.get("sick") or next(iter(kinds.values()), None)
    if kind is None:
        raise Refused("A13", _("This desk knows no kind of leave."), _("Have the administrator add one."))
    if not may(actor, DECIDE, desk=duty.desk, now=now):
        raise Refused("A13", _("Only the supervisor decides this."), _("Call the supervisor."))
    if duty.ends_at <= now:
        raise Refused("I6", _("This duty is over."), _("What has been worked is never changed."))
    leave = Leave(
        person=duty.person, filed_by=actor, asked_at=now, reason=reason.strip(), desk=duty.desk, kind=kind.code,
        starts_at=max(duty.starts_at, now), ends_at=duty.ends_at,
    )
    _file(leave, actor, now)
    decide_leave(actor=actor, leave=leave, approve=True, reason="", now=now)
    return EmptyDuty.objects.select_related("desk__site", "duty__person").get(duty=duty)


def time_of(leave: Leave) -> dict[str, str]:
    """Fields for `%(when)s`: the time of the leave in each language."""
    return in_every_language("when", lambda: leave_words(leave.starts_at, leave.ends_at, leave.desk))


def _tell(leave: Leave, people: list[Person], code: str, now: datetime, **fields: str) -> None:
    tell_person_matter(
        leave.desk, "leave", leave.pk, people, f"{leave.state}:{code}", code, now, page="rosters:leave",
        **name_of("person", leave.person), **time_of(leave), **fields,
    )


def _note(leave: Leave, code: str, actor: Person, now: datetime, *, text: str = "") -> None:
    record_act(
        actor=actor, desk=leave.desk, now=now, code=code, audience="supervisors", text=text,
        fields=name_of("by", actor) | name_of("person", leave.person) | time_of(leave)
        | {"starts_at": leave.starts_at.isoformat(), "ends_at": leave.ends_at.isoformat()},
    )
