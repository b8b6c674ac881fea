"""Taking the log out as a file: by right, recorded, streamed (A20, I8)."""

from collections.abc import Iterator
from datetime import datetime

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
from logbook.queries import entries_of
from logbook.reading import rows_for
from logbook.words import DeskWords

PORTION = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_page("log.export")
@require_safe
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Everything that the filter shows, up to the newest number of now, oldest first, as `?format=csv` or `xlsx`."""
    wanted = request.GET.get("format", "xlsx")
    if wanted not in {"csv", "xlsx"}:
        raise Http404
    now = timezone.now()
    words = DeskWords(desk)
    narrowed = LogFilter(request.GET, desk=desk, words=words).narrowing()
    filters = {name: value for name, value in narrowed.items() if value}
    found = entries_of(desk, **narrowed, see_restricted=may(request.user, "log.see_restricted", desk=desk, now=now))
    sums = found.order_by().aggregate(first=Min("number"), last=Max("number"), count=Count("pk"))
    record_export(
        actor=request.user, desk=desk, session_key=request.session.session_key, page=f"log_{wanted}", filters=filters,
        from_number=sums["first"], to_number=sums["last"], count=sums["count"], now=now,
    )
    rows = _rows(found, sums["last"] or 0, request.user, desk, words, now, translation.get_language() or "en")
    name = f"{desk.slug}-log-{now.astimezone(desk.site.zone):%Y-%m-%d}.{wanted}"
    if wanted == "xlsx":
        return FileResponse(xlsx_file(rows, desk.label), as_attachment=True, filename=name, content_type=XLSX)
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(
    found: QuerySet[Entry], last: int, reader: Person, desk: Desk, words: DeskWords, now: datetime, language: str
) -> Iterator[list[str]]:
    """The cells portion by portion: memory stays the same however long the log is."""
    unmasked = may(reader, "log.export_personal", desk=desk, now=now)
    with translation.override(language):
        yield headings()
        after = 0
        while portion := list(found.filter(number__gt=after, number__lte=last).order_by("number")[:PORTION]):
            for row in rows_for(portion, reader=reader, desk=desk, now=now, unmasked=unmasked):
                yield cells(row, desk=desk, words=words)
            after = portion[-1].number
