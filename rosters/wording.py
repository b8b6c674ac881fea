"""How the time of a leave is said: whole days as days, hours to the minute, on the site's clock (I11)."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from desks.models import Desk
from desks.templatetags.desks_tags import local_date, local_moment, local_time


def leave_words(starts_at: datetime, ends_at: datetime, desk: Desk) -> str:
    """The range in the language that is active: its first and last day where it begins and ends at midnight, else both moments; within one day the day once."""
    zone = desk.site.zone
    begin, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if begin.time() == end.time() == time.min:
        first, last = begin.date(), end.date() - timedelta(days=1)
        return local_date(first) if first == last else _("%(first)s to %(last)s") % {"first": local_date(first), "last": local_date(last)}
    if begin.date() == end.date():
        return f"{local_moment(starts_at, desk)}–{local_time(ends_at, desk)}"
    return _("%(first)s to %(last)s") % {"first": local_moment(starts_at, desk), "last": local_moment(ends_at, desk)}
