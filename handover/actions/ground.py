"""What every act on a handover begins and ends with: the row locked, the side checked, a stale signature seen (I4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_update_with_history

from desks.claims import AlreadyChanged, claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from handover.models import Handover
from handover.queries import digest_now, sides_of
from logbook.models import Watch
from logbook.queries import current_watch


def locked(handover: Handover) -> Handover:
    """The handover's row, locked for this transaction, with its people and desk."""
    row = Handover.objects.select_for_update(of=("self",)).select_related(
        "desk__site", "desk__settings", "outgoing", "incoming", "watch"
    )
    return row.get(pk=handover.pk)


def held_watch(desk: Desk) -> Watch:
    """The watch that holds the desk. Raises Refused where nobody does (I3)."""
    watch = current_watch(desk)
    if watch is None:
        raise Refused("I3", _("Nobody holds this desk now."), _("Open the desk first."))
    return watch


def check_part(actor: Person, desk: Desk, now: datetime) -> None:
    """Raises Refused for somebody who may not take part in a handover of the desk: administrators and operators too."""
    if not may(actor, "handover.take_part", desk=desk, now=now):
        raise Refused(
            "A29", _("You may not take part in a handover of this desk."), _("Ask the supervisor who may hold it.")
        )


def begin_change(actor: Person, handover: Handover, now: datetime, *sides: str) -> Handover:
    """Locks the handover for a change by somebody of the given sides (both unless said).

    Raises Refused where the handover is not open for changes, or the actor stands on another side.
    """
    row = locked(handover)
    check_part(actor, row.desk, now)
    if not row.may_change:
        raise AlreadyChanged(
            "I9",
            _("This handover is not open for changes now."),
            _("Load the page again and look at what it says."),
        )
    own = sides_of(row, actor, now)
    if not own & set(sides or ("outgoing", "incoming", "colleague")):
        raise Refused(*_WRONG_SIDE[sides[0] if sides else "both"])
    return row


_WRONG_SIDE = {
    "outgoing": ("A26", _("Only the outgoing does this."), _("The outgoing taps their name and does it.")),
    "incoming": ("A30", _("Only the incoming does this."), _("The incoming taps their name and does it.")),
    "both": ("A28", _("Only the two people of the handover and their colleagues do this."), _("Tap your name first.")),
}


def end_change(handover: Handover, actor: Person, now: datetime, reason: str) -> None:
    """After a change: where the outgoing had signed another content, the handover is in preparation again (I4)."""
    if handover.state != Handover.State.SIGNED_OUT:
        return
    digest = digest_now(handover)
    if handover.signatures.filter(role="outgoing", digest=digest).exists():
        return
    claim(
        Handover, handover.pk, old=Handover.State.SIGNED_OUT, new=Handover.State.PREPARING,
        actor=actor, reason=reason, now=now,
    )
    handover.state = Handover.State.PREPARING


def save_line(line: object, actor: Person, *fields: str) -> None:
    """Saves fields of a step's row with its history row under the actor's name."""
    line._history_user = actor  # type: ignore[attr-defined]
    line.save(update_fields=list(fields))  # type: ignore[attr-defined]


def save_lines(lines: Sequence[Model], actor: Person, *fields: str) -> None:
    """Saves the same fields of several rows of a step, each with its history row: two statements however many they are."""
    if lines:
        bulk_update_with_history(lines, type(lines[0]), fields, default_user=actor)
