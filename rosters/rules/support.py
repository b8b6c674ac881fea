"""When support is worth calling in, and why it may not be, as pure functions (A7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused
from rosters.rules.requests import Standing

# An hour is busy that has so many times the usual number of entries, and at least so many.
BUSY_TIMES, BUSY_AT_LEAST = 1.5, 2.0
LONGEST_SUPPORT = timedelta(hours=12)


def busy_spans(by_hour: Mapping[int, float]) -> list[tuple[int, int]]:
    """Spans of a day's hours, as [from, until), in which much more is recorded than in its usual hour with entries; the busiest first.

    `by_hour` holds the average number of entries in each hour of the day.
    """
    counted = [value for value in by_hour.values() if value > 0]
    if not counted:
        return []
    limit = max(BUSY_AT_LEAST, BUSY_TIMES * sum(counted) / len(counted))
    spans: list[tuple[int, int]] = []
    for hour in sorted(hour for hour, value in by_hour.items() if value >= limit):
        if spans and spans[-1][1] == hour:
            spans[-1] = (spans[-1][0], hour + 1)
        else:
            spans.append((hour, hour + 1))
    return sorted(spans, key=lambda span: -sum(by_hour[hour] for hour in range(*span)))


def why_not_support(*, starts_at: datetime, ends_at: datetime, now: datetime, shifts: Sequence[object], reason: str) -> Refused | None:
    """Why nobody is called in for that time, or None: who, from when to when, why (A7)."""
    if ends_at <= starts_at:
        return Refused("A7", _("The support would end before it begins."), _("Choose a later end."), field="until_time")
    if ends_at - starts_at > LONGEST_SUPPORT:
        return Refused("A7", _("This is longer than a turn of twelve hours."), _("Choose an earlier end."), field="until_time")
    if ends_at <= now:
        return Refused("I6", _("This time is over."), _("What has been worked is never changed: choose a coming time."), field="from_time")
    if not reason.strip():
        return Refused("A7", _("Support is called in for a reason."), _("Say why."), field="reason")
    if not shifts:
        return Refused("A6", _("This desk has no shift."), _("Have the administrator add one."))
    return None


def why_look_first(name: str, standing: Standing, *, looked: bool) -> Refused | None:
    """Why a call-up waits for one more look, or None: a rest would be short or a rule of working time broken, which was not shown before
    (A5, A7; Labour Law 38 and 41)."""
    if looked or standing.fits or not standing.may:
        return None
    return Refused(
        "A5", _("%(name)s would have too short a rest, or a rule of working time would be broken.") % {"name": name},
        _("What it is stands below: choose somebody else, or call in all the same."), field="person",
    )


def why_not_call_off(*, added: bool, over: bool, reason: str) -> Refused | None:
    """Why a duty may not be called off without anybody to fill it, or None: only what came on top of the roster (A7, I6, I9)."""
    if not added:
        return Refused("A13", _("This duty is of the roster."), _("Name a stand-in, or hand it to somebody else."))
    if over:
        return Refused("I6", _("This duty is over."), _("What has been worked is never changed."))
    if not reason.strip():
        return Refused("I9", _("A change of the roster has a reason."), _("Say why."), field="reason")
    return None
