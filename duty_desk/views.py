"""Home of each role, and whether this process answers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from desks.permissions import may, own_page, public_page
from desks.queries import desks_of
from duty_desk import overview


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """The page of the person's role: what to do now, the desk, the log, or the administration (A3)."""
    now = timezone.now()
    person = request.user
    if sites := overview.overseen_sites(person, now):
        context = {
            "section": "now", "items": overview.now_items(person, sites, now), "cards": overview.desk_cards(person, sites, now),
            "now": now, "site": sites[0],
        }
        return render(request, "duty_desk/now.html", context)
    desks = desks_of(person, now)
    wanted = request.GET.get("desk") or request.session.get("desk")
    desks.sort(key=lambda desk: desk.slug != wanted)
    for right, page in (("desk.view", "logbook:desk"), ("log.read", "logbook:log")):
        for desk in desks:
            if may(person, right, desk=desk, now=now):
                return redirect(page, desk.slug)
    if person.is_staff:
        return redirect("admin:index")
    return render(request, "duty_desk/home.html", {"desks": desks})


@public_page
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers."""
    return JsonResponse({"status": "live"})
