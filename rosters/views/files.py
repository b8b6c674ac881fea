"""Bringing a month's roster in by page: choose the file, look at the grid and every problem, confirm (A5)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from rosters import actions
from rosters.forms import ImportForm
from rosters.grid import grid_of
from rosters.models import RosterUpload
from rosters.queries import days_of_kind, needs_of, plan_to_bring_in, roster_of, shifts_of
from rosters.reading import MAX_BYTES


@desk_page("roster.draft")
@require_http_methods(["GET", "POST"])
def choose_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Reads a file and keeps what it says for the preview; nothing takes effect yet."""
    now = timezone.now()
    form = ImportForm(request.POST or None, request.FILES or None, desk=desk, now=now)
    if request.method == "GET" and request.GET.get("month"):
        form.initial["month"] = request.GET["month"]
    if request.method == "POST" and form.is_valid():
        file, month = form.cleaned_data["file"], form.cleaned_data["month"]
        try:
            upload = actions.keep_upload(
                actor=request.user, desk=desk, month=month, name=file.name, content=file.read(MAX_BYTES + 1), now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("rosters:preview", desk.slug, upload.pk)
    kept = RosterUpload.objects.filter(desk=desk, uploaded_by=request.user).order_by("-uploaded_at")
    context = {"section": "rosters", "desk": desk, "form": form, "kept": kept, "shifts": shifts_of(desk)}
    return render(request, "rosters/import.html", context, status=422 if form.errors else 200)


def _own_upload(request: HttpRequest, desk: Desk, pk: int) -> RosterUpload:
    return get_object_or_404(RosterUpload, desk=desk, uploaded_by=request.user, pk=pk)


@desk_page("roster.draft")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The grid that the file would make, with every problem; posted, it becomes the draft, if there is none."""
    upload = _own_upload(request, desk, pk)
    now = timezone.now()
    refused = None
    if request.method == "POST":
        try:
            actions.bring_in(
                actor=request.user, desk=desk, month=upload.month, table=upload.rows, name=upload.name, now=now
            )
        except Refused as refusal:
            refused = refusal
        else:
            actions.put_aside(actor=request.user, upload=upload)
            messages.success(request, _("The roster is a draft now. Staff see it once it is reported."))
            return redirect("rosters:month", desk.slug, upload.month)
    plan = plan_to_bring_in(upload.rows, desk, upload.month, now)
    kinds = days_of_kind(desk.site, upload.month, desk)
    grid = grid_of(plan, shifts=shifts_of(desk), today=local_day(now, desk.site.zone), kinds=kinds, needs=needs_of(desk, kinds))
    context = {
        "section": "rosters", "desk": desk, "upload": upload, "plan": plan, "grid": grid, "refused": refused,
        "standing": roster_of(desk, upload.month),
    }
    return render(request, "rosters/preview.html", context, status=422 if refused else 200)


@desk_page("roster.draft")
@require_POST
def drop(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Puts a file aside that is not brought in."""
    actions.put_aside(actor=request.user, upload=_own_upload(request, desk, pk))
    messages.info(request, _("The file was put aside; nothing has changed."))
    return redirect("rosters:import", desk.slug)
