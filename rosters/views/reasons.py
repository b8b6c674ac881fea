"""Why somebody has a duty, and what differs between two versions of a roster (A5, E4)."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from rosters.causes import with_causes
from rosters.models import DraftRun, Duty, Roster
from rosters.patterns import differences
from rosters.planning import Plan
from rosters.queries import plan_in_force, plan_of_roster, roster_of
from rosters.queries.drafts import pins_of
from rosters.reasons import reasons_for
from rosters.views.standing import standing_context


@desk_page("roster.view")
@require_safe
def why_duty(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Why a duty in force is whose it is: one's own, and for who drafts rosters everybody's."""
    duty = get_object_or_404(Duty.objects.select_related("person", "roster__desk__site"), desk=desk, pk=pk, taken_out_by__isnull=True)
    drafts = may(request.user, "roster.draft", desk=desk, now=timezone.now())
    roster = roster_of(desk, duty.site_day.replace(day=1))
    if not drafts and (duty.person_id != request.user.pk or roster is None or roster.state != Roster.State.REPORTED):
        raise Http404
    if roster is None:
        raise Http404
    return _why(request, roster, plan_in_force(roster), duty.person, duty.site_day, sees_all=drafts, back="")


@desk_page("roster.draft")
@require_safe
def why_cell(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """Why a cell of a month that is planned is as it is, for who drafts it."""
    roster = roster_of(desk, month)
    person, _dash, day = request.GET.get("cell", "").partition("-")
    try:
        found = date.fromisoformat(day)
        key = int(person)
    except ValueError:
        raise Http404 from None
    if roster is None or found.replace(day=1) != month:
        raise Http404
    plan = plan_in_force(roster) if roster.is_final else plan_of_roster(roster)
    line = next((line for line in plan.lines if line.person is not None and line.person.pk == key), None)
    if line is None or line.person is None:
        raise Http404
    return _why(request, roster, plan, line.person, found, sees_all=True, back=request.GET["cell"])


def _why(request: HttpRequest, roster: Roster, plan: Plan, person: Person, day: date, *, sees_all: bool, back: str) -> HttpResponse:
    reasons = reasons_for(roster.desk, roster.month, plan, person, day, pinned=(person.pk, day) in pins_of(roster), sees_all=sees_all)
    context: dict[str, Any] = {
        "section": "rosters", "desk": roster.desk, "month": roster.month, "person": person, "day": day, "reasons": reasons, "sees_all": sees_all,
        "own": person == request.user, "back": back,
    }
    return render(request, "rosters/why.html", context)


@desk_page("roster.draft")
@require_safe
def versions(request: HttpRequest, desk: Desk, month: date) -> HttpResponse:
    """What differs between two versions of the month's roster: who, which days, from what to what."""
    roster = roster_of(desk, month)
    if roster is None:
        raise Http404
    refused = None
    after, before = _number(request, "to", roster.version), _number(request, "from", max(1, roster.version - 1))
    if not (1 <= before <= roster.version and 1 <= after <= roster.version):
        refused = Refused("A5", _("There is no such version of this roster."), _("Choose two of those below."))
        before, after = max(1, roster.version - 1), roster.version
    old, new = plan_of_roster(roster, before), plan_of_roster(roster, after)
    found = differences(old, new)
    if DraftRun.objects.filter(desk=desk, month=month, base_version=before, used_version=after).exists():
        found = with_causes(desk, month, old, new, found)
    context = standing_context(roster, new, timezone.now(), version=after) | {
        "section": "rosters", "desk": desk, "month": month, "roster": roster, "before": before, "after": after, "refused": refused,
        "numbers": range(1, roster.version + 1), "found": found,
        "may_draft": True,
    }
    return render(request, "rosters/versions.html", context, status=422 if refused else 200)


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default if not text else 0

