"""Bringing in old entries by page, with a preview, and settling together what of them is open (A1, A17)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page, may
from desks.refusal import Refused
from logbook import actions
from logbook.actions.imports import FileRefused, read_file
from logbook.forms_import import ConfirmImportForm, ImportFileForm, SettleForm
from logbook.lines import lines_of
from logbook.models import Entry, ImportedFile
from logbook.queries import open_imported_of
from logbook.reading import rows_for
from logbook.views.promises import promised
from logbook.words import DeskWords

SHOWN_ROWS = 20
SHOWN_PROBLEMS = 200


@desk_page("log.import")
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choosing a file, looking at what it says, and bringing it in: nothing is written before the last step."""
    if request.method == "POST" and "content" in request.POST:
        return _bring_in(request, desk)
    form = ImportFileForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportFileForm()
    context: dict[str, Any] = {"form": form, "confirm": None}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            read = read_file(desk=desk, content=content)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            context |= _preview(read)
            if not read.problems:
                context["confirm"] = ConfirmImportForm(
                    initial={"content": ConfirmImportForm.packed(content), "name": file.name[:200]}
                )
    bad = bool(form.errors or context.get("problems"))
    return _answer(request, desk, context, status=422 if bad or (request.method == "POST" and not form.is_bound) else 200)


def _bring_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    confirm, form = ConfirmImportForm(request.POST), ImportFileForm()
    context: dict[str, Any] = {"form": form, "confirm": None}
    if confirm.is_valid():
        try:
            made = actions.import_log(
                actor=request.user, desk=desk, content=confirm.cleaned_data["content"], name=confirm.cleaned_data["name"],
                now=timezone.now(),
            )
        except FileRefused as refusal:
            context |= {"problems": refusal.problems[:SHOWN_PROBLEMS], "problem_count": len(refusal.problems)}
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            said = {"count": made.entries, "first": made.file.first_number, "last": made.file.last_number}
            messages.success(request, _("%(count)d entries brought in, numbers %(first)d to %(last)d.") % said)
            return redirect("logbook:imported" if may(request.user, "log.settle_imported", desk=desk) else "logbook:import", desk.slug)
    else:
        context["refusal"] = Refused("A17", _("The file did not come through."), _("Choose the file again."))
    return _answer(request, desk, context, status=422)


def _preview(read: Any) -> dict[str, Any]:
    return {
        "read": read, "rows": read.rows[:SHOWN_ROWS], "more": max(len(read.rows) - SHOWN_ROWS, 0),
        "problems": read.problems[:SHOWN_PROBLEMS], "problem_count": len(read.problems),
    }


def _answer(request: HttpRequest, desk: Desk, context: dict[str, Any], *, status: int) -> HttpResponse:
    files = ImportedFile.objects.filter(desk=desk).select_related("imported_by").order_by("-pk")
    return render(request, "logbook/import.html", {"section": "import", "desk": desk, "files": files} | context, status=status)


@desk_page("log.settle_imported")
@require_http_methods(["GET", "POST"])
@promised
def imported(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The imported matters that are still open, to close, re-date or join together."""
    form, chosen = SettleForm(request.POST or None), set(request.POST.getlist("roots"))
    # What somebody types as a time is the site's wall clock (I11).
    with timezone.override(desk.site.zone):
        valid = request.method == "POST" and form.is_valid()
    if valid:
        roots = list(Entry.objects.filter(book__desk=desk, pk__in=[each for each in chosen if each.isdigit()]))
        try:
            steps = actions.settle_imported(actor=request.user, desk=desk, roots=roots, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            words = ngettext("%(count)d step written.", "%(count)d steps written.", len(steps)) % {"count": len(steps)}
            messages.success(request, words)
            return redirect("logbook:imported", desk.slug)
    now = timezone.now()
    rows = rows_for([matter.root for matter in _open_matters(desk)], reader=request.user, desk=desk, now=now)
    numbers = [row.number for row in rows]
    actions.record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="imported", filters={},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    context = {
        "section": "log", "desk": desk, "form": form, "chosen": chosen,
        "lines": lines_of(rows, desk=desk, words=DeskWords(desk), reader=request.user, now=now),
    }
    return render(request, "logbook/imported.html", context, status=422 if request.method == "POST" else 200)


def _open_matters(desk: Desk) -> list[Any]:
    return list(open_imported_of(desk).select_related("root__follow_up", "root__words", "root__author"))
