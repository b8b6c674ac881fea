"""Reads of custody that more than one page needs: what is expected, what is out, history, open differences (A28, B1.9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from desks.hooks import panels_of
from desks.models import Desk, Person
from desks.permissions import may
from logbook.models import Entry, Watch
from registers.models import CustodyCount, CustodyDifference, CustodyIssue, CustodyItem, CustodyMovement
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
    """The desk's items in use with what is expected: the last completed count, else the item's first number, and what moved since."""
    newest = CustodyCount.objects.filter(desk=desk, item_code=OuterRef("code")).order_by("-pk").values("pk")[:1]
    items = list(CustodyItem.objects.filter(desk=desk, current=True).order_by("position", "code").annotate(newest=Subquery(newest)))
    counts = CustodyCount.objects.select_related("counted_by", "counted_with", "entry").in_bulk([item.newest for item in items if item.newest])
    latest = {count.item_code: count for count in counts.values()}
    moved = _moved_since(desk, {item.code: latest[item.code].entry.number if item.code in latest else 0 for item in items})
    return [
        Expectation(
            item, (latest[item.code].counted if item.code in latest else item.expected) + moved.get(item.code, Decimal(0)),
            latest.get(item.code),
        )
        for item in items
    ]


def _moved_since(desk: Desk, numbers: dict[str, int]) -> dict[str, Decimal]:
    """By item: what came less what went, in entries after these numbers; one query."""
    since = Q()
    for code, number in numbers.items():
        since |= Q(item_code=code, number__gt=number)
    if not since:
        return {}
    effect = Case(*(When(kind=kind, then=F("amount") * Value(sign)) for kind, sign in CustodyMovement.EFFECT.items()))
    # The oldest of the counts bounds it at once: items are counted together, and little moves between two counts.
    rows = CustodyMovement.objects.filter(since, desk=desk, number__gt=min(numbers.values())).order_by().values_list("item_code").annotate(total=Sum(effect))
    return dict(rows)


def numbers_hidden(desk: Desk, reader: Person, now: datetime) -> bool:
    """Whether this reader sees no number of a count here: the desk counts blind, and they count (A28).

    Who reads what is for supervisors does not count by right; while one of them takes part in a handover, they do.
    """
    if not desk.settings.blind_count:
        return False
    return not may(reader, "log.see_restricted", desk=desk, now=now) or bool(panels_of("counting", reader, desk))


def out_of(desk: Desk) -> QuerySet[CustodyIssue]:
    """What is out, the longest overdue first, then in the order of what is expected back, then without a time (B1.9)."""
    return CustodyIssue.objects.filter(desk=desk, state=CustodyIssue.State.OUT).select_related("item", "issued_by", "entry").order_by(
        F("due_at").asc(nulls_last=True), "pk"
    )


def overdue_of(desk: Desk, now: datetime) -> QuerySet[CustodyIssue]:
    """What should be back by now and is not."""
    return out_of(desk).filter(due_at__lte=now)


@dataclass(frozen=True)
class Happened:
    """A line of an item's history: a count or a movement, with whose watch it was in."""

    number: int
    count: CustodyCount | None
    movement: CustodyMovement | None
    watch: Watch | None = None


def history_keys(desk: Desk, code: str = "", piece: str = "") -> QuerySet[Any]:
    """Entry number, sort and key of everything that happened with an item, or with all of them, newest first.

    Of one piece only what moved: a count is of all pieces together.
    """
    narrowed = {"desk": desk} | ({"item_code": code} if code else {})
    counts = CustodyCount.objects.none() if piece else CustodyCount.objects.filter(**narrowed)
    if piece:
        narrowed |= {"piece": piece}
    counts = counts.order_by().annotate(at_number=F("entry__number"), sort=Value("count"))
    movements = CustodyMovement.objects.filter(**narrowed).order_by().annotate(at_number=F("number"), sort=Value("movement"))
    keys = ("at_number", "sort", "pk")
    return counts.values_list(*keys).union(movements.values_list(*keys), all=True).order_by("-at_number", "sort", "-pk")


def happened(desk: Desk, keys: Iterable[tuple[int, str, int]]) -> list[Happened]:
    """The lines of these keys, each with the watch in whose time it was: who held it when (A28)."""
    keys = list(keys)
    counts = CustodyCount.objects.select_related(
        "item", "counted_by", "counted_with", "entry", "open_difference__settled_by"
    ).in_bulk([pk for _number, sort, pk in keys if sort == "count"])
    movements = CustodyMovement.objects.select_related("item", "by", "issue").in_bulk(
        [pk for _number, sort, pk in keys if sort == "movement"]
    )
    numbers = [number for number, _sort, _pk in keys]
    watches = list(
        Watch.objects.filter(Q(last_number__isnull=True) | Q(last_number__gte=min(numbers)), desk=desk, first_number__lte=max(numbers))
        .select_related("holder")
    ) if numbers else []

    def watch_at(number: int) -> Watch | None:
        return next((each for each in watches if each.first_number <= number and (each.last_number is None or number <= each.last_number)), None)

    return [Happened(number, counts.get(pk) if sort == "count" else None, movements.get(pk) if sort == "movement" else None, watch_at(number)) for number, sort, pk in keys]


def unsettled_at(desk: Desk, moment: datetime) -> QuerySet[CustodyDifference]:
    """The differences counted before that moment that no supervisor had settled then, oldest first."""
    return CustodyDifference.objects.filter(
        Q(settled_at__isnull=True) | Q(settled_at__gt=moment), desk=desk, count__counted_at__lt=moment
    ).select_related("count__item", "count__entry").order_by("pk")


def open_differences(desk: Desk) -> QuerySet[CustodyDifference]:
    """The differences that no supervisor has settled, newest first."""
    return CustodyDifference.objects.filter(desk=desk, state=CustodyDifference.State.OPEN).select_related(
        "count__item", "count__counted_by", "count__counted_with", "count__entry"
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
