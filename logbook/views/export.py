"""Taking the log out as a file: by right, recorded, streamed (A20, I8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from desks.models import Desk, Person
from desks.permissions import desk_page, may
from logbook.actions import record_export
from logbook.export import cells, csv_lines, headings, xlsx_file
from logbook.forms.filters import LogFilter
from logbook.models import Entry
from logbook.queries import asks_for_words, entries_of, found_keys, searches_phones
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.words import DeskWords

PORTION = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page("log.export")
@require_safe
@promised
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Everything that the filter shows, up to the newest number of now, oldest first, as `?format=csv` or `xlsx`."""
    wanted = request.GET.get("format", "xlsx")
    if wanted not in {"csv", "xlsx"}:
        raise Http404
    now = timezone.now()
    words = DeskWords(desk)
    narrowed = LogFilter(request.GET, desk=desk, words=words).narrowing()
    filters = {name: value for name, value in narrowed.items() if value}
    rights = {
        "see_restricted": may(request.user, "log.see_restricted", desk=desk, now=now),
        "sees_personal": searches_phones(desk, request.user, now),
    }
    portions = _portions(desk, narrowed, rights)
    record_export(
        actor=request.user, desk=desk, session_key=request.session.session_key, page=f"log_{wanted}", filters=filters,
        from_number=portions.first, to_number=portions.last, count=portions.count, now=now,
    )
    rows = _rows(portions.entries, request.user, desk, words, now, translation.get_language() or "en")
    name = f"{desk.slug}-log-{now.astimezone(desk.site.zone):%Y-%m-%d}.{wanted}"
    if wanted == "xlsx":
        return FileResponse(xlsx_file(rows, desk.label), as_attachment=True, filename=name, content_type=XLSX)
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@dataclass(frozen=True)
class Portions:
    """What is taken out: from which number to which, how many, and the entries portion by portion, oldest first."""

    first: int | None
    last: int | None
    count: int
    entries: Iterator[list[Entry]]


def _portions(desk: Desk, narrowed: dict[str, Any], rights: dict[str, bool]) -> Portions:
    """Portion by portion: memory stays the same however long the log is; of a search the keys alone are kept."""
    if asks_for_words(narrowed["text"], narrowed["place"]):
        keys = found_keys(desk, limit=None, oldest_first=True, **narrowed, **rights)
        found = entries_of(desk).order_by("number")
        ends = [found.filter(pk=key).values_list("number", flat=True).get() for key in (*keys[:1], *keys[-1:])]
        parts = (keys[place : place + PORTION] for place in range(0, len(keys), PORTION))
        first, last = (ends[0], ends[-1]) if ends else (None, None)
        return Portions(first, last, len(keys), (list(found.filter(pk__in=part)) for part in parts))
    rows = entries_of(desk, see_restricted=rights["see_restricted"], **narrowed)
    sums = rows.order_by().aggregate(first=Min("number"), last=Max("number"), count=Count("pk"))
    return Portions(sums["first"], sums["last"], sums["count"], _by_number(rows, sums["last"] or 0))


def _by_number(found: QuerySet[Entry], last: int) -> Iterator[list[Entry]]:
    after = 0
    while portion := list(found.filter(number__gt=after, number__lte=last).order_by("number")[:PORTION]):
        yield portion
        after = portion[-1].number


def _rows(
    portions: Iterator[list[Entry]], reader: Person, desk: Desk, words: DeskWords, now: datetime, language: str
) -> Iterator[list[str]]:
    """The cells of each entry, with the headings before them."""
    unmasked = may(reader, "log.export_personal", desk=desk, now=now)
    with translation.override(language):
        yield headings()
        for portion in portions:
            for row in rows_for(portion, reader=reader, desk=desk, now=now, unmasked=unmasked):
                yield cells(row, desk=desk, words=words)
