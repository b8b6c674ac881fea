"""The acts on what the desk keeps: counts, differences, and what goes out and comes back (A28, B1.9)."""

from registers.actions.counts import (
    Counted,
    explain_difference,
    load_custody_items,
    record_counts,
    record_differences,
    settle_difference,
)
from registers.actions.moving import extend_issue, issue_item, move_for_good, raise_overdue_issue, take_back, write_off

__all__ = [
    "Counted",
    "explain_difference",
    "extend_issue",
    "issue_item",
    "load_custody_items",
    "move_for_good",
    "raise_overdue_issue",
    "record_counts",
    "record_differences",
    "settle_difference",
    "take_back",
    "write_off",
]
