"""The acts of escalations, of the call tree and of calls; the only door to writing them."""

from escalations.actions.calls import call_beside, call_next, move_on, say_of_call
from escalations.actions.common import address_of, fields_of
from escalations.actions.steps import (
    acknowledge_escalation,
    close_escalation,
    confirm_phone_decision,
    decide_escalation,
    pass_up,
    raise_decided_by_phone,
    raise_escalation,
    record_phone_decision,
)
from escalations.actions.tree import add_call_step, change_call_step

__all__ = [
    "acknowledge_escalation",
    "add_call_step",
    "address_of",
    "call_beside",
    "call_next",
    "change_call_step",
    "close_escalation",
    "confirm_phone_decision",
    "decide_escalation",
    "fields_of",
    "move_on",
    "pass_up",
    "raise_decided_by_phone",
    "raise_escalation",
    "record_phone_decision",
    "say_of_call",
]
