"""Opening, holding and ending a watch (A23, I3). Ending acts come from the floors that close and hand over."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.hooks import panels_of
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions.books import book_of, hold_books
from logbook.actions.checkpoints import seal
from logbook.actions.record import record_act
from logbook.models import Entry, Watch, WatchMember
from logbook.queries import current_watch
from logbook.rules import why_not_leave


def _begin(*, desk: Desk, holder: Person, first_number: int, actor: Person, colleagues: Iterable[Person], now: datetime) -> Watch:
    if not may(holder, "watch.hold", desk=desk, now=now):
        raise Refused("A6", _("This person may not hold this desk."), _("Choose somebody of this desk."), field="holder")
    people = dict.fromkeys([holder, *colleagues])
    if any(not may(person, "watch.hold", desk=desk, now=now) for person in people):
        raise Refused("A6", _("A colleague may not be on duty at this desk."), _("Choose people of this desk."), field="colleagues")
    watch = Watch(desk=desk, holder=holder, started_at=now, first_number=first_number)
    watch._history_user = actor
    try:
        with transaction.atomic():
            watch.save()
    except IntegrityError as error:
        if "watch_one_per_holder" in str(error):
            raise Refused("I3", _("This person holds another desk."), _("Hand that desk over first.")) from error
        raise Refused("I3", _("The desk is held already."), _("Load the page again.")) from error
    for person in people:
        _join(watch=watch, person=person, actor=actor, now=now)
    return watch


def _join(*, watch: Watch, person: Person, actor: Person, now: datetime) -> WatchMember:
    member = WatchMember(watch=watch, person=person, joined_at=now)
    member._history_user = actor
    member.save()
    return member


def _part(member: WatchMember, *, actor: Person, now: datetime) -> None:
    member.left_at = now
    member._history_user = actor
    member.save(update_fields=["left_at"])


def _end(*, watch: Watch, completing: Entry, ending: str, actor: Person, now: datetime) -> Watch:
    """Ends a watch at the number of the completing entry and seals the book up to it (I2).

    Exactly one of several callers gets here: the book is held.
    """
    if completing.book_id != book_of(watch.desk).pk:
        raise ValueError("A watch ends with an entry of its own desk's book.")
    fresh = Watch.objects.select_for_update().get(pk=watch.pk)
    if fresh.ended_at is not None:
        raise Refused("I3", _("This watch has ended already."), _("Load the page again."))
    for member in fresh.members.filter(left_at__isnull=True):
        _part(member, actor=actor, now=now)
    fresh.ended_at, fresh.last_number, fresh.ending = now, completing.number, ending
    fresh._history_user = actor
    fresh.save()
    seal(book=completing.book, occasion=ending, now=now)
    return fresh


def _held(watch: Watch) -> Watch:
    """The watch under its book's lock. Raises Refused when it has ended meanwhile."""
    hold_books(book_of(watch.desk))
    fresh = Watch.objects.select_for_update().get(pk=watch.pk)
    if fresh.ended_at is not None:
        raise Refused("I3", _("This watch has ended already."), _("Load the page again."))
    return fresh


@transaction.atomic
def open_watch(*, actor: Person, desk: Desk, now: datetime, colleagues: Iterable[Person] = ()) -> Watch:
    """Opens a desk that nobody holds: the actor becomes the holder, with the colleagues. Raises Refused (I3, A6)."""
    hold_books(book_of(desk))
    if current_watch(desk) is not None:
        raise Refused("I3", _("The desk is held already."), _("Take it over by a handover."))
    entry = record_act(actor=actor, desk=desk, now=now, code="desk_opened", fields=name_of("holder", actor))
    return _begin(desk=desk, holder=actor, first_number=entry.number, actor=actor, colleagues=colleagues, now=now)


@transaction.atomic
def close_watch(*, actor: Person, watch: Watch, now: datetime) -> Watch:
    """Closes the desk: the holder ends the watch and nobody holds the desk. Raises Refused for anybody else."""
    watch = _held(watch)
    if actor.pk != watch.holder_id:
        raise Refused("A23", _("Only the holder closes the desk."), _("Ask the holder, or take the part over first."))
    entry = record_act(actor=actor, desk=watch.desk, now=now, code="desk_closed", fields=name_of("holder", actor))
    return _end(watch=watch, completing=entry, ending=Watch.Ending.CLOSING, actor=actor, now=now)


@transaction.atomic
def relieve_watch(
    *,
    actor: Person,
    watch: Watch,
    completing: Entry,
    ending: str,
    next_holder: Person | None,
    now: datetime,
    colleagues: Iterable[Person] = (),
) -> Watch | None:
    """Ends a watch with the completing entry and begins the next holder's with the number after it (I3).

    The floors that hand over and take over call it inside their own act, which has checked who may.
    """
    desk = watch.desk
    _end(watch=watch, completing=completing, ending=ending, actor=actor, now=now)
    if next_holder is None:
        return None
    return _begin(
        desk=desk, holder=next_holder, first_number=completing.number + 1, actor=actor, colleagues=colleagues, now=now
    )


@transaction.atomic
def join_watch(*, actor: Person, watch: Watch, person: Person, now: datetime) -> WatchMember:
    """A colleague joins the watch with an own time. Raises Refused for who may not hold the desk, or is there already."""
    watch = _held(watch)
    if not may(person, "watch.hold", desk=watch.desk, now=now):
        raise Refused("A6", _("This person may not be on duty at this desk."), _("Choose somebody of this desk."))
    if watch.members.filter(person=person, left_at__isnull=True).exists():
        raise Refused("I3", _("This person is of the watch already."))
    record_act(actor=actor, desk=watch.desk, now=now, code="colleague_joined", fields=name_of("person", person))
    return _join(watch=watch, person=person, actor=actor, now=now)


@transaction.atomic
def leave_watch(*, actor: Person, watch: Watch, person: Person, now: datetime) -> None:
    """A colleague leaves the watch; the holder cannot (A23).

    Who leaves before the own duty is over is released by the holder or the supervisor, who is the author of the entry;
    nobody else closes another person's time. Raises Refused.
    """
    watch = _held(watch)
    if person.pk == watch.holder_id:
        raise Refused("A23", _("The holder may not leave the desk."), _("Pass the holder's part on, or hand over."))
    member = watch.members.filter(person=person, left_at__isnull=True).first()
    if member is None:
        raise Refused("I3", _("This person is not of the watch."))
    desk = watch.desk
    if refusal := why_not_leave(
        own=actor.pk == person.pk, holder=actor.pk == watch.holder_id, decides=may(actor, "watch.take_over", desk=desk, now=now),
        rostered_still=any(person in people for people in panels_of("duty_on", desk, now)),
    ):
        raise refusal
    record_act(actor=actor, desk=watch.desk, now=now, code="colleague_left", fields=name_of("person", person))
    _part(member, actor=actor, now=now)


@transaction.atomic
def pass_holder(*, actor: Person, watch: Watch, to: Person, now: datetime) -> Watch:
    """The holder passes the part on to a colleague of the same watch, in one tap. Raises Refused (I3)."""
    watch = _held(watch)
    if actor.pk != watch.holder_id:
        raise Refused("I3", _("Only the holder passes the part on."), _("Ask the holder."))
    if to.pk == actor.pk or not watch.members.filter(person=to, left_at__isnull=True).exists():
        raise Refused("I3", _("The part passes to a colleague of the watch."), _("The colleague joins the watch first."))
    names = name_of("from", actor) | name_of("to", to)
    record_act(actor=actor, desk=watch.desk, now=now, code="holder_passed", fields=names)
    watch.holder = to
    watch._history_user = actor
    try:
        with transaction.atomic():
            watch.save(update_fields=["holder"])
    except IntegrityError as error:
        raise Refused("I3", _("This person holds another desk."), _("That desk is handed over first.")) from error
    return watch
