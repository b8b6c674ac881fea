"""Calendar feeds: a secret address at which a person's calendar program reads duties (E6, I8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk

PERSON = settings.AUTH_USER_MODEL


class CalendarFeed(models.Model):
    """A person's feed: of their own duties at every desk, or of everybody's at one desk. Whoever has the address reads it.

    The address is not kept, only its digest: it is shown once, and another one is made where it was lost.
    """

    table_class = "state"

    class State(models.TextChoices):
        LIVE = "live", _("in use")
        REVOKED = "revoked", _("revoked")

    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="calendar_feeds")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret part of the address, in hexadecimal."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.LIVE)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "desk"], condition=Q(state="live"), nulls_distinct=False, name="calendar_feed_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(state="live", revoked_at__isnull=True) | Q(state="revoked", revoked_at__isnull=False),
                name="calendar_feed_is_revoked_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.desk_id}"


class FeedReading(models.Model):
    """How often a feed was fetched on a day, and when last: a stranger's fetching shows, and one row a day is all it costs (I8)."""

    table_class = "state"

    feed = models.ForeignKey(CalendarFeed, on_delete=models.PROTECT, related_name="readings")
    day = models.DateField()
    """In UTC: a feed of one's own belongs to no site."""
    times = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fetches of a calendar feed")
        verbose_name_plural = _("fetches of calendar feeds")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["feed", "day"], name="feed_reading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.day}"
