"""Taking a list of the log out as a file: by right, recorded; a long one is asked for first (A20, I8)."""

from collections.abc import Callable
from datetime import date, datetime

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from desks.models import Desk, Site
from desks.permissions import belongs_to, desk_page, own_page, site_page
from desks.places import Place, name_in_files, site_of
from logbook import actions, rules
from logbook.rules import FORMATS
from logbook.taking_out import Listed, listed, may_take_out
from logbook.views.frames import address_of, framed
from logbook.views.promises import promised

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
Answer = Callable[..., HttpResponseBase]


def list_export(name: str) -> Answer:
    """The view that gives out a desk's list of that name as its page shows it, as `?format=csv`, `xlsx` or `pdf` (A20, I8)."""

    @desk_page("log.export")
    @require_safe
    @promised
    def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
        return list_answer(request, desk, name)

    return export


export_log = list_export("log")
export_follow_ups = list_export("follow_ups")


@desk_page("log.review")
@require_safe
@promised
def export_review(request: HttpRequest, desk: Desk, day: str) -> HttpResponseBase:
    """The day's log as its review shows it."""
    try:
        date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    return list_answer(request, desk, "review", {"day": day})


@desk_page("log.access")
@require_safe
def export_access(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The access records that the filter shows, newest first; taking them out is recorded too."""
    return list_answer(request, desk, "access")


@desk_page("log.promises")
@require_safe
def export_promises(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Who reads the desk's log, and what each has promised."""
    return list_answer(request, desk, "promises")


@site_page("log.export")
@require_safe
@promised
def export_site_book(request: HttpRequest, site: Site) -> HttpResponseBase:
    """Everything that the filter of the site's book shows, oldest first."""
    return list_answer(request, site, "site_book")


@site_page("log.access")
@require_safe
@promised
def export_site_access(request: HttpRequest, site: Site) -> HttpResponseBase:
    """The access records of the site's book that the filter shows, newest first; taking them out is recorded too."""
    return list_answer(request, site, "access")


@own_page
@require_safe
def export_inbox(request: HttpRequest, site: str) -> HttpResponseBase:
    """One's own notices of a site, as the inbox shows them; a stranger to the site has none there."""
    of = get_object_or_404(Site, code=site)
    if not belongs_to(request.user, of.pk, timezone.now()):  # type: ignore[arg-type]
        raise Http404
    return list_answer(request, of, "notices")


def file_answer(file: object, of: Place, name: str, format: str, now: datetime) -> FileResponse:
    """The file as a download, closed when it is sent; no cache keeps it."""
    called = f"{name_in_files(of)}-{name.replace('_', '-')}-{now.astimezone(site_of(of).zone):%Y-%m-%d}.{format}"
    answer = FileResponse(file, as_attachment=True, filename=called, content_type=TYPES[format])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def list_answer(request: HttpRequest, of: Place, name: str, asked: dict[str, str] | None = None) -> HttpResponseBase:
    """The list of that name as a file in `?format=`, narrowed by `asked` or by the rest of the query; a long one is asked about first.

    Every floor's views of a desk or of a site end here. Raises Refused for who has not all the rights of the list (A20).
    """
    format, now, asked = _format(request), timezone.now(), asked if asked is not None else _asked(request)
    found = _found(request, of, name, asked, now)
    if actions.is_long(found.count, format):
        context = framed(of, request.user) | {
            "title": found.title, "found": found, "name": name, "format": format, "query": urlencode(asked), "kept": actions.kept_for(),
            "ask_url": address_of("ask_export", of),
        }
        return render(request, "logbook/export_ask.html", context)
    file = actions.take_out(
        actor=request.user, of=of, name=name, format=format, found=found, session_key=request.session.session_key, now=now
    )
    return file_answer(file, of, name, format, now)


def _found(request: HttpRequest, of: Place, name: str, asked: dict[str, str], now: datetime) -> Listed:
    if refusal := rules.why_not_take_out(may=may_take_out(name, of=of, reader=request.user, now=now)):
        raise refusal
    return listed(name, of=of, reader=request.user, asked=asked, now=now)


def _format(request: HttpRequest) -> str:
    format = request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    return format


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: value for name, value in request.GET.items() if name != "format" and value}
