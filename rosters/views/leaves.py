"""Leave: asked for, its page with what belongs to it, decided, shortened (A13, A20, E4); its kind and its papers for few eyes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook.actions import record_reading
from logbook.rules import Attachment
from logbook.views.photos import photo_answer, photos_sent
from logbook.views.promises import promised
from rosters import actions
from rosters.forms_requests import DecideForm, LeaveForm, LeavePhotosForm, ShortenForm
from rosters.models import EmptyDuty, Leave
from rosters.queries import duties_touched, kinds_of_leave
from rosters.templatetags.request_tags import TONES
from rosters.views.requests import say_unseen, steps_of_request, with_shift


@desk_page("duty.ask")
@require_http_methods(["GET", "POST"])
def ask_leave(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Asks for leave, of days or hours."""
    now = timezone.now()
    decides = may(request.user, "duty.decide", desk=desk, now=now)
    sent = photos_sent(request, now) if request.method == "POST" else None
    form = LeaveForm(sent.data if sent else None, desk=desk, actor=request.user, decides=decides, now=now)
    if sent is not None and form.is_valid() and not sent.refusals:
        try:
            leave = actions.ask_leave(actor=request.user, desk=desk, now=now, **form.asked())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Asked. Nothing changes before it is decided."))
            return redirect("rosters:leave", desk.slug, leave.pk)
    if sent is not None:
        sent.placed(form)
    context = {"section": "rosters", "desk": desk, "form": form, "lead": desk.settings.swap_lead_days}
    return render(request, "rosters/ask_leave.html", context, status=422 if form.errors else 200)


def _shown_leave(request: HttpRequest, desk: Desk, pk: int) -> Leave:
    rows = Leave.objects.select_related("person", "filed_by", "decided_by", "desk__site", "desk__settings")
    leave = get_object_or_404(rows, pk=pk, desk=desk)
    own = request.user.pk in {leave.person_id, leave.filed_by_id}
    if not own and not any(may(request.user, right, desk=desk) for right in ("duty.decide", "site.overview")):
        raise Http404
    return leave


@desk_page("roster.view")
@require_safe
def leave(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One leave; its kind and reason for the person and for who decides alone."""
    return _leave_page(request, desk, _shown_leave(request, desk, pk))


def _leave_page(
    request: HttpRequest, desk: Desk, leave: Leave, form: DecideForm | None = None, shorter: ShortenForm | None = None,
    adding: LeavePhotosForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    decides = may(request.user, "duty.decide", desk=desk, now=now)
    own = request.user.pk in {leave.person_id, leave.filed_by_id}
    sees = decides or own
    photos = photos_of(leave, request.user.pk, decides=decides) if sees_photos(leave, request.user.pk, decides=decides) else []
    may_add = (decides or own) and leave.state in {"requested", "approved"}
    touched = duties_touched(leave, now) if leave.is_live else []
    may_shorten = decides and leave.state == "approved" and leave.ends_at > now
    say_unseen(request, form, decides and leave.is_live)
    say_unseen(request, shorter, may_shorten)
    say_unseen(request, adding, may_add)
    for duty in touched:
        with_shift([duty], duty.desk)
    context = {
        "section": "rosters", "desk": desk, "leave": leave, "sees": sees, "kind": kinds_of_leave(desk).get(leave.kind, leave.kind), "touched": touched,
        "may_withdraw": leave.is_live and own,
        "photos": photos, "photos_form": (adding or LeavePhotosForm(auto_id="id_add_%s")) if may_add else None, "adding": adding is not None,
        "decide_form": (form or DecideForm()) if decides and leave.is_live else None, "steps": steps_of_request(leave, request.user),
        "shorten_form": (shorter or ShortenForm(auto_id="id_shorten_%s")) if may_shorten else None,
        "tone": TONES[leave.state], "empties": list(leave_empties(leave)) if decides and leave.state == "approved" else [],
    }
    return render(request, "rosters/leave.html", context, status=422 if form or shorter or adding else 200)


def leave_empties(leave: Leave) -> Any:
    """The duties that an approved leave has left to be filled, whether they are by now."""
    rows = EmptyDuty.objects.filter(
        duty__person=leave.person_id, desk__site=leave.desk.site_id, since=leave.decided_at, starts_at__lt=leave.ends_at,
        ends_at__gt=leave.starts_at,
    )
    return rows.select_related("duty", "desk__site").order_by("starts_at")


@desk_page("duty.ask")
@require_POST
def withdraw_leave(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Takes the request back."""
    found = _shown_leave(request, desk, pk)
    try:
        actions.withdraw_leave(actor=request.user, leave=found, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("Withdrawn. Nothing has changed."))
    return redirect("rosters:leave", desk.slug, pk)


@desk_page("duty.decide")
@require_POST
def decide_leave(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Approves or refuses; what is left empty by an approval stands on the page then."""
    found, form = _shown_leave(request, desk, pk), DecideForm(request.POST)
    if form.is_valid():
        try:
            approve = form.cleaned_data["outcome"] == "approve"
            actions.decide_leave(actor=request.user, leave=found, approve=approve, reason=form.cleaned_data["reason"], now=timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Decided: the person has been told."))
            return redirect("rosters:leave", desk.slug, pk)
    return _leave_page(request, desk, _shown_leave(request, desk, pk), form)


@desk_page("duty.decide")
@require_POST
def shorten(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Approved leave ends sooner, or does not take place."""
    found, form = _shown_leave(request, desk, pk), ShortenForm(request.POST, auto_id="id_shorten_%s")
    if form.is_valid():
        try:
            actions.shorten_leave(
                actor=request.user, leave=found, until=form.end(found), reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Decided: the person has been told."))
            return redirect("rosters:leave", desk.slug, pk)
    return _leave_page(request, desk, _shown_leave(request, desk, pk), shorter=form)


def sees_photos(leave: Leave, reader_id: int, *, decides: bool) -> bool:
    """Whether somebody sees the papers of a leave: the person, and who decides; nobody else, not the project head either (A13, A20)."""
    return decides or reader_id == leave.person_id


def photos_of(leave: Leave, reader_id: int, *, decides: bool) -> list[dict[str, Any]]:
    """The photos of a leave with their addresses, and whether the reader may take each away."""
    return [
        {
            "number": place, "pk": photo.pk, "may_remove": decides or (leave.is_live and reader_id in {leave.person_id, photo.added_by_id}),
            "by": photo.added_by, "at": photo.added_at, "large": reverse("rosters:leave_photo", args=[leave.desk.slug, leave.pk, photo.pk]),
            "small": reverse("rosters:leave_photo_small", args=[leave.desk.slug, leave.pk, photo.pk]),
        }
        for place, photo in enumerate(leave.photos.select_related("added_by"), start=1)
    ]


@desk_page("roster.view")
@require_safe
@promised
def leave_photo(request: HttpRequest, desk: Desk, pk: int, photo: int, small: bool = False) -> HttpResponseBase:
    """One photo of a leave's papers; that it was read is recorded, whoever reads (A20, I8)."""
    now, found = timezone.now(), _shown_leave(request, desk, pk)
    if not sees_photos(found, request.user.pk, decides=may(request.user, "duty.decide", desk=desk, now=now)):
        raise Http404
    row = get_object_or_404(found.photos, pk=photo)
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="leave-photo", filters={"leave": found.pk, "photo": row.pk},
        from_number=None, to_number=None, now=now,
    )
    return photo_answer(request, desk, found.pk, row.pk, Attachment(row.digest, row.media_type, row.size), small=small)


@desk_page("duty.ask")
@require_POST
def add_photos(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Adds photos of a paper to a leave: a certificate often comes later."""
    found, now = _shown_leave(request, desk, pk), timezone.now()
    sent = photos_sent(request, now)
    form = LeavePhotosForm(sent.data, auto_id="id_add_%s")
    if form.is_valid() and not sent.refusals:
        try:
            count = actions.add_leave_photos(actor=request.user, leave=found, photos=form.cleaned_data["photos"], now=now)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, ngettext("%(count)d photo was added.", "%(count)d photos were added.", count) % {"count": count})
            return redirect("rosters:leave", desk.slug, pk)
    return _leave_page(request, desk, _shown_leave(request, desk, pk), adding=sent.placed(form))


@desk_page("duty.ask")
@require_POST
def remove_photo(request: HttpRequest, desk: Desk, pk: int, photo: int) -> HttpResponse:
    """Takes a photo of a leave away."""
    found = _shown_leave(request, desk, pk)
    row = get_object_or_404(found.photos.select_related("leave__desk"), pk=photo)
    try:
        actions.remove_leave_photo(actor=request.user, photo=row, now=timezone.now())
    except Refused as refusal:
        messages.error(request, f"{refusal.reason} {refusal.remedy}")
    else:
        messages.success(request, _("The photo is gone."))
    return redirect("rosters:leave", desk.slug, pk)
