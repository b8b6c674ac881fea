"""Days and times of a site: stored in UTC, reasoned about in the site's own zone (I11)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The site's day on which an aware moment falls."""
    return moment.astimezone(zone).date()


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The aware moment of a wall-clock time on a site's day."""
    return datetime.combine(day, clock, tzinfo=zone)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open pair of moments that bound a site's day."""
    return at(day, time.min, zone), at(day + timedelta(days=1), time.min, zone)


def month_bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open pair of moments that bound the site's month that holds the given day."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return at(first, time.min, zone), at(following, time.min, zone)


def next_month(day: date) -> date:
    """The first day of the month after the given day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
