"""The balances of a desk's people as a file (A5, A20, I8)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.clock import local_day
from desks.models import Desk, Person
from desks.permissions import may
from desks.templatetags.desks_tags import local_month, shown_name
from logbook.taking_out import LISTS, Listed, ListKind, each_its_column
from rosters.queries.balances import balances_of


def register_lists() -> None:
    """Registers the list of this floor."""
    LISTS.register("balances", ListKind(gettext_lazy("Balances of duties"), ("log.export", "roster.view"), _balances))


def _balances(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """Both periods of the asked month, the twelve months first; contract and fair share for who drafts alone."""
    month = _month(asked.get("month", "")) or local_day(now, desk.site.zone).replace(day=1)
    drafts = may(reader, "roster.draft", desk=desk, now=now)
    own_month, year = balances_of(desk, month, now, protected=drafts)
    heads = [_("From"), _("Until"), _("Name"), _("Duties"), _("Nights"), _("Weekends"), _("Public holidays"), _("Hours worked"), _("Still to come")]
    widths = [22.0, 22, 30, 18, 18, 18, 24, 24, 24]
    if drafts:
        heads += [_("Contract hours"), _("Fair nights"), _("Fair weekends"), _("Fair holidays")]
        widths += [24.0, 22, 24, 24]
    rows = []
    for part in (year, own_month):
        for row in part.rows:
            line = [
                part.first.isoformat(), part.last.isoformat(), shown_name(row.person), str(row.done.duties), str(row.done.nights),
                str(row.done.weekends), str(row.done.holidays), f"{row.done.hours:g}", str(row.to_come.duties),
            ]
            if drafts:
                line += [f"{row.contract_hours:g}", *(f"{float(row.shares[name]):.1f}" for name in ("nights", "weekends", "holidays"))]
            rows.append(line)
    return Listed(
        title, {"month": f"{month:%Y-%m}"}, [local_month(month)], None, None, len(rows), heads, each_its_column(heads, widths), iter(rows)
    )


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
