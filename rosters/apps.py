"""The rosters' application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "rosters"
    verbose_name = _("rosters")

    def ready(self) -> None:
        from rosters.messages import register_messages
        from rosters.presets import register_preset

        register_preset()
        register_messages()
