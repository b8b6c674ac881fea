"""All addresses; they are stable (docs/architecture.md)."""

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from duty_desk import readiness, views

# The log first: its addresses are asked for most, and patterns are tried in their order.
FLOORS = ("logbook", "notices", "office", "rosters", "escalations", "registers", "rounds", "handover", "inspections")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("health/ready/", readiness.ready, name="ready"),
    path("health/record/", readiness.record, name="record_health"),
    *[path("", include(f"{floor}.urls")) for floor in FLOORS if apps.is_installed(floor)],
    path("", include("desks.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "duty_desk.errors.bad_request"
handler403 = "duty_desk.errors.permission_denied"
handler404 = "duty_desk.errors.page_not_found"
handler500 = "duty_desk.errors.server_error"
