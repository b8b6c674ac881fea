"""What was written on paper on a day without power is entered afterwards, as such (A17, A35)."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from handover.forms import PaperForm
from handover.views.guided import holders
from logbook.actions import record_entry


def on_paper() -> str:
    """Why such an entry comes late, in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("written on paper")


@desk_page("log.write")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One line of a paper form becomes an entry with the time of occurrence on the paper and who wrote it there."""
    now = timezone.now()
    form = PaperForm(request.POST or None, desk=desk, people=holders(desk, now), initial={"writer": request.user.pk})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        writer = form.people[data["writer"]]
        try:
            entry = record_entry(
                actor=writer, entered_by=request.user, desk=desk, now=now, text=data["text"], kind=data["kind"],
                occurred_at=data["occurred_at"], place=data["place"], customer=data["customer"], phone=data["phone"],
                result=data["result"], late_reason=on_paper(), sure=True,
                fields={"paper": "true"} | ({"paper_sheet": data["sheet"]} if data["sheet"] else {}), key=data["key"],
            )
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Entered from paper as #%(number)s.") % {"number": entry.number})
            return redirect("handover:paper", desk.slug)
    status = 422 if form.errors else 200
    return render(request, "handover/paper.html", {"desk": desk, "section": "handover", "form": form}, status=status)
