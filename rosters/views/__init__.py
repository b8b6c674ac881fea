"""Pages of the rosters: the month, bringing a file in, the review, and leaving the desk for a while."""

from rosters.views.absences import away, back, part_back
from rosters.views.attendance import ask, case, cases, check_in, settle, state
from rosters.views.balances import balances, balances_of_month, export_balances
from rosters.views.days import days
from rosters.views.feeds import feed, feeds, make_feed, revoke_feed
from rosters.views.files import choose_file, drop, preview
from rosters.views.filling import call, changes, duty, extend, fill, hand_over, leave_empty, name, reserve, sick
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
from rosters.views.requests import (
    agree,
    ask_leave,
    ask_swap,
    decide_leave,
    decide_swap,
    decline,
    give_back,
    leave,
    requests,
    swap,
    withdraw_leave,
    withdraw_swap,
)
from rosters.views.seeing import duties, week
from rosters.views.staff import end, person, staff
from rosters.views.support import support
from rosters.views.truth import answer, correct, current_hours, export_hours, hours, own_hours, sign_off
from rosters.views.wishes import all_wishes, wishes, withdraw

__all__ = [
    "agree",
    "all_wishes",
    "answer",
    "approve",
    "ask",
    "ask_leave",
    "ask_swap",
    "away",
    "back",
    "balances",
    "balances_of_month",
    "call",
    "case",
    "cases",
    "changes",
    "check_in",
    "choose_file",
    "correct",
    "current",
    "current_hours",
    "days",
    "decide_leave",
    "decide_swap",
    "decline",
    "drop",
    "duties",
    "duty",
    "end",
    "export_balances",
    "export_hours",
    "extend",
    "feed",
    "feeds",
    "fill",
    "give_back",
    "hand_over",
    "hours",
    "leave",
    "leave_empty",
    "make_feed",
    "month",
    "name",
    "own_hours",
    "paper",
    "part_back",
    "person",
    "preview",
    "report",
    "requests",
    "reserve",
    "return_roster",
    "review_and_report",
    "revoke_feed",
    "settle",
    "sick",
    "sign_off",
    "spreadsheet",
    "staff",
    "state",
    "submit",
    "support",
    "swap",
    "week",
    "wishes",
    "withdraw",
    "withdraw_leave",
    "withdraw_swap",
]
