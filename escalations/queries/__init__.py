"""Reads of escalations and calls that pages, panels and the clock share."""

from escalations.queries.calls import (
    Reach,
    call_tree_of,
    calls_of,
    calls_to,
    departments_of,
    due_calls,
    is_off_hours,
    page_for,
    present_call,
    reach_of,
)
from escalations.queries.escalations import (
    asked_of,
    called_up,
    deciders_of,
    escalations_of,
    may_read,
    open_escalation_of,
    open_escalations_of,
    steps_of,
    unconfirmed_of,
    with_times,
)

__all__ = [
    "Reach",
    "asked_of",
    "call_tree_of",
    "called_up",
    "calls_of",
    "calls_to",
    "deciders_of",
    "departments_of",
    "due_calls",
    "escalations_of",
    "is_off_hours",
    "may_read",
    "open_escalation_of",
    "open_escalations_of",
    "page_for",
    "present_call",
    "reach_of",
    "steps_of",
    "unconfirmed_of",
    "with_times",
]
