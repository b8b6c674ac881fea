"""What is allowed about rosters, duties and presence, as pure functions citing the clause."""

from rosters.rules.plans import (
    due_moment,
    is_past_reminder_day,
    month_asked_for,
    span_of,
    why_not_approve,
    why_not_change,
    why_not_month,
    why_not_return,
    why_not_review_alone,
)
from rosters.rules.presence import EMERGENCY, is_over_limit, why_not_away
from rosters.rules.staff import (
    takes,
    why_not_agreed,
    why_not_days_off,
    why_not_from,
    why_not_until,
    why_not_wish,
)

__all__ = [
    "EMERGENCY",
    "due_moment",
    "is_over_limit",
    "is_past_reminder_day",
    "month_asked_for",
    "span_of",
    "takes",
    "why_not_agreed",
    "why_not_approve",
    "why_not_away",
    "why_not_change",
    "why_not_days_off",
    "why_not_from",
    "why_not_month",
    "why_not_return",
    "why_not_review_alone",
    "why_not_until",
    "why_not_wish",
]
