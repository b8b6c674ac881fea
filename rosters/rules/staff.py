"""What is allowed about agreements with staff and their wishes, as pure functions (A5, A6, I6, I9)."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from desks.refusal import Refused

FARTHEST = timedelta(days=731)
LONGEST_REASON = 200


def why_not_from(*, from_on: date, today: date, is_first: bool) -> Refused | None:
    """Why an agreement may not begin on that day, or None: what has been worked was worked under what held then (I6).

    The first of its sort may begin in the past, for it only writes down what was so.
    """
    if from_on < today and not is_first:
        return Refused(
            "I6", _("It would begin in the past, and what was worked then was worked under what held then."),
            _("Let it begin today or later."), field="from_on",
        )
    if not today - FARTHEST <= from_on <= today + FARTHEST:
        return Refused("A5", _("This day is more than two years away."), _("Choose a nearer day."), field="from_on")
    return None


def why_not_until(*, from_on: date, until_on: date | None, today: date) -> Refused | None:
    """Why an agreement may not end on that day, or None: not before it begins, and not in the past (I6)."""
    if until_on is None:
        return None
    if until_on < from_on:
        return Refused("A5", _("It would end before it begins."), _("Choose the first day or a later one."), field="until_on")
    if until_on < today - timedelta(days=1):
        return Refused("I6", _("It would end in the past, which stays as it was."), _("Choose yesterday or a later day as the last."), field="until_on")
    return None


def why_not_agreed(*, in_pool: bool) -> Refused | None:
    """Why nothing is agreed with that person at the desk, or None: those whose role may take a duty there (A6)."""
    if in_pool:
        return None
    return Refused(
        "A6", _("This person has no role that may take a duty at this desk."), _("The site’s administrator gives the role first."), field="person"
    )


def why_not_days_off(days_off: list[int]) -> Refused | None:
    """Why these weekdays may not all be off, or None: somebody who is rostered works on one of them."""
    if len(set(days_off)) < 7:
        return None
    return Refused("A5", _("All seven days would be off."), _("Leave one unticked, or end the person’s role at the desk."), field="days_off")


def takes(*, roles: Collection[str], skills: Collection[str], role: str, has: Collection[str]) -> bool:
    """Whether somebody with that role and those skills may take a shift that asks for these; no roles means every role (A6)."""
    return (not roles or role in roles) and set(skills) <= set(has)


def why_not_wish(
    *, day: date, month_open: date | None, opens_on: date, roster_out: bool, count: int, most: int, can_take: bool, fixed_off: bool
) -> Refused | None:
    """Why a wish may not be made, or None: for the month that is being planned, until its roster goes to the review (A5).

    `month_open` is the first day of the month that wishes are taken for now, None before the day `opens_on`; `can_take` says
    whether the person may take the shift at all, `fixed_off` whether the day is off for them anyway.
    """
    if month_open is None:
        return Refused(
            "A5", _("Wishes for the next month are not taken yet."),
            _("They are taken from %(day)s on; for leave speak with your supervisor.") % {"day": opens_on.isoformat()}, field="day",
        )
    if day.replace(day=1) != month_open:
        return Refused(
            "A5", _("This day is of another month."),
            _("Wishes are taken now for %(month)s.") % {"month": f"{month_open:%Y-%m}"}, field="day",
        )
    if roster_out:
        return Refused(
            "A5", _("The roster of this month has gone to the review."), _("Ask for a swap once it is out, or speak with your supervisor."), field="day"
        )
    if count >= most:
        return Refused(
            "A5", _("You have as many wishes for this month as the desk takes."), _("Withdraw one that matters less first."), field="day"
        )
    if not can_take:
        return Refused("A6", _("You do not take this shift."), _("Choose another shift, or a day off."), field="shift_code")
    if fixed_off:
        return Refused("A5", _("This weekday is off for you anyway."), _("Choose another day."), field="day")
    return None
