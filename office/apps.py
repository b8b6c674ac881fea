"""The office's application: acts on ground data, the day's briefing, the scoped administration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("office")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, panels
        from office import clock, panels_of_office
        from office.facts import STATE
        from office.messages import register_messages

        facts.register("office.state", STATE)
        register_messages()
        clock_acts.register("office.briefings", clock.tell_briefings)
        panels.register("desk.strip.office", panels_of_office.briefing_strip)
        panels.register("now.office", panels_of_office.now_items)
