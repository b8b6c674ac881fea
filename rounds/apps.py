"""The rounds' application: what is walked at set times, and what of it was missed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoundsConfig(AppConfig):
    name = "rounds"
    verbose_name = _("rounds")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, panels, preset_sections
        from rounds import panels_of_rounds
        from rounds.clock import raise_missed_rounds
        from rounds.facts import STATE
        from rounds.lists import register_lists
        from rounds.messages import register_messages
        from rounds.presets import load_points, load_rounds

        preset_sections.register("rounds", load_rounds)
        preset_sections.register("round_points", load_points)
        register_messages()
        register_lists()
        facts.register("rounds.state", STATE)
        clock_acts.register("missed_rounds", raise_missed_rounds)
        panels.register("desk.todo.rounds", panels_of_rounds.desk_todo)
        panels.register("now.rounds", panels_of_rounds.now_items)
