"""What is allowed in the office, as pure functions: briefings and acting supervisors (A3, A32)."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

LONGEST_BRIEFING = 600
LONGEST_ACTING = timedelta(days=92)
# A form says minutes and takes a while to send: a beginning this little in the past means now.
SLACK = timedelta(minutes=15)


def cleaned(text: str) -> str:
    """The text as it is stored: line ends one character, ends trimmed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def why_not_briefing(*, text: str, newest: str | None, day: date, today: date) -> Refused | None:
    """Why this briefing may not be written, or None: for today or, the evening before, for tomorrow (A32)."""
    if not text:
        return Refused("A32", _("A briefing needs a text."), _("Write the day's points in a line or two."), field="text")
    if len(text) > LONGEST_BRIEFING:
        return Refused(
            "A32", _("The briefing is longer than 600 characters."), _("Keep to the points of the day."), field="text"
        )
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t" for each in text):
        return Refused(
            "A32", _("The text holds characters that cannot be read."), _("Type it instead of pasting it."), field="text"
        )
    if not today <= day <= today + timedelta(days=1):
        return Refused(
            "A32", _("A briefing is written for today or tomorrow."), _("Choose one of the two days."), field="day"
        )
    if text == newest:
        return Refused(
            "A32", _("This is what the briefing says already."), _("Change it, or leave it as it is."), field="text"
        )
    return None


def why_not_acknowledge(*, is_newest: bool, day: date, today: date) -> Refused | None:
    """Why a briefing may not be acknowledged, or None: the newest version, on its day (A32)."""
    if day != today:
        return Refused("A32", _("A briefing is acknowledged on its own day."), _("Look at today's on the desk page."))
    if not is_newest:
        return Refused(
            "A32", _("The briefing has been changed in the meantime."), _("Read the new version, then acknowledge that.")
        )
    return None


def why_not_acting(
    *,
    own: bool,
    may_act: bool,
    rights: Iterable[str],
    known: Iterable[str],
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Refused | None:
    """Why somebody may not act for the supervisor, or None (A3). Times are aware."""
    if own:
        return Refused("A3", _("Nobody names themselves."), _("Ask the supervisor or the project head."), field="person")
    if not may_act:
        return Refused(
            "A3", _("Only staff, supervisors and project heads of this site act for the supervisor."),
            _("Choose somebody else."), field="person",
        )
    wanted = set(rights)
    if not wanted or wanted - set(known):
        return Refused("A3", _("An acting supervisor has at least one of the rights listed."), _("Tick them."), field="rights")
    if starts_at < now - SLACK:
        return Refused("A3", _("The beginning lies in the past."), _("Nobody acts in retrospect."), field="starts_at")
    if ends_at <= max(starts_at, now):
        return Refused("A3", _("The end is not after the beginning."), _("Correct one of them."), field="ends_at")
    if ends_at - starts_at > LONGEST_ACTING:
        return Refused(
            "A3", _("Somebody acts for days or hours, three months at most."), _("Give the role itself instead."),
            field="ends_at",
        )
    return None


LONGEST_REASON = 200


def why_not_reason(reason: str) -> Refused | None:
    """Why a reason does not do, or None: a change says why, in at most 200 characters (I9)."""
    if not reason.strip():
        return Refused("I9", _("A change has a reason."), _("Write it in a word or two."), field="reason")
    if len(reason) > LONGEST_REASON or any(unicodedata.category(each) in {"Cc", "Cs"} for each in reason):
        return Refused("I9", _("The reason is one line of at most 200 characters."), _("Make it shorter."), field="reason")
    return None


def why_not_hours(hours: Mapping[int, tuple[time, time] | None]) -> Refused | None:
    """Why a desk may not be open so, or None: each weekday closes after it opens (A6)."""
    if any(pair is not None and pair[1] <= pair[0] for pair in hours.values()):
        return Refused("A6", _("A day closes after it opens."), _("Correct the times, or leave both empty for closed."))
    if set(hours) - set(range(7)):
        return Refused("A6", _("A week has seven days."), _("Load the page again."))
    return None


def why_not_member(
    *, own: bool, ended: bool, desk_fits: bool, starts_at: datetime, earliest: datetime, ends_at: datetime | None
) -> Refused | None:
    """Why a role may not begin, or None: not one's own, not in retrospect, at a desk of the site (I9)."""
    if own:
        return Refused("I9", _("Nobody gives a role to themselves."), _("Ask another administrator."), field="person")
    if ended:
        return Refused("I9", _("This person has left."), _("Choose somebody else."), field="person")
    if not desk_fits:
        return Refused("I8", _("This desk belongs to another site."), _("Choose a desk of the site."), field="desk")
    if starts_at < earliest:
        return Refused("I9", _("A role begins today at the earliest."), _("Correct the beginning."), field="starts_at")
    if ends_at is not None and ends_at <= starts_at:
        return Refused("I9", _("The end is not after the beginning."), _("Correct one of them."), field="ends_at")
    return None


def why_not_end_member(*, ended: bool, ends_at: datetime, now: datetime, last_administrator: bool) -> Refused | None:
    """Why a role may not end then, or None: not in retrospect, not the site's last administrator's (I9)."""
    if ended:
        return Refused("I9", _("This role has ended, and stays as it was."), _("Begin another one."))
    if ends_at < now - SLACK:
        return Refused("I9", _("A role ends now or later."), _("Nothing is rewritten in retrospect."), field="ends_at")
    if last_administrator:
        return Refused("I9", _("This is the site's last administrator."), _("Give the role to somebody else first."))
    return None


def why_not_prefixes(prefixes: Iterable[str], taken: Mapping[str, str]) -> Refused | None:
    """Why a kind may not have these short prefixes, or None; `taken` says which kind has one, by the prefix in small letters (A8)."""
    for prefix in prefixes:
        if (kind := taken.get(prefix.casefold())) is not None:
            return Refused(
                "A8", _("The prefix %(prefix)s belongs to the kind %(kind)s.") % {"prefix": prefix, "kind": kind},
                _("Choose another one."), field="prefixes",
            )
    return None
