"""How pages of the rosters write amounts of working time."""

from django import template

register = template.Library()


@register.filter
def clock(minutes: int | None) -> str:
    """Whole minutes as hours and minutes, 118:30; a dash for nothing, so that a table shows where something is."""
    return hours_and_minutes(minutes) if minutes else "–"


def hours_and_minutes(minutes: int) -> str:
    """Whole minutes as hours and minutes, also none and fewer than none."""
    sign = "−" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


@register.filter
def signed_clock(minutes: int) -> str:
    """As `clock`, with a plus before what is more than nothing."""
    return f"+{hours_and_minutes(minutes)}" if minutes > 0 else clock(minutes)
