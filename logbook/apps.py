"""The record's application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogbookConfig(AppConfig):
    name = "logbook"
    verbose_name = _("log")

    def ready(self) -> None:
        from desks.hooks import clock_acts, panels
        from logbook.clock import erase_by_rule, raise_missing_reviews
        from logbook.messages import register_messages
        from logbook.panels import old_matters_waiting, reviews_waiting

        register_messages()
        panels.register("now.logbook_reviews", reviews_waiting)
        panels.register("now.logbook_old_matters", old_matters_waiting)
        clock_acts.register("logbook.missing_reviews", raise_missing_reviews)
        clock_acts.register("logbook.erase_by_rule", erase_by_rule)
