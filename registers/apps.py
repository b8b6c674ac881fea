"""The registers' application: what a desk keeps and counts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = _("registers")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, panels, preset_sections
        from registers import panels_of_registers
        from registers.actions import load_custody_items
        from registers.clock import raise_overdue_issues
        from registers.facts import STATE
        from registers.lists import register_lists
        from registers.messages import register_messages

        preset_sections.register("custody_items", load_custody_items)
        register_messages()
        register_lists()
        facts.register("registers.state", STATE)
        clock_acts.register("overdue_issues", raise_overdue_issues)
        panels.register("desk.aside.registers", panels_of_registers.desk_aside)
        panels.register("now.registers", panels_of_registers.now_items)
