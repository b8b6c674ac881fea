"""What the clock does for the log: raises a day that nobody has reviewed (A21), erases what its period is over for (A20)."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.urls import reverse

from desks.clock import at, local_day
from desks.models import Desk
from desks.queries import supervisors_of
from logbook.actions import erase_personal_values
from logbook.queries import unread_count_for_review
from notices.actions import tell

# A quiet hour of the site; a clock that stood still then does it when it goes again.
ERASES_FROM = time(3, 30)


@transaction.atomic
def raise_missing_reviews(now: datetime) -> int:
    """Tells each supervisor once about yesterday's unread log, from the desk's inspection time on. Returns how many."""
    told = 0
    for desk in Desk.objects.filter(active=True).select_related("site", "settings"):
        today = local_day(now, desk.site.zone)
        if now < at(today, desk.settings.inspection_time, desk.site.zone):
            continue
        day = today - timedelta(days=1)
        unread = unread_count_for_review(desk, day)
        if unread:
            told += tell(
                people=supervisors_of(desk.site, now), site=desk.site, matter="review", matter_id=desk.pk,
                occasion=f"unread:{day.isoformat()}", code="review_missing",
                fields={"day_on": day.isoformat(), "count": str(unread)},
                url=reverse("logbook:review", args=[desk.slug, day.isoformat()]), now=now,
            )
    return told


@transaction.atomic
def erase_by_rule(now: datetime) -> int:
    """Erases the personal values whose period is over, on each site's day; returns how many (A20).

    One desk at a time that has any, so that one book is held at a time; the next tick goes on.
    """
    for desk in Desk.objects.select_related("site").order_by("pk"):
        day = local_day(now, desk.site.zone)
        if now < at(day, ERASES_FROM, desk.site.zone):
            continue
        if erased := erase_personal_values(desk=desk, day=day, now=now):
            return erased
    return 0
