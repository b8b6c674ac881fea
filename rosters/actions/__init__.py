"""The acts of the rosters, one function each: the only door to writing."""

from rosters.actions.absences import come_back, leave_for_a_while, pass_part_back, raise_long_absences
from rosters.actions.acknowledging import acknowledge_roster
from rosters.actions.attendance import ask_about_lateness, check_in, raise_no_shows, settle_presence, state_presence
from rosters.actions.cells import ChangedMeanwhile, begin_roster, edit_cells
from rosters.actions.days import drop_day, name_day
from rosters.actions.drafts import look_after_drafts, put_draft_aside, run_draft, start_draft, stop_draft, use_draft
from rosters.actions.feeds import count_reading, make_feed, revoke_feed
from rosters.actions.filling import extend_duty, hand_over_duty, leave_empty, name_stand_in, note_call, set_reserve
from rosters.actions.leave_photos import add_leave_photos, erase_leave_photos, remove_leave_photo
from rosters.actions.leaves import ask_leave, decide_leave, report_sick, shorten_leave, withdraw_leave
from rosters.actions.plans import NotBroughtIn, bring_in, report, return_roster, submit
from rosters.actions.repayments import waive_repayment
from rosters.actions.reviews import approve, review_and_report
from rosters.actions.staff import end_agreement, give_skill, pair_up, protect, set_terms
from rosters.actions.support import call_off, call_support
from rosters.actions.swaps import Wanted, agree, ask_swap, decide_swap, decline, give_back, withdraw_swap
from rosters.actions.truth import answer_month, correct_time, sign_month_off
from rosters.actions.unattended import ask_another, raise_unattended
from rosters.actions.uploads import keep_upload, put_aside
from rosters.actions.wishes import make_wish, withdraw_wish

__all__ = [
    "ChangedMeanwhile",
    "NotBroughtIn",
    "Wanted",
    "acknowledge_roster",
    "add_leave_photos",
    "agree",
    "answer_month",
    "approve",
    "ask_about_lateness",
    "ask_another",
    "ask_leave",
    "ask_swap",
    "begin_roster",
    "bring_in",
    "call_off",
    "call_support",
    "check_in",
    "come_back",
    "correct_time",
    "count_reading",
    "decide_leave",
    "decide_swap",
    "decline",
    "drop_day",
    "edit_cells",
    "end_agreement",
    "erase_leave_photos",
    "extend_duty",
    "give_back",
    "give_skill",
    "hand_over_duty",
    "keep_upload",
    "leave_empty",
    "leave_for_a_while",
    "look_after_drafts",
    "make_feed",
    "make_wish",
    "name_day",
    "name_stand_in",
    "note_call",
    "pair_up",
    "pass_part_back",
    "protect",
    "put_aside",
    "put_draft_aside",
    "raise_long_absences",
    "raise_no_shows",
    "raise_unattended",
    "remove_leave_photo",
    "report",
    "report_sick",
    "return_roster",
    "review_and_report",
    "revoke_feed",
    "run_draft",
    "set_reserve",
    "set_terms",
    "settle_presence",
    "shorten_leave",
    "sign_month_off",
    "start_draft",
    "state_presence",
    "stop_draft",
    "submit",
    "use_draft",
    "waive_repayment",
    "withdraw_leave",
    "withdraw_swap",
    "withdraw_wish",
]
