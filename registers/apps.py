"""The registers' application: what a desk keeps and counts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = _("registers")

    def ready(self) -> None:
        from desks.hooks import preset_sections
        from registers.actions import load_custody_items
        from registers.messages import register_messages

        preset_sections.register("custody_items", load_custody_items)
        register_messages()
