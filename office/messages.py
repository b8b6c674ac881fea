"""Wording of the office's acts and notices, filled in when somebody reads them (desks/wording.py)."""

from django.apps import apps
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desks.hooks import messages
from desks.models import Coded, Desk, DeskSettings, KindField, Site


def register_messages() -> None:
    """Registers the office's message codes, and those of every model that is set up, later floors' among them."""
    messages.register("briefing_written", _("Briefing for %(day_on)s, version %(version)s: %(points)s"))
    messages.register("briefing_acknowledged", _("%(person)s acknowledged the briefing of %(day_on)s, version %(version)s."))
    messages.register("briefing_to_read", _("Briefing for %(day_on)s: %(points)s"))
    messages.register(
        "acting_named", _("%(person)s acts for the supervisor from %(starts_at)s until %(ends_at)s, named by %(named_by)s: %(rights)s")
    )
    messages.register("acting_ended", _("%(person)s no longer acts for the supervisor. %(because)s"))
    messages.register("acting_to_you", _("You act for the supervisor from %(starts_at)s until %(ends_at)s."))
    messages.register("acting_ended_to_you", _("You no longer act for the supervisor. %(because)s"))
    messages.register("opening_hours_changed", _("Opening hours changed: %(changes)s (%(because)s)"))
    messages.register("preset_loaded", _("The desk was set up with the preset %(preset)s."))
    messages.register("person_added", _("%(person)s was added."))
    messages.register("person_changed", _("Data of %(person)s changed: %(changes)s (%(because)s)"))
    messages.register("person_unlocked", _("The lock of %(person)s was taken away."))
    messages.register("password_given", _("%(person)s was given a one-time password."))
    messages.register("person_ended", _("%(person)s has left: %(because)s"))
    messages.register("membership_begun", _("%(person)s: the role %(role)s holds from %(begins_at)s."))
    messages.register(
        "membership_begun_until", _("%(person)s: the role %(role)s holds from %(begins_at)s until %(until_at)s.")
    )
    messages.register("membership_ended", _("%(person)s: the role %(role)s holds until %(until_at)s. %(because)s"))
    for model in [Site, Desk, DeskSettings, KindField, *(each for each in apps.get_models() if issubclass(each, Coded))]:
        name, what = model._meta.model_name, model._meta.verbose_name
        messages.register(f"{name}_added", format_lazy(_("Added ({what}): %(name)s"), what=what))
        changed = format_lazy(_("Changed ({what}): %(name)s. %(changes)s (%(because)s)"), what=what)
        messages.register(f"{name}_changed", changed)
