"""The acts of the rosters, one function each: the only door to writing."""

from rosters.actions.absences import come_back, leave_for_a_while, pass_part_back, raise_long_absences
from rosters.actions.attendance import ask_about_lateness, check_in, raise_no_shows, settle_presence, state_presence
from rosters.actions.feeds import count_reading, make_feed, revoke_feed
from rosters.actions.plans import NotBroughtIn, bring_in, report, return_roster, submit
from rosters.actions.reviews import approve, review_and_report
from rosters.actions.staff import end_agreement, give_skill, pair_up, protect, set_terms
from rosters.actions.truth import answer_month, correct_time, sign_month_off
from rosters.actions.uploads import keep_upload, put_aside
from rosters.actions.wishes import make_wish, withdraw_wish

__all__ = [
    "NotBroughtIn",
    "answer_month",
    "approve",
    "ask_about_lateness",
    "bring_in",
    "check_in",
    "come_back",
    "correct_time",
    "count_reading",
    "end_agreement",
    "give_skill",
    "keep_upload",
    "leave_for_a_while",
    "make_feed",
    "make_wish",
    "pair_up",
    "pass_part_back",
    "protect",
    "put_aside",
    "raise_long_absences",
    "raise_no_shows",
    "report",
    "return_roster",
    "review_and_report",
    "revoke_feed",
    "set_terms",
    "settle_presence",
    "sign_month_off",
    "state_presence",
    "submit",
    "withdraw_wish",
]
