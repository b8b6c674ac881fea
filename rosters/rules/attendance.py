"""When somebody came for a duty and how long they were there, to the minute, as pure functions (A10, A22, A24, E6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

Span = tuple[datetime, datetime]
"""A half-open time between two moments, in UTC: on a zone's own clock an hour can be missing between them."""
MINUTE = timedelta(minutes=1)
CHECK_IN_BEFORE = timedelta(hours=2)
"""So long before a duty somebody may check in for it; who is needed earlier joins the watch."""


class Arrival(StrEnum):
    """How somebody's arrival stands to the start of their duty; a minute that has begun is still the same minute."""

    EXPECTED = "expected"
    EARLY = "early"
    ON_TIME = "on_time"
    IN_LEAD = "in_lead"
    """After the lead had begun and before the duty did: noted, without any consequence (A24)."""
    LATE = "late"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """The desk did not keep its watches yet: nobody can say."""


@dataclass(frozen=True)
class Attendance:
    """What became of one duty up to a moment. Amounts are whole minutes; `done + late + absent + unknown` is what had passed of the duty."""

    arrival: Arrival
    arrived_at: datetime | None
    left_at: datetime | None
    """None for who is still there, or never came."""
    early: int
    """At the desk before the duty began: work (A10)."""
    done: int
    late: int
    absent: int
    """Away from the duty otherwise than by coming late: never came, or left before its end and before the lead of who relieves."""
    over: int
    """Stayed past its end, for example for the relief: work (A10, A23)."""
    is_over: bool
    unknown: int = 0
    """Passed while nothing was recorded at the desk yet."""

    @property
    def worked(self) -> int:
        """All of it that counts as work (A10)."""
        return self.early + self.done + self.over


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same times in order, those that touch or overlap as one."""
    made: list[Span] = []
    for begin, end in sorted(spans):
        if made and begin <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        elif end > begin:
            made.append((begin, end))
    return made


def minutes_of(amount: timedelta) -> int:
    """The whole minutes of an amount of time, none where it is negative."""
    return max(0, amount // MINUTE)


def arrival_of(*, arrived_at: datetime | None, starts_at: datetime, lead: timedelta, now: datetime) -> Arrival:
    """How an arrival stands to the duty's start: late counts from the start, the lead only from the lead (A24, E6)."""
    if arrived_at is None:
        return Arrival.MISSING if now >= starts_at + MINUTE else Arrival.EXPECTED
    if arrived_at >= starts_at + MINUTE:
        return Arrival.LATE
    if arrived_at < starts_at - lead:
        return Arrival.EARLY
    return Arrival.ON_TIME if arrived_at < starts_at - lead + MINUTE else Arrival.IN_LEAD


def attendance_of(duty: Span, spans: Sequence[Span], others: Sequence[Span], *, lead: timedelta, now: datetime, is_kept: bool = True) -> Attendance:
    """What became of a duty up to `now`. `is_kept` says whether the desk kept its watches when the duty began.

    `spans` are the times in which the person was at the desk, a time that still goes on up to `now`; `others` are their other
    duties there, whose time is theirs. Time between two of them belongs to the earlier one, as time past its end. Moments are in UTC.
    """
    starts, ends = duty
    there = [span for span in merged(spans) if span[0] < ends and span[1] > starts]
    passed_until = max(starts, min(ends, now))
    passed = minutes_of(passed_until - starts)
    if not there and not is_kept and passed:
        return Attendance(Arrival.UNKNOWN, None, None, 0, 0, 0, 0, 0, now >= ends, passed)
    if not there:
        arrival = arrival_of(arrived_at=None, starts_at=starts, lead=lead, now=now)
        return Attendance(arrival, None, None, 0, 0, 0, passed, 0, now >= ends)
    earlier = [end for _begin, end in others if there[0][0] < end <= starts]
    came = max([there[0][0], *earlier])
    went = min([there[-1][1], *(begin for begin, _end in others if ends <= begin < there[-1][1])])
    late = minutes_of(min(came, passed_until) - starts)
    # Relieved within the lead: whoever relieves is expected from then on, and the duty counts in full (A10, A24).
    relieved = ends - went if now >= ends and timedelta(0) < ends - went <= lead else timedelta(0)
    present = sum((min(end, passed_until) - max(begin, starts) for begin, end in there), timedelta(0))
    absent = minutes_of(passed_until - max(came, starts) - present - relieved)
    return Attendance(
        arrival_of(arrived_at=there[0][0], starts_at=starts, lead=lead, now=now), came, went if went < now else None,
        0 if earlier else minutes_of(starts - came), passed - late - absent, late, absent, minutes_of(went - ends), now >= ends,
    )


def outside(spans: Sequence[Span], duties: Sequence[Span]) -> list[Span]:
    """The times at the desk that touch no duty at all: somebody helped out without being rostered."""
    return [(begin, end) for begin, end in merged(spans) if not any(begin < stop and end > start for start, stop in duties)]


def why_not_check_in(*, has_duty: bool, of_watch: bool, done: bool) -> Refused | None:
    """Why somebody does not check in, or None: for a duty of their own, once, unless the watch says already that they are there (A24)."""
    if of_watch:
        return Refused("A24", _("You are of the watch: the log says already that you are here."), _("Nothing need be recorded."))
    if not has_duty:
        return Refused(
            "A24", _("No duty of yours begins here soon, and none is under way."),
            _("Look at your duties. If you are needed all the same, somebody of the watch lets you join it."),
        )
    if done:
        return Refused("A24", _("You have checked in for this duty already."), _("Load the page again."))
    return None


def is_no_show(*, arrived: bool, starts_at: datetime, minutes: int, now: datetime) -> bool:
    """Whether somebody who has not come is to be raised: past the limit from the duty's start; 0 never (A22)."""
    return not arrived and minutes > 0 and now >= starts_at + timedelta(minutes=minutes)


def why_not_ask_late(*, late: bool, asked: bool, own: bool) -> Refused | None:
    """Why the supervisor does not ask somebody about a late arrival, or None (A22, A24)."""
    if not late:
        return Refused("A24", _("Nobody came late for this duty; missing only the lead has no consequence."), _("Nothing need be asked."))
    if asked:
        return Refused("A22", _("This was asked already."), _("Open the case."))
    if own:
        return Refused("A22", _("Nobody asks themselves."), _("Another supervisor or an acting one asks."))
    return None


def why_not_settle(*, settled: bool, own: bool, heard: bool, waits_until: datetime, now: datetime) -> Refused | None:
    """Why the supervisor does not settle a case yet, or None: the person is heard first, and nobody settles their own (A22)."""
    if settled:
        return Refused("A22", _("This case is settled already."), _("Read the outcome; add to its entry."))
    if own:
        return Refused("A22", _("Nobody settles a case about themselves."), _("Another supervisor or an acting one settles it."))
    if not heard and now < waits_until:
        return Refused(
            "A22", _("The person has not been heard yet."), _("Wait for what they say, or until the time for it is over."), field="reason"
        )
    return None
