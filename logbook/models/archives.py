"""How long the record stands, what was archived, who asked to purge and confirmed it, and what was purged (A19, I12).

The rules are held by the functions and triggers of migration 0019; docs/record.md, "Archiving and purging".
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desks.models import Person, Site
from logbook.models.proving import Checkpoint
from logbook.models.record import Book, Entry

FEWEST_YEARS = 3
MOST_YEARS = 30


class RetentionPeriod(models.Model):
    """For how many years a site keeps its record. Longer holds at once, shorter a day later; both moments are the database's."""

    table_class = "record"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="retention_periods")
    years = models.PositiveSmallIntegerField(_("years"))
    reason = models.CharField(_("reason"), max_length=200)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(null=True)
    takes_effect_at = models.DateTimeField(null=True)
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("period of the record")
        verbose_name_plural = _("periods of the record")
        constraints = [
            models.CheckConstraint(condition=Q(years__gte=FEWEST_YEARS, years__lte=MOST_YEARS), name="retention_three_years_at_least")
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.years}"


class Archive(models.Model):
    """That an expired month of a book stands in a file of its own, which was read back and verified before this was written.

    Written by the owner's command alone; archives of a book follow each other without a gap.
    """

    table_class = "derived"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="archives")
    month = models.DateField()
    """The first day of the site's month of recording (I11)."""
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    file_name = models.CharField(max_length=200)
    """Within the directory of the archives."""
    file_digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    """Bytes."""
    root = models.BinaryField(max_length=32)
    """The root of the book's tree of `last_number` entries."""
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, null=True, related_name="+")
    """The first one that covers all of it; none where the key was away."""
    made_at = models.DateTimeField()
    verified_at = models.DateTimeField()
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        constraints = [
            models.UniqueConstraint(fields=["book", "month"], name="archive_once_for_each_month"),
            models.CheckConstraint(condition=Q(last_number__gte=F("first_number"), first_number__gte=1, month__day=1), name="archive_is_a_range"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.month:%Y-%m}"


class PurgeRequest(models.Model):
    """That a supervisor asks to purge a book up to the end of an archived month."""

    table_class = "record"

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="purge_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200)
    method = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("request to purge")
        verbose_name_plural = _("requests to purge")

    def __str__(self) -> str:
        return f"{self.archive_id} {self.asked_at:%Y-%m-%d}"


class PurgeDecision(models.Model):
    """That the site administrator, a second person, confirmed a request to purge, or declined it."""

    table_class = "record"

    request = models.OneToOneField(PurgeRequest, on_delete=models.PROTECT, related_name="decision")
    confirmed = models.BooleanField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    method = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("answer to a request to purge")
        verbose_name_plural = _("answers to requests to purge")
        constraints = [models.CheckConstraint(condition=Q(confirmed=True) | ~Q(reason=""), name="purge_declined_for_a_reason")]


class Purge(models.Model):
    """That the numbers from one to another go from a book by rule, with the entry that says so in the book itself.

    Written before the first of them goes: the range, people and notes are the database's.
    """

    table_class = "derived"

    request = models.OneToOneField(PurgeRequest, on_delete=models.PROTECT, related_name="purge")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="purges")
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    """In the purged book."""
    site_note = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    """In the site's book."""

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        constraints = [models.UniqueConstraint(fields=["book", "last_number"], name="purge_once_up_to_a_number")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.first_number}–{self.last_number}"


class PurgeStep(models.Model):
    """One short transaction of a purge: which numbers went in it. The guards let go what the step of their transaction covers."""

    table_class = "derived"

    purge = models.ForeignKey(Purge, on_delete=models.PROTECT, related_name="steps")
    transaction = models.BigIntegerField()
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    value_ids = ArrayField(models.BigIntegerField(), default=list)
    """Keys of the personal values that went with their entries."""

    class Meta:
        verbose_name = _("step of a purge")
        verbose_name_plural = _("steps of a purge")
        constraints = [models.UniqueConstraint(fields=["purge", "first_number"], name="purge_step_once")]
        indexes = [models.Index(fields=["transaction"], name="purge_step_of_transaction")]
