"""Who has seen their duties of a published roster (A5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from rosters.models.duties import DutyChange
from rosters.models.plans import Roster

ENTRY = "logbook.Entry"


class RosterAcknowledgement(models.Model):
    """A person has seen their duties of a published month, as they stood after a change; a later change is seen anew."""

    table_class = "record"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(DutyChange, on_delete=models.PROTECT, null=True, related_name="+")
    """The newest decided change of the person's duties that was there; none where they are as published."""
    at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("acknowledgement of a roster")
        verbose_name_plural = _("acknowledgements of rosters")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "person", "change"], nulls_distinct=False, name="roster_acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.person_id}"
