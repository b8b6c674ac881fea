"""The office's acts; the only door to writing its data."""

from office.actions.acting import MAY_ACT, end_acting, name_acting_supervisor
from office.actions.briefing import acknowledge_briefing, tell_briefing, write_briefing

__all__ = [
    "MAY_ACT",
    "acknowledge_briefing",
    "end_acting",
    "name_acting_supervisor",
    "tell_briefing",
    "write_briefing",
]
