"""How the state of a request looks (A13)."""

from django import template

from rosters.models import Leave
from rosters.wording import leave_words

register = template.Library()

TONES = {"requested": "info", "agreed": "warn", "approved": "good", "refused": "bad", "withdrawn": "", "expired": "", "called_off": ""}


@register.filter
def tone_of_request(state: str) -> str:
    """The tone of a request's state, for its tag."""
    return TONES.get(state, "")


@register.filter
def leave_time(leave: Leave) -> str:
    """The time of a leave: whole days as days, else to the minute, on the site's clock."""
    return leave_words(leave.starts_at, leave.ends_at, leave.desk)
