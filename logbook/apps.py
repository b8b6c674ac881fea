"""The record's application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LogbookConfig(AppConfig):
    name = "logbook"
    verbose_name = _("log")

    def ready(self) -> None:
        from desks.hooks import clock_acts, panels
        from logbook import checks  # noqa: F401  registers them
        from logbook.actions import look_after_exports, remove_unused_files
        from logbook.clock import (
            erase_by_rule,
            merge_reports,
            raise_carried_matters,
            raise_missing_reviews,
            seal_days,
            send_what_is_sealed,
            verify_by_night,
        )
        from logbook.facts import register_facts
        from logbook.guards import guard_tables
        from logbook.lists import register_lists
        from logbook.messages import register_act_kinds, register_messages
        from logbook.panels import (
            inbox_export,
            late_entries_waiting,
            matters_raised,
            old_matters_waiting,
            proofs_waiting,
            purges_waiting,
            reviews_waiting,
            veils_waiting,
        )

        register_facts()
        register_messages()
        register_act_kinds()
        register_lists()
        post_migrate.connect(guard_tables, dispatch_uid="logbook.guard_tables")
        panels.register("inbox.tools.logbook", inbox_export)
        panels.register("now.logbook_reviews", reviews_waiting)
        panels.register("now.logbook_late_entries", late_entries_waiting)
        panels.register("now.logbook_matters", matters_raised)
        panels.register("now.logbook_old_matters", old_matters_waiting)
        panels.register("now.logbook_proofs", proofs_waiting)
        panels.register("now.logbook_purges", purges_waiting)
        panels.register("now.logbook_veils", veils_waiting)
        clock_acts.register("logbook.missing_reviews", raise_missing_reviews)
        clock_acts.register("logbook.carried_matters", raise_carried_matters)
        clock_acts.register("logbook.merge_reports", merge_reports)
        clock_acts.register("logbook.seal_days", seal_days)
        clock_acts.register("logbook.witnesses", send_what_is_sealed)
        clock_acts.register("logbook.verify_by_night", verify_by_night)
        clock_acts.register("logbook.erase_by_rule", erase_by_rule)
        clock_acts.register("logbook.remove_unused_files", remove_unused_files)
        clock_acts.register("logbook.exports", look_after_exports)
