"""The handover's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "handover"
    verbose_name = _("handover")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, panels
        from handover.clock import (
            raise_missing_reliefs,
            raise_reliefs_over_limit,
            raise_undecided_refusals,
            remind_of_change,
            remind_reliefs,
        )
        from handover.coming import came
        from handover.facts import STATE
        from handover.lists import register_lists
        from handover.messages import register_messages
        from handover.panels import desk_actions, desk_strip, now_items
        from handover.queries import counting

        facts.register("handover.state", STATE)
        register_messages()
        register_lists()
        clock_acts.register("missing_reliefs", raise_missing_reliefs)
        clock_acts.register("change_of_shift", remind_of_change)
        panels.register("counting.handover", counting)
        panels.register("came.handover", came)
        clock_acts.register("relief_reminders", remind_reliefs)
        clock_acts.register("reliefs_over_limit", raise_reliefs_over_limit)
        clock_acts.register("undecided_refusals", raise_undecided_refusals)
        panels.register("desk.actions.handover", desk_actions)
        panels.register("desk.strip.handover", desk_strip)
        panels.register("now.handover", now_items)
