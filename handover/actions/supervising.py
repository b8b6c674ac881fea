"""The supervisor's own acts: deciding a refusal, naming a relief, taking over in person (A22, A23, I3)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import claim
from desks.models import Choice, Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from handover.actions.drawing import SAID_BACK, finish_drawing, forget_said
from handover.actions.ground import held_watch, locked, save_line
from handover.actions.waiting import keep_wait, waited
from handover.models import Handover, NamedRelief, Refusal, RefusalDecision
from handover.queries import open_handover, open_refusal
from handover.relief import missing_relief_of
from handover.stand_ins import stand_ins
from logbook.actions import book_of, hold_books, record_act, relieve_watch
from logbook.models import Watch
from logbook.queries import watch_people
from notices.actions import tell
from rosters.actions import hand_over_duty
from rosters.queries import Piece, fit_of, in_force


def _check_supervisor(actor: Person, desk: Desk, right: str, now: datetime) -> None:
    if not may(actor, right, desk=desk, now=now):
        raise Refused("A23", _("Only the supervisor does this."), _("Call the supervisor."))


@transaction.atomic
def decide_refusal(*, actor: Person, refusal: Refusal, outcome: str, reason: str, now: datetime) -> RefusalDecision:
    """The supervisor decides about a refusal: the handover goes on ("back"), or the refusal stands and it is over ("upheld").

    The third way, taking the desk over in person, is `take_over`. Both sides are told. Raises Refused without a reason
    and when it was decided already (I9).
    """
    desk = refusal.handover.desk
    hold_books(book_of(desk))
    _check_supervisor(actor, desk, "handover.decide", now)
    row = locked(refusal.handover)
    if outcome not in {RefusalDecision.Outcome.BACK, RefusalDecision.Outcome.UPHELD}:
        raise Refused("I9", _("Choose what you decide."), field="outcome")
    if not reason.strip():
        raise Refused("I9", _("A decision has a reason."), _("Write why, and what happens now."), field="reason")
    stands = outcome == RefusalDecision.Outcome.UPHELD
    claim(
        Handover, row.pk, old=Handover.State.REFUSED,
        new=Handover.State.UPHELD if stands else Handover.State.PREPARING,
        actor=actor, reason=reason.strip()[:100], now=now, refusal=_("This refusal is decided already."),
        ended_at=now if stands else None,
    )
    entry = record_act(
        actor=actor, desk=desk, now=now, code=f"refusal_{outcome}", refers_to=refusal.entry,
        fields={**name_of("person", actor), "handover": str(row.ref)}, text=reason.strip(), audience=refusal.entry.audience,
    )
    decision = RefusalDecision.objects.create(
        refusal=refusal, outcome=outcome, reason=reason.strip(), decided_by=actor, decided_at=now, entry=entry
    )
    tell(
        people=[person for person in (row.outgoing, row.incoming) if person], site=desk.site, matter="handover",
        matter_id=row.pk, occasion=f"decided:{refusal.pk}", code=f"refusal_{outcome}_told",
        fields={**name_of("person", actor), "words": reason.strip()},
        url=reverse("handover:record", args=[desk.slug, row.pk]), now=now,
    )
    return decision


@transaction.atomic
def name_relief(*, actor: Person, desk: Desk, person: Person, now: datetime) -> NamedRelief:
    """The supervisor names anybody who may hold the desk, rostered or not; holder and relief are told (A23).

    That somebody has not rested since the last duty is no bar, and stands in the entry (A13). An open handover of the
    watch goes on with the named person, who confirms everything anew. The running duty of a relief that has not come is the
    named person's from the next minute, so that the roster shows who really took it. Raises Refused for who may not hold the desk,
    holds another, or may not have that duty (A5, A13, I5).
    """
    hold_books(book_of(desk))
    _check_supervisor(actor, desk, "handover.decide", now)
    watch = held_watch(desk)
    if not person.is_active or not may(person, "watch.hold", desk=desk, now=now):
        raise Refused("A6", _("This person may not hold this desk."), _("Choose somebody else."), field="person")
    if person.pk == watch.holder_id:
        raise Refused("A23", _("This person holds the desk already."), _("Choose somebody else."), field="person")
    if Watch.objects.filter(holder=person, ended_at__isnull=True).exists():
        raise Refused(
            "I3", _("This person holds another desk now."), _("Choose somebody else, or have that desk handed over first."),
            field="person",
        )
    rested = all(each.rested for each in stand_ins(desk, watch, now) if each.person == person)
    entry = record_act(
        actor=actor, desk=desk, now=now, code="relief_named" if rested else "relief_named_unrested",
        fields=name_of("person", person) | name_of("holder", watch.holder),
    )
    named = NamedRelief.objects.create(
        desk=desk, watch=watch, person=person, named_by=actor, named_at=now, entry=entry
    )
    _pass_duty_on(watch, person, actor, now)
    handover = open_handover(desk)
    if handover is not None and handover.incoming_id is not None and handover.mode == Handover.Mode.FACE and handover.incoming_id != person.pk:
        _give_to(locked(handover), person, actor, now)
    for people, code, occasion in (([person], "relief_you_told", "you"), ([watch.holder], "relief_comes_told", "comes")):
        tell(
            people=people, site=desk.site, matter="handover", matter_id=f"watch-{watch.pk}",
            occasion=f"relief:{named.pk}:{occasion}", code=code,
            fields=name_of("person", person) | name_of("holder", watch.holder),
            url=reverse("handover:page", args=[desk.slug]), now=now, acknowledge=occasion == "you",
        )
    return named


def _pass_duty_on(watch: Watch, person: Person, actor: Person, now: datetime) -> None:
    """Hands the running duty of the relief that has not come to the named person (A13, A23, I6).

    Not where they are rostered here until its end themselves, nor where they may hold the desk but take no duties of it, as a supervisor
    may: then the roster stays, and presence tells who was there. Of several that are missing, the first of the roster is relieved of it.
    """
    desk, relief = watch.desk, missing_relief_of(watch, now)
    duty = next((each for each in relief.duties if each.person_id != person.pk), None) if relief is not None else None
    if duty is None or not may(actor, "duty.decide", desk=desk, now=now):
        return
    own = in_force(desk).filter(person=person, starts_at__lt=duty.ends_at, ends_at__gt=now).order_by("-ends_at").first()
    since = max(own.ends_at, duty.starts_at) if own is not None else duty.starts_at
    if since >= duty.ends_at or not fit_of(desk, person, Piece.of(duty, max(since, now), duty.ends_at), now).standing.eligible:
        return
    hand_over_duty(
        actor=actor, duty=duty, person=person, reason="named as relief", now=now, starts_at=since, told=[person, watch.holder]
    )


def _give_to(row: Handover, person: Person, actor: Person, now: datetime) -> None:
    """The named person takes the incoming's place in the open handover and confirms each matter anew."""
    state = Handover.State.PREPARING if row.state == Handover.State.SIGNED_OUT else row.state
    claim(
        Handover, row.pk, old=row.state, new=state, actor=actor, reason="another relief was named", now=now,
        incoming=person, reservations="",
    )
    for matter in row.matters.filter(acknowledged_at__isnull=False):
        forget_said(matter)
        save_line(matter, actor, *SAID_BACK)
    for colleague in row.colleagues.filter(person=person):
        colleague._history_user = actor
        colleague.delete()
    finish_drawing(locked(row), actor, now)


@transaction.atomic
def take_over(*, confirmed: Confirmation, desk: Desk, reason: Choice, now: datetime, note: str = "") -> Watch:
    """The supervisor takes the watch in person, with a reason of the desk's list; an open handover is over (A23, I3).

    The watch ends with this entry, and the supervisor's begins. A refusal that waits is decided by it. The former
    people of the watch are told.
    """
    actor = confirmed.person
    hold_books(book_of(desk))
    _check_supervisor(actor, desk, "watch.take_over", now)
    watch = held_watch(desk)
    if reason.desk_id != desk.pk or reason.purpose != Choice.Purpose.TAKEOVER_REASON or not reason.current:
        raise Refused("A23", _("This reason is not in the desk's list."), _("Choose a reason."), field="reason")
    if watch.holder_id == actor.pk:
        raise Refused("I3", _("You hold the desk already."), field="reason")
    former = [person for person in watch_people(watch) if person.pk != actor.pk]
    words = ". ".join(part for part in (reason.label, note.strip()) if part)
    entry = record_act(
        actor=actor, desk=desk, now=now, code="desk_taken_over",
        fields={**name_of("person", actor), "person_ref": str(actor.ref), **name_of("holder", watch.holder), "ground": reason.code,
                "ground_version": str(reason.version), "method": confirmed.method, "signed_at": confirmed.at.isoformat(), **waited(watch, now)},
        text=words,
    )
    keep_wait(watch, entry, now)
    handover = open_handover(desk)
    if handover is not None:
        row = locked(handover)
        refusal = open_refusal(row)
        if refusal is not None:
            RefusalDecision.objects.create(
                refusal=refusal, outcome=RefusalDecision.Outcome.TAKEN_OVER, reason=words, decided_by=actor,
                decided_at=now, entry=entry,
            )
        claim(
            Handover, row.pk, old=Handover.OPEN_STATES, new=Handover.State.CANCELLED, actor=actor,
            reason="taken over by the supervisor", now=now, ended_at=now,
        )
        former += [row.incoming] if row.incoming else []
    taken = relieve_watch(
        actor=actor, watch=watch, completing=entry, ending=Watch.Ending.TAKEOVER, next_holder=actor, now=now
    )
    assert taken is not None
    tell(
        people=[*former, actor], site=desk.site, matter="handover", matter_id=f"watch-{watch.pk}", occasion="taken_over",
        code="desk_taken_over_told", fields={**name_of("person", actor), "words": words},
        url=reverse("handover:page", args=[desk.slug]), now=now,
    )
    return taken
