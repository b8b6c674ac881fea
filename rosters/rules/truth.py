"""A month as it was worked, and who may say what about it, as pure functions (A10, A22, I6, I9)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from desks.refusal import Refused
from rosters.rules.attendance import Arrival, Attendance

FURTHEST = timedelta(hours=12)
"""A corrected time reaches no further out of its duty than this: a longer one is a slip in the date."""


@dataclass(frozen=True)
class Figures:
    """What a person's month comes to: whole minutes, and how often."""

    duties: int = 0
    planned: int = 0
    done: int = 0
    early: int = 0
    over: int = 0
    outside: int = 0
    """At the desk without any duty."""
    late: int = 0
    late_times: int = 0
    absent: int = 0
    unknown: int = 0
    """Of duties from before the desk kept its watches."""
    missed: int = 0
    """Duties for which the person never came."""
    swapped_in: int = 0
    swapped_out: int = 0

    @property
    def worked(self) -> int:
        """All that counts as work: duties, coming early, waiting for the relief, helping out (A10)."""
        return self.done + self.early + self.over + self.outside

    @property
    def difference(self) -> int:
        """Worked more (or less) than planned."""
        return self.worked - self.planned

    def as_kept(self) -> dict[str, int]:
        """By name, as answers and sign-offs keep them."""
        return asdict(self)


def figures_of(
    duties: Iterable[tuple[int, Attendance]], *, outside: int, swapped_in: int, swapped_out: int
) -> Figures:
    """Adds up a person's month: each duty's planned whole minutes, with what became of it."""
    rows = list(duties)
    return Figures(
        duties=len(rows), planned=sum(planned for planned, _each in rows), outside=outside, swapped_in=swapped_in, swapped_out=swapped_out,
        done=sum(each.done for _planned, each in rows), early=sum(each.early for _planned, each in rows),
        over=sum(each.over for _planned, each in rows), late=sum(each.late for _planned, each in rows),
        late_times=sum(each.arrival == Arrival.LATE for _planned, each in rows), absent=sum(each.absent for _planned, each in rows),
        unknown=sum(each.unknown for _planned, each in rows),
        missed=sum(each.arrival == Arrival.MISSING and each.is_over for _planned, each in rows),
    )


def why_not_answer(*, over: bool, has_row: bool, contested: bool, words: str) -> Refused | None:
    """Why a person does not answer for a month, or None: once it is over, for their own time, and why where it is wrong (A22)."""
    if not has_row:
        return Refused("A22", _("The month holds no time of yours at this desk."), _("Nothing need be confirmed."))
    if not over:
        return Refused("A22", _("The month is not over yet."), _("Confirm it once your last duty of it is done."))
    if contested and not words.strip():
        return Refused("A22", _("What is wrong has to be said."), _("Name the day and what it should be."), field="words")
    return None


def why_not_sign_off(
    *, over: bool, signed: bool, open_cases: int, unanswered: Sequence[str], contested: Sequence[str], words: str
) -> Refused | None:
    """Why a month is not signed off, or None: over, every case settled, and with words where somebody has not confirmed (A22, I9)."""
    if signed:
        return Refused("I9", _("This month is signed off already."), _("Correct a time with a reason; it stands beside the sign-off."))
    if not over:
        return Refused("A22", _("The month is not over yet."), _("Sign it off after its last duty."))
    if open_cases:
        return Refused("A22", _("There are cases of lateness or absence that are not settled."), _("Hear the people and settle them first."))
    if (unanswered or contested) and not words.strip():
        names = pgettext("between the parts of a list", ", ").join([*contested, *unanswered])
        return Refused(
            "I9", _("Not everybody has confirmed their month: %(names)s.") % {"names": names},
            _("Clear it with them, or write why you sign all the same."), field="words",
        )
    return None


def why_not_correct(
    *, begun: bool, own: bool, starts_at: datetime, ends_at: datetime, arrived_at: datetime | None, left_at: datetime | None,
    now: datetime, reason: str,
) -> Refused | None:
    """Why a time is not corrected so, or None: of a duty that has begun, near it, never in the future, with a reason (I6, I9)."""
    if not begun:
        return Refused("I6", _("This duty has not begun."), _("Change the roster, not the time that was worked."))
    if own:
        return Refused("I9", _("Nobody corrects their own time."), _("Another supervisor or an acting one corrects it."))
    if (arrived_at is None) != (left_at is None):
        field = "left_at" if left_at is None else "arrived_at"
        return Refused("A22", _("A time has a beginning and an end."), _("Fill both in, or neither if the person was not there."), field=field)
    if arrived_at is not None and left_at is not None:
        if left_at <= arrived_at:
            return Refused("A22", _("The end lies before the beginning."), _("Exchange them, or look at the day."), field="left_at")
        if left_at > now:
            return Refused("A22", _("That is still to come."), _("Correct it when it has passed."), field="left_at")
        if arrived_at >= ends_at or left_at <= starts_at:
            return Refused("A22", _("That is not within this duty."), _("Leave both empty if the person was not there."), field="arrived_at")
        if arrived_at < starts_at - FURTHEST or left_at > ends_at + FURTHEST:
            return Refused("A22", _("That is far from this duty."), _("Look at the day."), field="arrived_at")
    if not reason.strip():
        return Refused("I9", _("A correction has a reason."), _("Write who or what shows it."), field="reason")
    return None
