"""All escalations of somebody's desks on one page: what waits, what was decided, how long it took (A4, A11, A16)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk, Person
from desks.permissions import may, own_page
from desks.queries import desks_of
from desks.templatetags.desks_tags import duration
from escalations import pages
from escalations.models import Escalation
from escalations.overview import desks_overseen, seen_board
from escalations.queries import decisions_of, may_read
from logbook.actions import record_reading
from logbook.taking_out import may_take_out
from logbook.views.promises import ask_who_owes

PAGE = 30


@own_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The page; whoever oversees no desk is sent to their own desk's list. Reads nothing but desks that the table of permissions
    opens to the reader."""
    now = timezone.now()
    desks = desks_overseen(request.user, now)
    if not desks:
        mine = [desk for desk in desks_of(request.user, now) if may(request.user, "escalation.view", desk=desk, now=now)]
        if mine:
            return redirect("escalations:list", mine[0].slug)
        raise PermissionDenied
    for desk in {each.site_id: each for each in desks}.values():
        if (asked := ask_who_owes(request, desk)) is not None:
            return asked
    seen = seen_board(request.user, desks, request.GET.dict(), now)
    board = seen.board
    page = Paginator(board.decided, PAGE).get_page(request.GET.get("page"))
    lines = pages.lines_of(list(page), reader=request.user, now=now)
    decisions = decisions_of([line.escalation for line in lines])
    _record(request, seen.said, [*board.mine, *board.theirs, *(line.escalation for line in lines)], now)
    context = {
        "section": "now", "form": seen.form, "month": seen.month, "page": page, "several": len(seen.desks) > 1,
        "take_out": _taken_out_at(request.user, seen.desks, now), "asked": urlencode(seen.said),
        "mine": pages.lines_of(board.mine, reader=request.user, now=now), "heads": board.heads,
        "theirs": pages.lines_of(board.theirs, reader=request.user, now=now),
        "decided": [(line, decisions.get(line.escalation.pk)) for line in lines],
        "medians": [(words, duration(median) if median is not None else "–", count) for words, median, count in board.medians()],
    }
    return render(request, "escalations/overview.html", context)


def _taken_out_at(person: Person, desks: list[Desk], now: datetime) -> list[Desk]:
    """A desk of each site among these at which the reader may take the list out: a file holds one site's desks."""
    first: dict[int, Desk] = {}
    for desk in desks:
        if desk.site_id not in first and may_take_out("escalations_all", of=desk, reader=person, now=now):
            first[desk.site_id] = desk
    return list(first.values())


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
