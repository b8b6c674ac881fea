"""What was walked and missed as a file: a month, or everything (C3, A20, I8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from desks.clock import month_bounds
from desks.models import Desk, Person
from desks.templatetags.desks_tags import comma, local_month, shown_name
from desks.wording import with_label
from logbook.numbers import masked_in
from logbook.reading import text_of
from logbook.taking_out import LISTS, Listed, ListKind, each_its_column, in_portions, written_moment
from rounds.models import RoundMiss, RoundReading, RoundWalk
from rounds.queries import readings_of, reasons_of

Key = tuple[str, datetime]


def register_lists() -> None:
    """Registers the list of this floor."""
    LISTS.register("rounds", ListKind(gettext_lazy("Rounds"), ("log.export", "round.view"), _rounds))


def month_of(asked: str) -> date | None:
    """The first day of the month that was asked for as 2026-11, or None for what is no month."""
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return None
    return month if 2000 < month.year < 2100 else None


def _rounds(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """Each time of a round that was walked or missed, newest first; `month` narrows it to one month of the site."""
    heads = [
        pgettext("round", "Due"), _("Round"), _("State"), _("Walked by"), _("At"), pgettext("round", "Found"), _("Reason"), _("Entry"),
    ]
    month = month_of(asked.get("month", ""))
    within: dict[str, Any] = {"desk": desk}
    if month is not None:
        begin, end = month_bounds(month, desk.site.zone)
        within |= {"due_at__gte": begin, "due_at__lt": end}
    keys: list[Key] = sorted(
        {key for model in (RoundWalk, RoundMiss) for key in model.objects.filter(**within).values_list("round_code", "due_at")},
        key=lambda key: (key[1], key[0]), reverse=True,
    )

    def read(part: Sequence[Key]) -> list[list[str]]:
        dues = [due for _code, due in part]
        walks = {(row.round_code, row.due_at): row for row in RoundWalk.objects.filter(desk=desk, due_at__in=dues).select_related("round", "by")}
        misses = {(row.round_code, row.due_at): row for row in RoundMiss.objects.filter(desk=desk, due_at__in=dues).select_related("round")}
        readings, reasons = readings_of(walks.values()), reasons_of(misses.values())
        rows = []
        for key in part:
            walk, miss = walks.get(key), misses.get(key)
            one = walk or miss
            assert one is not None, "a line is walked or missed"
            states = [_("walked late") if walk.late else _("walked")] if walk else []
            states += [pgettext("round", "missed")] if miss else []
            rows.append([
                written_moment(one.due_at, desk), one.round.label, comma().join(states), shown_name(walk.by) if walk else "",
                written_moment(walk.at, desk) if walk else "", comma().join(_found(each) for each in readings.get(walk.pk, [])) if walk else "",
                "\n".join(masked_in(text_of(each.entry)) for each in reasons.get(miss.pk, [])) if miss else "",
                comma().join(f"#{each.number}" for each in (walk, miss) if each is not None),
            ])
        return rows

    columns = each_its_column(heads, (28, 30, 24, 26, 28, 44, 44, 18))
    filters = {"month": f"{month:%Y-%m}"} if month is not None else {}
    return Listed(title, filters, [local_month(month)] if month else [], None, None, len(keys), heads, columns, in_portions(keys, read))


def _found(reading: RoundReading) -> str:
    if reading.value is None:
        return with_label(reading.point.label, _("in order") if reading.good else _("not in order"))
    value = f"{reading.value.normalize():f} {reading.point.unit}".strip()
    return with_label(reading.point.label, value if reading.good else f"{value} ({_('outside its limits')})")
