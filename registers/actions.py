"""Acts on what the desk keeps: counts of a completed handover, differences explained and settled (A28)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.presets import coded_rows
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from registers.models import CustodyCount, CustodyDifference, CustodyItem
from registers.rules import why_not_counted, written


@dataclass(frozen=True)
class Counted:
    """One item as it was counted: what was expected, what was there, and the explanation of a difference."""

    item: CustodyItem
    expected: Decimal
    counted: Decimal
    explanation: str = ""


def load_custody_items(desk: Desk, rows: list[dict[str, Any]]) -> None:
    """The preset's section `custody_items`: makes the desk's items at their first version."""
    coded_rows(CustodyItem, rows, desk=desk)


@transaction.atomic
def record_differences(*, actor: Person, desk: Desk, lines: Iterable[Counted], now: datetime) -> list[Entry]:
    """Writes an entry for each line that differs, before the entry that completes the handover (A28)."""
    hold_books(book_of(desk))
    return [
        record_act(
            actor=actor, desk=desk, now=now, code="custody_differs", fields=_named(line.item, line.expected, line.counted),
            text=line.explanation,
        )
        for line in lines
        if line.counted != line.expected
    ]


@transaction.atomic
def record_counts(
    *, actor: Person, desk: Desk, entry: Entry, lines: Iterable[Counted], counted_with: Person | None, now: datetime
) -> list[CustodyCount]:
    """Writes the counts of a handover, opening or closing that `entry` completes, inside that act's transaction.

    Each difference becomes an open CustodyDifference. Raises Refused for a difference without explanation (A28).
    """
    made = []
    for line in lines:
        if refusal := why_not_counted(line.expected, line.counted, line.explanation):
            raise refusal
        count = CustodyCount.objects.create(
            desk=desk, item=line.item, item_code=line.item.code, item_version=line.item.version,
            expected=line.expected, counted=line.counted, explanation=line.explanation.strip(),
            counted_by=actor, counted_with=counted_with, counted_at=now, entry=entry,
        )
        if count.difference:
            difference = CustodyDifference(desk=desk, count=count)
            difference._history_user = actor
            difference.save()
        made.append(count)
    return made


@transaction.atomic
def explain_difference(*, actor: Person, difference: CustodyDifference, text: str, now: datetime) -> Entry:
    """Somebody of the desk adds what they know about an open difference: the closer who was asked, for one (A28).

    Raises Refused for who has no part in the desk, without words, and when it was settled already.
    """
    desk = difference.desk
    hold_books(book_of(desk))
    if not may(actor, "handover.take_part", desk=desk, now=now):
        raise Refused("A28", _("Only people of this desk explain a difference."), _("Tell the supervisor what you know."))
    row = CustodyDifference.objects.select_for_update().get(pk=difference.pk)
    if row.state != CustodyDifference.State.OPEN:
        raise Refused("A28", _("This difference is settled already."), _("Write an entry in the log instead."))
    if not text.strip():
        raise Refused("A28", _("An explanation has words."), _("Write what you know about it."), field="text")
    count = row.count
    return record_act(
        actor=actor, desk=desk, now=now, code="custody_difference_explained", refers_to=count.entry,
        fields=_named(count.item, count.expected, count.counted) | name_of("person", actor), text=text,
    )


@transaction.atomic
def settle_difference(*, actor: Person, difference: CustodyDifference, reason: str, now: datetime) -> CustodyDifference:
    """The supervisor settles a difference with a reason; it becomes an entry of the desk (A28, I9).

    Raises Refused for anybody else, without a reason, and when it was settled already.
    """
    hold_books(book_of(difference.desk))
    if not may(actor, "handover.decide", desk=difference.desk, now=now):
        raise Refused("A28", _("Only the supervisor settles a difference."), _("Tell the supervisor what you know."))
    if not reason.strip():
        raise Refused("I9", _("A difference is settled with a reason."), _("Write what became of it."), field="reason")
    settled = claim(
        CustodyDifference, difference.pk, old="open", new="settled", actor=actor, reason=reason.strip()[:100], now=now,
        refusal=_("This difference is settled already."), settled_reason=reason.strip(), settled_by=actor, settled_at=now,
    )
    count = settled.count
    record_act(
        actor=actor, desk=difference.desk, now=now, code="custody_difference_settled", refers_to=count.entry,
        fields=_named(count.item, count.expected, count.counted), text=reason.strip(),
    )
    return settled


def _named(item: CustodyItem, expected: Decimal, counted: Decimal) -> dict[str, str]:
    """What an entry says of an item: its name as the desk calls it, code, version and the two amounts."""
    return {
        **in_each_language("item", item), "item_code": item.code, "item_version": str(item.version),
        "expected": written(expected, item.unit), "counted": written(counted, item.unit),
    }
