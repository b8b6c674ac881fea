"""What the clock does for the log: a day that nobody has reviewed is raised the next day (A21)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from desks.clock import at, local_day
from desks.models import Desk
from desks.queries import supervisors_with
from logbook.queries import unread_count_for_review
from notices.actions import tell


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
                people=supervisors_with("log.review", desk, now), site=desk.site, matter="review", matter_id=desk.pk,
                occasion=f"unread:{day.isoformat()}", code="review_missing",
                fields={"day_on": day.isoformat(), "count": str(unread)},
                url=reverse("logbook:review", args=[desk.slug, day.isoformat()]), now=now,
            )
    return told
