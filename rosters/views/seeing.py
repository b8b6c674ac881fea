"""Seeing duties: one's own at every desk, who is on now and next, and a desk's week as it runs (A5, A24)."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import local_day
from desks.models import Desk
from desks.permissions import desk_page, may, own_page
from desks.queries import desks_of
from rosters.grid import said_of
from rosters.models import Duty
from rosters.queries import coming_duties, day_lines, now_and_next

AHEAD = timedelta(days=62)


@own_page
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The actor's coming duties at every desk, by week, and who is on now and next at the desks whose roster they see."""
    now = timezone.now()
    mine = coming_duties(request.user, now, now + AHEAD)
    desks = [desk for desk in desks_of(request.user, now) if may(request.user, "roster.view", desk=desk, now=now)]
    context = {
        "section": "duties", "now": now, "mine": mine, "weeks": [(monday, list(rows)) for monday, rows in groupby(mine, _monday)],
        "boards": [_board(desk, now) for desk in desks],
    }
    return render(request, "rosters/duties.html", context)


@desk_page("roster.view")
@require_safe
def week(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The week around a day, a line of time for each of its days; `?days=1` shows that day alone."""
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    day, single = _day_asked(request, today), request.GET.get("days") == "1"
    first = day if single else day - timedelta(days=day.weekday())
    step = timedelta(days=1 if single else 7)
    days = [first + timedelta(days=number) for number in range(step.days)]
    context = {
        "section": "rosters", "desk": desk, "today": today, "day": day, "single": single, "first": first, "last": days[-1], "month": day.replace(day=1),
        "before": first - step, "after": first + step, "is_now": first <= today <= days[-1], "now": now,
        "lines": [(line, said_of(line.kind)[1]) for line in day_lines(desk, days, now, request.user)],
    }
    return render(request, "rosters/week.html", context)


def _day_asked(request: HttpRequest, today: date) -> date:
    """The day that is asked for, in the years in which a roster can stand; today for anything else."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if 2000 <= day.year < 2100 else today


def _monday(duty: Duty) -> date:
    return duty.site_day - timedelta(days=duty.site_day.weekday())


def _board(desk: Desk, now: datetime) -> dict[str, Any]:
    on, following = now_and_next(desk, now)
    return {"desk": desk, "on": on, "next": following, "next_at": following[0].starts_at if following else None}
