"""Reads of custody that more than one page needs: items with what is expected, history, open differences (A28)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from desks.models import Desk
from logbook.models import Entry
from registers.models import CustodyCount, CustodyDifference, CustodyItem
from registers.rules import written


@dataclass(frozen=True)
class Expectation:
    """An item in use and what the next count expects of it."""

    item: CustodyItem
    expected: Decimal
    last: CustodyCount | None

    @property
    def expected_text(self) -> str:
        """The expected amount as people write it."""
        return written(self.expected, self.item.unit)


def custody_of(desk: Desk) -> list[Expectation]:
    """The desk's items in use with what is expected: the last completed count, else the item's first number."""
    latest = {
        count.item_code: count
        for count in CustodyCount.objects.filter(desk=desk)
        .order_by("item_code", "-pk")
        .distinct("item_code")
        .select_related("counted_by", "counted_with", "entry")
    }
    return [
        Expectation(item, latest[item.code].counted if item.code in latest else item.expected, latest.get(item.code))
        for item in CustodyItem.objects.filter(desk=desk, current=True)
    ]


def open_differences(desk: Desk) -> QuerySet[CustodyDifference]:
    """The differences that no supervisor has settled, newest first."""
    return CustodyDifference.objects.filter(desk=desk, state=CustodyDifference.State.OPEN).select_related(
        "count__item", "count__counted_by", "count__counted_with", "count__entry"
    )


def counts_of(desk: Desk, code: str) -> QuerySet[CustodyCount]:
    """Every count of an item of the desk, newest first: who had it when."""
    return CustodyCount.objects.filter(desk=desk, item_code=code).select_related(
        "item", "counted_by", "counted_with", "entry", "open_difference__settled_by"
    )


def explanations_of(differences: list[CustodyDifference]) -> dict[int, dict[str, list[Entry]]]:
    """What people have said about these differences: the entries by count entry and item code, in one query."""
    found: dict[int, dict[str, list[Entry]]] = {}
    rows = Entry.objects.filter(
        refers_to__in={each.count.entry_id for each in differences}, code="custody_difference_explained"
    )
    for entry in rows.select_related("words", "author").order_by("number"):
        found.setdefault(entry.refers_to_id or 0, {}).setdefault(entry.fields.get("item_code", ""), []).append(entry)
    return found
