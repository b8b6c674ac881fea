"""Calling support in, with how busy the desk usually is at each hour (A7)."""

from datetime import datetime, timedelta

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
from rosters.queries import Fit, coming_support, support_fits, workload_of


@desk_page("duty.decide")
@require_http_methods(["GET", "POST"])
def support(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who is called in, from when to when and why: what it would break is shown before; usually busy hours are offered with one tap."""
    now = timezone.now()
    form, looked = _form(request, desk, now), request.POST.get("looked", "")
    fits = {fit.person.pk: fit for fit in _fits(form, now)}
    if "look" not in request.POST and form.is_bound and form.is_valid():
        try:
            _look_first(form, fits, looked)
            made = actions.call_support(actor=request.user, desk=desk, now=now, **form.called())
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s has been told.") % {"name": made.person.display_name})
            return redirect("rosters:support", desk.slug)
    # Whose call-up was refused stands first, with what it would break.
    chosen = form.data.get("person", "")
    able = sorted((fit for fit in fits.values() if fit.standing.may), key=lambda fit: str(fit.person.pk) != chosen)
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
        "able": able, "unable": [fit for fit in fits.values() if not fit.standing.may],
        "asked": bool(fits), "looked": _shown(form),
    }
    return render(request, "rosters/support.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, desk: Desk, now: datetime) -> SupportForm:
    """As typed, with whose button was pressed as the chosen one; who only looks need have said no more than when."""
    if request.method != "POST":
        given = {name: request.GET.get(name) for name in ("day", "from_time", "until_time") if request.GET.get(name)}
        return SupportForm(desk=desk, now=now, initial=given)
    data = request.POST.copy()
    if data.get("chosen"):
        data["person"] = str(data["chosen"])
    form = SupportForm(data, desk=desk, now=now)
    if "look" in data:
        if form.span() is not None:
            return SupportForm(desk=desk, now=now, initial={name: data.get(name) for name in form.fields})
        form.fields["person"].required = False
    return form


def _fits(form: SupportForm, now: datetime) -> list[Fit]:
    """How everybody stands to the time that is asked about; nobody where it makes no sense, which the act says beside its field."""
    span = form.span()
    if span is None or span[1] <= now or span[1] - span[0] > rules.LONGEST_SUPPORT:
        return []
    return support_fits(form.desk, *span, now)


def _shown(form: SupportForm) -> str:
    """For which time the page has shown what a call-up would break."""
    span = form.span()
    return "/".join(f"{moment:%Y-%m-%dT%H:%M}" for moment in span) if span else ""


def _look_first(form: SupportForm, fits: dict[int, Fit], looked: str) -> None:
    """Raises Refused where the page has not yet shown what calling the chosen one in for this time would break (A5, A7)."""
    fit = fits.get(form.cleaned_data["person"])
    refusal = rules.why_look_first(fit.person.display_name, fit.standing, looked=looked == _shown(form)) if fit else None
    if refusal:
        raise refusal
