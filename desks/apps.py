"""The ground floor's application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DesksConfig(AppConfig):
    name = "desks"
    verbose_name = _("Sites, desks and people")

    def ready(self) -> None:
        from desks import checks  # noqa: F401  registers the system checks
        from desks.facts import register_facts
        from desks.grants import apply_grants

        register_facts()
        post_migrate.connect(apply_grants, sender=self, dispatch_uid="desks.grants")
