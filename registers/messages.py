"""Wording of this floor's acts, by code."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages

WORDING = {
    "custody_differs": _("Counted %(item)s: %(counted)s instead of %(expected)s."),
    "custody_difference_explained": _("%(person)s about the difference of %(item)s:"),
    "custody_difference_settled": _("Difference settled: %(item)s, expected %(expected)s, counted %(counted)s."),
}


def register_messages() -> None:
    """Registers the registers' message codes."""
    for code, words in WORDING.items():
        messages.register(code, words)
