"""The record's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogbookConfig(AppConfig):
    name = "logbook"
    verbose_name = _("log")

    def ready(self) -> None:
        from logbook.messages import register_messages

        register_messages()
