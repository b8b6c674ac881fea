"""Lists that are made in the background: who asked for what, how far it is, and where the file lies (A20, I8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site
from desks.places import Place


class ExportJob(models.Model):
    """A list that somebody asked for as a file, too long to wait for on a page.

    Not a part of the record: what was taken out stands in access records, and here goes with the file.
    """

    table_class = "state"

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for its turn")
        RUNNING = "running", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("removed")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="export_jobs")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, related_name="export_jobs")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="export_jobs")
    """Of a list of the site; exactly one of the two."""
    list_name = models.CharField(max_length=20)
    format = models.CharField(max_length=4)
    asked = models.JSONField(default=dict)
    """What the page was asked for; emptied with the file, for it may hold a person's number."""
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often a worker began; one that was believed dead and wakes up again has another number and stops."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    """When the worker last said how far it is; from this the clock sees that it is gone."""
    ready_at = models.DateTimeField(null=True)
    rights = models.JSONField(default=list)
    """The rights by which the rows were read; who has lost one of them does not get the file."""
    filters = models.JSONField(default=dict)
    """The filters as an access record keeps them."""
    shares = models.JSONField(default=dict)
    """What of it belongs to which desk, where it is of several: first and last number, and how many rows."""
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)
    file_name = models.CharField(max_length=60, blank=True)
    """Below the folder of the exports, and not to be guessed; empty without a file."""
    file_size = models.BigIntegerField(default=0)
    file_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="ready") & ~Q(file_name="") & ~Q(file_digest="") & Q(ready_at__isnull=False))
                | (~Q(state="ready") & Q(file_name="")),
                name="export_job_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(desk__isnull=True, site__isnull=False) | Q(desk__isnull=False, site__isnull=True), name="export_job_of_one_place"
            ),
            models.CheckConstraint(condition=~Q(state="expired") | Q(asked={}, filters={}), name="export_job_forgets_what_was_asked"),
        ]
        indexes = [models.Index(fields=["person", "-asked_at"], name="export_job_of_person"), models.Index(fields=["state", "changed_at"], name="export_job_state")]

    def __str__(self) -> str:
        return f"{self.of} · {self.list_name} · {self.format} · {self.state}"

    @property
    def of(self) -> Place:
        """The desk, or the site, whose list it is."""
        place = self.desk or self.site
        assert place is not None, "an export is of one place"
        return place

    @property
    def open(self) -> bool:
        """Whether it is waiting or being made."""
        return self.state in {self.State.ASKED, self.State.RUNNING}
