"""Wording of the office's acts and notices, filled in when somebody reads them (desks/wording.py)."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages


def register_messages() -> None:
    """Registers the office's message codes."""
    messages.register("briefing_written", _("Briefing for %(day_on)s, version %(version)s:"))
    messages.register("briefing_acknowledged", _("%(person)s acknowledged the briefing of %(day_on)s, version %(version)s."))
    messages.register("briefing_to_read", _("Briefing for %(day_on)s: %(text)s"))
    messages.register(
        "acting_named", _("%(person)s acts for the supervisor from %(starts_at)s until %(ends_at)s, named by %(named_by)s.")
    )
    messages.register("acting_ended", _("%(person)s no longer acts for the supervisor. %(because)s"))
    messages.register("acting_to_you", _("You act for the supervisor from %(starts_at)s until %(ends_at)s."))
    messages.register("acting_ended_to_you", _("You no longer act for the supervisor. %(because)s"))
