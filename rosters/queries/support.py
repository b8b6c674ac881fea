"""Reads about support: how much is recorded at a desk in each hour of a weekday, and who could be called in (A7)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour

from desks.clock import day_bounds
from desks.models import Desk, Person, Role
from desks.queries import people_of_site
from logbook.models import Entry
from rosters.models import Duty

WEEKS = 4


def workload_of(desk: Desk, day: date) -> dict[int, float]:
    """The average number of entries that people wrote in each hour of the site's day, over the same weekday of the four weeks before."""
    zone = desk.site.zone
    found = dict.fromkeys(range(24), 0.0)
    for week in range(1, WEEKS + 1):
        begin, end = day_bounds(day - timedelta(weeks=week), zone)
        rows = Entry.objects.filter(
            book__desk=desk, act=Entry.Act.ENTRY, author__isnull=False, occurred_at__gte=begin, occurred_at__lt=end
        )
        hours = rows.order_by().annotate(hour=ExtractHour("occurred_at", tzinfo=zone)).values_list("hour").annotate(Count("pk"))
        for hour, count in hours:
            found[hour] += count / WEEKS
    return found


def support_pool(desk: Desk, now: datetime) -> QuerySet[Person]:
    """Who could be called in: everybody of the site who works at any of its desks, whatever the roles of this one (A7)."""
    return people_of_site(desk.site, now, [Role.AGENT, Role.BUTLER, Role.SUPERVISOR])


def coming_support(desk: Desk, now: datetime) -> list[Duty]:
    """Support called in for the desk that is not over, soonest first."""
    rows = Duty.objects.filter(desk=desk, taken_out_by__isnull=True, ends_at__gt=now, brought_in_by__kind="support")
    return list(rows.select_related("person", "brought_in_by", "desk__site").order_by("starts_at"))
