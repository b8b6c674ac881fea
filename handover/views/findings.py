"""What is found about a handover afterwards: void, something left out, a release to complete (A23, A30, C12, E7)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from handover import actions
from handover.forms_afterwards import CompleteReleaseForm, DecideOmissionForm, OmissionForm, StatementForm, VoidForm
from handover.models import OmissionReport, Release
from handover.queries import narrowed_omissions, omissions_for
from handover.views.guided import act_and_answer, note_reading, one
from handover.views.records import record_page
from logbook.reading import rows_for
from logbook.rules import Attachment, attachments_in
from logbook.taking_out import may_take_out
from logbook.views.photos import photo_answer, photos_sent
from logbook.views.promises import promised

PAGE = 30


@desk_page("handover.decide")
@require_POST
def void(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """The supervisor finds a handover void."""
    found, form = one(desk, handover), VoidForm(request.POST, auto_id="void-%s")
    if form.is_valid():
        try:
            actions.find_void(actor=request.user, handover=found, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("handover:record", desk.slug, found.pk)
    return record_page(request, desk, found, bound={"void": form}, status=422)


@desk_page("handover.take_part")
@require_POST
def report(request: HttpRequest, desk: Desk, handover: int) -> HttpResponse:
    """Somebody reports that the handover left something out."""
    found, now = one(desk, handover), timezone.now()
    sent = photos_sent(request, now)
    form = OmissionForm(sent.data, auto_id="omission-%s")
    if form.is_valid() and not sent.refusals:
        data = form.cleaned_data
        try:
            made = actions.report_omission(
                actor=request.user, handover=found, what=data["what"], evidence=data["evidence"], photos=data["photos"], now=now
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("handover:omission", desk.slug, made.pk)
    return record_page(request, desk, found, bound={"omission": sent.placed(form)}, status=422)


@desk_page("handover.view")
@require_GET
def omissions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The check of omissions: what was reported, who was heard, what was decided."""
    now, show = timezone.now(), request.GET.get("show", "")
    rows = narrowed_omissions(omissions_for(desk, request.user, now), show)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    note_reading(request, desk, "omissions", [row.entry.number for row in page], show=show)
    context = {
        "desk": desk, "section": "handover", "page": page, "show": show,
        "may_export": may_take_out("omissions", of=desk, reader=request.user, now=now),
    }
    return render(request, "handover/omissions.html", context)


@desk_page("handover.view")
@require_GET
def omission(request: HttpRequest, desk: Desk, report: int) -> HttpResponse:
    """One report with statement and decision."""
    return _shown(request, desk, _one_report(request, desk, report), {}, 200)


@desk_page("handover.view")
@require_safe
@promised
def omission_photo(request: HttpRequest, desk: Desk, report: int, place: int, small: bool = False) -> HttpResponseBase:
    """One photo that shows what was left out, to whoever reads the report: who is asked must see what they are asked about (C12)."""
    found = _one_report(request, desk, report)
    photos = _photos(request, found)
    if not 1 <= place <= len(photos):
        raise Http404
    note_reading(request, desk, "omission-photo", [found.entry.number], report=found.pk)
    return photo_answer(request, desk, found.entry.number, place, photos[place - 1], small=small)


@desk_page("handover.take_part")
@require_POST
def state(request: HttpRequest, desk: Desk, report: int) -> HttpResponse:
    """Whoever handed over says what they know."""
    found, form = _one_report(request, desk, report), StatementForm(request.POST, auto_id="state-%s")
    return _act(request, desk, found, "state", form, lambda now: actions.state_omission(
        actor=request.user, report=found, words=form.cleaned_data["words"], now=now
    ))


@desk_page("handover.decide")
@require_POST
def decide(request: HttpRequest, desk: Desk, report: int) -> HttpResponse:
    """The supervisor decides about a report."""
    found, form = _one_report(request, desk, report), DecideOmissionForm(request.POST, auto_id="decide-%s")
    return _act(request, desk, found, "decide", form, lambda now: actions.decide_omission(
        actor=request.user, report=found, now=now, **form.cleaned_data
    ))


@desk_page("handover.decide")
@require_POST
def complete_release(request: HttpRequest, desk: Desk, release: int) -> HttpResponse:
    """The supervisor completes a release."""
    found = get_object_or_404(Release.objects.select_related("desk__site", "entry", "person"), pk=release, desk=desk)
    return act_and_answer(
        request, desk, key="complete", form=CompleteReleaseForm(request.POST, auto_id="complete-%s"), anchor="supervisor",
        act=lambda data, now: actions.complete_release(actor=request.user, release=found, words=data["words"], now=now),
    )


def _one_report(request: HttpRequest, desk: Desk, pk: int) -> OmissionReport:
    found = omissions_for(desk, request.user, timezone.now()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _photos(request: HttpRequest, report: OmissionReport) -> list[Attachment]:
    """The photos of the report's entry, which reporter and asked do not read in the log; none once two people have veiled it."""
    row = rows_for([report.entry], reader=request.user, desk=report.desk, now=timezone.now())[0]
    return [] if row.veiled else attachments_in(report.entry.fields)


def _act(request: HttpRequest, desk: Desk, found: OmissionReport, key: str, form: Any, act: Any) -> HttpResponse:
    if form.is_valid():
        try:
            act(timezone.now())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            return redirect("handover:omission", desk.slug, found.pk)
    return _shown(request, desk, _one_report(request, desk, found.pk), {key: form}, 422)


def _shown(request: HttpRequest, desk: Desk, report: OmissionReport, bound: dict[str, Any], status: int) -> HttpResponse:
    now = timezone.now()
    decided, heard = hasattr(report, "decision"), hasattr(report, "statement")
    note_reading(request, desk, "omission", [report.entry.number], report=report.pk)
    context = {
        "desk": desk, "section": "handover", "report": report, "photos": [
            {
                "number": place, "large": reverse("handover:omission_photo", args=[desk.slug, report.pk, place]),
                "small": reverse("handover:omission_photo_small", args=[desk.slug, report.pk, place]),
            }
            for place, _photo in enumerate(_photos(request, report), start=1)
        ],
        "state_form": None if decided or heard or request.user.pk != report.about_id
        else bound.get("state") or StatementForm(auto_id="state-%s"),
        "decide_form": None if decided or not may(request.user, "handover.decide", desk=desk, now=now)
        else bound.get("decide") or DecideOmissionForm(auto_id="decide-%s"),
        "waits_until": report.may_decide_at,
    }
    return render(request, "handover/omission.html", context, status=status)
