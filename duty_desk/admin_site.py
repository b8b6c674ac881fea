"""The scoped administration: a site administrator sees one site, through acts, with no delete (docs/architecture.md §5)."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class DutyDeskAdminSite(AdminSite):
    """Django's admin for operators and site administrators."""

    site_header = _("duty desk administration")
    site_title = _("duty desk")
    index_title = _("Sites, desks and people")
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Everybody signs in at the one page that counts wrong tries and knows the shared computer."""
        if request.user.is_authenticated:
            raise PermissionDenied
        from django.contrib.auth.views import redirect_to_login  # models are not loaded yet when this module is

        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signs out the actor alone: others may sit at the same computer."""
        from desks.seats import leave_seat

        if request.method == "POST" and request.user.is_authenticated:
            leave_seat(request, request.user)
        return redirect("home")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One's own password is changed on one's own page."""
        return redirect("desks:change_password")

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators, and people marked as staff of the administration."""
        return bool(request.user.is_active and request.user.is_staff)


class DutyDeskAdminConfig(AdminConfig):
    default_site = "duty_desk.admin_site.DutyDeskAdminSite"
