"""The handover's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "handover"
    verbose_name = _("handover")

    def ready(self) -> None:
        from handover.messages import register_messages

        register_messages()
