"""Who is away from the desk for a while (A10)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Person
from logbook.models import Watch


class Absence(models.Model):
    """A person of the watch who has left the desk for a while, and who stays at it (A10): nobody, where they say so, or because of an emergency (A9).

    `part` says whether the holder's part went to the cover with it. An absence ends with its watch, whatever stands here.
    """

    table_class = "state"

    class Part(models.TextChoices):
        NONE = "none", _("not passed on")
        PASSED = "passed", _("the holder's part was passed on")
        RETURNED = "returned", _("the holder's part came back")

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="absences")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="absences_covered")
    what = models.CharField(max_length=40)
    """Code of the desk's choice `absence_reason`: meal, errand, emergency …"""
    since = models.DateTimeField()
    back_at = models.DateTimeField(null=True)
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.NONE)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "person"], condition=Q(back_at__isnull=True), name="absence_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(person=F("cover")), name="absence_is_covered_by_another"),
            models.CheckConstraint(
                condition=Q(back_at__isnull=True) | Q(back_at__gte=F("since")), name="absence_ends_after_it_begins"
            ),
        ]
