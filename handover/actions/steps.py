"""The steps of a handover that both do: the list, own steps, summary, remarks, reservations (A26, A30)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.refusal import Refused
from handover.actions.drawing import ACKNOWLEDGED, draw_anew
from handover.actions.ground import begin_change, end_change, save_line, save_lines
from handover.models import Handover, HandoverMatter
from logbook.actions import book_of, hold_books


@transaction.atomic
def acknowledge_rest(*, actor: Person, handover: Handover, now: datetime) -> int:
    """The incoming confirms the list of unchanged matters in one act; how many they are (A26, A30)."""
    row = begin_change(actor, handover, now, "incoming")
    open_ones = list(row.matters.filter(group=HandoverMatter.Group.REST, acknowledged_at__isnull=True))
    for matter in open_ones:
        matter.acknowledged_by, matter.acknowledged_at = actor, now
    save_lines(open_ones, actor, *ACKNOWLEDGED)
    return len(open_ones)


@transaction.atomic
def bring_up_to_date(*, actor: Person, handover: Handover, now: datetime) -> Handover:
    """Draws the matters anew: what came in is added, what was closed goes, what moved must be told again (A26).

    Where the holder's part has passed on, whoever holds the desk now hands it over. Only before the first signature:
    after it, later entries are listed and make nothing stale (I4).
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now)
    passed_on = row.watch is not None and row.mode != Handover.Mode.OPENING and row.watch.holder_id != row.outgoing_id
    if not passed_on and row.state != Handover.State.PREPARING:
        raise Refused(
            "I4", _("The outgoing has signed: later entries are listed and change nothing."),
            _("Sign, or change a step first."),
        )
    return draw_anew(row, actor, now)


@transaction.atomic
def write_remarks(*, actor: Person, handover: Handover, remarks: str, now: datetime) -> Handover:
    """What else the incoming should know; part of what both sign (A29)."""
    row = begin_change(actor, handover, now)
    row.remarks = remarks.strip()
    save_line(row, actor, "remarks")
    end_change(row, actor, now, "remarks")
    return row


@transaction.atomic
def reserve(*, actor: Person, handover: Handover, reservations: str, now: datetime) -> Handover:
    """The incoming takes over with reservations: the mild way before a refusal; part of what both sign (A29)."""
    row = begin_change(actor, handover, now, "incoming")
    row.reservations = reservations.strip()
    save_line(row, actor, "reservations")
    end_change(row, actor, now, "reservations")
    return row
