"""A decision by phone about a matter that was not escalated yet, written down in one step (A11)."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desks.forms import place_refusal
from desks.models import Desk, Person
from desks.permissions import desk_page, may
from desks.refusal import Refused
from escalations import actions
from escalations.forms import SpokenForm
from escalations.models import Escalation, Level
from escalations.queries import deciders_of, may_read
from escalations.views.steps import to
from logbook.actions import record_reading
from logbook.models import Entry
from logbook.queries import open_follow_ups_of
from logbook.reading import rows_for

OFFERED = 100
"""So many open matters are offered, the most pressing first."""


@desk_page("escalation.raise")
@require_http_methods(["GET", "HEAD", "POST"])
def spoken(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which matter, what was decided and by whom; `?number=` names the entry, else the desk's open matters are offered."""
    now = timezone.now()
    supervisors = deciders_of(desk, Level.SUPERVISOR, now)
    people = [person for person in supervisors or deciders_of(desk, Level.PROJECT_HEAD, now) if person.pk != request.user.pk]
    number = request.GET.get("number", "")
    matters = _matters(desk, number, request.user, now)
    form = SpokenForm(request.POST or None, matters=matters, people=people, auto_id="spoken-%s")
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        entry = get_object_or_404(Entry, book__desk=desk, number=values.pop("number"))
        try:
            made = actions.raise_decided_by_phone(actor=request.user, entry=entry, now=now, **values)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The decision is recorded; who gave it confirms it afterwards."))
            return to(made) if may_read(request.user, made, now) else redirect("escalations:list", desk.slug)
    numbers = [matter for matter, _words in matters]
    record_reading(
        actor=request.user, desk=desk, session_key=request.session.session_key, page="spoken", filters={"entry": number},
        from_number=min(numbers, default=None), to_number=max(numbers, default=None), count=len(numbers), now=now,
    )
    context = {"section": "desk", "desk": desk, "form": form, "matters": matters, "number": number, "supervised": bool(supervisors)}
    return render(request, "escalations/spoken.html", context, status=422 if form.errors else 200)


def _matters(desk: Desk, number: str, reader: Person, now: datetime) -> list[tuple[int, str]]:
    """The entry of that number alone, or the open matters that are not escalated, as number and words."""
    if number.isdigit():
        entries = list(Entry.objects.filter(book__desk=desk, number=int(number)).select_related("words", "author"))
    else:
        sees = may(reader, "log.see_restricted", desk=desk, now=now)
        escalated = Escalation.objects.filter(desk=desk, state__in=Escalation.OPEN_STATES).values("entry")
        matters = open_follow_ups_of(desk, see_restricted=sees).exclude(root__in=escalated)[:OFFERED]
        entries = [matter.root for matter in matters]
    rows = rows_for(entries, reader=reader, desk=desk, now=now)
    return [(row.number, f"#{row.number} {_('For supervisors only') if row.hidden else row.text[:60]}") for row in rows]
