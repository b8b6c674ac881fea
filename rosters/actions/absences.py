"""Leaving the desk for a while and coming back: one tap, with somebody who stays at it (A10)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import choices_of, who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook.actions import book_of, hold_books, join_watch, pass_holder, record_act
from logbook.models import Watch
from logbook.queries import current_watch, in_emergency, watch_people
from notices.actions import tell
from rosters import rules
from rosters.models import Absence
from rosters.queries import away_from, limit_for, long_away

CODES = {"meal": "away_for_meal", "errand": "away_for_errand", rules.EMERGENCY: "away_in_emergency"}


@transaction.atomic
def leave_for_a_while(*, actor: Person, desk: Desk, what: str, cover: Person | None, now: datetime, alone: bool = False) -> Absence:
    """The actor leaves the desk for a meal or an errand, and the cover stays at it; because of an emergency nobody need stay.

    `alone` says that nobody can: then the desk is unattended from now on, which the record knows and the clock times (A10, B1.13).

    `what` is a code of the desk's absence reasons. The cover is a colleague of the watch who is there, or anybody who
    may keep the desk and comes to it: they join the watch with this act. The holder's part passes to the cover; without
    one it stays with who left. Raises Refused where nobody would stay and that is not said, unless an emergency of the desk runs and is the reason (A9, A10).
    """
    hold_books(book_of(desk))
    watch = current_watch(desk)
    choice = choices_of(desk, "absence_reason").filter(code=what).first()
    if choice is None:
        raise Refused("A10", _("This desk knows no such reason to leave."), _("Choose another."), field="what")
    there = watch_people(watch) if watch else []
    away = away_from(watch) if watch else set()
    colleague = cover in there
    if refusal := rules.why_not_away(
        of_watch=actor in there,
        away_already=actor.pk in away,
        has_cover=cover is not None and cover != actor,
        cover_is_there=cover is not None
        and (cover.pk not in away if colleague else may(cover, "watch.hold", desk=desk, now=now)),
        what=what,
        in_emergency=what == rules.EMERGENCY and in_emergency(desk, now),
        alone=alone, is_last=not [each for each in there if each != actor and each.pk not in away],
    ):
        raise refusal
    assert watch is not None
    if cover == actor:
        cover = None
    if cover is not None and not colleague:
        join_watch(actor=actor, watch=watch, person=cover, now=now)
    passes = cover is not None and watch.holder_id == actor.pk
    if cover is not None and passes:
        pass_holder(actor=actor, watch=watch, to=cover, now=now)
    names = name_of("person", actor) | (name_of("cover", cover) if cover else {}) | in_each_language("what", choice)
    code = CODES.get(what, "away_for_other") if cover else "away_in_emergency_alone" if what == rules.EMERGENCY else "away_alone"
    record_act(actor=actor, desk=desk, now=now, code=code, fields=names)
    absence = Absence(
        watch=watch, person=actor, cover=cover, what=what, since=now,
        part=Absence.Part.PASSED if passes else Absence.Part.NONE,
    )
    absence._history_user, absence._history_date = actor, now
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError as error:
        raise Refused("A10", _("You are recorded as away already."), _("Say that you are back first.")) from error
    return absence


@transaction.atomic
def come_back(*, actor: Person, absence: Absence, now: datetime) -> Absence:
    """The person is back at the desk; they say so themselves, or anybody of the watch does.

    Where the cover who got the holder's part says it, the part comes back with the same tap; else the cover passes it
    back (`pass_part_back`), for only the holder passes it. Raises Refused.
    """
    absence, watch = _held(absence, actor)
    if absence.back_at is not None:
        raise Refused("A10", _("This person is back already."), _("Load the page again."))
    if _gives_back(absence, watch, actor):
        pass_holder(actor=actor, watch=watch, to=absence.person, now=now)
        absence.part = Absence.Part.RETURNED
    record_act(actor=actor, desk=watch.desk, now=now, code="back_at_desk", fields=name_of("person", absence.person))
    absence.back_at = max(now, absence.since)
    return _kept(absence, actor, now)


@transaction.atomic
def pass_part_back(*, actor: Person, absence: Absence, now: datetime) -> Absence:
    """The cover passes the holder's part back to the one who has come back. Raises Refused (I3)."""
    absence, watch = _held(absence, actor)
    if absence.back_at is None or not _gives_back(absence, watch, actor):
        raise Refused("I3", _("There is no part to pass back."), _("Load the page again."))
    pass_holder(actor=actor, watch=watch, to=absence.person, now=now)
    absence.part = Absence.Part.RETURNED
    return _kept(absence, actor, now)


@transaction.atomic
def raise_long_absences(now: datetime) -> int:
    """Tells who has been away longer than the reason allows: first the person alone, after as long again who supervises, each once.

    An absence that has ended, or whose watch has, is told of to nobody (A10, B1.15, I7). Returns how many were told just now.
    """
    desks = {row.watch.desk_id: row.watch.desk for row, _times in long_away(now)}
    hold_books(*(book_of(desk) for desk in desks.values()))
    told = 0
    for row, times in [each for desk in desks.values() for each in long_away(now, desk)]:
        told += _tell_long(row, [row.person], 1, "absence_long_you_told", now)
        if times > 1:
            told += _tell_long(row, who_supervises("watch.take_over", row.watch.desk, now), 2, "absence_long_told", now)
    return told


def _tell_long(absence: Absence, people: list[Person], step: int, code: str, now: datetime) -> int:
    desk = absence.watch.desk
    fields = {"minutes": str(limit_for(desk, absence.what)), "since_at": absence.since.isoformat()}
    return tell(
        people=people, site=desk.site, matter="absence", matter_id=absence.pk, occasion=f"over:{step}", code=code, now=now,
        fields=fields | name_of("person", absence.person) | in_each_language("desk", desk), url=reverse("logbook:desk", args=[desk.slug]),
    )


def _held(absence: Absence, actor: Person) -> tuple[Absence, Watch]:
    hold_books(book_of(absence.watch.desk))
    watch = Watch.objects.select_for_update().get(pk=absence.watch_id)
    fresh = Absence.objects.select_for_update(of=("self",)).select_related("person", "cover").get(pk=absence.pk)
    if watch.ended_at is not None:
        raise Refused("I3", _("The watch of this absence has ended."), _("Load the page again."))
    if actor not in watch_people(watch):
        raise Refused("A10", _("You are not of the watch that holds this desk."), _("Ask somebody of the watch."))
    return fresh, watch


def _gives_back(absence: Absence, watch: Watch, actor: Person) -> bool:
    return absence.part == Absence.Part.PASSED and actor.pk == absence.cover_id == watch.holder_id


def _kept(absence: Absence, actor: Person, now: datetime) -> Absence:
    absence._history_user, absence._history_date = actor, now
    absence.save(update_fields=["back_at", "part"])
    return absence
