"""The log of a day on paper (A35): its entries in the order in which they happened, the watches, room to sign."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.clock import day_bounds
from desks.models import Desk
from desks.permissions import desk_page
from logbook.actions import record_reading
from logbook.lines import lines_of, without_nested
from logbook.models import Watch
from logbook.queries import entries_of
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.views.readers import shown_up_to
from logbook.words import DeskWords


@desk_page("log.read")
@require_safe
@promised
def printed_day(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """The whole day, oldest first; the last digest ties the sheet to the record."""
    try:
        wanted = date.fromisoformat(day)
        begin, end = day_bounds(wanted, desk.site.zone)
    except (ValueError, OverflowError):
        raise Http404 from None
    now = timezone.now()
    entries = list(entries_of(desk, day=wanted).order_by("occurred_at", "number"))
    rows = rows_for(entries, reader=request.user, desk=desk, now=now)
    lines = without_nested(lines_of(rows, desk=desk, words=DeskWords(desk), reader=request.user, now=now))
    numbers = [entry.number for entry in entries]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="day", filters={"day": wanted},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    # What a purge has left in an entry's place has no digest of its own.
    last = max((entry for entry in entries if entry.digest), key=lambda entry: entry.number, default=None)
    watches = Watch.objects.filter(desk=desk, started_at__lt=end).exclude(ended_at__lte=begin).select_related("holder")
    context = {
        "section": "log", "desk": desk, "day": wanted, "lines": lines, "now": now, "last": last,
        "shown_up_to": shown_up_to(request.user, desk, now), "newest": last.number if last is not None else None,
        "digest": bytes(last.digest or b"").hex() if last is not None else "",
        "watches": watches.prefetch_related("members__person").order_by("started_at"),
    }
    return render(request, "logbook/day.html", context)
