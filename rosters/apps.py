"""The rosters' application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "rosters"
    verbose_name = _("rosters")

    def ready(self) -> None:
        from desks.hooks import act_kinds, clock_acts, facts, kept_files, periods
        from desks.hooks import panels as slots
        from rosters import clock, clock_requests, panels, panels_requests
        from rosters.actions import (
            erase_leave_photos,
            look_after_drafts,
            raise_long_absences,
            raise_no_shows,
            raise_unattended,
        )
        from rosters.actions.leave_photos import PERIOD
        from rosters.facts import STATE
        from rosters.lists import register_lists
        from rosters.messages import register_messages
        from rosters.presets import register_preset
        from rosters.queries import files_of_leave

        facts.register("rosters.state", STATE)
        kept_files.register("rosters.leave", files_of_leave)
        periods.register(PERIOD, _("Photos of papers of leave"))
        act_kinds.register(f"personal_period_{PERIOD}", "keeping")
        register_preset()
        register_lists()
        register_messages()
        clock_acts.register("rosters.months", clock.ask_for_rosters)
        clock_acts.register("rosters.uploads", clock.clear_uploads)
        clock_acts.register("rosters.no_shows", raise_no_shows)
        clock_acts.register("rosters.absences", raise_long_absences)
        clock_acts.register("rosters.unattended", raise_unattended)
        clock_acts.register("rosters.expired", clock_requests.expire_requests)
        clock_acts.register("rosters.empty", clock_requests.raise_empty_duties)
        clock_acts.register("rosters.repaid", clock_requests.settle_repayments)
        clock_acts.register("rosters.leave_photos", erase_leave_photos)
        clock_acts.register("rosters.drafts", look_after_drafts)
        slots.register("duty_on.rosters", panels.on_duty)
        slots.register("desk.strip.rosters", panels.strip)
        slots.register("desk.actions.rosters", panels.leave_buttons)
        slots.register("desk.todo.rosters", panels_requests.desk_todo)
        slots.register("now.rosters", panels.now_items)
        slots.register("now.duties", panels_requests.now_items)
