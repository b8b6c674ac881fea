"""Taking lists out as files: what is allowed, and when a job of it counts as left behind (A20, I8)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

FORMATS = ("xlsx", "csv", "pdf")
AT_ONCE = 2
"""So many exports of one person wait or are made at a time."""
MOST_ON_PAPER = 20_000
"""Rows of a PDF: about five hundred pages, with every line of them in memory."""
LEFT_BEHIND = timedelta(minutes=2)
"""A worker that has not said for so long how far it is, is gone; one says so every few seconds."""
MOST_TRIES = 3


def why_not_take_out(*, may: bool) -> Refused | None:
    """Who has not the list's rights takes nothing out (A20)."""
    if may:
        return None
    return Refused("A20", _("You may not take this list out."), _("Ask the supervisor or the project head."))


def why_not_ask_export(*, may: bool, format: str, rows: int, open_jobs: int) -> Refused | None:
    """Why no file of so many rows is begun for a person who already waits for so many."""
    if refusal := why_not_take_out(may=may):
        return refusal
    if format == "pdf" and rows > MOST_ON_PAPER:
        return Refused(
            "A20", _("A PDF holds at most %(most)d rows; these are %(rows)d.") % {"most": MOST_ON_PAPER, "rows": rows},
            _("Narrow the list, or take CSV or XLSX."),
        )
    if open_jobs >= AT_ONCE:
        return Refused("A20", _("Two of your exports are not finished yet."), _("Wait for one of them, or cancel it."))
    return None
