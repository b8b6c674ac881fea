"""Photos that were uploaded for entries (A17; docs/record.md). What an entry took stands in the entry itself."""

from django.db import models

from desks.models import Person


class Upload(models.Model):
    """Somebody uploaded a photo, a day ago at most: if no entry takes it, the clock removes it.

    An entry that takes it leaves this row alone; what keeps the file then is the entry.
    """

    table_class = "state"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, db_index=True)
    uploaded_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
