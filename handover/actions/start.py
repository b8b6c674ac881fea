"""Begins a handover, a closing or an opening: one row, and a row for each matter, item and check (A26–A28)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import checklist_items
from desks.refusal import Refused
from desks.wording import name_of
from handover.actions.ground import check_part, held_watch
from handover.models import Handover, HandoverCheckLine, HandoverColleague, HandoverCountLine, HandoverMatter
from handover.queries import drawn_matters, gap_since, last_closing
from handover.rules import why_not_pair
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry, Watch
from logbook.queries import current_watch, watch_people
from registers.queries import custody_of


@transaction.atomic
def start_handover(
    *, actor: Person, desk: Desk, incoming: Person, now: datetime, colleagues: Sequence[Person] = ()
) -> Handover:
    """Begins a handover of the current watch to the incoming; holder, colleagues, incoming or supervisor may.

    Raises Refused where nobody holds the desk, a handover is open already, the incoming may not hold the desk or
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
    return _made(
        actor, desk, now, Handover.Mode.FACE, watch=watch, outgoing=watch.holder, incoming=incoming,
        colleagues=_fit_colleagues(colleagues, incoming, desk, now), since=watch.started_at,
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
    incoming: Person | None, colleagues: Sequence[Person], since: datetime,
) -> Handover:
    handover = Handover(
        desk=desk, watch=watch, mode=mode, outgoing=outgoing, incoming=incoming, started_at=now, started_by=actor,
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
    _rows(actor, HandoverColleague, [HandoverColleague(handover=handover, person=person) for person in colleagues])
    _rows(actor, HandoverMatter, [
        HandoverMatter(handover=handover, root_id=each.root_id, group=each.group, why=each.why, severity=each.severity,
                       next_step=each.next_step)
        for each in drawn_matters(desk, mode, since=since, now=now)
    ])
    _rows(actor, HandoverCountLine, [
        HandoverCountLine(handover=handover, item=each.item, expected=each.expected) for each in custody_of(desk)
    ])
    _rows(actor, HandoverCheckLine, [
        HandoverCheckLine(handover=handover, item=item) for item in checklist_items(desk, "environment")
    ])
    return handover


def _said(handover: Handover, actor: Person, now: datetime) -> Entry:
    """The entry that a handover has begun; what is told is drawn from the log up to it."""
    code = {"face": "handover_started", "closing": "closing_started", "opening": "opening_started"}[handover.mode]
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
