"""What each day of a month is at a desk, and how many people it needs; who drafts its roster names own days of it (A6)."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.queries import choices_of
from desks.refusal import Refused
from rosters import actions
from rosters.forms_days import OwnDayForm
from rosters.models import SiteDay
from rosters.queries import days_of_kind, needs_of, shifts_of, unpublished_years


@desk_page("roster.view")
@require_safe
def days(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Kind and name of each day, people needed; and plainly which year's public holidays nobody knows yet."""
    return _days_page(request, desk, month, None)


def _days_page(request: HttpRequest, desk: Desk, month: date, form: OwnDayForm | None) -> HttpResponse:
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
    may_draft, today = may(request.user, "roster.draft", desk=desk, now=now), local_day(now, desk.site.zone)
    own = SiteDay.objects.filter(desk=desk, current=True, day__gte=today).order_by("day") if may_draft else SiteDay.objects.none()
    context = {
        "own_form": (form or OwnDayForm(auto_id="id_own_%s")) if may_draft else None, "own_days": list(own[:60]),
        "section": "rosters", "desk": desk, "month": month, "rows": rows, "shifts": shifts, "today": today,
        "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month),
        "unpublished": unpublished_years(desk.site, kinds), "uncertain": [kind for kind in kinds.values() if not kind.certain],
        "may_set_up": may(request.user, "site.set_up", site=desk.site, now=now), "may_draft": may_draft,
    }
    return render(request, "rosters/days.html", context, status=422 if form is not None else 200)


@desk_page("roster.draft")
@require_POST
def name_day(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Names a coming day of the desk: closed, of special need, a holiday, a working day."""
    form = OwnDayForm(request.POST, auto_id="id_own_%s")
    if form.is_valid():
        try:
            row = actions.name_day(actor=request.user, desk=desk, now=timezone.now(), **form.named())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Kept: planning looks at it from now on; duties that stand are as they were."))
            return redirect(f"{reverse('rosters:days', args=[desk.slug, row.day])}#own")
    return _days_page(request, desk, month, form)


@desk_page("roster.draft")
@require_POST
def drop_day(request: HttpRequest, desk: Desk, month: date, pk: int) -> HttpResponse:
    """Takes an own day of the desk back."""
    row = get_object_or_404(SiteDay.objects.select_related("desk__site"), pk=pk, desk=desk)
    try:
        actions.drop_day(actor=request.user, row=row, reason=request.POST.get("reason", "")[:200], now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("Taken back: the calendar holds again."))
    return redirect(f"{reverse('rosters:days', args=[desk.slug, month])}#own")


def _skilled(needs: dict[tuple[date, str, str], int], day: date, shift: str) -> list[tuple[str, int]]:
    return [(skill, people) for (on, code, skill), people in needs.items() if (on, code) == (day, shift) and skill]
