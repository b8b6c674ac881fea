"""What stops a handover, what is found about one afterwards, and how long people wait, as pure functions (A23, C9–C12, E7, E9)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

# What only the outgoing may say, for it is about the one who comes (E9).
ABOUT_THE_INCOMING = {"not_fit", "not_on_time"}
# This ground says something about a person: what is written about it is the supervisor's to read, and no diagnosis is kept.
ABOUT_A_PERSON = {"not_fit"}
LONGEST_REMEDY = timedelta(hours=24)
PHONE_OPENS_WITHIN = timedelta(minutes=1)
PHONE_SIGNS_WITHIN = timedelta(minutes=10)


def why_not_ground(code: str, side: str) -> Refused | None:
    """Why this side may not refuse on this ground, or None (C9, E9)."""
    if side == "incoming" and code in ABOUT_THE_INCOMING:
        return Refused(
            "E9", _("This ground is about the person who takes over: the outgoing names it."),
            _("Choose another ground, or cancel the handover."), field="ground",
        )
    return None


def why_not_by_when(by_when: datetime, now: datetime) -> Refused | None:
    """Why the remedy cannot be due then, or None: it comes, and within a day (C9). Moments are aware."""
    if by_when <= now:
        return Refused("C9", _("The remedy is due in the past."), _("Write by when it can be done."), field="by_when")
    if by_when - now > LONGEST_REMEDY:
        return Refused(
            "C9", _("The remedy is due more than a day from now: nobody waits at the desk so long."),
            _("Write an earlier time; the supervisor decides what happens now."), field="by_when",
        )
    return None


def steps_passed(since: datetime, each: timedelta, now: datetime) -> int:
    """How many times that long has passed since, at most twice: first the supervisor is reminded, then the project head told (E9)."""
    return min(2, max(0, (now - since) // each))


def why_not_void(*, applies: bool, completed: bool, face: bool, found: bool) -> Refused | None:
    """Why a handover is not found void, or None: where the regulation says so, face to face, once (E7)."""
    if not applies:
        return Refused(
            "E7", _("At this desk a handover without both present is not void."),
            _("Record what you found as an inspection; the administrator sets whether the rule applies."),
        )
    if not completed or not face:
        return Refused("E7", _("Only a complete handover between two people is found void."), _("Refuse or cancel it instead."))
    if found:
        return Refused("E7", _("This handover has been found void already."), _("Read the finding; add to its entry."))
    return None


def why_not_report(*, completed: bool, two: bool, reporter_handed_over: bool) -> Refused | None:
    """Why an omission is not reported about this handover, or None (C12, A30)."""
    if not completed or not two:
        return Refused(
            "C12", _("Something left out is reported about a complete handover between two people."),
            _("While it goes on it is a ground to refuse."),
        )
    if reporter_handed_over:
        return Refused("C12", _("You handed over yourself."), _("Write what you forgot as a late entry, and tell the holder."))
    return None


def why_not_decide(*, heard: bool, decided: bool, own: bool, waits_until: datetime, now: datetime) -> Refused | None:
    """Why the supervisor does not decide yet, or None: the person is heard first, and nobody decides about themselves (C12)."""
    if decided:
        return Refused("C12", _("This report is decided already."), _("Read the decision; add to its entry."))
    if own:
        return Refused("C12", _("Nobody decides about themselves."), _("Another supervisor or an acting one decides."))
    if not heard and now < waits_until:
        return Refused(
            "C12", _("The person has not been heard yet."), _("Wait for what they say, or until the time for it is over."),
            field="reason",
        )
    return None


def is_rested(last_end: datetime | None, begins: datetime, rest: timedelta) -> bool:
    """Whether somebody whose last duty or watch ended then has rested long enough (A13)."""
    return last_end is None or begins - last_end >= rest


def whole_minutes(since: datetime, until: datetime) -> int:
    """The whole minutes between two aware moments; nothing where the second comes first (A23)."""
    return max(0, int((until - since).total_seconds() // 60))
