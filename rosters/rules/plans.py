"""What is allowed about a month's roster, and when it is due, as pure functions (A5, A6, I6, I11)."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from desks.clock import at, local_day, next_month
from desks.refusal import Refused
from rosters.rules.facts import Breach


def span_of(*, day: date, starts: time, ends: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open range of a shift that begins on a site's day; one that ends not later than it starts ends next day."""
    last = day if ends > starts else day + timedelta(days=1)
    return at(day, starts, zone), at(last, ends, zone)


def is_past_reminder_day(*, now: datetime, day: int, zone: ZoneInfo) -> bool:
    """Whether next month's roster is asked for: from the beginning of that day of the site's month (A5)."""
    return local_day(now, zone).day >= day


def due_moment(*, month: date, day: int, zone: ZoneInfo) -> datetime:
    """When the roster of a month is due: the end of that day of the month before, in the site's zone (A5)."""
    before = (month.replace(day=1) - timedelta(days=1)).replace(day=day)
    return at(before + timedelta(days=1), time.min, zone)


def month_asked_for(now: datetime, zone: ZoneInfo) -> date:
    """The first day of the site's next month: the one whose roster is drafted now (A5)."""
    return next_month(local_day(now, zone))


def why_not_own_day(*, may: bool, day: date, today: date, known: bool, reason: str) -> Refused | None:
    """Why an own day of a desk may not be named or taken back, or None: by who drafts, for a day that is not past, with a reason (A6, I6, I9).

    `known` says that the kind, or the row, is one that there is.
    """
    if not may:
        return Refused("A6", _("Only who drafts the roster names days of the desk."), _("Ask the supervisor."))
    if not known:
        return Refused("A6", _("There is no such day, or no such kind of day."), _("Load the page again, and choose."), field="what")
    if day < today:
        return Refused("I6", _("This day is past."), _("What has been is never changed: choose today or a coming day."), field="day")
    if day > today + timedelta(days=730):
        return Refused("A6", _("This day is more than two years ahead."), _("Look at the year."), field="day")
    if not reason.strip():
        return Refused("I9", _("Naming a day has a reason."), _("Say why: others plan by it."), field="reason")
    return None


def why_not_month(*, month: date, now: datetime, zone: ZoneInfo) -> Refused | None:
    """Why no roster is brought in for that month, or None: not for one that is over, nor for one far away (A5, I6)."""
    today = local_day(now, zone)
    if month < today.replace(day=1):
        return Refused(
            "A5", _("This month is over."), _("What has been worked is never changed: choose another month."), field="month"
        )
    if (month.year - today.year) * 12 + month.month - today.month > 12:
        return Refused("A5", _("This month is more than a year away."), _("Choose another month."), field="month")
    return None


def why_not_change(*, final: bool, submitted: bool) -> Refused | None:
    """Why a plan may not be brought in for the month, or None (A5, I6)."""
    if final:
        return Refused(
            "A13",
            _("The roster of this month has been approved: nothing changes it any more."),
            _("What changes now goes through leave, swap or stand-in, each decided by the supervisor."),
            field="month",
        )
    if submitted:
        return Refused(
            "A5",
            _("The roster of this month is being reviewed."),
            _("Have it returned first, or wait for the review."),
            field="month",
        )
    return None


def why_not_begin(*, there: bool, people: int) -> Refused | None:
    """Why a month may not begin with an empty grid, or None (A6, I9)."""
    if there:
        return Refused("I9", _("This month has a roster already."), _("Load the page again and edit it."))
    if not people:
        return Refused(
            "A6", _("Nobody has a role that may take a duty at this desk in this month."), _("Have the site’s administrator give roles first.")
        )
    return None


MOST_SECONDS, LEAST_SECONDS = 120, 5
"""How long the engine may be at work on a draft. The longest fits into what a worker may take for one task."""


def why_not_draft(*, seconds: int, people: int, shifts: int, running: bool) -> Refused | None:
    """Why the engine may not draft a month now, or None (A5)."""
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        return Refused("A5", _("A draft takes five seconds to two minutes."), _("Choose a time between them."), field="seconds")
    if not people:
        return Refused(
            "A6", _("Nobody has a role that may take a duty at this desk in this month."), _("Have the site’s administrator give roles first.")
        )
    if not shifts:
        return Refused("A6", _("This desk has no shifts."), _("Have the site’s administrator set them up first."))
    if running:
        return Refused("A5", _("A draft of this month is being made already."), _("Wait for it, or stop it."))
    return None


def why_not_use(*, open: bool, found: bool, settled: bool, same_version: bool) -> Refused | None:
    """Why a draft may not become the next version of the roster, or None (A5, I9)."""
    if open:
        return Refused("A5", _("This draft is still being made."), _("Wait for it, or stop it."))
    if settled:
        return Refused("I9", _("This draft was used or put aside already."), _("Load the page again and look at what it says now."))
    if not found:
        return Refused("A5", _("This draft has found no roster."), _("Look at what clashes, relax it, and draft again."))
    if not same_version:
        return Refused("I9", _("The roster was changed after this draft began."), _("Draft again from the version that stands now."))
    return None


def why_not_acknowledge(*, published: bool, concerned: bool, over: bool) -> Refused | None:
    """Why somebody may not acknowledge their duties of a month, or None (A5)."""
    if not published:
        return Refused("A5", _("This roster has not been reported yet."), _("You are told once it is."))
    if not concerned:
        return Refused("A5", _("You have no duty in this month at this desk."), _("There is nothing to acknowledge."))
    if over:
        return Refused("A5", _("This month is over."), _("What has been worked is confirmed with your hours."))
    return None


def why_not_return(reason: str) -> Refused | None:
    """Why a roster may not be returned with these words, or None: a reason helps the one who drafts (A5, I9)."""
    if not reason.strip():
        return Refused("A5", _("A roster is returned with a reason."), _("Say what is to be changed."), field="reason")
    return None


def why_not_remark(*, of_roster: bool, words: str) -> Refused | None:
    """Why nothing may be said of a cell like this, or None (A5)."""
    if not of_roster:
        return Refused("A5", _("This cell is not of this roster."), _("Choose a person and a day of it."), field="reason")
    if not words.strip() or len(words) > LONGEST_REMARK:
        return Refused("A5", _("A remark on a cell has one to 200 characters."), _("Say what is to be changed."), field="reason")
    return None


LONGEST_REMARK = 200
LONGEST_EXCUSE = 500


def why_not_stand(*, breaches: Collection[Breach], excused: Collection[Breach], reason: str, named: str) -> Refused | None:
    """Why a roster with these hard breaches is not handed over for review nor approved, or None (A5, A6, A13, I5, Labour Law 38, 41).

    What law, protection, leave and role forbid is refused outright. What was agreed otherwise may stand with a reason; `excused`
    had one before, for the same version. `named` are the breaches in words.
    """
    absolute = [breach for breach in breaches if breach.absolute]
    if absolute:
        return Refused(
            absolute[0].clause, _("This roster may not stand: %(breaches)s") % {"breaches": named}, _("Change these cells. No reason lets a roster stand that law, protection, leave or role forbids."),
        )
    if any(breach not in excused for breach in breaches) and not reason.strip():
        return Refused(
            next(breach.clause for breach in breaches if breach not in excused), _("This roster breaks what was agreed: %(breaches)s") % {"breaches": named},
            _("Change these cells, or say why it stands all the same."), field="excuse",
        )
    if len(reason.strip()) > LONGEST_EXCUSE:
        return Refused("A5", _("The reason has at most 500 characters."), _("Say it shorter."), field="excuse")
    return None


def why_not_review_alone(*, own: bool) -> Refused | None:
    """Why reviewing and reporting may not be one act, or None: only where one person drafts and reviews (A5)."""
    if own:
        return None
    return Refused("A5", _("Somebody else drafted this roster."), _("Approve it first, then report it to the project head."))


def why_not_approve(*, own: bool) -> Refused | None:
    """Why the review alone may not be signed, or None: an own draft is reviewed and reported in one act (A5)."""
    if not own:
        return None
    return Refused("A5", _("You drafted this roster yourself."), _("Review and report it in one act."))
