"""Reads about support: how much is recorded at a desk in each hour of a weekday, and who could be called in (A7)."""

from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour

from desks.clock import day_bounds, local_day
from desks.models import Desk, Person, Role
from desks.queries import people_of_site
from logbook.models import Entry
from rosters import rules
from rosters.models import Duty, ShiftType
from rosters.queries.duties import shifts_of
from rosters.queries.fits import Fit, Piece
from rosters.queries.requests import fits_of

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


def piece_of_support(desk: Desk, starts_at: datetime, ends_at: datetime) -> Piece | None:
    """The time as a piece of the desk's duties, under the shift of its day that it helps most; None where the desk has no shift."""
    day, zone = local_day(starts_at, desk.site.zone), desk.site.zone

    def overlap(shift: ShiftType) -> float:
        begin, end = rules.span_of(day=day, starts=shift.starts, ends=shift.ends, zone=zone)
        return max(0.0, (min(end, ends_at) - max(begin, starts_at)).total_seconds())

    shift = max(shifts_of(desk), key=overlap, default=None)
    return Piece(day, starts_at, ends_at, shift.code, shift.version) if shift is not None else None


def support_fits(desk: Desk, starts_at: datetime, ends_at: datetime, now: datetime) -> list[Fit]:
    """Who could be called in, with how each stands to what is still to come of the time and what it would break: whom nothing speaks
    against comes first, of those who has the fewest hours by contract; who may not come at all comes last (A5, A7, I5)."""
    piece = piece_of_support(desk, max(starts_at, now), ends_at)
    if piece is None or ends_at <= piece.starts_at:
        return []
    found = fits_of(desk, support_pool(desk, now), piece, now, fair=True, any_role=True)
    return sorted(found, key=lambda fit: (not fit.standing.may, not fit.standing.fits, len(fit.breaches), fit.load.hours_ahead, fit.person.pk))


def coming_support(desk: Desk, now: datetime) -> list[Duty]:
    """Support called in for the desk that is not over, soonest first."""
    rows = Duty.objects.filter(desk=desk, taken_out_by__isnull=True, ends_at__gt=now, brought_in_by__kind="support")
    return list(rows.select_related("person", "brought_in_by", "desk__site").order_by("starts_at"))
