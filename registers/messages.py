"""Wording of this floor's acts, by code."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages

WORDING = {
    "custody_differs": _("Counted %(item)s: %(counted)s instead of %(expected)s."),
    "custody_difference_explained": _("%(person)s about the difference of %(item)s:"),
    "custody_issued": _("Issued to %(taken_by)s: %(item)s, %(how_much)s."),
    "custody_issued_until": _("Issued to %(taken_by)s until %(back_by_at)s: %(item)s, %(how_much)s."),
    "custody_extended": _("%(taken_by)s keeps %(item)s, %(how_much)s, until %(back_by_at)s instead of %(was_due_at)s."),
    "custody_time_set": _("%(taken_by)s keeps %(item)s, %(how_much)s, until %(back_by_at)s."),
    "custody_returned": _("Brought back by %(brought_by)s: %(item)s, %(how_much)s."),
    "custody_gone": _("Does not come back from %(taken_by)s: %(item)s, %(how_much)s."),
    "custody_added": _("Came in: %(item)s, %(how_much)s."),
    "custody_removed": _("Left for good: %(item)s, %(how_much)s."),
    "custody_overdue": _("Not back: %(item)s, %(how_much)s. %(taken_by)s was to bring it by %(back_by_at)s."),
    "custody_overdue_told": _("Not back: %(item)s, %(how_much)s. %(taken_by)s was to bring it by %(back_by_at)s."),
    "custody_difference_settled_as": _("Difference settled: %(item)s, expected %(expected)s, counted %(counted)s; %(became)s."),
    "custody_difference_settled": _("Difference settled: %(item)s, expected %(expected)s, counted %(counted)s."),
}


def register_messages() -> None:
    """Registers the registers' message codes."""
    for code, words in WORDING.items():
        messages.register(code, words)
