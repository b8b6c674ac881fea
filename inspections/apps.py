"""The inspections' application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("inspections")

    def ready(self) -> None:
        from desks.hooks import clock_acts, facts, findings, panels
        from inspections import clock, panels_of_inspections
        from inspections.actions import close_with_difference, keep_opening_findings
        from inspections.facts import STATE
        from inspections.lists import register_lists
        from inspections.messages import register_messages

        facts.register("inspections.state", STATE)
        register_messages()
        register_lists()
        findings.register("opening_differs", keep_opening_findings)
        findings.register("difference_settled", close_with_difference)
        clock_acts.register("inspections.plan", clock.plan_and_miss)
        clock_acts.register("inspections.remind", clock.remind)
        panels.register("desk.strip.inspections", panels_of_inspections.done_strip)
        panels.register("now.inspections", panels_of_inspections.now_items)
