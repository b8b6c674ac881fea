"""Who has worked how many nights, weekends, holidays and hours, against the others: as a figure and as a table (A5, A20)."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from desks.clock import local_day, next_month
from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.views.export import list_export
from rosters.queries import shifts_of
from rosters.queries.balances import Balance, Balances, balances_of
from rosters.rules.fairness import Count

WORDS = {
    "nights": gettext_lazy("Nights"), "weekends": gettext_lazy("Weekends"), "holidays": gettext_lazy("Public holidays"),
    "hours": pgettext_lazy("worked", "Hours"),
}
TONES = {"nights": "night", "weekends": "late", "holidays": "early", "hours": ""}

export_balances = list_export("balances")


@desk_page("roster.view")
@require_safe
def balances(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The balances of this month and the twelve that end with it."""
    return _page(request, desk, local_day(timezone.now(), desk.site.zone).replace(day=1))


@desk_page("roster.view")
@require_safe
def balances_of_month(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """The balances of a month and the twelve that end with it."""
    return _page(request, desk, month)


def _page(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    now = timezone.now()
    drafts = may(request.user, "roster.draft", desk=desk, now=now)
    own_month, year = balances_of(desk, month, now, protected=drafts)
    asked = request.GET.get("of", "")
    usual = "nights" if any(shift.night for shift in shifts_of(desk)) else "weekends"
    shown = asked if asked in WORDS else usual
    context = {
        "section": "rosters", "desk": desk, "month": month, "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
        "is_over": next_month(month) <= local_day(now, desk.site.zone), "may_draft": drafts, "kinds": WORDS, "shown": shown, "shown_words": WORDS[shown],
        "bars": _bars(year, shown, request.user), "tone": TONES[shown], "year": year, "own_month": own_month,
        "parts": [
            {"title": _("Twelve months"), "id": "year", "of": year, "rows": _rows(year, request.user, drafts)},
            {"title": _("This month alone"), "id": "month", "of": own_month, "rows": _rows(own_month, request.user, drafts)},
        ],
        "may_export": may(request.user, "log.export", desk=desk, now=now),
    }
    return render(request, "rosters/balances.html", context)


def _value(count: Count, kind: str) -> float:
    return count.hours if kind == "hours" else getattr(count, kind)


def _bars(of: Balances, kind: str, reader: Any) -> list[dict[str, Any]]:
    most = max([_value(row.done, kind) for row in of.rows], default=0) or 1
    rows = sorted(of.rows, key=lambda row: (-_value(row.done, kind), row.person.name))
    return [
        {"person": row.person, "mine": row.person == reader, "value": _value(row.done, kind), "most": most} for row in rows
    ]


def _rows(of: Balances, reader: Any, drafts: bool) -> list[dict[str, Any]]:
    """Everybody's counts; contract and fair share are each person's own to see, and of who drafts."""
    return [
        {"row": row, "mine": row.person == reader, "shares": _shares(row) if drafts or row.person == reader else None} for row in of.rows
    ]


def _shares(row: Balance) -> dict[str, str]:
    return {name: f"{float(share):.1f}" for name, share in row.shares.items()}
