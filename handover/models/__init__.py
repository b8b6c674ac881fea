"""The handover: its steps as rows, and what is never changed again: signatures, refusals, reliefs, releases."""

from handover.models.afterwards import (
    OmissionDecision,
    OmissionReport,
    OmissionStatement,
    Overtime,
    ReleaseCompletion,
    VoidFinding,
)
from handover.models.handover import Handover, HandoverColleague
from handover.models.phone import PhoneStep, PhoneTicket
from handover.models.record import NamedRelief, Refusal, RefusalDecision, Release, Signature
from handover.models.steps import (
    HandoverCheckLine,
    HandoverCounting,
    HandoverCountLine,
    HandoverMatter,
    HandoverQuestion,
    HandoverReading,
    HandoverStep,
)

__all__ = [
    "Handover",
    "HandoverCheckLine",
    "HandoverColleague",
    "HandoverCountLine",
    "HandoverCounting",
    "HandoverMatter",
    "HandoverQuestion",
    "HandoverReading",
    "HandoverStep",
    "NamedRelief",
    "OmissionDecision",
    "OmissionReport",
    "OmissionStatement",
    "Overtime",
    "PhoneStep",
    "PhoneTicket",
    "Refusal",
    "RefusalDecision",
    "Release",
    "ReleaseCompletion",
    "Signature",
    "VoidFinding",
]
