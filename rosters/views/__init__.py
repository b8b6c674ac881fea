"""Pages of the rosters: the month, bringing a file in, the review, and leaving the desk for a while."""

from rosters.views.absences import away, back, part_back
from rosters.views.attendance import ask, case, cases, check_in, settle, state
from rosters.views.balances import balances, balances_of_month, export_balances
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
from rosters.views.staff import end, person, staff
from rosters.views.wishes import all_wishes, wishes, withdraw

__all__ = [
    "all_wishes",
    "approve",
    "ask",
    "away",
    "back",
    "balances",
    "balances_of_month",
    "case",
    "cases",
    "check_in",
    "choose_file",
    "current",
    "days",
    "drop",
    "end",
    "export_balances",
    "month",
    "paper",
    "part_back",
    "person",
    "preview",
    "report",
    "return_roster",
    "review_and_report",
    "settle",
    "spreadsheet",
    "staff",
    "state",
    "submit",
    "wishes",
    "withdraw",
]
