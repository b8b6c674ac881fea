"""Home of each role and the health of the parts."""

import redis
from django.conf import settings
from django.db import connection
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


@public_page
def ready(request: HttpRequest) -> HttpResponse:
    """Whether database and broker answer; 503 and the part's name where one does not."""
    parts = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts["database"] = "ok"
    except Exception:  # any failure of the driver means the same here
        parts["database"] = "away"
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()
        parts["broker"] = "ok"
    except redis.RedisError:
        parts["broker"] = "away"
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)
