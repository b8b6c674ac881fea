"""Follow-ups of the desk by the time they are due, and how well they are kept (A1, A9, A30)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from desks.clock import day_bounds, local_day, month_bounds
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.templatetags.desks_tags import local_month
from logbook.actions import record_reading
from logbook.folding import left_out_of
from logbook.forms.filters import FollowUpFilter
from logbook.lists import follow_ups_by
from logbook.queries import CLOSED_SHOWN, counts_of, figures_of, first_acts_of, raises_of, watch_ends
from logbook.reading import rows_for
from logbook.todo import matters_of
from logbook.views.promises import promised
from logbook.words import DeskWords

PAGE = 50
MONTHS_OFFERED = 12
RECENT = 30
"""So many days are counted where no month is chosen."""


@dataclass(frozen=True)
class Chip:
    """One list of matters to choose: its name, how many are in it, and where it is."""

    label: str
    count: str
    address: str
    chosen: bool


@desk_page("log.read")
@require_safe
@promised
def follow_ups(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open matters by due time: the desk's, the reader's own, overdue, waiting …; closed ones, the newest first.

    Every choice stands in the address. `?month=2026-11` counts how the matters of that month went, instead of the last 30 days'.
    """
    now = timezone.now()
    words = DeskWords(desk)
    form = FollowUpFilter(request.GET, words=words)
    asked = form.narrowing()
    show = asked.get("show", "")
    sees = may(request.user, "log.see_restricted", desk=desk, now=now)
    found = follow_ups_by(desk, request.user, asked, words, now, see_restricted=sees)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    matters = list(page)
    roots = [matter.root for matter in matters]
    rows = rows_for(roots, reader=request.user, desk=desk, now=now)
    numbers = [root.number for root in roots]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="follow_ups",
        filters=asked, from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    counts = counts_of(desk, request.user, now, see_restricted=sees)
    ends = watch_ends(desk, min(matter.opened_at for matter in matters), now) if matters else []
    figures = _figures(request, desk, words, now, sees)
    context = {
        "section": "log", "desk": desk, "form": form, "page": page, "show": show, "chips": _chips(asked, counts),
        "matters": matters_of(
            rows, desk=desk, words=words, now=now, ends=ends, raised=raises_of(matters),
            begun=first_acts_of(matter.root_id for matter in matters if matter.last_entry_id == matter.root_id),
        ),
        "open_count": counts["open"], "overdue_count": counts["overdue"], "filtered": bool(asked), **figures,
        "may_export": may(request.user, "log.export", desk=desk, now=now), "asked": urlencode(asked),
        "left_out": left_out_of(asked.get("q", "")),
    }
    return render(request, "logbook/follow_ups.html", context)


def _chips(asked: dict[str, str], counts: dict[str, int]) -> list[Chip]:
    kept = {name: value for name, value in asked.items() if name != "show"}
    chips = []
    for name, label in FollowUpFilter.SHOW:
        count = counts[name or "open"]
        more = "+" if name == "closed" and count == CLOSED_SHOWN else ""
        address = "?" + urlencode(kept | ({"show": name} if name else {}))
        chips.append(Chip(str(label), f"{count}{more}", address, name == asked.get("show", "")))
    return chips


def _figures(request: HttpRequest, desk: Desk, words: DeskWords, now: datetime, sees: bool) -> dict[str, Any]:
    """The figures of the month that the address names, or of the last days; which months there are to choose."""
    today = local_day(now, desk.site.zone)
    months = [today.replace(day=1)]
    while len(months) < MONTHS_OFFERED:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    chosen = next((month for month in months if f"{month:%Y-%m}" == request.GET.get("month")), None)
    begin, end = month_bounds(chosen, desk.site.zone) if chosen else _recent(today, desk)
    labels = {kind.code: kind.label for kind in words.kinds_ever}
    rows = figures_of(desk, begin, end, now, see_restricted=sees)
    return {
        "figures": [(labels.get(row.kind, row.kind), row) for row in rows], "breaches": sum(row.breaches for row in rows),
        "month": chosen, "months": [(f"{month:%Y-%m}", local_month(month)) for month in months],
        "period": local_month(chosen) if chosen else pgettext("figures", "the last 30 days"),
        "asks_back": any(row.asked_back for row in rows), "promises": any(row.promised for row in rows),
    }


def _recent(today: date, desk: Desk) -> tuple[datetime, datetime]:
    return day_bounds(today - timedelta(days=RECENT - 1), desk.site.zone)[0], day_bounds(today, desk.site.zone)[1]
