"""Pages of the rosters: the month, bringing a file in, the review, and leaving the desk for a while."""

from rosters.views.absences import away, back, part_back
from rosters.views.attendance import ask, case, cases, check_in, settle, state
from rosters.views.balances import balances, balances_of_month, export_balances
from rosters.views.days import days
from rosters.views.feeds import feed, feeds, make_feed, revoke_feed
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
from rosters.views.seeing import duties, week
from rosters.views.staff import end, person, staff
from rosters.views.truth import answer, correct, current_hours, export_hours, hours, own_hours, sign_off
from rosters.views.wishes import all_wishes, wishes, withdraw

__all__ = [
    "all_wishes",
    "answer",
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
    "correct",
    "current",
    "current_hours",
    "days",
    "drop",
    "duties",
    "end",
    "export_balances",
    "export_hours",
    "feed",
    "feeds",
    "hours",
    "make_feed",
    "month",
    "own_hours",
    "paper",
    "part_back",
    "person",
    "preview",
    "report",
    "return_roster",
    "review_and_report",
    "revoke_feed",
    "settle",
    "sign_off",
    "spreadsheet",
    "staff",
    "state",
    "submit",
    "week",
    "wishes",
    "withdraw",
]
