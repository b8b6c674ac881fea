"""All addresses; they are stable (docs/architecture.md)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from duty_desk import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("health/ready/", views.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("", include("desks.urls")),
]

handler400 = "duty_desk.errors.bad_request"
handler403 = "duty_desk.errors.permission_denied"
handler404 = "duty_desk.errors.page_not_found"
handler500 = "duty_desk.errors.server_error"
