"""Wording of the office's acts and notices, filled in when somebody reads them (desks/wording.py)."""

from django.apps import apps
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desks.hooks import act_kinds, messages
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
    _register_people()
    # Old entries stand in the books of desks, and say without naming it what is of that desk.
    messages.register("opening_hours_changed", _("Opening hours changed: %(changes)s (%(because)s)"))
    messages.register("preset_loaded", _("The desk was set up with the preset %(preset)s."))
    messages.register("opening_hours_changed_of_desk", _("%(desk)s: opening hours changed: %(changes)s (%(because)s)"))
    messages.register("preset_loaded_of_desk", _("%(desk)s was set up with the preset %(preset)s."))
    messages.register(
        "preset_labels_taken_of_desk", _("%(desk)s: took the present labels of the preset %(preset)s: %(changes)s (%(because)s)")
    )
    messages.register("book_begun", _("The book of %(desk)s begins."))
    for code in ("opening_hours_changed", "preset_loaded", "preset_labels_taken"):
        act_kinds.register(f"{code}_of_desk", "settings")
    for model in [Site, Desk, DeskSettings, KindField, *(each for each in apps.get_models() if issubclass(each, Coded) or hasattr(each, "is_set_up"))]:
        name, what = model._meta.model_name, model._meta.verbose_name
        messages.register(f"{name}_added", format_lazy(_("Added ({what}): %(name)s"), what=what))
        messages.register(f"{name}_added_of_desk", format_lazy(_("%(desk)s: added ({what}): %(name)s"), what=what))
        changed = format_lazy(_("Changed ({what}): %(name)s. %(changes)s (%(because)s)"), what=what)
        messages.register(f"{name}_changed", changed)
        # The settings of a desk have no name beside the desk's.
        wording = _("%(desk)s: changed ({what}). %(changes)s (%(because)s)") if model is DeskSettings else _(
            "%(desk)s: changed ({what}): %(name)s. %(changes)s (%(because)s)"
        )
        messages.register(f"{name}_changed_of_desk", format_lazy(wording, what=what))
        for code in (f"{name}_added", f"{name}_added_of_desk", f"{name}_changed", f"{name}_changed_of_desk"):
            act_kinds.register(code, "settings")


def _register_people() -> None:
    """People, their roles and who acts for whom."""
    messages.register("person_added", _("%(person)s was added."))
    messages.register("person_changed", _("Data of %(person)s changed: %(changes)s (%(because)s)"))
    messages.register("person_unlocked", _("The lock of %(person)s was taken away."))
    messages.register("password_given", _("%(person)s was given a one-time password."))
    messages.register("person_ended", _("%(person)s has left: %(because)s"))
    messages.register("employer_changed", _("Data of the employer %(name)s changed: %(changes)s (%(because)s)"))
    messages.register("membership_begun", _("%(person)s: the role %(role)s holds from %(begins_at)s."))
    messages.register(
        "membership_begun_until", _("%(person)s: the role %(role)s holds from %(begins_at)s until %(until_at)s.")
    )
    messages.register("membership_ended", _("%(person)s: the role %(role)s holds until %(until_at)s. %(because)s"))
    messages.register("person_added_of_desk", _("%(desk)s: %(person)s was added."))
    messages.register("membership_begun_of_desk", _("%(desk)s: %(person)s has the role %(role)s from %(begins_at)s."))
    messages.register(
        "membership_begun_until_of_desk", _("%(desk)s: %(person)s has the role %(role)s from %(begins_at)s until %(until_at)s.")
    )
    messages.register("membership_ended_of_desk", _("%(desk)s: %(person)s has the role %(role)s until %(until_at)s. %(because)s"))
    for code in (
        "acting_named", "acting_ended", "employer_changed", "person_added", "person_added_of_desk", "person_changed", "person_unlocked", "password_given",
        "person_ended", "membership_begun", "membership_begun_until", "membership_ended", "membership_begun_of_desk",
        "membership_begun_until_of_desk", "membership_ended_of_desk",
    ):
        act_kinds.register(code, "roles")
