"""Lists that are made in the background: asking, how far they are, the file, cancelling (A20, I8).

Of a desk for who takes lists out there; of a site, its own book among them, one's own alone, for whoever belongs to the site.
"""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.models import Desk, Site
from desks.permissions import belongs_to, desk_page, own_page
from desks.places import Place, as_argument
from desks.refusal import Refused
from logbook import actions
from logbook.models import ExportJob
from logbook.rules import FORMATS
from logbook.taking_out import LISTS, SITE_LISTS, kind_of
from logbook.views.export import file_answer
from logbook.views.frames import address_of, framed
from logbook.views.promises import ask_who_owes, promised

NEWEST = 20


@desk_page("log.export")
@require_safe
@promised
def export_jobs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own exports at this desk, the newest first."""
    return _page(request, desk)


@own_page
@require_safe
def site_export_jobs(request: HttpRequest, site: str) -> HttpResponse:
    """One's own exports of lists of the site."""
    return _page(request, _site(request, site))


@desk_page("log.export")
@require_POST
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Asks for a list as a file; `q` holds what its page was asked for."""
    return _ask(request, desk)


@own_page
@require_POST
def site_ask(request: HttpRequest, site: str) -> HttpResponse:
    """Asks for a list of the site as a file."""
    return _ask(request, _site(request, site))


@desk_page("log.export")
@require_safe
def export_job(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """How far one's own export is; the page asks again by itself until it is ready."""
    return _job(request, desk, pk)


@own_page
@require_safe
def site_export_job(request: HttpRequest, site: str, pk: int) -> HttpResponse:
    """How far one's own export of a list of the site is."""
    return _job(request, _site(request, site), pk)


@desk_page("log.export")
@require_safe
@promised
def file(request: HttpRequest, desk: Desk, pk: int) -> HttpResponseBase:
    """The file, for who asked for it and still may have it; each time it is taken is recorded."""
    return _file(request, desk, pk)


@own_page
@require_safe
def site_file(request: HttpRequest, site: str, pk: int) -> HttpResponseBase:
    """The file of a list of the site; what is read by right waits for the promise of confidentiality."""
    of = _site(request, site)
    asked = ask_who_owes(request, of) if kind_of(_own(request, of, pk).list_name, of).rights else None
    return asked or _file(request, of, pk)


@desk_page("log.export")
@require_POST
def cancel(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Stops one's own export."""
    return _cancel(request, desk, pk)


@own_page
@require_POST
def site_cancel(request: HttpRequest, site: str, pk: int) -> HttpResponse:
    """Stops one's own export of a list of the site."""
    return _cancel(request, _site(request, site), pk)


def _site(request: HttpRequest, code: str) -> Site:
    """The site, for whoever belongs to it now. Raises Http404."""
    site = get_object_or_404(Site, code=code)
    if not belongs_to(request.user, site.pk, timezone.now()):  # type: ignore[arg-type]
        raise Http404
    return site


def _ask(request: HttpRequest, of: Place) -> HttpResponse:
    name, format = request.POST.get("list", ""), request.POST.get("format", "")
    if (SITE_LISTS if isinstance(of, Site) else LISTS).get(name) is None or format not in FORMATS:
        raise Http404
    try:
        asked = QueryDict(request.POST.get("asked", "")[:2000]).dict()
        job = actions.ask_export(
            actor=request.user, of=of, name=name, format=format, asked=asked, language=get_language() or "en", now=timezone.now()
        )
    except Refused as refusal:
        return _page(request, of, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(address_of("export_job", of, job.pk))


def _job(request: HttpRequest, of: Place, pk: int) -> HttpResponse:
    template = "logbook/_export_job.html" if request.htmx else "logbook/export_job.html"  # type: ignore[attr-defined]
    return render(request, template, _shown(_own(request, of, pk)) | framed(of, request.user))


def _file(request: HttpRequest, of: Place, pk: int) -> HttpResponseBase:
    job, now = _own(request, of, pk), timezone.now()
    try:
        made = actions.hand_out(actor=request.user, job=job, session_key=request.session.session_key, now=now)
    except Refused as refusal:
        return _page(request, of, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return file_answer(made, of, job.list_name, job.format, now)


def _cancel(request: HttpRequest, of: Place, pk: int) -> HttpResponse:
    try:
        actions.cancel_export(actor=request.user, job=_own(request, of, pk), now=timezone.now())
    except Refused as refusal:
        return _page(request, of, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Cancelled: the list is not made."))
    return redirect(address_of("export_jobs", of))


def _own(request: HttpRequest, of: Place, pk: int) -> ExportJob:
    rows = ExportJob.objects.select_related("desk__site", "desk__settings", "site")
    return get_object_or_404(rows, pk=pk, person=request.user, **as_argument(of))


def _page(request: HttpRequest, of: Place, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    jobs = ExportJob.objects.filter(person=request.user, **as_argument(of)).select_related("desk", "site").order_by("-asked_at")[:NEWEST]
    context = framed(of, request.user) | {"jobs": [_shown(job) for job in jobs], "refusal": refusal}
    return render(request, "logbook/export_jobs.html", context, status=status)


def _shown(job: ExportJob) -> dict[str, Any]:
    kept = job.ready_at + actions.kept_for() if job.ready_at is not None and job.state == ExportJob.State.READY else None
    tones = {"ready": "good", "failed": "bad", "running": "info"}
    return {
        "job": job, "title": kind_of(job.list_name, job.of).title, "format": job.format.upper(), "tone": tones.get(job.state, ""), "kept_until": kept,
        **{f"{name}_url": address_of(page, job.of, job.pk) for name, page in (("job", "export_job"), ("file", "export_file"), ("cancel", "cancel_export"))},
    }
