"""The log: filtered, paged by number, newest first (A17, A18, A20)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk, Person
from desks.permissions import desk_page, may
from logbook.actions import record_reading
from logbook.folding import left_out_of, words_of
from logbook.forms.filters import LogFilter
from logbook.kept import LOG_FACTS, Lasting
from logbook.lines import Line, in_threads, lines_of
from logbook.marks import mark_hits
from logbook.queries import PAGE, asks_for_words, found_entries, rows_by_key, searches_personal
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.words import DeskWords


@desk_page("log.read", knows=lambda: LOG_FACTS)
@require_safe
@promised
def log_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The desk's log; `?before=` and `?after=` are numbers, so that a page stays the same page while others write."""
    if (number := request.GET.get("q", "").strip().removeprefix("#")) and request.GET.get("q", "").startswith("#") and _int(number):
        return redirect("logbook:entry", desk.slug, int(number))
    now = timezone.now()
    lasting = Lasting(request, desk, now)
    words = lasting.words()
    form = LogFilter(request.GET, writers=lasting.writers(), words=words)
    narrowed = form.narrowing()
    before, after = _int(request.GET.get("before")), _int(request.GET.get("after"))
    rights = {
        "see_restricted": may(request.user, "log.see_restricted", desk=desk, now=now),
        "sees_personal": searches_personal(desk, request.user, now),
    }
    backwards = after is not None and before is None
    found = found_entries(desk, limit=PAGE + 1, before=before, after=after, oldest_first=backwards, **narrowed, **rights)
    shown, more = found[:PAGE], len(found) > PAGE
    if backwards:
        shown = shown[::-1]
    lines = lines_of(rows_for(shown, reader=request.user, desk=desk, now=now), desk=desk, words=words, reader=request.user, now=now)
    numbers = [entry.number for entry in shown]
    if asks_for_words(narrowed["text"], narrowed["place"]):
        numbers += _show_what_they_answer(lines, request.user, desk, words, now)
        mark_hits(lines, words_of(f"{narrowed['text']} {narrowed['place']}"))
    filters = {name: value for name, value in narrowed.items() if value}
    _record(request, desk, filters, numbers, [each.number for each in in_threads(lines)], now)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "section": "log", "desk": desk, "form": form, "lines": lines, "filtered": bool(filters), "asked": urlencode(asked),
        "older": shown[-1].number if shown and (more or backwards) else None,
        "newer": shown[0].number if shown and (before is not None or (backwards and more)) else None,
        "may_review": may(request.user, "log.review", desk=desk, now=now), "may_export": may(request.user, "log.export", desk=desk, now=now),
        "may_prove": may(request.user, "log.prove", desk=desk, now=now), "may_read_site_book": may(request.user, "site.book", site=desk.site, now=now),
        "may_see_keeping": may(request.user, "log.keeping", desk=desk, now=now),
        "may_access": may(request.user, "log.access", desk=desk, now=now), "may_see_promises": may(request.user, "log.promises", desk=desk, now=now),
        "day": narrowed["day"], "until": narrowed["until"],
        "left_out": left_out_of(f"{narrowed['text']} {narrowed['place']}"),
        "today": now.astimezone(desk.site.zone).date(),
    }
    answer = render(request, "logbook/log.html", context)
    lasting.settle()
    return answer


def _record(request: HttpRequest, desk: Desk, filters: dict[str, Any], numbers: list[int], beside: list[int], now: datetime) -> None:
    """Records what the page showed: its rows, and what stands beside them in their threads.

    Of the log as it goes on the rows alone say how far it was read: answers newer than the page are recorded under a name of their own.
    """
    def record(page: str, shown: list[int]) -> None:
        record_reading(
            actor=request.user, desk=desk, session_key=request.session.session_key, page=page, filters=filters,
            from_number=min(shown, default=None), to_number=max(shown, default=None), count=len(shown), now=now,
        )

    if filters:
        record("log", sorted({*numbers, *beside}))
        return
    record("log", numbers)
    if further := sorted({number for number in beside if not min(numbers) <= number <= max(numbers)}):
        record("log_threads", further)


def _show_what_they_answer(lines: list[Line], reader: Person, desk: Desk, words: DeskWords, now: datetime) -> list[int]:
    """Gives each hit within a thread the entry with which the thread began; returns the numbers of these."""
    roots = {line.row.entry.root_id for line in lines if line.row.entry.root_id is not None and not line.hidden}
    rows = rows_for(rows_by_key(list(roots)), reader=reader, desk=desk, now=now) if roots else []
    began = {line.row.entry.pk: line for line in lines_of(rows, desk=desk, words=words, reader=reader, now=now)}
    for line in lines:
        line.began_with = began.get(line.row.entry.root_id)
    return [line.number for line in began.values()]


def _int(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
