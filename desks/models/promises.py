"""What people promise for the sake of others: that what they read in the log stays among those whom it concerns (A20)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from desks.models.people import Person
from desks.models.places import Site


class Promise(models.Model):
    """That a reader of a site's log promised confidentiality: written once, never changed, the next year by another row."""

    table_class = "record"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="promises")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="promises")
    at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()
    """Of the wording; a new wording is a new version and is asked for anew only when the year is over."""
    language = models.CharField(max_length=10)
    text = models.TextField()
    """As its reader read it."""
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("promise of confidentiality")
        verbose_name_plural = _("promises of confidentiality")
        indexes = [models.Index(fields=["person", "site", "-at"], name="promise_newest")]

    def __str__(self) -> str:
        return f"{self.person} · {self.at:%Y-%m-%d}"
