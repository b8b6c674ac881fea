"""Illness or danger releases the holder at once; a desk that nobody holds then is a gap until somebody takes it (A23, I3)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Choice, Desk, Person
from desks.permissions import may
from desks.queries import heads_of, who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from handover.actions.ground import held_watch, locked
from handover.actions.waiting import keep_wait, waited
from handover.models import Handover, Release, ReleaseCompletion
from handover.queries import gap_since, open_handover
from logbook.actions import book_of, hold_books, record_act, relieve_watch
from logbook.models import Watch
from logbook.queries import watch_people
from notices.actions import tell

RELEASING = {"illness", "danger"}


@transaction.atomic
def release_holder(*, actor: Person, desk: Desk, ground: Choice, now: datetime, note: str = "") -> Release:
    """Illness or danger releases the holder at once (A23): a colleague of the watch holds the desk from now on.

    Where a colleague records it, it is that colleague; else the one who is there longest. Without a colleague the desk
    is a gap, raised to supervisor and project head in this act, and the watch goes on until somebody takes it over.
    The holder, a colleague, or the supervisor (told by phone) records it. Raises Refused for anybody else.
    """
    hold_books(book_of(desk))
    watch = held_watch(desk)
    people = watch_people(watch)
    if actor.pk not in {person.pk for person in people} and not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused("A23", _("Only the people of the watch or the supervisor record a release."), _("Call the supervisor."))
    if ground.desk_id != desk.pk or ground.purpose != Choice.Purpose.TAKEOVER_REASON or ground.code not in RELEASING:
        raise Refused("A23", _("Only illness or danger releases at once."), _("Else the desk is handed over."), field="ground")
    if gap_since(watch) is not None:
        raise Refused("A23", _("The holder is released already."), _("Somebody of the desk takes it, or the supervisor."))
    holder = watch.holder
    successor = _successor(watch, actor, now)
    fields = {**name_of("person", holder), "person_ref": str(holder.ref), "ground": ground.code, "ground_version": str(ground.version)}
    entry = record_act(
        actor=actor, desk=desk, now=now, code="holder_released" if successor else "holder_released_gap",
        fields=fields | (name_of("to", successor) if successor else {}) | waited(watch, now),
        text=note.strip(), audience="supervisors" if note.strip() else "staff",
    )
    keep_wait(watch, entry, now)
    released = Release.objects.create(
        desk=desk, watch=watch, person=holder, ground_code=ground.code, ground_version=ground.version,
        passed_to=successor, released_by=actor, released_at=now, entry=entry,
    )
    end_open_handover(desk, actor, now, "the holder was released")
    if successor is not None:
        relieve_watch(
            actor=actor, watch=watch, completing=entry, ending=Watch.Ending.RELEASE, next_holder=successor, now=now,
            colleagues=[person for person in people if person.pk not in {holder.pk, successor.pk}],
        )
    heads = [] if successor else heads_of(desk.site, now)
    tell(
        people=[*who_supervises("handover.decide", desk, now), *heads], site=desk.site, matter="handover", matter_id=f"watch-{watch.pk}",
        occasion=f"released:{released.pk}", code="holder_released_told" if successor else "desk_gap_told",
        fields={**name_of("person", holder), **in_each_language("ground", ground), **(name_of("to", successor) if successor else {})},
        url=reverse("handover:page", args=[desk.slug]) + "#supervisor", now=now, acknowledge=True,
    )
    return released


@transaction.atomic
def complete_release(*, actor: Person, release: Release, words: str, now: datetime) -> ReleaseCompletion:
    """The supervisor writes down what the released holder could not hand over, and what is still to be done (A23).

    Raises Refused for anybody else, without words, and the second time.
    """
    desk = release.desk
    hold_books(book_of(desk))
    if not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused("A23", _("Only the supervisor completes a release."), _("Tell the supervisor what you know."))
    if not words.strip():
        raise Refused(
            "A23", _("What was handed over is not written yet."), _("Write what was open, what was counted, and who goes on."),
            field="words",
        )
    if ReleaseCompletion.objects.filter(release=release).exists():
        raise Refused("A23", _("This release is completed already."), _("Add to its entry."), field="words")
    entry = record_act(
        actor=actor, desk=desk, now=now, code="release_completed", refers_to=release.entry, text=words.strip(),
        fields=name_of("person", actor) | name_of("holder", release.person), audience=release.entry.audience,
    )
    return ReleaseCompletion.objects.create(
        release=release, words=words.strip(), completed_by=actor, completed_at=now, entry=entry
    )


def _successor(watch: Watch, actor: Person, now: datetime) -> Person | None:
    """The colleague who holds the desk next: the actor, else who joined first; nobody who holds another desk."""
    members = watch.members.filter(left_at__isnull=True).exclude(person=watch.holder).select_related("person")
    busy = set(Watch.objects.filter(ended_at__isnull=True).values_list("holder", flat=True))
    free = [
        each.person for each in members.order_by("joined_at", "pk")
        if each.person_id not in busy and may(each.person, "watch.hold", desk=watch.desk, now=now)
    ]
    return next((person for person in free if person.pk == actor.pk), free[0] if free else None)


@transaction.atomic
def fill_gap(*, actor: Person, desk: Desk, now: datetime) -> Watch:
    """Somebody who may hold the desk takes it while nobody does: the released holder's watch ends, theirs begins (A23).

    Raises Refused where there is no gap, and for who may not hold the desk.
    """
    hold_books(book_of(desk))
    watch = held_watch(desk)
    if gap_since(watch) is None:
        raise Refused("I3", _("Somebody holds this desk."), _("Take it over by a handover."))
    entry = record_act(
        actor=actor, desk=desk, now=now, code="gap_filled", fields={**name_of("person", actor), "person_ref": str(actor.ref)}
    )
    end_open_handover(desk, actor, now, "the gap was filled")
    taken = relieve_watch(
        actor=actor, watch=watch, completing=entry, ending=Watch.Ending.RELEASE, next_holder=actor, now=now,
        colleagues=[person for person in watch_people(watch) if person.pk not in {actor.pk, watch.holder_id}],
    )
    assert taken is not None
    tell(
        people=[*who_supervises("handover.decide", desk, now), *heads_of(desk.site, now)], site=desk.site, matter="handover",
        matter_id=f"watch-{watch.pk}", occasion="gap-filled", code="gap_filled_told", fields=name_of("person", actor),
        url=reverse("handover:page", args=[desk.slug]), now=now,
    )
    return taken


def end_open_handover(desk: Desk, actor: Person, now: datetime, reason: str) -> None:
    """An open handover is over when its watch ends another way."""
    handover = open_handover(desk)
    if handover is not None:
        claim(
            Handover, locked(handover).pk, old=Handover.OPEN_STATES, new=Handover.State.CANCELLED, actor=actor,
            reason=reason, now=now, ended_at=now,
        )
