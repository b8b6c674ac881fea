"""When a round is due, when it is missed, and who may walk it when, as pure functions (B1.3, B1.4, C3, C4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from desks.clock import at, local_day
from desks.refusal import Refused

# Longer than this after its time nobody walks it any more, even where no other of its times came between.
LATEST = timedelta(hours=12)
LARGEST = Decimal("999999999.999")
LONGEST_WORDS = 500

Hours = Mapping[int, tuple[time, time]]
"""By weekday (0 is Monday) when the desk opens and closes; a day that is not there is closed."""


@dataclass(frozen=True)
class Schedule:
    """When a round is due: weekdays, wall-clock times of the site, and since when it holds (an aware moment)."""

    weekdays: frozenset[int]
    times: tuple[time, ...]
    since: datetime


def in_force_since(story: Iterable[tuple[datetime, Any]]) -> datetime | None:
    """Since when a round has been as it is now, without a break; None while it is not in use.

    `story` is what its history says of weekdays and times at each moment, oldest first, None where it was out of use; of
    several at one moment the last holds. So nothing is missed that was not asked for at its time.
    """
    since: datetime | None = None
    last: Any = None
    for moment, state in dict(story).items():
        if state is None:
            since = None
        elif state != last:
            since = moment
        last = state
    return since


def dues(schedule: Schedule, hours: Hours, first: date, last: date, zone: ZoneInfo) -> list[datetime]:
    """The moments from the site's day `first` to `last` at which the round is due, oldest first, each once (C3, I11).

    A time before the desk opens or after it closes is not due. A wall-clock time that a change to summer time skips is due
    when it would have been, by the hour before the change; one that comes twice is due the first time.
    """
    found: set[datetime] = set()
    day = first
    while day <= last:
        opens, closes = hours.get(day.weekday(), (time.max, time.min))
        if day.weekday() in schedule.weekdays:
            # Through UTC: two wall-clock times around a change of the clock may be one moment.
            found |= {at(day, clock, zone).astimezone(ZoneInfo("UTC")) for clock in schedule.times if opens <= clock <= closes}
        day += timedelta(days=1)
    return sorted(moment for moment in found if moment >= schedule.since)


def dues_around(schedule: Schedule, hours: Hours, moment: datetime, back: timedelta, ahead: timedelta, zone: ZoneInfo) -> list[datetime]:
    """The moments from so long before to so long after at which the round is due, oldest first."""
    begin, end = moment - back, moment + ahead
    return [due for due in dues(schedule, hours, local_day(begin, zone), local_day(end, zone), zone) if begin <= due <= end]


def is_missed(*, due_at: datetime, grace: timedelta, now: datetime) -> bool:
    """Whether a round that nobody has walked counts as missed: its grace is over (C3)."""
    return now > due_at + grace


def last_chance(due_at: datetime, following: datetime | None) -> datetime:
    """Until when a round may still be walked, late: until its next time, or half a day."""
    latest = due_at + LATEST
    return min(latest, following) if following is not None else latest


def why_not_walk(
    *, right: bool, of_the_role: bool, is_due: bool, walked: bool, due_at: datetime, grace: timedelta, following: datetime | None,
    now: datetime,
) -> Refused | None:
    """Why this person may not say now that the round of this time was walked, or None (C3). Moments are aware."""
    if not right:
        return Refused("C3", _("You may not walk the rounds of this desk."), _("Ask whoever holds the desk."))
    if not of_the_role:
        return Refused("B1.4", _("This round is walked by another role."), _("Ask somebody of that role, or the supervisor."))
    if not is_due:
        return Refused("C3", _("This round is not due at this time."), _("Load the page again and choose one that is."))
    if walked:
        return walked_already()
    if now < due_at - grace:
        return Refused("C3", _("It is too early for this round."), _("Walk it at its time."))
    if now >= last_chance(due_at, following):
        return Refused("C3", _("The time of this round is over: it was missed."), _("Say why it was missed; walk the next one at its time."))
    return None


def walked_already() -> Refused:
    """The refusal of a second walk for the same time."""
    return Refused("C3", _("This round has been walked already."), _("Read its entry; what you saw besides is an entry of its own."))


def read_reading(text: str, field: str) -> Decimal:
    """The number that was read off, full-width digits included. Raises Refused for anything that is none (C4)."""
    plain = text.strip().replace("，", "").replace(",", "").replace("．", ".").replace("−", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise Refused("C4", _("This is not a number."), _("Write what you read off in digits."), field=field) from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise Refused("C4", _("No instrument shows such a number."), _("Read it off again."), field=field)
    if number != number.quantize(Decimal("0.001")):
        raise Refused("C4", _("A reading has three decimals at most."), _("Read it off again."), field=field)
    return number


def is_within(value: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    """Whether a reading lies within its limits; one that is not set limits nothing (C4)."""
    return (lowest is None or value >= lowest) and (highest is None or value <= highest)


def why_not_findings(*, missing: str, wrong: int, remark: str) -> Refused | None:
    """Why what was found on the way does not do yet, or None: every point is answered, what is wrong is described (C4).

    `missing` is the code of the first point without an answer.
    """
    if missing:
        return Refused("C4", _("A point of the round is not answered."), _("Read it off, or say whether it is in order."), field=f"point-{missing}")
    if wrong and not remark.strip():
        return Refused(
            "C4", _("Something is not in order, and nothing says what."), _("Write what you saw and did; it becomes a follow-up."), field="remark"
        )
    return None


def why_not_explain(*, right: bool, words: str) -> Refused | None:
    """Why this reason of a missed round does not do, or None (C3)."""
    if not right:
        return Refused("C3", _("You may not explain the missed rounds of this desk."), _("Tell whoever holds the desk."))
    if not words.strip():
        return Refused("I9", _("This needs a reason."), _("Write in a line why it was missed."), field="reason")
    if len(words) > LONGEST_WORDS:
        return Refused("I9", _("The reason is longer than 500 characters."), _("Keep to what kept you."), field="reason")
    return None
