"""The scoped administration: a site administrator sees one site, through acts, with no delete (docs/architecture.md §5)."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DutyDeskAdminSite(AdminSite):
    """Django's admin for operators and site administrators."""

    site_header = _("duty desk administration")
    site_title = _("duty desk")
    index_title = _("Sites, desks and people")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators, and people marked as staff of the administration."""
        return bool(request.user.is_active and request.user.is_staff)


class DutyDeskAdminConfig(AdminConfig):
    default_site = "duty_desk.admin_site.DutyDeskAdminSite"
