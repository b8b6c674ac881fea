"""Follow-ups of the desk by the time they are due (A1, A9, A30)."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import day_bounds, local_day
from desks.models import Choice, Desk
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.folding import words_of
from logbook.forms.filters import FollowUpFilter
from logbook.queries import closed_follow_ups_of, open_and_overdue, open_follow_ups_of, overdue_follow_ups_of
from logbook.reading import rows_for
from logbook.search import says
from logbook.todo import matters_of
from logbook.views.promises import promised
from logbook.words import DeskWords

PAGE = 50


@desk_page("log.read")
@require_safe
@promised
def follow_ups(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open matters, overdue first; closed ones by the filter, the newest first."""
    now = timezone.now()
    words = DeskWords(desk)
    form = FollowUpFilter(request.GET, words=words)
    asked = form.cleaned_data if form.is_valid() else {}
    sees = may(request.user, "log.see_restricted", desk=desk, now=now)
    found = open_follow_ups_of(desk, see_restricted=sees)
    if asked.get("due") == "closed":
        found = closed_follow_ups_of(desk, see_restricted=sees)
    elif asked.get("due") == "overdue":
        found = overdue_follow_ups_of(desk, now, see_restricted=sees)
    elif asked.get("due") == "today":
        begin, end = day_bounds(local_day(now, desk.site.zone), desk.site.zone)
        found = found.filter(Q(due_at__gte=begin, due_at__lt=end) | Q(waiting_until__gte=begin, waiting_until__lt=end))
    if asked.get("kind"):
        found = found.filter(root__kind=asked["kind"])
    if wanted := asked.get("handler", "").strip():
        codes = [choice.code for choice in words.choices(Choice.Purpose.DEPARTMENT) if wanted.casefold() in choice.label.casefold()]
        found = found.filter(Q(handler__icontains=wanted) | Q(waiting_for__icontains=wanted) | Q(handler__in=codes))
    if said := asked.get("q", "").strip():
        found = found.filter(says(words_of(said), "root__"))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    roots = [matter.root for matter in page]
    rows = rows_for(roots, reader=request.user, desk=desk, now=now)
    numbers = [root.number for root in roots]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="follow_ups",
        filters={name: value for name, value in asked.items() if value}, from_number=min(numbers, default=None),
        to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    open_ones, overdue_ones = open_and_overdue(desk, now, see_restricted=sees)
    context = {
        "section": "log", "desk": desk, "form": form, "page": page, "matters": matters_of(rows, desk=desk, words=words, now=now),
        "open_count": open_ones, "overdue_count": overdue_ones, "filtered": any(asked.values()),
    }
    return render(request, "logbook/follow_ups.html", context)
