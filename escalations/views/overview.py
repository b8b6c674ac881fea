"""All escalations of somebody's desks on one page: what waits, what was decided, how long it took (A4, A11, A16)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import local_day, month_bounds
from desks.models import Desk, Person
from desks.permissions import may, own_page
from desks.queries import desks_of
from desks.templatetags.desks_tags import duration, local_month
from escalations import pages
from escalations.forms import OverviewForm
from escalations.models import Escalation
from escalations.overview import board_of
from escalations.queries import may_read
from logbook.actions import record_reading
from logbook.views.promises import ask_who_owes

PAGE = 30
MONTHS = 24


@own_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The page; whoever oversees no desk is sent to their own desk's list. Reads nothing but desks that the table of permissions
    opens to the reader."""
    now = timezone.now()
    mine = [desk for desk in desks_of(request.user, now) if may(request.user, "escalation.view", desk=desk, now=now)]
    desks = [desk for desk in mine if may(request.user, "site.overview", desk=desk, now=now)]
    if not desks:
        if mine:
            return redirect("escalations:list", mine[0].slug)
        raise PermissionDenied
    for desk in {each.site_id: each for each in desks}.values():
        if (asked := ask_who_owes(request, desk)) is not None:
            return asked
    zone = desks[0].site.zone
    months = _months(now, zone)
    form = OverviewForm(request.GET or None, desks=desks, months=months)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = [desk for desk in desks if desk.slug == chosen.get("desk")] or desks
    month = datetime.fromisoformat(f"{chosen.get('month') or months[0][0]}-01").date()
    board = board_of(
        shown, begin_end=month_bounds(month, zone), emergency=bool(chosen.get("emergency")), state=chosen.get("state") or "", now=now,
        heads=_heads(request.user, shown, now),
    )
    page = Paginator(board.decided, PAGE).get_page(request.GET.get("page"))
    lines = pages.lines_of(list(page), reader=request.user, now=now)
    decisions = board.decisions_of([line.escalation for line in lines])
    said = {name: str(value) for name, value in chosen.items() if value}
    _record(request, said, [*board.mine, *board.theirs, *(line.escalation for line in lines)], now)
    context = {
        "section": "now", "form": form, "month": month, "page": page, "several": len(shown) > 1,
        "mine": pages.lines_of(board.mine, reader=request.user, now=now), "heads": board.heads,
        "theirs": pages.lines_of(board.theirs, reader=request.user, now=now),
        "decided": [(line, decisions.get(line.escalation.pk)) for line in lines],
        "medians": [(words, duration(median) if median is not None else "–", count) for words, median, count in board.medians()],
    }
    return render(request, "escalations/overview.html", context)


def _heads(person: Person, desks: list[Desk], now: datetime) -> bool:
    return any(may(person, "escalation.decide_major", desk=desk, now=now) for desk in desks)


def _months(now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """This month and those before it, as 2026-12 and in words."""
    first = local_day(now, zone).replace(day=1)
    found = []
    for _number in range(MONTHS):
        found.append((f"{first:%Y-%m}", local_month(first)))
        first = first.replace(year=first.year - (first.month == 1), month=first.month - 1 or 12)
    return found


def _record(request: HttpRequest, said: dict[str, str], shown: list[Escalation], now: datetime) -> None:
    """Leaves the record of this reading at each desk whose escalations are shown (A20, I8)."""
    by_desk: dict[Desk, list[int]] = {}
    for escalation in shown:
        if may_read(request.user, escalation, now):
            by_desk.setdefault(escalation.desk, []).append(escalation.entry.number)
    for desk, numbers in by_desk.items():
        record_reading(
            actor=request.user, desk=desk, session_key=request.session.session_key, page="escalations_overview",
            filters=said, from_number=min(numbers), to_number=max(numbers), now=now, count=len(numbers),
        )
