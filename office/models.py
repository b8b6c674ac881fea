"""The day's briefing and who has acknowledged it (A32). Both are only ever added to: the newest version counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person


class Briefing(models.Model):
    """What the supervisor stresses for one day of a desk; a change is a new version, and is acknowledged anew."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="briefings")
    site_day = models.DateField(_("day"))
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        ordering = ["-site_day", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "site_day", "version"], name="briefing_version_once_a_day"),
            models.CheckConstraint(condition=~Q(text="") & Q(version__gte=1), name="briefing_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.site_day} v{self.version}"


class BriefingAck(models.Model):
    """That a person has acknowledged a version of a briefing, and when."""

    table_class = "record"

    briefing = models.ForeignKey(Briefing, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement of a briefing")
        verbose_name_plural = _("acknowledgements of briefings")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["briefing", "person"], name="briefing_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.briefing_id} {self.person_id}"
