"""Plan and presence: shift types, rosters, the duties in force, what was agreed with staff, and who is away from the desk (A5, A6, A10, I5, I6)."""

from rosters.models.attendance import CheckIn, PresenceCase, PresenceOutcome, PresenceStatement
from rosters.models.days import SiteDay
from rosters.models.drafts import CellRemark, DraftRun, RosterPin
from rosters.models.duties import Duty, DutyChange
from rosters.models.feeds import CalendarFeed, FeedReading
from rosters.models.filling import EmptyDuty, Reserve, StandInCall
from rosters.models.plans import PlannedDuty, Roster, RosterException, RosterLine, RosterUpload
from rosters.models.presence import Absence
from rosters.models.requests import LIVE, Leave, LeavePhoto, Repayment, RequestState, Swap, SwapInvite
from rosters.models.seen import RosterAcknowledgement
from rosters.models.shifts import ShiftNeed, ShiftType
from rosters.models.staff import PersonSkill, Protection, StaffTerms, TrainingPair, Wish
from rosters.models.truth import MonthAnswer, MonthSignOff, TimeCorrection

__all__ = [
    "LIVE",
    "Absence",
    "CalendarFeed",
    "CellRemark",
    "CheckIn",
    "DraftRun",
    "Duty",
    "DutyChange",
    "EmptyDuty",
    "FeedReading",
    "Leave",
    "LeavePhoto",
    "MonthAnswer",
    "MonthSignOff",
    "PersonSkill",
    "PlannedDuty",
    "PresenceCase",
    "PresenceOutcome",
    "PresenceStatement",
    "Protection",
    "Repayment",
    "RequestState",
    "Reserve",
    "Roster",
    "RosterAcknowledgement",
    "RosterException",
    "RosterLine",
    "RosterPin",
    "RosterUpload",
    "ShiftNeed",
    "ShiftType",
    "SiteDay",
    "StaffTerms",
    "StandInCall",
    "Swap",
    "SwapInvite",
    "TimeCorrection",
    "TrainingPair",
    "Wish",
]
