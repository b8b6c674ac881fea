"""The acts of the rosters, one function each: the only door to writing."""

from rosters.actions.absences import come_back, leave_for_a_while, pass_part_back
from rosters.actions.plans import NotBroughtIn, bring_in, report, return_roster, submit
from rosters.actions.reviews import approve, review_and_report
from rosters.actions.uploads import keep_upload, put_aside

__all__ = [
    "NotBroughtIn",
    "approve",
    "bring_in",
    "come_back",
    "keep_upload",
    "leave_for_a_while",
    "pass_part_back",
    "put_aside",
    "report",
    "return_roster",
    "review_and_report",
    "submit",
]
