"""Reads of rosters, duties and presence that more than one page or floor needs. Only duties in force are duties."""

from rosters.queries.duties import (
    NEAR,
    duties_at,
    duties_on,
    duty_of,
    in_force,
    next_change_of,
    now_and_next,
    own_duties,
    relief_for,
    shift_types_by_key,
    shifts_of,
)
from rosters.queries.plans import (
    ground_of,
    plan_in_force,
    plan_of_roster,
    plan_to_bring_in,
    roles_in,
    roster_of,
    steps_of,
    why_not_bring_in,
)
from rosters.queries.presence import (
    away_from,
    away_now,
    covers_of,
)

__all__ = [
    "NEAR",
    "away_from",
    "away_now",
    "covers_of",
    "duties_at",
    "duties_on",
    "duty_of",
    "ground_of",
    "in_force",
    "next_change_of",
    "now_and_next",
    "own_duties",
    "plan_in_force",
    "plan_of_roster",
    "plan_to_bring_in",
    "relief_for",
    "roles_in",
    "roster_of",
    "shift_types_by_key",
    "shifts_of",
    "steps_of",
    "why_not_bring_in",
]
