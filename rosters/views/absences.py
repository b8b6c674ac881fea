"""Leaving the desk for a while and coming back (A10)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from logbook.queries import in_emergency
from rosters import actions
from rosters.forms import AwayForm
from rosters.models import Absence
from rosters.queries import covers_of, entries_since
from rosters.rules import EMERGENCY


@desk_page("watch.hold")
@require_http_methods(["GET", "POST"])
def away(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Leaves the desk for a meal or an errand, with somebody who stays; one tap on the desk page. In an emergency alone."""
    now = timezone.now()
    emergency = in_emergency(desk, now)
    form = AwayForm(request.POST or None, initial={"alone": request.GET.get("alone") == "1"}, desk=desk, covers=covers_of(desk, request.user, now), emergency=emergency)
    if request.method == "POST" and form.is_valid():
        try:
            absence = actions.leave_for_a_while(
                actor=request.user, desk=desk, what=form.cleaned_data["what"], cover=form.cleaned_data["cover"], now=now,
                alone=form.cleaned_data["alone"],
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            if absence.cover is None and absence.what == EMERGENCY:
                messages.success(request, _("The log says that you left because of the emergency. Say when you are back."))
            elif absence.cover is None:
                messages.warning(request, _("The log says that the desk is empty from now on. Say when you are back."))
            else:
                messages.success(request, _("%(name)s stays at the desk.") % {"name": absence.cover.display_name})
            return redirect("logbook:desk", desk.slug)
    context = {"section": "desk", "desk": desk, "form": form, "emergency": emergency}
    return render(request, "rosters/away.html", context, status=422 if form.errors else 200)


def _absence(desk: Desk, pk: int) -> Absence:
    return get_object_or_404(Absence.objects.select_related("watch__desk"), watch__desk=desk, pk=pk)


@desk_page("watch.hold")
@require_POST
def back(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody is back at the desk."""
    absence = actions.come_back(actor=request.user, absence=_absence(desk, pk), now=timezone.now())
    if absence.person == request.user:
        messages.info(request, _meanwhile(request, desk, absence))
    if absence.part == Absence.Part.PASSED and absence.person == request.user:
        words = _("You are back. The holder's part is with %(name)s until it is passed back.")
        messages.info(request, words % {"name": absence.watch.holder.display_name})
    return redirect("logbook:desk", desk.slug)


def _meanwhile(request: HttpRequest, desk: Desk, absence: Absence) -> str:
    """How many entries came while the person was away, and which numbers; the acts of leaving and coming back are no news (A10)."""
    numbers = entries_since(desk, request.user, absence, timezone.now())
    if not numbers:
        return _("Nothing was entered while you were away.")
    words = ngettext(
        "While you were away %(count)d entry was made: number %(first)d.", "While you were away %(count)d entries were made: numbers %(first)d to %(last)d.", len(numbers)
    )
    return words % {"count": len(numbers), "first": numbers[0], "last": numbers[-1]}


@desk_page("watch.hold")
@require_POST
def part_back(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The cover passes the holder's part back."""
    actions.pass_part_back(actor=request.user, absence=_absence(desk, pk), now=timezone.now())
    return redirect("logbook:desk", desk.slug)
