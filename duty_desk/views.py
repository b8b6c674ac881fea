"""Home of each role and the health of the parts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from desks.permissions import own_page, public_page
from desks.queries import desks_of
from duty_desk import readiness


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
    """Whether database, broker, beat and worker do their work; 503 where one is away, and its name with "away"."""
    answer = readiness.state_of_parts(timezone.now())
    return JsonResponse(answer, status=503 if "away" in answer.values() else 200)
