"""Who has read what: the access records of a desk, for those who look after confidentiality (A20, I8)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.clock import day_bounds
from desks.models import Desk
from desks.permissions import desk_page
from desks.templatetags.desks_tags import shown_name
from logbook.actions import record_export
from logbook.export import csv_lines
from logbook.forms.readers import READ, AccessFilter
from logbook.models import AccessRecord
from logbook.words import DeskWords

PAGE = 50
PORTION = 1000
DIGESTED = "hmac-sha256:"


def _records(desk: Desk, asked: dict[str, Any]) -> QuerySet[AccessRecord]:
    rows = AccessRecord.objects.filter(desk=desk).select_related("person")
    rows = rows.filter(**{name: asked[name] for name in ("person", "kind", "page") if name in asked})
    day, until = asked.get("day"), asked.get("until")
    if day:
        rows = rows.filter(at__gte=day_bounds(day, desk.site.zone)[0])
    if day or until:
        rows = rows.filter(at__lt=day_bounds(max(each for each in (day, until) if each), desk.site.zone)[1])
    return rows.order_by("-pk")


@desk_page("log.access")
@require_safe
def access(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The records, newest first; `?before=` and `?after=` are keys, so that a page stays the same page while others read."""
    form = AccessFilter(request.GET, desk=desk)
    asked = form.narrowing()
    before, after = _key(request.GET.get("before")), _key(request.GET.get("after"))
    rows = _records(desk, asked)
    backwards = after is not None and before is None
    if before is not None:
        rows = rows.filter(pk__lt=before)
    elif backwards:
        rows = rows.filter(pk__gt=after).order_by("pk")
    found = list(rows[: PAGE + 1])
    shown, more = found[:PAGE], len(found) > PAGE
    if backwards:
        shown = shown[::-1]
    words = DeskWords(desk)
    context = {
        "section": "log", "desk": desk, "form": form, "filtered": bool(asked),
        "rows": [{"record": row, "page": READ.get(row.page, row.page), "filters": filters_in_words(row, words)} for row in shown],
        "asked": urlencode({name: value for name, value in request.GET.items() if name in form.fields and value}),
        "older": shown[-1].pk if shown and (more or backwards) else None,
        "newer": shown[0].pk if shown and (before is not None or (backwards and more)) else None,
    }
    return render(request, "logbook/access.html", context)


@desk_page("log.access")
@require_safe
def access_export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The records that the filter shows as CSV, newest first, up to those of now; taking them out is recorded too."""
    now = timezone.now()
    asked = AccessFilter(request.GET, desk=desk).narrowing()
    rows = _records(desk, asked)
    kept = {name: value.pk if name == "person" else value for name, value in asked.items()}
    made = record_export(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="access_csv", filters=kept,
        from_number=None, to_number=None, count=rows.count(), now=now,
    )
    answer = StreamingHttpResponse(
        csv_lines(_cells(rows, made.pk, desk, translation.get_language() or "en")), content_type="text/csv; charset=utf-8"
    )
    name = f"{desk.slug}-access-{now.astimezone(desk.site.zone):%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(rows: QuerySet[AccessRecord], before: int, desk: Desk, language: str) -> Iterator[list[str]]:
    with translation.override(language):
        words = DeskWords(desk)
        yield [_("When"), _("Who"), _("What"), _("Page"), _("Filter"), _("From number"), _("To number"), _("Entries"), _("From where"), _("Session")]
        while portion := list(rows.filter(pk__lt=before)[:PORTION]):
            for row in portion:
                yield [
                    f"{row.at.astimezone(desk.site.zone):%Y-%m-%d %H:%M:%S}", shown_name(row.person), str(row.get_kind_display()),
                    str(READ.get(row.page, row.page)), "; ".join(filters_in_words(row, words)), str(row.from_number or ""),
                    str(row.to_number or ""), str(row.count), row.address or "", row.session[:12],
                ]
            before = portion[-1].pk


def filters_in_words(row: AccessRecord, words: DeskWords) -> list[str]:
    """What was filtered by, each as a name and a value; a number of a person says only that it was one."""
    names = {
        "text": _("Words"), "q": _("Words"), "kind": _("Kind"), "state": _("State"), "person": _("Person"), "day": _("Day"),
        "until": _("Until day"), "place": _("Place"), "entry": _("Entry"), "due": _("Due"), "show": _("Which matters"), "handler": _("Handled by"),
    }
    kinds = {kind.code: kind.label for kind in words.kinds}

    def said(name: str, value: str) -> str:
        if value.startswith(DIGESTED):
            return _("a number (digest %(digest)s)") % {"digest": value.removeprefix(DIGESTED)[:8]}
        return kinds.get(value, value) if name == "kind" else value

    return [f"{names.get(name, name)}: {said(name, value)}" for name, value in row.filters.items()]


def _key(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
