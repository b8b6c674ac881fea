"""Wishes of staff: one's own, with what is agreed with oneself; and for who drafts everybody's (A5)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.clock import local_day, next_month
from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.queries import choices_of
from desks.refusal import Refused
from rosters import actions, rules
from rosters.actions.staff import terms_in_words
from rosters.models import Wish
from rosters.planning import days_of
from rosters.queries import (
    agreed_with,
    days_of_kind,
    month_for_wishes,
    roles_between,
    shift_types_by_key,
    shifts_of,
    wishes_of,
    wishes_of_month,
)
from rosters.queries.wishes import is_out
from rosters.staff_forms import WishForm


def _lines(desk: Desk, wishes: list[Wish]) -> list[dict[str, Any]]:
    shifts = {shift.code: shift for shift in sorted(shift_types_by_key(desk).values(), key=lambda row: row.version)}
    return [{"wish": wish, "shift": shifts.get(wish.shift_code)} for wish in wishes]


@desk_page("roster.view")
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The reader's own wishes for next month, and what is agreed with them."""
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    open_month = month_for_wishes(desk, now)
    month = open_month or next_month(today)
    days = days_of(month)
    roles = {row.role for row in roles_between(desk, days[0], days[-1]) if row.person_id == request.user.pk}
    reader: Person = request.user  # type: ignore[assignment]
    agreed = agreed_with(desk, [reader.pk], today)[reader.pk]
    has = {row.skill for row in agreed.skills}
    shifts = [
        shift for shift in shifts_of(desk)
        if any(rules.takes(roles=shift.roles, skills=shift.skills, role=role, has=has) for role in roles)
    ]
    form = WishForm(request.POST or None, days=days, shifts=shifts)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_wish(actor=request.user, desk=desk, now=now, **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Your wish stands there. It is weighed, not promised."))
            return redirect("rosters:wishes", desk.slug)
    own, out = wishes_of(request.user, desk, month), is_out(desk, month)
    skills = {row.code: row.label for row in choices_of(desk, "skill")}
    context = {
        "section": "rosters", "desk": desk, "month": month, "form": form, "lines": _lines(desk, own), "takes": bool(roles),
        "is_open": open_month is not None and not out, "out": out, "left": max(0, desk.settings.wishes_at_most - len(own)),
        "opens_on": today.replace(day=desk.settings.roster_reminder_day), "settings": desk.settings,
        "terms": [terms_in_words(row) for row in agreed.terms if row.holds_on(today)], "protections": agreed.protections,
        "skills": [skills.get(row.skill, row.skill) for row in agreed.skills if row.holds_on(today)], "pairs": agreed.pairs,
        "may_draft": may(request.user, "roster.draft", desk=desk, now=now),
    }
    return render(request, "rosters/wishes.html", context, status=422 if form.errors else 200)


@desk_page("roster.view")
@require_POST
def withdraw(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The reader takes an own wish back."""
    wish = get_object_or_404(Wish.objects.select_related("desk__site"), desk=desk, person=request.user, pk=pk)
    try:
        actions.withdraw_wish(actor=request.user, wish=wish, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("rosters:wishes", desk.slug)


@desk_page("roster.draft")
@require_safe
def all_wishes(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Everybody's wishes for a month, by day; for who drafts the roster alone."""
    kinds = days_of_kind(desk.site, month, desk)
    found = wishes_of_month(desk, month)
    days: list[dict[str, Any]] = []
    for line in _lines(desk, found):
        day = line["wish"].day
        if not days or days[-1]["kind"].day != day:
            days.append({"kind": kinds[day], "lines": []})
        days[-1]["lines"].append(line)
    counts = Counter(wish.person for wish in found)
    context = {
        "section": "rosters", "desk": desk, "month": month, "days": days, "counts": sorted(counts.items(), key=lambda pair: pair[0].name),
        "count": len(found), "before": (month - timedelta(days=1)).replace(day=1), "after": next_month(month), "may_draft": True,
        "opens": desk.settings.roster_reminder_day,
    }
    return render(request, "rosters/all_wishes.html", context)
