"""What was written on paper on a day without power is entered afterwards, as such (A17, A35)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from handover.actions import enter_paper_handover
from handover.forms import PaperForm
from handover.forms_afterwards import PaperHandoverForm
from handover.views.guided import holders
from logbook.actions import record_entry
from logbook.queries import current_watch
from logbook.views.photos import photos_sent


def on_paper() -> str:
    """Why such an entry comes late, in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("written on paper")


@desk_page("log.write")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One line of a paper form becomes an entry with the time of occurrence on the paper and who wrote it there."""
    now = timezone.now()
    sent = photos_sent(request, now) if request.method == "POST" else None
    form = PaperForm(sent.data if sent else None, desk=desk, people=holders(desk, now), initial={"writer": request.user.pk})
    if sent and form.is_valid() and not sent.refusals:
        data = form.cleaned_data
        writer = form.people[data["writer"]]
        try:
            entry = record_entry(
                actor=writer, entered_by=request.user, desk=desk, now=now, text=data["text"], kind=data["kind"],
                occurred_at=data["occurred_at"], place=data["place"], customer=data["customer"], phone=data["phone"],
                result=data["result"], late_reason=on_paper(), sure=True,
                fields={"paper": "true"} | ({"paper_sheet": data["sheet"]} if data["sheet"] else {}), key=data["key"],
                photos=data["photos"],
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Entered from paper as #%(number)s.") % {"number": entry.number})
            return redirect("handover:paper", desk.slug)
    form = sent.placed(form) if sent else form
    status = 422 if form.errors else 200
    return render(request, "handover/paper.html", {"desk": desk, "section": "handover", "form": form}, status=status)


@desk_page("handover.take_part")
@require_http_methods(["GET", "POST"])
def enter_handover(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A handover signed on paper, with a photo of its sheet; then both sign it here."""
    now = timezone.now()
    sent = photos_sent(request, now) if request.method == "POST" else None
    form = PaperHandoverForm(sent.data if sent else None, desk=desk, people=holders(desk, now), auto_id="sheet-%s", initial=_usual(request, desk))
    if sent and form.is_valid() and not sent.refusals:
        data = form.cleaned_data
        try:
            entry = enter_paper_handover(
                actor=request.user, desk=desk, outgoing=form.people[data["outgoing"]], incoming=form.people[data["incoming"]],
                paper_at=data["paper_at"], sheet=data["sheet"], photos=data["photos"], now=now,
                url=reverse("handover:page", args=[desk.slug]),
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Entered from paper as #%(number)s. Now both sign it here.") % {"number": entry.number})
            return redirect("handover:page", desk.slug)
    form = sent.placed(form) if sent else form
    status = 422 if form.errors else 200
    return render(request, "handover/paper_sheet.html", {"desk": desk, "section": "handover", "form": form}, status=status)


def _usual(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Who most likely stands on the sheet: the holder, and whoever enters it."""
    watch = current_watch(desk)
    holder = watch.holder_id if watch is not None else None
    return {"outgoing": holder, "incoming": request.user.pk if request.user.pk != holder else None}
