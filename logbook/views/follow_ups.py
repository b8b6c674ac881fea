"""Follow-ups of the desk by the time they are due (A1, A9, A30)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.forms.filters import FollowUpFilter
from logbook.lists import follow_ups_by
from logbook.queries import open_and_overdue
from logbook.reading import rows_for
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
    found = follow_ups_by(desk, asked, words, now, see_restricted=sees)
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
        "may_export": may(request.user, "log.export", desk=desk, now=now),
        "asked": urlencode({name: value for name, value in request.GET.items() if name in form.fields and value}),
    }
    return render(request, "logbook/follow_ups.html", context)
