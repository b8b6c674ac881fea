"""Lists that are made in the background: asking, how far they are, the file, cancelling (A20, I8)."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from logbook import actions
from logbook.models import ExportJob
from logbook.rules import FORMATS
from logbook.taking_out import LISTS, kind_of
from logbook.views.export import file_answer
from logbook.views.promises import promised

NEWEST = 20


@desk_page("log.export")
@require_safe
@promised
def export_jobs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own exports at this desk, the newest first."""
    return _page(request, desk)


@desk_page("log.export")
@require_POST
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Asks for a list as a file; `q` holds what its page was asked for."""
    name, format = request.POST.get("list", ""), request.POST.get("format", "")
    if LISTS.get(name) is None or format not in FORMATS:
        raise Http404
    try:
        asked = QueryDict(request.POST.get("asked", "")[:2000]).dict()
        job = actions.ask_export(
            actor=request.user, desk=desk, name=name, format=format, asked=asked, language=get_language() or "en", now=timezone.now()
        )
    except Refused as refusal:
        return _page(request, desk, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("logbook:export_job", desk.slug, job.pk)


@desk_page("log.export")
@require_safe
def export_job(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """How far one's own export is; the page asks again by itself until it is ready."""
    job = _own(request, desk, pk)
    template = "logbook/_export_job.html" if request.htmx else "logbook/export_job.html"  # type: ignore[attr-defined]
    return render(request, template, _shown(job) | {"section": "log", "desk": desk})


@desk_page("log.export")
@require_safe
@promised
def file(request: HttpRequest, desk: Desk, pk: int) -> HttpResponseBase:
    """The file, for who asked for it and still may have it; each time it is taken is recorded."""
    job, now = _own(request, desk, pk), timezone.now()
    try:
        made = actions.hand_out(actor=request.user, job=job, session_key=request.session.session_key, now=now)
    except Refused as refusal:
        return _page(request, desk, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return file_answer(made, desk, job.list_name, job.format, now)


@desk_page("log.export")
@require_POST
def cancel(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Stops one's own export."""
    job = _own(request, desk, pk)
    try:
        actions.cancel_export(actor=request.user, job=job, now=timezone.now())
    except Refused as refusal:
        return _page(request, desk, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Cancelled: the list is not made."))
    return redirect("logbook:export_jobs", desk.slug)


def _own(request: HttpRequest, desk: Desk, pk: int) -> ExportJob:
    return get_object_or_404(ExportJob.objects.select_related("desk__site", "desk__settings"), pk=pk, desk=desk, person=request.user)


def _page(request: HttpRequest, desk: Desk, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    jobs = ExportJob.objects.filter(desk=desk, person=request.user).order_by("-asked_at")[:NEWEST]
    context = {"section": "log", "desk": desk, "jobs": [_shown(job) for job in jobs], "refusal": refusal}
    return render(request, "logbook/export_jobs.html", context, status=status)


def _shown(job: ExportJob) -> dict[str, Any]:
    kept = job.ready_at + actions.kept_for() if job.ready_at is not None and job.state == ExportJob.State.READY else None
    tones = {"ready": "good", "failed": "bad", "running": "info"}
    return {
        "job": job, "title": kind_of(job.list_name, job.desk).title, "format": job.format.upper(), "tone": tones.get(job.state, ""), "kept_until": kept,
    }
