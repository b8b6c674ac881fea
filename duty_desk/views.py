"""Home of each role, and whether this process answers."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from desks.hooks import NowItem
from desks.models import Desk, Person, Role
from desks.permissions import may, memberships_of, own_page, public_page
from desks.queries import desks_of
from duty_desk import overview
from escalations.models import Call
from escalations.queries import calls_to
from logbook.actions import record_reading


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """The page of the person's role: what to do now, the desk, the log, or the administration (A3)."""
    now = timezone.now()
    person = request.user
    if sites := overview.overseen_sites(person, now):
        items = overview.now_items(person, sites, now)
        _record_what_is_quoted(request, items, now)
        context = {
            "section": "now", "items": items, "cards": overview.desk_cards(person, sites, now),
            "now": now, "site": sites[0], "books": [site for site in sites if may(person, "site.book", site=site, now=now)],
        }
        return render(request, "duty_desk/now.html", context)
    desks = desks_of(person, now)
    wanted = request.GET.get("desk") or request.session.get("desk")
    desks.sort(key=lambda desk: desk.slug != wanted)
    for right, page in (("desk.view", "logbook:desk"), ("log.read", "logbook:log")):
        for desk in desks:
            if may(person, right, desk=desk, now=now):
                return redirect(page, desk.slug)
    if person.is_staff:
        return redirect("admin:index")
    return render(request, "duty_desk/home.html", {"desks": desks, "calls": _calls(person, now)})


def _record_what_is_quoted(request: HttpRequest, items: list[NowItem], now: datetime) -> None:
    """Leaves at each desk the record that the reader was shown the words of its entries (A20, I8)."""
    by_desk: dict[Desk, list[int]] = {}
    for item in items:
        if item.quotes is not None:
            by_desk.setdefault(item.quotes[0], []).append(item.quotes[1])
    for desk, numbers in by_desk.items():
        record_reading(
            actor=request.user, desk=desk, session_key=request.session.session_key, page="now", filters={},
            from_number=min(numbers), to_number=max(numbers), count=len(numbers), now=now,
        )


def _calls(person: Person, now: datetime) -> list[Call] | None:
    """What a department contact was called for, the newest first; None for who is no contact anywhere (A16)."""
    if not any(row.role == Role.DEPARTMENT_CONTACT and row.holds_at(now) for row in memberships_of(person)):
        return None
    calls = [call for call in calls_to(person)[:30] if may(person, "escalation.called", desk=call.escalation.desk, now=now)]
    # A second round is the same matter.
    return list({call.escalation_id: call for call in reversed(calls)}.values())[::-1]


@public_page
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers."""
    return JsonResponse({"status": "live"})
