"""Who has read, exported, reviewed and imported what (A20, A21, I8): rows that are written once and never changed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site
from logbook.models.record import Entry

# Readings of the log as it goes on, and not of what somebody picked out of it: they say how far a person has been shown it.
SHOWN_AS_IT_GOES_ON = Q(kind="read") & (Q(page__in=["day", "desk", "handover", "review"]) | Q(page="log", filters={}))


class AccessRecord(models.Model):
    """That a person was shown entries of a desk's log or of the site's own book, or took them out (A20, I8).

    One for each person, session, page and filter, and another only when entries were delivered that none of them
    names yet; the database holds that two refreshes at once leave one.
    """

    table_class = "record"

    class Kind(models.TextChoices):
        READ = "read", _("read")
        EXPORT = "export", _("exported")
        REVEAL = "reveal", _("unmasked")
        UNSEAL = "unseal", _("read under the veil")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_records")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, related_name="access_records")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, db_index=False, related_name="access_records")
    """Of the site's own book alone: a desk says its site itself."""
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    """From where; nobody's for a reading outside a request."""
    session = models.CharField(max_length=64)
    """A keyed digest of the session's key: tells sessions apart, opens none."""
    page = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)
    """What was filtered by; a value that looks like a number of a person stands as a keyed digest."""
    filter_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.READ)
    from_number = models.BigIntegerField(null=True)
    to_number = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=0)
    file_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    """SHA-256 of the file that was taken out; empty for what was shown on a page."""

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "session", "desk", "site", "page", "filter_digest", "from_number"],
                condition=Q(kind="read"), nulls_distinct=False, name="access_record_once_for_what_was_read",
            ),
            models.CheckConstraint(
                condition=Q(from_number__isnull=True, to_number__isnull=True) | Q(to_number__gte=F("from_number")),
                name="access_record_range",
            ),
            models.CheckConstraint(
                condition=Q(desk__isnull=True, site__isnull=False) | Q(desk__isnull=False, site__isnull=True), name="access_record_of_one_book",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "-at"], name="access_record_desk_at"),
            models.Index(fields=["desk", "-id"], name="access_record_desk_newest"),
            models.Index(fields=["site", "-id"], name="access_record_site_newest", condition=Q(site__isnull=False)),
            models.Index(
                fields=["desk", "person", "-to_number"], include=["at"], condition=SHOWN_AS_IT_GOES_ON,
                name="access_record_read_up_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.page} · {self.from_number}–{self.to_number}"


class DailyReview(models.Model):
    """A supervisor's signature that the day's log was read up to a number (A21). A later entry of the day is unread again."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="daily_reviews")
    day = models.DateField()
    """The site's day (I11)."""
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="daily_reviews")
    up_to = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    """The digest of the entry `up_to`: what the signature stands over, and with it all entries before."""
    entries = models.PositiveIntegerField()
    method = models.CharField(max_length=10)
    signed_at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="daily_review")

    class Meta:
        verbose_name = _("daily review")
        verbose_name_plural = _("daily reviews")
        constraints = [models.UniqueConstraint(fields=["desk", "day", "up_to"], name="daily_review_once_for_what_was_read")]

    def __str__(self) -> str:
        return f"{self.desk} · {self.day} · #{self.up_to}"


class ImportedFile(models.Model):
    """A file of old entries that was brought in, as a whole and once."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="imported_files")
    digest = models.CharField(max_length=64)
    """SHA-256 over what the rows say, so that the same table saved in another encoding is known again."""
    name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    imported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="imported_files")
    imported_at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="imported_file")

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [models.UniqueConstraint(fields=["desk", "digest"], name="imported_file_once_for_each_desk")]

    def __str__(self) -> str:
        return self.name
