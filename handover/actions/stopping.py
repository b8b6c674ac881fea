"""Stopping a handover: a refusal with ground and remedy, a fault, cancelling (A22, A23, I9).

Whatever stops it, the outgoing keeps the desk (A23).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.claims import AlreadyChanged, claim
from desks.models import Choice, Person
from desks.permissions import may
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from handover.actions.ground import begin_change, check_part, locked
from handover.models import Handover, Refusal
from handover.queries import sides_of, suspension_of
from handover.rules_of_stopping import ABOUT_A_PERSON, why_not_by_when, why_not_ground
from logbook.actions import book_of, hold_books, record_act
from logbook.queries import head_of
from notices.actions import tell


@transaction.atomic
def refuse(
    *, confirmed: Confirmation, handover: Handover, ground: Choice, remedy: str, now: datetime, remark: str = "",
    by_when: datetime | None = None, note: str = "",
) -> Refusal:
    """The outgoing or the incoming refuses, with a ground of the desk's list, the remedy that would lift it and by when.

    Without `by_when` the remedy is due when the supervisor's decision is. `note` is an entry that only supervisors read:
    no diagnosis stands in anything else (E9). The outgoing keeps the desk; the supervisor is told at once and decides.
    Raises Refused without a remedy, for a ground that this side may not name, for anybody else, and where the handover
    is not open for it (A22, C9, E9).
    """
    hold_books(book_of(handover.desk))
    row = locked(handover)
    actor = confirmed.person
    check_part(actor, row.desk, now)
    side = "incoming" if row.incoming_id == actor.pk else "outgoing" if row.outgoing_id == actor.pk else ""
    if row.is_draft:
        raise Refused("A22", _("Nobody has come to take over yet."), _("Name who takes over, or call the supervisor."))
    if not side or row.mode != Handover.Mode.FACE:
        raise Refused("A22", _("Only the two people of the handover refuse it."), _("Tell the supervisor instead."))
    if ground.desk_id != row.desk_id or ground.purpose != Choice.Purpose.REFUSAL_GROUND or not ground.current:
        raise Refused("A22", _("This ground is not in the desk's list."), _("Choose a ground."), field="ground")
    if not remedy.strip():
        raise Refused(
            "A22", _("A refusal says what would lift it."), _("Write what must be done, and by when."), field="remedy"
        )
    by_when = by_when or now + timedelta(minutes=row.desk.settings.refusal_minutes)
    if refused := why_not_ground(ground.code, side) or why_not_by_when(by_when, now):
        raise refused
    claim(
        Handover, row.pk, old=(Handover.State.PREPARING, Handover.State.SIGNED_OUT), new=Handover.State.REFUSED,
        actor=actor, reason=f"refused: {ground.code}", now=now,
        refusal=_("This handover is not open for a refusal now."),
    )
    entry = record_act(
        actor=actor, desk=row.desk, now=now, code="handover_refused",
        fields={**name_of("person", actor), "side": side, "ground": ground.code, "ground_version": str(ground.version),
                "handover": str(row.ref), "by_when_at": by_when.isoformat()},
        text="\n".join(part for part in (remark.strip(), remedy.strip()) if part),
        audience="supervisors" if ground.code in ABOUT_A_PERSON else "staff",
    )
    details = record_act(
        actor=actor, desk=row.desk, now=now, code="refusal_note", fields={"handover": str(row.ref)}, refers_to=entry,
        text=note.strip(), audience="supervisors",
    ) if note.strip() else None
    refusal = Refusal.objects.create(
        handover=row, person=actor, side=side, ground=ground, ground_code=ground.code, ground_version=ground.version,
        remark=remark.strip(), remedy=remedy.strip(), by_when=by_when, refused_at=now, entry=entry, note=details,
    )
    tell(
        people=who_supervises("handover.decide", row.desk, now), site=row.desk.site, matter="handover", matter_id=handover.pk,
        occasion=f"refused:{refusal.pk}", code="handover_refused_until_told",
        fields={**name_of("person", actor), **in_each_language("ground", ground), "remedy": refusal.remedy, "by_when_at": by_when.isoformat()},
        url=reverse("handover:record", args=[row.desk.slug, row.pk]) + "#stop", now=now, acknowledge=True,
    )
    return refusal


@transaction.atomic
def suspend(*, actor: Person, handover: Handover, fault: str, now: datetime) -> Handover:
    """A fault stops the handover: the outgoing deals with it, the incoming assists, and the entry names both (C11).

    Raises Refused without words.
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now)
    if not fault.strip():
        raise Refused("A23", _("A suspension names the fault."), _("Write what has happened."), field="fault")
    done = claim(
        Handover, row.pk, old=(Handover.State.PREPARING, Handover.State.SIGNED_OUT), new=Handover.State.SUSPENDED,
        actor=actor, reason=fault.strip()[:100], now=now, suspended_for=fault.strip(),
    )
    record_act(
        actor=actor, desk=row.desk, now=now, text=fault.strip(), fields={"handover": str(row.ref)} | _roles(row),
        code="handover_suspended_both" if row.mode == Handover.Mode.FACE else "handover_suspended",
    )
    return done


@transaction.atomic
def resume(*, actor: Person, handover: Handover, now: datetime) -> Handover:
    """The fault is over: the handover goes on in preparation, and a signature given before is still there (A23)."""
    hold_books(book_of(handover.desk))
    row = locked(handover)
    check_part(actor, row.desk, now)
    if not sides_of(row, actor, now):
        raise Refused("A23", _("Only the people of the handover resume it."), _("Tap your name first."))
    done = claim(
        Handover, row.pk, old=Handover.State.SUSPENDED, new=Handover.State.PREPARING, actor=actor,
        reason="the fault is over", now=now,
    )
    stopped = suspension_of(row)
    head = head_of(book_of(row.desk))[0]
    # What was written meanwhile, by number: the page shows it as what changed during the fault.
    written = stopped is not None and head > stopped.number
    meanwhile = {"from_number": str(stopped.number + 1), "to_number": str(head)} if stopped is not None and written else {}
    record_act(
        actor=actor, desk=row.desk, now=now, code="handover_resumed_after" if written else "handover_resumed",
        fields={"handover": str(row.ref)} | meanwhile, refers_to=stopped,
    )
    return done


def _roles(row: Handover) -> dict[str, str]:
    """Who deals with the fault and who assists (C11); at a closing or an opening one person is alone, and is the entry's author."""
    face = row.mode == Handover.Mode.FACE
    found: dict[str, str] = {}
    for name, person in (("deals", row.outgoing), ("assists", row.incoming)) if face else ():
        if person is not None:
            found |= {**name_of(name, person), f"{name}_ref": str(person.ref)}
    return found


@transaction.atomic
def cancel(*, actor: Person, handover: Handover, reason: str, now: datetime) -> Handover:
    """Either side, or the supervisor, ends a handover that does not take place. Raises Refused without a reason (I9)."""
    hold_books(book_of(handover.desk))
    row = locked(handover)
    check_part(actor, row.desk, now)
    if not sides_of(row, actor, now) and not may(actor, "handover.decide", desk=row.desk, now=now):
        raise Refused("I9", _("Only the people of the handover or the supervisor cancel it."), _("Ask one of them."))
    if row.state == Handover.State.REFUSED:
        raise AlreadyChanged("I9", _("A refusal waits for the supervisor's decision."), _("The supervisor decides first."))
    if not reason.strip():
        raise Refused("I9", _("Cancelling needs a reason."), _("Write why it does not take place."), field="reason")
    done = claim(
        Handover, row.pk, old=Handover.OPEN_STATES, new=Handover.State.CANCELLED, actor=actor, reason=reason.strip()[:100],
        now=now, ended_at=now,
    )
    record_act(
        actor=actor, desk=row.desk, now=now, code="handover_cancelled", fields={"handover": str(row.ref)},
        text=reason.strip(),
    )
    return done
