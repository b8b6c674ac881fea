"""Calling support in, with how busy the desk usually is at each hour (A7)."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import Desk
from desks.permissions import desk_page
from desks.refusal import Refused
from rosters import actions, rules
from rosters.forms_requests import SupportForm
from rosters.queries import coming_support, workload_of


@desk_page("duty.decide")
@require_http_methods(["GET", "POST"])
def support(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who is called in, from when to when and why; the hours that are usually busy are offered with one tap."""
    now = timezone.now()
    form = SupportForm(request.POST or None, desk=desk, now=now, initial={name: request.GET.get(name) for name in ("day", "from_time", "until_time") if request.GET.get(name)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.call_support(actor=request.user, desk=desk, now=now, **form.called())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s has been told.") % {"name": made.person.display_name})
            return redirect("rosters:support", desk.slug)
    day = local_day(now, desk.site.zone)
    by_hour = workload_of(desk, day)
    spans = rules.busy_spans(by_hour)
    shown = [hour for hour, count in by_hour.items() if count]
    hours = range(min(shown), max(shown) + 1) if shown else ()
    context = {
        "section": "rosters", "desk": desk, "form": form, "day": day, "coming": coming_support(desk, now),
        "spans": [{"since": f"{since:02}:00", "until": "23:59" if until == 24 else f"{until:02}:00"} for since, until in spans],
        "hours": [{"hour": f"{hour:02}:00", "count": by_hour[hour], "tenths": round(by_hour[hour] * 10)} for hour in hours],
        "most": round(max(by_hour.values()) * 10), "until": day + timedelta(days=1),
    }
    return render(request, "rosters/support.html", context, status=422 if form.errors else 200)
