"""What is allowed about leave, swaps and stand-ins, as pure functions (A13, B2.5, C5, D2, E4, I5, I6).

Moments are aware, days are the site's (I11).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from desks.clock import local_day
from desks.refusal import Refused, Words
from rosters.rules.facts import Breach, Code

LONGEST_LEAVE = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """What speaks for and against a person on a duty: the facts that the rules and the page both look at."""

    eligible: bool
    """By role, for the whole time (A6)."""
    free: bool
    """On no other duty in force then (I5)."""
    on_leave: bool
    rested: bool
    """The desk's hours lie before and after it."""
    protected: bool = False
    """What was agreed to protect them stands against it (A5)."""
    within: bool = True
    """No rule of working time would be broken by it, or broken further (A5; Labour Law 38 and 41)."""

    @property
    def may(self) -> bool:
        """Whether nothing stands against it that no reason outweighs."""
        return self.eligible and self.free and not self.on_leave and not self.protected

    @property
    def fits(self) -> bool:
        """Whether nothing at all speaks against it."""
        return self.may and self.rested and self.within


JUDGED = frozenset({
    Code.DAY_OFF, Code.NO_NIGHTS, Code.REST_DAY, Code.DAYS_IN_ROW, Code.DAY_OVERTIME, Code.NO_OVERTIME, Code.MONTH_OVERTIME,
    Code.NO_OVERTIME_MONTH, Code.WEEKENDS, Code.REST,
})
"""What a change of duties is judged by; overlap, leave and role are looked at for the very time that is taken."""
PROTECTED = frozenset({Code.NO_NIGHTS, Code.NO_OVERTIME, Code.NO_OVERTIME_MONTH})
"""What no reason outweighs: somebody is protected from it."""
NEEDS_REASON = JUDGED - PROTECTED - {Code.REST}
TOLD_OTHERWISE = frozenset({Code.REST})
_OF_THE_MONTH = frozenset({Code.MONTH_OVERTIME, Code.NO_OVERTIME_MONTH, Code.WEEKENDS})
_LESS_IS_WORSE = frozenset({Code.REST, Code.WEEKENDS})


def is_new(breach: Breach, before: Iterable[Breach]) -> bool:
    """Whether a breach was not there before a change, or goes further than it did: what stood already is nobody's fault now."""
    def far(each: Breach) -> int:
        return -each.amount if each.code in _LESS_IS_WORSE else each.amount

    return not any(
        each.code == breach.code and far(each) >= far(breach) and (each.code in _OF_THE_MONTH or set(each.days) & set(breach.days))
        for each in before
    )


def is_in_time(*, day: date, now: datetime, days: int, zone: ZoneInfo) -> bool:
    """Whether a request for a duty of that site's day keeps the lead time: so many days of the site before it (E4)."""
    return local_day(now, zone) + timedelta(days=days) <= day


def parts_left(
    starts_at: datetime, ends_at: datetime, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """What is left of a half-open range when another is taken out of it: none, one or two ranges, in their order."""
    parts = [(starts_at, min(since, ends_at)), (max(until, starts_at), ends_at)]
    return [(begin, end) for begin, end in parts if begin < end]


def hours_between(before: datetime, after: datetime) -> float:
    """The rest between the end of one duty and the start of the next, in hours that really pass (I11)."""
    return (after.astimezone(UTC) - before.astimezone(UTC)).total_seconds() / 3600


def why_not_take(name: Words, standing: Standing, *, field: str | None = None) -> Refused | None:
    """Why a person may not have a duty, or None; a rest that is too short and overtime are no bar here, see `why_reason_needed` (A6, A13, I5)."""
    if not standing.eligible:
        return Refused(
            "A6", _("%(name)s may not take this duty.") % {"name": name}, _("Choose somebody whose role may."), field=field
        )
    if standing.on_leave:
        return Refused("A13", _("%(name)s is on leave then.") % {"name": name}, _("Choose somebody else."), field=field)
    if standing.protected:
        return Refused(
            "A5", _("%(name)s is protected from a duty like this.") % {"name": name}, _("Choose somebody else."), field=field
        )
    if not standing.free:
        return Refused(
            "I5", _("%(name)s is on another duty then.") % {"name": name},
            _("Choose somebody else, or a part of the duty that leaves the other one alone."), field=field,
        )
    return None


def why_reason_needed(unrested: Sequence[str], reason: str, *, beyond: Sequence[tuple[str, Breach]] = ()) -> Refused | None:
    """Why a decision needs words of its own, or None: a rest would be shorter than the desk's rule, or a rule of working time broken
    (A13, I9; A5, Labour Law 38 and 41). `beyond` are the names with what would be broken."""
    if reason.strip() or not (unrested or beyond):
        return None
    remedy = _("Choose somebody else, or say why it must be.")
    if unrested:
        return Refused("A13", _("The rest of %(names)s would be too short.") % {"names": ", ".join(unrested)}, remedy, field="reason")
    name, breach = beyond[0]
    return Refused(
        breach.clause, _("A rule of working time would be broken. %(name)s: %(words)s.") % {"name": name, "words": breach.words}, remedy,
        field="reason",
    )


def why_not_ask(
    *, own: bool, decides: bool, in_force: bool, begun: bool, in_time: bool, override: str, asked: bool
) -> Refused | None:
    """Why no swap of a duty may be asked for, or None (A13, C5, E4).

    `asked` says that somebody can take it: colleagues are named, or anybody may.
    """
    if not own and not decides:
        return Refused("A13", _("This is not your duty."), _("Ask for a swap of one of your own."))
    if not in_force:
        return Refused("I6", _("This duty is no longer in force."), _("Look at the roster again."))
    if begun:
        return Refused("I6", _("This duty has begun."), _("Call the supervisor, who hands it to somebody else at once."))
    if not asked:
        return Refused("A13", _("Nobody is asked."), _("Choose colleagues, or offer it to anybody who may take it."), field="people")
    if not in_time and not decides:
        return Refused(
            "E4", _("It is too late to ask for this duty."),
            _("Call the supervisor, who can write the request down with the reason."), field="duty",
        )
    if not in_time and not override.strip():
        return Refused(
            "E4", _("The lead time of this desk is over."), _("Say why it is asked for so late."), field="override"
        )
    return None


def why_not_part(*, starts_at: datetime, ends_at: datetime, since: datetime, until: datetime) -> Refused | None:
    """Why a part of a duty cannot be passed on, or None (A13, I6)."""
    if since < starts_at or until > ends_at or since >= until:
        return Refused(
            "A13", _("This part does not lie within the duty."), _("Choose a beginning and an end within it."), field="starts_at"
        )
    return None


def why_not_agree(*, requested: bool, own: bool, asked: bool, begun: bool) -> Refused | None:
    """Why somebody may not agree to a swap, or None (A13)."""
    if own:
        return Refused("A13", _("You cannot take your own duty."), _("Withdraw the request if you keep it."))
    if not asked:
        return Refused("A13", _("This duty was offered to others."), _("Nothing need be done."))
    if begun:
        return Refused("A13", _("This duty has begun."), _("Call the supervisor."))
    if not requested:
        return Refused("A13", _("This request is no longer open: somebody took it, or it was settled."), _("Load the page again."))
    return None


def why_not_decide(*, may: bool, own: bool, others: bool, approve: bool, agreed: bool, reason: str) -> Refused | None:
    """Why a request may not be decided so, or None: by who may, not one's own where somebody else can, refused with a reason (A13, I9)."""
    if not may:
        return Refused("A13", _("Only the supervisor decides this."), _("Ask the supervisor."))
    if own and others:
        return Refused("A13", _("Nobody decides what they ask for themselves."), _("Ask another supervisor."))
    if approve and not agreed:
        return Refused("A13", _("No colleague has agreed yet."), _("Wait, or hand the duty to somebody yourself."))
    if not approve and not reason.strip():
        return Refused("I9", _("A refusal has a reason."), _("Say why, so that the person can arrange it otherwise."), field="reason")
    return None


def why_not_leave(
    *, own: bool, decides: bool, starts_at: datetime, ends_at: datetime, now: datetime, in_time: bool, reason: str
) -> Refused | None:
    """Why leave may not be asked for, or None: ahead of time by the person, at any time by the supervisor with a reason (A13, E4)."""
    if not own and not decides:
        return Refused("A13", _("Everybody asks for their own leave."), _("The supervisor may write it down for somebody who cannot."))
    if ends_at <= starts_at:
        return Refused("A13", _("The leave would end before it begins."), _("Choose a later end."), field="until")
    if ends_at - starts_at > LONGEST_LEAVE:
        return Refused("A13", _("This is longer than a year."), _("Choose an earlier end."), field="until")
    if ends_at <= now:
        return Refused("I6", _("This time is over."), _("What has been worked is never changed: choose a coming time."), field="since")
    if not decides and starts_at <= now:
        return Refused("A13", _("This time has begun."), _("Call the supervisor, who writes it down at once."), field="since")
    if not in_time and not decides:
        return Refused(
            "E4", _("A duty of yours lies too near for this."), _("Call the supervisor, who can write it down at once."), field="since"
        )
    if not in_time and not reason.strip():
        return Refused("E4", _("The lead time of this desk is over."), _("Say why it is asked for so late."), field="reason")
    return None


def why_not_shorten(
    *, may: bool, approved: bool, starts_at: datetime, ends_at: datetime, until: datetime | None, now: datetime, reason: str
) -> Refused | None:
    """Why approved leave may not end at that moment, or be called off (None), or None: the person is back sooner (A13, I9)."""
    if not may:
        return Refused("A13", _("Only the supervisor decides this."), _("Ask the supervisor."))
    if not approved:
        return Refused("A13", _("Only approved leave is shortened."), _("Decide about it, or have it withdrawn."))
    if ends_at <= now:
        return Refused("I6", _("This time is over."), _("What has been is never changed."))
    if until is None and starts_at <= now:
        return Refused("I6", _("This leave has begun."), _("Say when it ends."), field="until")
    if until is not None and not (max(starts_at, now) < until < ends_at):
        return Refused("A13", _("It would not end sooner, or it would end in the past."), _("Choose a day within the leave."), field="until")
    if not reason.strip():
        return Refused("I9", _("A change of the roster has a reason."), _("Say why."), field="reason")
    return None


def why_not_add_photos(*, own: bool, decides: bool, stands: bool, any_sent: bool) -> Refused | None:
    """Why photos of a paper may not be added to leave, or None (A13, A17)."""
    if not own and not decides:
        return Refused("A13", _("This is not your request."), _("Ask who made it."))
    if not stands:
        return Refused("A13", _("This leave does not take place: nothing belongs to it any more."), _("Ask for leave anew."))
    if not any_sent:
        return Refused("A17", _("No photo was chosen."), _("Take a photo of the paper, or choose one."), field="photos")
    return None


def why_not_remove_photo(*, own: bool, decides: bool, live: bool, held: bool) -> Refused | None:
    """Why a photo of leave may not be taken back, or None: before the decision by whose it is, else by who decides (A13, I12)."""
    if held:
        return Refused("I12", _("A legal hold lies on this desk."), _("Nothing is taken away until it is lifted."))
    if not decides and not own:
        return Refused("A13", _("This is not your photo."), _("Ask who added it."))
    if not decides and not live:
        return Refused("A13", _("This leave is decided, and the photo belongs to it."), _("Ask the supervisor to take it away."))
    return None


def why_not_hand_over(*, may: bool, in_force: bool, over: bool, same: bool, reason: str) -> Refused | None:
    """Why the supervisor may not hand a duty to somebody else, or None (A13, I6, I9)."""
    if not may:
        return Refused("A13", _("Only the supervisor hands a duty to somebody else."), _("Ask for a swap."))
    if not in_force:
        return Refused("I6", _("This duty is no longer in force."), _("Look at the roster again."))
    if over:
        return Refused("I6", _("This duty is over."), _("What has been worked is never changed."))
    if same:
        return Refused("A13", _("This person has the duty already."), _("Choose somebody else."), field="person")
    if not reason.strip():
        return Refused("I9", _("A change of the roster has a reason."), _("Say why."), field="reason")
    return None


def repay_day(*, taken_on: date, agreed: date | None, days: int) -> date | None:
    """By which site's day a duty that was taken is repaid, or None where nothing is owed: as agreed, else by the desk's rule (B2.5)."""
    if agreed is not None:
        return agreed
    return taken_on + timedelta(days=days) if days else None
