"""Acts on what the desk keeps: counts of a completed handover, differences explained and settled (A28)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.hooks import findings
from desks.models import Desk, Person
from desks.permissions import may
from desks.presets import coded_rows
from desks.refusal import Refused
from desks.wording import in_each_language, in_every_language, name_of
from logbook.actions import book_of, hold_books, record_act
from logbook.models import Entry
from registers.models import CustodyCount, CustodyDifference, CustodyItem, CustodyMovement
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
            text=line.explanation, audience=_audience(desk),
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
        fields=_item(count.item) | name_of("person", actor), text=text,
    )


@transaction.atomic
def settle_difference(
    *, actor: Person, difference: CustodyDifference, result: str, reason: str, now: datetime
) -> CustodyDifference:
    """The supervisor settles a difference with its result and a reason; it becomes an entry of the desk (A28, I9).

    What was missing and is found comes back to what the desk keeps, unless it was counted since: then that count has seen it.
    Raises Refused for anybody else, without a result or reason, and when it was settled already.
    """
    desk = difference.desk
    hold_books(book_of(desk))
    if not may(actor, "handover.decide", desk=desk, now=now):
        raise Refused("A28", _("Only the supervisor settles a difference."), _("Tell the supervisor what you know."))
    if result not in CustodyDifference.Result.values:
        raise Refused("A28", _("A difference is settled with a result."), _("Choose what became of it."), field="result")
    if not reason.strip():
        raise Refused("I9", _("A difference is settled with a reason."), _("Write what became of it."), field="reason")
    settled = claim(
        CustodyDifference, difference.pk, old="open", new="settled", actor=actor, reason=reason.strip()[:100], now=now,
        refusal=_("This difference is settled already."), settled_result=result, settled_reason=reason.strip(),
        settled_by=actor, settled_at=now,
    )
    count = settled.count
    entry = record_act(
        actor=actor, desk=desk, now=now, code="custody_difference_settled_as", refers_to=count.entry, text=reason.strip(),
        fields=_named(count.item, count.expected, count.counted)
        | in_every_language("became", settled.get_settled_result_display), audience=_audience(desk),
    )
    if result == CustodyDifference.Result.FOUND and count.difference < 0 and not _counted_since(count):
        CustodyMovement.objects.create(
            desk=desk, item=count.item, item_code=count.item_code, kind=CustodyMovement.Kind.ADDED, amount=-count.difference,
            note=reason.strip()[:200], by=actor, at=now, entry=entry, number=entry.number,
        )
    if close := findings.get("difference_settled"):
        close(actor=actor, difference=settled, now=now)
    return settled


def _counted_since(count: CustodyCount) -> bool:
    return CustodyCount.objects.filter(desk=count.desk, item_code=count.item_code, pk__gt=count.pk).exists()


def _audience(desk: Desk) -> str:
    """Who reads the numbers of a difference: at a desk that counts blind whoever counts next does not (A28)."""
    return "supervisors" if desk.settings.blind_count else "staff"


def _item(item: CustodyItem) -> dict[str, str]:
    return {**in_each_language("item", item), "item_code": item.code, "item_version": str(item.version)}


def _named(item: CustodyItem, expected: Decimal, counted: Decimal) -> dict[str, str]:
    """What an entry says of an item: its name as the desk calls it, code, version and the two amounts."""
    return _item(item) | {"expected": written(expected, item.unit), "counted": written(counted, item.unit)}
