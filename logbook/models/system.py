"""What the system reports again and again, until it is written down in one entry (A17)."""

from django.db import models

from logbook.models.record import Book, Entry


class SystemRun(models.Model):
    """A period in which further reports of the system about one subject are counted instead of written down.

    It is working state and proves nothing: what was counted stands in the entry that ends the period.
    """

    table_class = "state"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    """The entry of the first report."""
    began_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)
    """How many reports came after the one that was written down last."""
    last_at = models.DateTimeField(null=True)
    last_fields = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "code", "subject"], name="system_run_one_for_each_subject")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.code} {self.subject}"
