"""What others have written meanwhile: the rows after a number, for the pages that refresh themselves (I8)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page
from logbook.actions import record_reading
from logbook.lines import lines_of
from logbook.queries import entries_of, for_rows
from logbook.reading import rows_for
from logbook.words import DeskWords

AT_MOST = 50


@desk_page("log.read")
@require_safe
def new_entries(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The entries after `?after=`, newest first, and anew those of before that they answer or move.

    Of more than one answer brings, the oldest come first; `X-More` says that there are others, to be asked for at once.
    Nothing new answers 204, after a single look at the book, and leaves no record.
    """
    asked = request.GET.get("after", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        raise Http404
    after = int(asked)
    found = for_rows(entries_of(desk, after=after).order_by("number"), AT_MOST + 1)
    if not found:
        return HttpResponse(status=204)
    fresh = found[:AT_MOST][::-1]
    now = timezone.now()
    touched = {pk for entry in fresh for pk in (entry.refers_to_id, entry.root_id) if pk is not None}
    earlier = for_rows(entries_of(desk).filter(pk__in=touched, number__lte=after), AT_MOST) if touched else []
    rows = rows_for([*fresh, *earlier], reader=request.user, desk=desk, now=now)
    lines = lines_of(rows, desk=desk, words=DeskWords(desk), reader=request.user, now=now)
    for line in lines:
        line.new_day = False
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="desk", filters={},
        from_number=fresh[-1].number, to_number=fresh[0].number, count=len(fresh), now=now,
    )
    answer = render(request, "logbook/_lines.html", {"lines": lines, "desk": desk, "live": True})
    answer.headers["X-Newest"] = str(fresh[0].number)
    if len(found) > AT_MOST:
        answer.headers["X-More"] = "1"
    return answer
