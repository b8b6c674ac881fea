"""A handover that was signed on paper while there was no power is entered afterwards with its photo (A29, A35)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import name_of
from handover.actions.ground import check_part
from handover.rules import why_not_pair
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from notices.actions import tell


@transaction.atomic
def enter_paper_handover(
    *, actor: Person, desk: Desk, outgoing: Person, incoming: Person, paper_at: datetime, photos: Sequence[str], now: datetime,
    sheet: str = "", url: str = "",
) -> Entry:
    """Enters what two people signed on paper: who, when, the sheet's number and its photo; the entry is marked as from paper.

    It moves no watch: nobody signs for another, so both sign here as soon as they can. Both and the supervisor are told.
    Raises Refused without a photo, for a time to come, and for one person on both sides.
    """
    hold_books(book_of(desk))
    check_part(actor, desk, now)
    if refusal := why_not_pair(outgoing.pk, incoming.pk):
        raise refusal
    if paper_at > now:
        raise Refused("A29", _("This time has not come yet."), _("Write the time that stands on the paper."), field="paper_at")
    if not photos:
        raise Refused(
            "A29", _("A handover on paper is entered with a photo of its sheet."), _("Take a photo on which both signatures can be read."),
            field="photos",
        )
    fields = {
        **name_of("outgoing", outgoing), "outgoing_ref": str(outgoing.ref), **name_of("incoming", incoming),
        "incoming_ref": str(incoming.ref), "paper": "true", "paper_at": paper_at.isoformat(),
    }
    entry = record_act(
        actor=actor, desk=desk, now=now, code="handover_on_paper", photos=photos,
        fields=fields | ({"paper_sheet": sheet.strip()} if sheet.strip() else {}),
    )
    tell(
        people=[outgoing, incoming, *who_supervises("handover.decide", desk, now)], site=desk.site, matter="handover",
        matter_id=f"paper-{entry.number}-{desk.pk}", occasion="entered", code="handover_on_paper_told",
        fields={**name_of("outgoing", outgoing), **name_of("incoming", incoming), "paper_at": paper_at.isoformat()}, url=url, now=now,
    )
    return entry
