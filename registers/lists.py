"""What happened with the desk's custody as a file: who held it when (A28, A20, I8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.models import Desk, Person
from desks.templatetags.desks_tags import comma, shown_name
from logbook.taking_out import LISTS, PORTION, Listed, ListKind, each_its_column, written_moment
from registers.models import CustodyItem
from registers.queries import Happened, happened, history_keys, numbers_hidden
from registers.rules import written


def register_lists() -> None:
    """Registers the list of this floor."""
    LISTS.register("custody", ListKind(gettext_lazy("What the desk keeps: history"), ("log.export", "handover.view"), _history))


def _history(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """As an item's page has it; `item` narrows it to one by its code, `piece` to one of its pieces."""
    heads = [
        _("When"), _("Entry"), _("Item"), _("What"), _("Amount"), _("Expected"), _("Number"), _("Who"), _("By"), _("Holder of the watch"), _("Remark"),
    ]
    code, piece = asked.get("item", ""), asked.get("piece", "").strip()
    item = CustodyItem.objects.filter(desk=desk, code=code).order_by("-version").first() if code else None
    keys, hides = list(history_keys(desk, code, piece)), numbers_hidden(desk, reader, now)

    def cells(each: Happened) -> list[str]:
        holder = shown_name(each.watch.holder) if each.watch is not None else ""
        if (count := each.count) is not None:
            by = comma().join(str(shown_name(person)) for person in (count.counted_by, count.counted_with) if person is not None)
            amounts = ["", ""] if hides else [written(count.counted, count.item.unit), written(count.expected, count.item.unit)]
            return [written_moment(count.counted_at, desk), str(each.number), count.item.label, _("counted"), *amounts, "", "", by, holder, count.explanation]
        moved = each.movement
        assert moved is not None, "a line is a count or a movement"
        return [
            written_moment(moved.at, desk), str(each.number), moved.item.label, str(moved.get_kind_display()), written(moved.amount, moved.item.unit), "",
            moved.piece, moved.who, str(shown_name(moved.by)), holder, moved.note,
        ]

    def rows(keys: Sequence[tuple[int, str, int]]) -> list[list[str]]:
        return [cells(each) for each in happened(desk, keys)]

    columns = each_its_column(heads, (26, 14, 28, 22, 18, 18, 14, 26, 26, 24, 44))
    return Listed(
        title, {name: value for name, value in (("item", code), ("piece", piece)) if value},
        [*([item.label] if item is not None else []), *([f"№ {piece}"] if piece else [])], None, None, len(keys), heads, columns,
        (row for place in range(0, len(keys), PORTION) for row in rows(keys[place : place + PORTION])),
    )
