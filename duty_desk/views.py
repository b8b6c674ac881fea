"""Home of each role and the health of the parts."""

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from desks.permissions import own_page, public_page
from desks.queries import desks_of


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to the page of their role."""
    return render(request, "duty_desk/home.html", {"desks": desks_of(request.user, timezone.now())})


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
