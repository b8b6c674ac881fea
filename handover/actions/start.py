"""Begins a handover, a closing or an opening: one row, and a row for each matter, item and check (A26–A28)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import checklist_items
from desks.refusal import Refused
from desks.wording import name_of
from handover.actions.drawing import draw_anew, finish_drawing, make_matters
from handover.actions.ground import check_part, held_watch, locked
from handover.models import Handover, HandoverCheckLine, HandoverColleague, HandoverCountLine, HandoverStep
from handover.preparing import own_steps, step_labels
from handover.queries import drawn_matters, gap_since, last_closing, open_handover
from handover.rules import why_not_pair
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from registers.queries import custody_of


@transaction.atomic
def prepare_handover(*, actor: Person, desk: Desk, now: datetime) -> Handover:
    """Somebody of the watch begins to prepare the handover, from its first minute on; who takes over is named when they come (A26).

    What is prepared goes on in the handover, nothing is typed twice. Raises Refused for who is not of the watch, and
    where a handover is open.
    """
    hold_books(book_of(desk))
    check_part(actor, desk, now)
    watch = held_watch(desk)
    _check_no_gap(watch)
    if actor.pk not in {person.pk for person in watch_people(watch)}:
        raise Refused("A26", _("Only the people of the watch prepare its handover."), _("The holder taps their name and begins it."))
    return _made(
        actor, desk, now, Handover.Mode.FACE, watch=watch, outgoing=watch.holder, incoming=None, colleagues=(), since=watch.started_at,
    )


@transaction.atomic
def start_handover(
    *, actor: Person, desk: Desk, incoming: Person, now: datetime, colleagues: Sequence[Person] = (), together: bool = True,
    apart_because: str = "",
) -> Handover:
    """Begins a handover of the current watch to the incoming; holder, colleagues, incoming or supervisor may.

    What the watch has prepared goes on with it, drawn anew. `together` says whether both go through it face to face from
    now on, else `apart_because` why not (C8). Raises Refused where nobody holds the desk, a handover is open already, the incoming may not hold the desk or
    holds it already (A29, I3).
    """
    hold_books(book_of(desk))
    check_part(actor, desk, now)
    watch = held_watch(desk)
    _check_no_gap(watch)
    people = {person.pk for person in watch_people(watch)} | {watch.holder_id, incoming.pk}
    if actor.pk not in people and not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused(
            "A26", _("You do not stand on either side of this handover."), _("The holder or the relief begins it.")
        )
    _check_can_hold(incoming, desk, now, "incoming")
    if refusal := why_not_pair(watch.holder_id, incoming.pk):
        raise refusal
    if not together and not apart_because.strip():
        raise Refused(
            "C8", _("A handover that is not gone through together says why."), _("Write it in a word or two."), field="apart_because"
        )
    begun = {
        "together": Handover.Together.YES if together else Handover.Together.NO, "together_from": now,
        "apart_because": "" if together else apart_because.strip(),
    }
    beside = _fit_colleagues(colleagues, incoming, desk, now)
    prepared = open_handover(desk)
    if prepared is not None and prepared.is_draft and prepared.watch_id == watch.pk:
        return _go_on(locked(prepared), actor, now, incoming=incoming, colleagues=beside, **begun)
    return _made(
        actor, desk, now, Handover.Mode.FACE, watch=watch, outgoing=watch.holder, incoming=incoming, colleagues=beside,
        since=watch.started_at, **begun,
    )


@transaction.atomic
def close_desk(*, actor: Person, desk: Desk, now: datetime) -> Handover:
    """The last holder begins to close the desk for the night, and signs alone when all is counted (I3).

    Raises Refused for anybody but the holder, and where a handover is open.
    """
    hold_books(book_of(desk))
    check_part(actor, desk, now)
    watch = held_watch(desk)
    _check_no_gap(watch)
    if watch.holder_id != actor.pk:
        raise Refused("I3", _("Only the holder closes the desk."), _("The holder taps their name and closes it."))
    prepared = open_handover(desk)
    if prepared is not None and prepared.is_draft:
        claim(
            Handover, prepared.pk, old=Handover.State.PREPARING, new=Handover.State.CANCELLED, actor=actor,
            reason="the desk is closed instead", now=now, ended_at=now,
        )
    return _made(
        actor, desk, now, Handover.Mode.CLOSING, watch=watch, outgoing=actor, incoming=None, colleagues=(),
        since=watch.started_at,
    )


@transaction.atomic
def open_desk(*, actor: Person, desk: Desk, now: datetime, colleagues: Sequence[Person] = ()) -> Handover:
    """The first holder of the day begins to open the desk; the first opening ever has no closer before it (I3).

    Raises Refused where somebody holds the desk, or the actor may not hold it.
    """
    hold_books(book_of(desk))
    check_part(actor, desk, now)
    _check_can_hold(actor, desk, now, "incoming")
    if current_watch(desk) is not None:
        raise Refused("I3", _("The desk is open already."), _("Take it over from its holder."))
    closing = last_closing(desk)
    return _made(
        actor, desk, now, Handover.Mode.OPENING, watch=None, outgoing=closing.outgoing if closing else None,
        incoming=actor, colleagues=_fit_colleagues(colleagues, actor, desk, now),
        since=closing.ended_at if closing else now,
    )


def _check_no_gap(watch: Watch) -> None:
    if gap_since(watch) is not None:
        raise Refused("A23", _("The holder was released: nobody hands this desk over."), _("Take the desk at once instead."))


def _check_can_hold(person: Person, desk: Desk, now: datetime, field: str) -> None:
    if not person.is_active or not may(person, "watch.hold", desk=desk, now=now):
        raise Refused(
            "A6", _("This person may not hold this desk."), _("Choose somebody who works at this desk."), field=field
        )


def _fit_colleagues(people: Sequence[Person], incoming: Person, desk: Desk, now: datetime) -> list[Person]:
    fitting = [person for person in dict.fromkeys(people) if person.pk != incoming.pk]
    for person in fitting:
        _check_can_hold(person, desk, now, "colleagues")
    return fitting


def _made(
    actor: Person, desk: Desk, now: datetime, mode: str, *, watch: Watch | None, outgoing: Person | None,
    incoming: Person | None, colleagues: Sequence[Person], since: datetime, **begun: object,
) -> Handover:
    handover = Handover(
        desk=desk, watch=watch, mode=mode, outgoing=outgoing, incoming=incoming, started_at=now, started_by=actor, **begun,
    )
    handover._history_user = actor
    try:
        with transaction.atomic():
            handover.save()
    except IntegrityError as error:
        raise Refused(
            "I3", _("A handover of this desk is already under way."), _("Go on with that one, or cancel it.")
        ) from error
    _draw(handover, actor, _said(handover, actor, now))
    make_matters(handover, drawn_matters(desk, mode, since=since, now=now), actor, now)
    _rows(actor, HandoverStep, [HandoverStep(handover=handover, item=item) for item in own_steps(desk)])
    if not handover.is_draft:
        _for_both(handover, actor, colleagues)
    finish_drawing(handover, actor, now)
    return handover


def _go_on(
    row: Handover, actor: Person, now: datetime, *, incoming: Person, colleagues: Sequence[Person], **begun: object
) -> Handover:
    """The prepared handover goes on with who takes over, drawn anew as the log stands now."""
    claim(
        Handover, row.pk, old=Handover.State.PREPARING, new=Handover.State.PREPARING, actor=actor, reason="the incoming has come",
        now=now, refusal=_("This handover is not in preparation any more."), incoming=incoming, **begun,
    )
    row = locked(row)
    draw_anew(row, actor, now)
    _draw(row, actor, _said(row, actor, now))
    _for_both(row, actor, colleagues)
    return row


def _for_both(handover: Handover, actor: Person, colleagues: Sequence[Person]) -> None:
    """What both people do together: it begins when both are there."""
    desk = handover.desk
    used = step_labels(desk)
    _rows(actor, HandoverColleague, [HandoverColleague(handover=handover, person=person) for person in colleagues])
    _rows(actor, HandoverCountLine, [
        HandoverCountLine(handover=handover, item=each.item, expected=each.expected) for each in custody_of(desk) if "count" in used
    ])
    _rows(actor, HandoverCheckLine, [
        HandoverCheckLine(handover=handover, item=item) for item in checklist_items(desk, "environment") if "environment" in used
    ])


def _said(handover: Handover, actor: Person, now: datetime) -> Entry:
    """The entry that a handover has begun; what is told is drawn from the log up to it."""
    code = {"face": "handover_started", "closing": "closing_started", "opening": "opening_started"}[handover.mode]
    if handover.is_draft:
        code = "handover_prepared"
    fields = {"handover": str(handover.ref)}
    for side, person in (("outgoing", handover.outgoing), ("incoming", handover.incoming)):
        if person is not None:
            fields |= {**name_of(side, person), f"{side}_ref": str(person.ref)}
    return record_act(actor=actor, desk=handover.desk, now=now, code=code, fields=fields)


def _draw(handover: Handover, actor: Person, entry: Entry) -> None:
    handover.cut_off, handover.cut_off_digest = entry.number, bytes(entry.digest or b"").hex()
    handover._history_user = actor
    handover.save(update_fields=["cut_off", "cut_off_digest"])


def _rows(actor: Person, model: type, rows: list) -> None:
    if rows:
        bulk_create_with_history(rows, model, default_user=actor)
