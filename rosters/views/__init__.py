"""Pages of the rosters: the month, bringing a file in, the review, and leaving the desk for a while."""

from rosters.views.absences import away, back, part_back
from rosters.views.acknowledging import acknowledge
from rosters.views.acknowledging import acknowledge, own_month
from rosters.views.attendance import ask, ask_other, case, cases, check_in, export_cases, settle, state
from rosters.views.attendance import ask, case, cases, check_in, export_cases, settle, state
from rosters.views.balances import balances, balances_of_month, export_balances
from rosters.views.comparing import versions
from rosters.views.days import days
from rosters.views.days import days, drop_day, name_day
from rosters.views.drafts import aside_draft, draft, drafting, stop_draft, use_draft
from rosters.views.editing import begin, check_edit, edit, fill_cells
from rosters.views.feeds import feed, feeds, make_feed, revoke_feed
from rosters.views.files import choose_file, drop, preview
from rosters.views.filling import (
    call,
    call_off,
    changes,
    duty,
    extend,
    fill,
    hand_over,
    leave_empty,
    name,
    reserve,
    sick,
)
from rosters.views.leaves import (
    add_photos,
    ask_leave,
    decide_leave,
    leave,
    leave_photo,
    remove_photo,
    shorten,
    withdraw_leave,
)
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
from rosters.views.past import all_leave, all_swaps, export_leave, export_swaps
from rosters.views.reasons import versions, why_cell, why_duty
from rosters.views.reasons import why_cell, why_duty
from rosters.views.requests import (
    agree,
    ask_swap,
    decide_swap,
    decline,
    give_back,
    requests,
    swap,
    waive,
    withdraw_swap,
)
from rosters.views.seeing import duties, week
from rosters.views.staff import end, person, staff
from rosters.views.support import support
from rosters.views.truth import answer, correct, current_hours, export_hours, hours, own_hours, sign_off
from rosters.views.wishes import all_wishes, wishes, withdraw

__all__ = [
    "acknowledge",
    "add_photos",
    "agree",
    "all_leave",
    "all_swaps",
    "all_wishes",
    "answer",
    "approve",
    "aside_draft",
    "ask",
    "ask_leave",
    "ask_other",
    "ask_swap",
    "away",
    "back",
    "balances",
    "balances_of_month",
    "begin",
    "call",
    "call_off",
    "case",
    "cases",
    "changes",
    "check_edit",
    "check_in",
    "choose_file",
    "correct",
    "current",
    "current_hours",
    "days",
    "decide_leave",
    "decide_swap",
    "decline",
    "draft",
    "drafting",
    "drop",
    "drop_day",
    "duties",
    "duty",
    "edit",
    "end",
    "export_balances",
    "export_cases",
    "export_hours",
    "export_leave",
    "export_swaps",
    "extend",
    "feed",
    "feeds",
    "fill",
    "fill_cells",
    "give_back",
    "hand_over",
    "hours",
    "leave",
    "leave_empty",
    "leave_photo",
    "make_feed",
    "month",
    "name",
    "name_day",
    "own_hours",
    "own_month",
    "paper",
    "part_back",
    "person",
    "preview",
    "remove_photo",
    "report",
    "requests",
    "reserve",
    "return_roster",
    "review_and_report",
    "revoke_feed",
    "settle",
    "shorten",
    "sick",
    "sign_off",
    "spreadsheet",
    "staff",
    "state",
    "stop_draft",
    "submit",
    "support",
    "swap",
    "use_draft",
    "versions",
    "waive",
    "week",
    "why_cell",
    "why_duty",
    "wishes",
    "withdraw",
    "withdraw_leave",
    "withdraw_swap",
]
