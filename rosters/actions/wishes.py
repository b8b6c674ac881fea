"""Wishes of staff for the next month's roster: made and withdrawn by each person alone (A5).

A wish is no act of the desk and leaves no entry in its log: its history says who and when. Supervisors read all of them,
colleagues only their own.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.clock import local_day, next_month
from desks.models import Desk, Person
from desks.refusal import Refused
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.models import Wish
from rosters.planning import days_of
from rosters.queries import agreed_with, month_for_wishes, roles_between, shifts_of
from rosters.queries.wishes import is_out


@transaction.atomic
def make_wish(*, actor: Person, desk: Desk, day: date, shift_code: str, want: bool, weight: int, now: datetime) -> Wish:
    """The actor would like a shift (a day off where the code is empty) on that day of the site, or rather not.

    Raises Refused outside the time in which wishes are taken, for a shift that the actor does not take, and for more wishes
    than the desk takes. A second wish for the same day and shift takes the place of the first.
    """
    hold_books(book_of(desk))
    zone = desk.site.zone
    month, today = month_for_wishes(desk, now), local_day(now, zone)
    days = days_of(month or next_month(today))
    roles = {row.role for row in roles_between(desk, days[0], days[-1]) if row.person_id == actor.pk}
    if refusal := rules.why_not_agreed(in_pool=bool(roles)):
        raise refusal
    agreed = agreed_with(desk, [actor.pk], days[0], days[-1])[actor.pk]
    has = {row.skill for row in agreed.skills if row.holds_on(day)}
    shift = next((each for each in shifts_of(desk) if each.code == shift_code), None)
    terms = agreed.terms_on(day)
    own = list(Wish.objects.select_for_update().filter(desk=desk, person=actor, day__range=(days[0], days[-1])))
    row = next((wish for wish in own if (wish.day, wish.shift_code) == (day, shift_code)), None)
    refusal = rules.why_not_wish(
        day=day, month_open=month, opens_on=today.replace(day=desk.settings.roster_reminder_day),
        roster_out=month is not None and is_out(desk, month), count=len(own) - (row is not None), most=desk.settings.wishes_at_most,
        can_take=not shift_code
        or (shift is not None and any(rules.takes(roles=shift.roles, skills=shift.skills, role=role, has=has) for role in roles)),
        fixed_off=terms is not None and day.weekday() in terms.days_off,
    )
    if refusal:
        raise refusal
    row = row or Wish(desk=desk, person=actor, day=day, shift_code=shift_code)
    row.want, row.weight = want, weight
    row._history_user, row._history_date = actor, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused("A5", _("This wish stands there already."), _("Load the page again."), field="day") from error
    return row


@transaction.atomic
def withdraw_wish(*, actor: Person, wish: Wish, now: datetime) -> None:
    """The actor takes an own wish back, as long as the roster has not gone to the review. Raises Refused (A5)."""
    hold_books(book_of(wish.desk))
    fresh = Wish.objects.select_for_update().filter(pk=wish.pk, person=actor).first()
    if fresh is None:
        raise Refused("A5", _("There is no such wish of yours any more."), _("Load the page again."))
    if is_out(wish.desk, fresh.day.replace(day=1)):
        raise Refused("A5", _("The roster of this month has gone to the review."), _("Speak with your supervisor."))
    fresh._history_user, fresh._history_date = actor, now
    fresh.delete()
