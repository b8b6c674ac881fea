"""When inspections fall due and what findings ask for, as pure functions (A31, A32, A33)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

LONGEST = 300
# The relief takes over within this time of the other's end, or it is no change of shift.
CHANGE = timedelta(hours=1)
# How far back a beat that was down catches up with inspections that nobody did.
CATCH_UP = timedelta(days=31)


def cleaned(text: str) -> str:
    """One line as it is stored: white space single, ends trimmed, characters that cannot be read left out."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


def change_of_shift(duties: Sequence[tuple[datetime, datetime]], opens: datetime, closes: datetime) -> datetime:
    """When the desk is handed over on a day: the first start that relieves somebody, else the first later start.

    Without duties, or with one shift for the whole day, the middle of the opening hours (A32).
    """
    starts = sorted({start for start, _end in duties if opens < start < closes})
    for start in starts:
        if any(begun < start <= end <= start + CHANGE for begun, end in duties):
            return start
    return starts[0] if starts else opens + (closes - opens) / 2


def is_missed(*, due_at: datetime, day_ends: datetime, now: datetime) -> bool:
    """Whether a daily inspection that is not done counts as missed: at the end of its day, not before it is due (A32)."""
    return now >= max(due_at, day_ends)


def why_not_start(*, occasion: str, state: str | None, is_due: bool) -> Refused | None:
    """Why an inspection may not be started, or None; one at will always may (A32)."""
    if occasion == "extra":
        return None
    if not is_due:
        return Refused("A32", _("The desk is closed today: no inspection is due."), _("Inspect at will instead."))
    if state == "done":
        return Refused("A32", _("This inspection is done already."), _("Inspect at will instead."))
    if state == "missed":
        return Refused("A32", _("This inspection was missed."), _("Inspect at will instead."))
    return None


def why_not_result(*, outcome: str, remark: str, correction: str) -> Refused | None:
    """Why an item may not be marked so, or None; what is wrong may follow until the inspection is finished (A31)."""
    if outcome not in {"pass", "fail", "na"}:
        return Refused("A31", _("An item passes, fails or is not applicable."), _("Choose one of the three."))
    if correction and outcome != "fail":
        return Refused("A31", _("Only a failed item is corrected."), _("Mark it as failed, or clear the correction."))
    if max(len(remark), len(correction)) > LONGEST:
        return Refused("A31", _("A remark has 300 characters at most."), _("Make it shorter."))
    return None


def why_not_finish(*, unanswered: Iterable[str], unexplained: Iterable[str]) -> Refused | None:
    """Why an inspection may not be finished, or None: every item is answered, every failed one says what is wrong."""
    if names := ", ".join(unanswered):
        return Refused(
            "A31", _("Not every item is answered yet: %(names)s.") % {"names": names},
            _("Mark them, or tap “the rest passes”."),
        )
    if names := ", ".join(unexplained):
        return Refused(
            "A33", _("A failed item says what is wrong: %(names)s.") % {"names": names}, _("Write it in a few words.")
        )
    return None


def why_not_action(*, eligible: bool, due_on: date | None, today: date) -> Refused | None:
    """Why an action may not be set, or None: an owner of the site, and a day that is not past (A33)."""
    if not eligible:
        return Refused("A33", _("The owner is somebody of this site."), _("Choose somebody else."), field="owner")
    if due_on is None or due_on < today:
        return Refused("A33", _("The due day is today or later."), _("Choose another day."), field="due_on")
    return None


def why_not_said(*, text: str, field: str) -> Refused | None:
    """Why a line about a finding may not stand, or None: not empty, not too long (A33)."""
    if not text:
        return Refused("A33", _("This cannot stay empty."), _("Say it in a few words."), field=field)
    if len(text) > LONGEST:
        return Refused("A33", _("This has 300 characters at most."), _("Make it shorter."), field=field)
    return None
