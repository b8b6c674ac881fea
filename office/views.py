"""Pages of the office: a desk's briefing, and who acts for the supervisor of a site (A3, A32)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desks.clock import local_day
from desks.forms import place_refusal
from desks.models import ActingSupervisor, Desk, Membership, Person, Site
from desks.permissions import desk_page, may, site_page
from desks.refusal import Refused
from office import actions
from office.forms import ActingForm, BriefingForm, EndActingForm
from office.models import Briefing
from office.panels_of_office import briefing_context
from office.queries import briefing_for, briefings_before
from office.rights import WORDS

PAGE = 20


def _briefing_page(request: HttpRequest, desk: Desk, refused: BriefingForm | None = None) -> HttpResponse:
    now = timezone.now()
    today = local_day(now, desk.site.zone)
    days = []
    for day in (today, today + timedelta(days=1)):
        newest = briefing_for(desk, day)
        form = BriefingForm(initial={"day": day, "text": newest.text if newest else ""}, auto_id=f"id_{day:%m%d}_%s")
        if refused is not None and refused.data.get("day") == day.isoformat():
            form = refused
        days.append(briefing_context(request.user, desk, newest, now) | {"day": day, "form": form, "is_today": day == today})
    past = Paginator(briefings_before(desk, today).prefetch_related("acknowledgements__person"), PAGE)
    context = {
        "days": days, "past": past.get_page(request.GET.get("page")), "desk": desk, "section": "desk",
        "may_write": may(request.user, "briefing.write", desk=desk, now=now),
        "may_name": may(request.user, "office.name_acting", site=desk.site, now=now),
        "stray": refused if refused is not None and all(each["form"] is not refused for each in days) else None,
    }
    return render(request, "office/briefing.html", context, status=422 if refused else 200)


@desk_page("briefing.read")
@require_GET
def briefing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Today's briefing, tomorrow's, and past ones with who acknowledged them."""
    return _briefing_page(request, desk)


@desk_page("briefing.write")
@require_POST
def write_briefing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Writes the next version of a day's briefing."""
    form = BriefingForm(request.POST, auto_id=f"id_{request.POST.get('day', '')[5:].replace('-', '')}_%s")
    if form.is_valid():
        try:
            actions.write_briefing(actor=request.user, desk=desk, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("The briefing is written; people on duty are told."))
            return redirect("office:briefing", desk.slug)
    return _briefing_page(request, desk, form)


@desk_page("briefing.read")
@require_POST
def acknowledge(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Acknowledges today's briefing for the actor; on the desk page only the strip is replaced."""
    found = get_object_or_404(Briefing.objects.select_related("desk__site", "author"), desk=desk, pk=pk)
    now = timezone.now()
    actions.acknowledge_briefing(actor=request.user, briefing=found, now=now)
    if request.htmx:
        context = briefing_context(request.user, desk, found, now)
        context["may_write"] = may(request.user, "briefing.write", desk=desk, now=now)
        return render(request, "office/_briefing_strip.html", {"panel": context})
    messages.success(request, _("Acknowledged."))
    return redirect(_desk_address(desk))


def _desk_address(desk: Desk) -> str:
    try:
        return reverse("logbook:desk", args=[desk.slug])
    except NoReverseMatch:
        return reverse("office:briefing", args=[desk.slug])


def _who_may_act(site: Site, now: Any) -> QuerySet[Person]:
    members = Membership.objects.filter(site=site, role__in=actions.MAY_ACT, starts_at__lte=now)
    members = members.exclude(ends_at__lte=now)
    return Person.objects.filter(ended_at__isnull=True, pk__in=members.values("person")).order_by("name", "pk")


@site_page("office.name_acting")
@require_http_methods(["GET", "POST"])
def acting(request: HttpRequest, site: Site) -> HttpResponse:
    """Who acts for the supervisor now, soon and before; naming one more."""
    now = timezone.now()
    form = ActingForm(request.POST or None, site=site, people=_who_may_act(site, now).exclude(pk=request.user.pk), now=now)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_acting_supervisor(actor=request.user, site=site, now=now, **form.cleaned_data)
        except Refused as refusal:
            place_refusal(form, refusal)
        else:
            messages.success(request, _("Named; the person is told."))
            return redirect("office:acting", site.code)
    return _acting_page(request, site, form, now)


def _acting_page(request: HttpRequest, site: Site, form: ActingForm, now: Any, ending: Any = None) -> HttpResponse:
    rows = ActingSupervisor.objects.filter(site=site).select_related("person", "named_by")
    current = list(rows.filter(ends_at__gt=now).order_by("starts_at"))
    for row in current:
        row.begun = row.starts_at <= now
        row.words = [WORDS.get(right, right) for right in row.rights]
        row.form = ending[1] if ending and ending[0] == row.pk else EndActingForm(auto_id=f"id_{row.pk}_%s")
    past = Paginator(rows.filter(ends_at__lte=now), PAGE).get_page(request.GET.get("page"))
    context = {"site": site, "form": form, "current": current, "past": past, "now": now, "section": "acting"}
    refused = form.errors or (ending and ending[1].errors)
    return render(request, "office/acting.html", context, status=422 if refused else 200)


@site_page("office.name_acting")
@require_POST
def end_acting(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Ends it early, with a reason."""
    found = get_object_or_404(ActingSupervisor, site=site, pk=pk)
    now = timezone.now()
    ending = EndActingForm(request.POST, auto_id=f"id_{pk}_%s")
    if ending.is_valid():
        try:
            actions.end_acting(actor=request.user, acting=found, now=now, **ending.cleaned_data)
        except Refused as refusal:
            place_refusal(ending, refusal)
        else:
            messages.success(request, _("Ended; the person is told."))
            return redirect("office:acting", site.code)
    form = ActingForm(site=site, people=_who_may_act(site, now).exclude(pk=request.user.pk), now=now)
    return _acting_page(request, site, form, now, (pk, ending))
