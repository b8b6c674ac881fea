"""What each day of a month is at a desk, and how many people it needs (A6)."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import local_day, next_month
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.queries import choices_of
from rosters.queries import days_of_kind, needs_of, shifts_of, unpublished_years


@desk_page("roster.view")
@require_safe
def days(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Kind and name of each day, people needed; and plainly which year's public holidays nobody knows yet."""
    now = timezone.now()
    kinds = days_of_kind(desk.site, month, desk)
    needs, shifts = needs_of(desk, kinds), shifts_of(desk)
    skills = {row.code: row.label for row in choices_of(desk, "skill")}
    rows = [
        {
            "kind": kind,
            "needs": [
                (needs.get((day, shift.code, ""), 0), [(skills.get(skill, skill), people) for skill, people in _skilled(needs, day, shift.code)])
                for shift in shifts
            ],
        }
        for day, kind in kinds.items()
    ]
    context = {
        "section": "rosters", "desk": desk, "month": month, "rows": rows, "shifts": shifts, "today": local_day(now, desk.site.zone),
        "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
        "unpublished": unpublished_years(desk.site, kinds), "uncertain": [kind for kind in kinds.values() if not kind.certain],
        "may_set_up": may(request.user, "site.set_up", site=desk.site, now=now), "may_draft": may(request.user, "roster.draft", desk=desk, now=now),
    }
    return render(request, "rosters/days.html", context)


def _skilled(needs: dict[tuple[date, str, str], int], day: date, shift: str) -> list[tuple[str, int]]:
    return [(skill, people) for (on, code, skill), people in needs.items() if (on, code) == (day, shift) and skill]
