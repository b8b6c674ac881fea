"""What is allowed about leaving the desk for a while, as pure functions (A9, A10, B1.15)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

MEAL = "meal"
"""Code of the reason with a limit of its own, and a button of its own (A10, B1.15)."""
EMERGENCY = "emergency"
"""Code of the reason that leaves the desk without anybody who stays, while an emergency runs (A9)."""


def why_not_away(
    *, of_watch: bool, away_already: bool, cover_is_there: bool, has_cover: bool, what: str, in_emergency: bool,
    alone: bool = False, is_last: bool = False,
) -> Refused | None:
    """Why a person may not leave the desk for a while, or None: somebody stays at it, or the last one there says that nobody can (A10).

    Not because of an emergency, while one of the desk runs or has just ended: leaving for it is no fault (A9).
    """
    if not of_watch:
        return Refused("A10", _("You are not of the watch that holds this desk."), _("Nothing need be recorded."))
    if away_already:
        return Refused("A10", _("You are recorded as away already."), _("Say that you are back first."))
    if what == EMERGENCY and not in_emergency:
        return Refused(
            "A10",
            _("No emergency of this desk runs now."),
            _("Write the emergency down first, which is one tap, or choose another reason and somebody who stays."),
            field="what",
        )
    if not has_cover:
        if what == EMERGENCY or (alone and is_last):
            return None
        if alone:
            return Refused("A10", _("A colleague is at the desk."), _("Name them as the one who stays."), field="cover")
        return Refused(
            "A10",
            _("Nobody would stay at the desk."),
            _("Choose a colleague of the watch, ask somebody to come to the desk and name them, or say that nobody can stay."),
            field="cover",
        )
    if not cover_is_there:
        return Refused(
            "A10",
            _("The one who is to stay is away, or may not keep this desk."),
            _("Choose a colleague of the watch who is here, or name somebody else who comes to the desk."),
            field="cover",
        )
    return None


def is_over_limit(*, what: str, since: datetime, now: datetime, minutes: int) -> bool:
    """Whether an absence has lasted longer than its limit; shown to the person only, at first (A10, B1.15).

    One because of an emergency has none (A9).
    """
    return what != EMERGENCY and now - since > timedelta(minutes=minutes)


def limit_of(*, what: str, meal_minutes: int, errand_minutes: int) -> int:
    """How many minutes an absence of that reason may last: a meal as the desk says, everything else as an errand (A10, B1.15)."""
    return meal_minutes if what == MEAL else errand_minutes


def times_over(*, what: str, since: datetime, now: datetime, minutes: int) -> int:
    """How often the limit has passed since: once, and the person is told; twice, and who supervises is, too; no further (A10, B1.15)."""
    if what == EMERGENCY or not minutes:
        return 0
    return min(2, max(0, (now - since - timedelta(microseconds=1)) // timedelta(minutes=minutes)))
