"""The escalations' application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = _("escalations")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, panels
        from escalations import clock
        from escalations import panels as own
        from escalations.facts import STATE
        from escalations.lists import register_lists
        from escalations.messages import register_messages
        from escalations.presets import register_preset

        facts.register("escalations.state", STATE)
        register_messages()
        register_lists()
        clock_acts.register("follow_ups_overdue", clock.follow_ups_overdue)
        clock_acts.register("imported_overdue", clock.imported_overdue)
        register_preset()
        clock_acts.register("escalations_unanswered", clock.escalations_unanswered)
        clock_acts.register("call_tree_moves", clock.call_tree_moves)
        clock_acts.register("spoken_unconfirmed", clock.spoken_unconfirmed)
        panels.register("entry.tools.escalations", own.entry_tools)
        panels.register("desk.strip.escalations", own.desk_strip)
        panels.register("desk.todo.escalations", own.desk_todo)
        panels.register("desk.aside.escalations", own.desk_aside)
        panels.register("review.panels.escalations", own.review_panel)
        panels.register("now.escalations", own.now)
