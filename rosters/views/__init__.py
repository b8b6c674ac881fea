"""Pages of the rosters: the month, bringing a file in, the review, and leaving the desk for a while."""

from rosters.views.absences import away, back, part_back
from rosters.views.days import days
from rosters.views.files import choose_file, drop, preview
from rosters.views.months import (
    approve,
    current,
    month,
    paper,
    report,
    return_roster,
    review_and_report,
    spreadsheet,
    submit,
)

__all__ = [
    "approve",
    "away",
    "back",
    "choose_file",
    "current",
    "days",
    "drop",
    "month",
    "paper",
    "part_back",
    "preview",
    "report",
    "return_roster",
    "review_and_report",
    "spreadsheet",
    "submit",
]
