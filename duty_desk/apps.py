"""The top floor's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyDeskConfig(AppConfig):
    name = "duty_desk"
    verbose_name = _("duty desk")

    def ready(self) -> None:
        from desks.hooks import act_kinds, messages

        messages.register("clock_act_failed", _("A job of the clock failed: %(job)s. It is tried again at the next tick."))
        act_kinds.register("clock_act_failed", "reports")
