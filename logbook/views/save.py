"""Saving what the composer sends (A17, I10): a word for the composer's script, a page for everybody else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from logbook.actions import FilesGone, record_entry
from logbook.forms import ComposerForm
from logbook.queries import TO_RECORD
from logbook.views.desk import desk_answer
from logbook.views.photos import photos_sent


@desk_page("log.write", knows=lambda: TO_RECORD)
@require_POST
def save_entry(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Saves one entry. The same key stores once; a refusal answers 422 and stands beside its field."""
    now, gone = timezone.now(), False
    sent = photos_sent(request, now)
    form = sent.placed(ComposerForm(sent.data, desk=desk))
    if form.is_valid():
        try:
            entry = record_entry(actor=request.user, desk=desk, now=now, **form.for_the_act())
        except Refused as refusal:
            gone = isinstance(refusal, FilesGone)
            place_refusal(form, refusal)
        else:
            if request.htmx:
                return JsonResponse({"number": entry.number}, status=201)
            if form.cleaned_data["emergency"]:
                return redirect("logbook:entry", desk.slug, entry.number)
            return redirect("logbook:desk", desk.slug)
    if request.htmx:
        errors = {name: list(words) for name, words in form.errors.items()}
        return JsonResponse({"errors": errors, "replaceable": form.holds_identity(), "gone": gone}, status=422)
    return desk_answer(request, desk, form=form)
