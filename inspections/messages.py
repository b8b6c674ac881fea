"""Wording of inspections' acts and notices, filled in when somebody reads them (desks/wording.py)."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages


def register_messages() -> None:
    """Registers the inspections' message codes."""
    messages.register("inspection_done", _("%(inspector)s inspected the desk: %(items)s items, %(findings)s findings."))
    messages.register("inspection_missed", _("No inspection was made by %(was_due_at)s."))
    messages.register("finding_open", _("Finding: %(item)s. %(problem)s"))
    messages.register("finding_corrected", _("Finding: %(item)s. %(problem)s Corrected on the spot: %(correction)s"))
    messages.register(
        "finding_action_set",
        _("Finding: %(item)s. %(problem)s Cause: %(cause)s Action: %(action)s (%(owner)s, until %(due_on)s)"),
    )
    messages.register("finding_done", _("The action on the finding “%(problem)s” is done: %(answer)s"))
    messages.register("finding_verified", _("The action on the finding “%(problem)s” is verified."))
    messages.register("finding_sent_back", _("The action on the finding “%(problem)s” is not done yet: %(because)s"))
    messages.register("inspection_reminder", _("%(desk)s: the inspection is due by %(due_at)s."))
    messages.register("inspection_overdue", _("%(desk)s: the inspection was due by %(due_at)s and is not done."))
    messages.register("finding_to_you", _("An action is yours until %(due_on)s: %(action)s"))
    messages.register("finding_to_verify", _("The action on “%(problem)s” is done and waits to be verified."))
    messages.register("finding_back_to_you", _("Your action on “%(problem)s” is not done yet: %(because)s"))
