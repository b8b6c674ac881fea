"""The inbox's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("notices")

    def ready(self) -> None:
        from desks.hooks import facts
        from notices.queries import UNREAD

        facts.register("notices.unread", UNREAD)
