"""The acts of inspecting; the only door to writing inspections and findings."""

from inspections.actions.findings import correct_finding, finish_action, send_back_action, set_action, verify_action
from inspections.actions.inspecting import finish_inspection, pass_the_rest, set_result, start_inspection
from inspections.actions.openings import close_with_difference, keep_opening_findings
from inspections.actions.planning import miss_inspection, plan_inspections, remind_of_inspection

__all__ = [
    "close_with_difference",
    "correct_finding",
    "finish_action",
    "finish_inspection",
    "keep_opening_findings",
    "miss_inspection",
    "pass_the_rest",
    "plan_inspections",
    "remind_of_inspection",
    "send_back_action",
    "set_action",
    "set_result",
    "start_inspection",
    "verify_action",
]
