"""Who has read what: the access records of a desk, or of a site's own book, for those who look after confidentiality (A20, I8)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk, Site
from desks.permissions import desk_page, site_page
from desks.places import Place
from logbook.forms.readers import AccessFilter, words_of_page
from logbook.lists import filters_in_words, records_by
from logbook.views.promises import promised
from logbook.words import DeskWords

PAGE = 50


@desk_page("log.access")
@require_safe
def access(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The records of a desk, newest first; `?before=` and `?after=` are keys, so that a page stays the same page while others read."""
    return _page(request, desk, {
        "section": "log", "desk": desk, "back_url": reverse("logbook:log", args=[desk.slug]),
        "export_url": reverse("logbook:access_export", args=[desk.slug]),
    })


@site_page("log.access")
@require_safe
@promised
def site_access(request: HttpRequest, site: Site) -> HttpResponse:
    """The records of the site's own book, in the same way."""
    return _page(request, site, {
        "section": "book", "site": site, "back_url": reverse("logbook:site_book", args=[site.code]),
        "export_url": reverse("logbook:site_access_export", args=[site.code]),
    })


def _page(request: HttpRequest, of: Place, own: dict[str, Any]) -> HttpResponse:
    form = AccessFilter(request.GET, of=of)
    asked = form.narrowing()
    before, after = _key(request.GET.get("before")), _key(request.GET.get("after"))
    rows = records_by(of, asked)
    backwards = after is not None and before is None
    if before is not None:
        rows = rows.filter(pk__lt=before)
    elif backwards:
        rows = rows.filter(pk__gt=after).order_by("pk")
    found = list(rows[: PAGE + 1])
    shown, more = found[:PAGE], len(found) > PAGE
    if backwards:
        shown = shown[::-1]
    words = DeskWords(of if isinstance(of, Desk) else None)
    context = {
        "place": of, "form": form, "filtered": bool(asked),
        "rows": [{"record": row, "page": words_of_page(row), "filters": filters_in_words(row.filters, words)} for row in shown],
        "asked": urlencode({name: value for name, value in request.GET.items() if name in form.fields and value}),
        "older": shown[-1].pk if shown and (more or backwards) else None,
        "newer": shown[0].pk if shown and (before is not None or (backwards and more)) else None,
    }
    return render(request, "logbook/access.html", context | own)


def _key(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
