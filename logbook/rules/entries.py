"""What may be recorded, when, and by whom it is corrected (A9, A17, A18)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.models import DeskSettings, EntryKind
from desks.refusal import Refused
from logbook.rules.words import why_not_text

FUTURE_SLACK = timedelta(minutes=2)
# A line that took longer than this from the keyboard to the book was kept back by the network.
KEPT_BACK = timedelta(minutes=2)
EMERGENCY = "emergency"
# The named value of a correction that says when it really happened.
HAPPENED = "happened_at"
# Within these every zone's wall clock, and what is reckoned from it, can be read back; what lies outside is a slip.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def is_emergency(*, kind: str, urgency: str) -> bool:
    """Whether an entry of this kind and urgency is an emergency: by either (A9, A16)."""
    return EMERGENCY in {kind, urgency}


def why_not_moment(moment: datetime | None, *, field: str) -> Refused | None:
    """Why this aware moment cannot stand in the record, or None: an entry is never changed, and must be shown for good (A17, I11)."""
    if moment is None or EARLIEST <= moment < LATEST:
        return None
    return Refused("A17", _("A time of the log lies between the years 2000 and 2100."), _("Correct the year."), field=field)


def why_not_moments(moments: Mapping[str, datetime | None]) -> Refused | None:
    """The refusal of the first of these moments, by their fields' names, that cannot stand in the record, or None (A17, I11)."""
    return next((refusal for field, moment in moments.items() if (refusal := why_not_moment(moment, field=field))), None)


def why_not_entry(*, text: str, place: str, kind: EntryKind, occurred_at: datetime, now: datetime) -> Refused | None:
    """Why this may not be recorded, or None: text, place where the kind needs one, not in the future (A17)."""
    if refusal := why_not_text(text):
        return refusal
    if kind.needs_place and not place:
        return Refused(
            "A17", _("This kind of entry needs a place."), _("Write the unit or the public area."), field="place"
        )
    if occurred_at > now + FUTURE_SLACK:
        return Refused(
            "A17", _("This would have happened in the future."), _("Correct the time of occurrence."), field="occurred_at"
        )
    return None


def is_late(*, occurred_at: datetime, now: datetime, settings: DeskSettings) -> bool:
    """Whether an entry recorded now is a late one: longer after it happened than the desk's limit (A17)."""
    return now - occurred_at > timedelta(minutes=settings.late_entry_minutes)


def why_not_time(
    *, occurred_at: datetime, typed_at: datetime, late_reason: str, sure: bool, during_emergency: bool,
    desk_since: datetime | None, settings: DeskSettings,
) -> Refused | None:
    """Why an entry may not be said to have happened then without a word, or None (A9, A17).

    What was typed long after it happened says why; what is said to have happened very long ago, or before the desk's
    book began, is asked about. Not during an emergency, whose entries come when there is time for them.
    """
    ago = typed_at - occurred_at
    before = desk_since is not None and occurred_at < desk_since
    if not sure and (ago > timedelta(days=settings.far_past_days) or before):
        reason = _("This would have happened before the desk's book began.") if before else _(
            "This would have happened %(days)d days ago."
        ) % {"days": ago.days}
        return Refused("A17", reason, _("Correct the time, or tick that it really happened then."), field="sure")
    if ago > timedelta(minutes=settings.late_entry_minutes) and not late_reason and not during_emergency:
        return Refused("A17", _("This happened a while ago."), _("Say in a word why it is entered late."), field="late_reason")
    return None


def why_not_again(*, is_open: bool, place: str) -> Refused | None:
    """Why this cannot be one more report of the same matter, or None (A9)."""
    if not is_open:
        return Refused("A1", _("This matter is not open any more."), _("Write a new entry."), field="place")
    if not place:
        return Refused("A17", _("Another report says where it comes from."), _("Write the unit or the public area."), field="place")
    return None


LONGEST_PIN = timedelta(days=31)


def why_not_pinned(*, until: datetime | None, now: datetime) -> Refused | None:
    """Why an entry cannot stay on the desk page until then, or None: a time to come, a month at most (A25)."""
    if until is not None and not now < until <= now + LONGEST_PIN:
        return Refused(
            "A25", _("An entry stays on the desk page until a time to come, a month at most."), _("Correct the time."),
            field="pinned_until",
        )
    return None


def needs_consent(*, occurred_at: datetime, now: datetime, decides: bool, settings: DeskSettings) -> bool:
    """Whether the supervisor must consent to an entry that comes so late (A17); not to the supervisor's own."""
    return not decides and now - occurred_at > timedelta(minutes=settings.late_consent_minutes)


def why_not_decide_late(*, asked: bool, decided: bool, agrees: bool, reason: str) -> Refused | None:
    """Why a late entry cannot be decided on, or None: once, and a refusal says why (A17, I9)."""
    if not asked:
        return Refused("A17", _("This entry waits for nobody's consent."), _("There is nothing to do."))
    if decided:
        return Refused("A17", _("This has been decided already."), _("Load the page again."))
    if not agrees and not reason:
        return Refused("I9", _("Whoever does not consent says why."), _("Write it in a word or two."), field="reason")
    return None


def why_not_happened(*, happened_at: datetime, now: datetime) -> Refused | None:
    """Why a correction cannot say that it happened then, or None (A17, A18)."""
    if happened_at > now + FUTURE_SLACK:
        return Refused("A17", _("This would have happened in the future."), _("Correct the time of occurrence."), field="occurred_at")
    return why_not_moment(happened_at, field="occurred_at")


def why_not_correct(*, own: bool, during_watch: bool, may_correct_others: bool) -> Refused | None:
    """Why somebody may not correct or retract an entry, or None: own ones during the watch, others the supervisor (A18)."""
    if may_correct_others or (own and during_watch):
        return None
    if own:
        return Refused(
            "A18", _("The watch in which you wrote this has ended."), _("Ask the supervisor to correct it, or add to it.")
        )
    return Refused("A18", _("Only its author and the supervisor correct an entry."), _("Ask the author or the supervisor."))
