"""The site's own book: acts of administrators that matter, and what the system reports of the whole site (A17, A18, A20)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from desks.models import Site
from desks.permissions import may, site_page
from desks.templatetags.desks_tags import tag
from logbook.actions import record_reading
from logbook.folding import words_of
from logbook.forms.filters import SiteBookFilter
from logbook.lines import Line, lines_of
from logbook.lists import act_kind_of
from logbook.marks import mark_hits
from logbook.models import Entry
from logbook.queries import PAGE, asks_for_words, book_ids_of, found_entries, purge_over, runs_counted_of
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.words import DeskWords


@site_page("site.book")
@require_safe
@promised
def site_book(request: HttpRequest, site: Site) -> HttpResponse:
    """The book, newest first; `?before=` and `?after=` are numbers, so that a page stays the same page while others write."""
    now = timezone.now()
    form = SiteBookFilter(request.GET, site=site)
    narrowed, filters = form.narrowing(), form.asked()
    before, after = _number(request.GET.get("before")), _number(request.GET.get("after"))
    backwards = after is not None and before is None
    sees_restricted = may(request.user, "log.see_restricted", site=site, now=now)
    found = found_entries(
        site, limit=PAGE + 1, before=before, after=after, oldest_first=backwards, see_restricted=sees_restricted, **narrowed
    )
    shown, more = found[:PAGE], len(found) > PAGE
    if backwards:
        shown = shown[::-1]
    rows = rows_for(shown, reader=request.user, desk=site, now=now)
    lines = lines_of(rows, desk=site, words=DeskWords(None), reader=request.user, now=now)
    _say_of_which_kind(lines)
    _say_what_is_still_counted(lines)
    if asks_for_words(narrowed["text"], ""):
        mark_hits(lines, words_of(narrowed["text"]))
    numbers = [entry.number for entry in shown]
    record_reading(
        actor=request.user, site=site, session_key=request.session.session_key, page="site_book", filters=filters,
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    context = {
        "section": "book", "site": site, "form": form, "lines": lines, "filtered": bool(filters),
        "book_url": reverse("logbook:site_book", args=[site.code]),
        "asked": urlencode({name: value for name, value in request.GET.items() if name in form.fields and value}),
        "older": shown[-1].number if shown and (more or backwards) else None,
        "newer": shown[0].number if shown and (before is not None or (backwards and more)) else None,
        "may_export": may(request.user, "log.export", site=site, now=now), "may_prove": may(request.user, "log.prove", site=site, now=now),
        "may_access": may(request.user, "log.access", site=site, now=now),
    }
    return render(request, "logbook/site_book.html", context)


@site_page("site.book")
@require_safe
def site_entry(request: HttpRequest, site: Site, number: int) -> HttpResponse:
    """Leads to an entry on the page on which it stands; to what says of its purge, where it was purged (A19)."""
    if not Entry.objects.filter(book__in=book_ids_of(site), number=number).exclude(code="purged").exists():
        purge = purge_over(book_ids_of(site), number)
        if purge is None:
            raise Http404
        number = purge.note.number
    address = reverse("logbook:site_book", args=[site.code])
    return redirect(f"{address}?before={number + 1}#entry-{number}")


def _say_of_which_kind(lines: list[Line]) -> None:
    for line in lines:
        if not line.hidden:
            line.kind = act_kind_of(line.row.entry)


def _say_what_is_still_counted(lines: list[Line]) -> None:
    """Beside a report whose period still runs: how often it has come again so far (A17)."""
    counted = runs_counted_of([line.row.entry.pk for line in lines if line.row.system])
    for line in lines:
        if times := counted.get(line.row.entry.pk):
            words = ngettext("%(count)d more time so far", "%(count)d more times so far", times) % {"count": times}
            line.tags.append(tag("warn", words))


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None
