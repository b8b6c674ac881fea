"""The top floor's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyDeskConfig(AppConfig):
    name = "duty_desk"
    verbose_name = _("duty desk")
