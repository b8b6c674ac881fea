"""Wording of this floor's acts and notices, by code."""

from django.utils.translation import gettext_lazy as _

from desks.hooks import messages

WORDING = {
    "round_missed": _("Round missed: %(round)s, due %(round_at)s."),
    "round_explained": _("%(person)s about the missed round %(round)s, due %(round_at)s:"),
    "round_missed_told": _("Round missed: %(round)s, due %(round_at)s. It can still be walked late, or explained."),
    "round_missed_supervisor": _("%(desk)s: round missed and not walked since: %(round)s, due %(round_at)s."),
}


def register_messages() -> None:
    """Registers the rounds' message codes."""
    for code, words in WORDING.items():
        messages.register(code, words)
