"""Wishes of staff for a month, and which month they are taken for now (A5)."""

from datetime import date, datetime

from desks.models import Desk, Person
from rosters import rules
from rosters.models import Roster, Wish
from rosters.planning import days_of


def month_for_wishes(desk: Desk, now: datetime) -> date | None:
    """The month that wishes are taken for: next month, from the reminder day on; None before that day (A5)."""
    zone = desk.site.zone
    if not rules.is_past_reminder_day(now=now, day=desk.settings.roster_reminder_day, zone=zone):
        return None
    return rules.month_asked_for(now, zone)


def is_out(desk: Desk, month: date) -> bool:
    """Whether the month's roster has gone to the review or further, so that no wish reaches it any more."""
    gone = (Roster.State.SUBMITTED, Roster.State.APPROVED, Roster.State.REPORTED)
    return Roster.objects.filter(desk=desk, month=month, state__in=gone).exists()


def wishes_of_month(desk: Desk, month: date) -> list[Wish]:
    """Everybody's wishes for the month, by day."""
    days = days_of(month)
    return wishes_between(desk, days[0], days[-1])


def wishes_between(desk: Desk, first: date, last: date) -> list[Wish]:
    """Everybody's wishes for the days from the first to the last, by day."""
    return list(Wish.objects.filter(desk=desk, day__range=(first, last)).select_related("person").order_by("day", "person__name", "pk"))


def wishes_of(person: Person, desk: Desk, month: date) -> list[Wish]:
    """One person's wishes for the month, by day."""
    return [row for row in wishes_of_month(desk, month) if row.person_id == person.pk]
