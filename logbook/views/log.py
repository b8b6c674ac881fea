"""The log: filtered, paged by number, newest first (A17, A18, A20)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.forms.filters import LogFilter
from logbook.lines import lines_of
from logbook.queries import PAGE, entries_of, for_rows
from logbook.reading import rows_for
from logbook.words import DeskWords


@desk_page("log.read")
@require_safe
def log_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's log; `?before=` and `?after=` are numbers, so that a page stays the same page while others write."""
    if (number := request.GET.get("q", "").strip().removeprefix("#")) and request.GET.get("q", "").startswith("#") and _int(number):
        return redirect("logbook:entry", desk.slug, int(number))
    now = timezone.now()
    words = DeskWords(desk)
    form = LogFilter(request.GET, desk=desk, words=words)
    narrowed = form.narrowing()
    before, after = _int(request.GET.get("before")), _int(request.GET.get("after"))
    narrowed["see_restricted"] = may(request.user, "log.see_restricted", desk=desk, now=now)
    found = _page(desk, narrowed, before, after)
    shown, more = found[:PAGE], len(found) > PAGE
    if after is not None and before is None:
        shown = shown[::-1]
    lines = lines_of(rows_for(shown, reader=request.user, desk=desk, now=now), desk=desk, words=words, reader=request.user, now=now)
    filters = {name: value for name, value in narrowed.items() if value and name != "see_restricted"}
    numbers = [entry.number for entry in shown]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="log", filters=filters,
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    backwards = after is not None and before is None
    context = {
        "section": "log", "desk": desk, "form": form, "lines": lines, "filtered": bool(filters), "asked": urlencode(asked),
        "older": shown[-1].number if shown and (more or backwards) else None,
        "newer": shown[0].number if shown and (before is not None or (backwards and more)) else None,
        "may_review": may(request.user, "log.review", desk=desk, now=now), "may_export": may(request.user, "log.export", desk=desk, now=now),
        "may_prove": may(request.user, "log.prove", desk=desk, now=now),
        "may_see_keeping": may(request.user, "log.keeping", desk=desk, now=now),
        "day": narrowed["day"],
        "today": now.astimezone(desk.site.zone).date(),
    }
    return render(request, "logbook/log.html", context)


def _page(desk: Desk, narrowed: dict[str, Any], before: int | None, after: int | None) -> list[Any]:
    rows = entries_of(desk, before=before, after=after, **narrowed)
    if after is not None and before is None:
        rows = rows.order_by("number")
    return for_rows(rows, PAGE + 1)


def _int(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
