"""Proofs of single entries for outsiders: asked for, decided, given (A18, A20)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Person
from logbook.models.proving import Checkpoint
from logbook.models.record import Entry


class ProofRequest(models.Model):
    """That an entry shall be proven to somebody outside, which of its fields are shown, and what the project head decided.

    What was asked never changes, and a decision stands; the database holds both.
    """

    table_class = "state"

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the project head")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="proof_requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    recipient = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    shown = models.JSONField(default=list)
    """Names of the fields whose values go out; of all others only the commitment does."""
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=200, blank=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, null=True, related_name="+")
    """The checkpoint that the proof leads to, chosen with the approval."""
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("request for a proof")
        verbose_name_plural = _("requests for proofs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, checkpoint__isnull=True)
                | Q(state="approved", decided_by__isnull=False, checkpoint__isnull=False)
                | (Q(state="refused", decided_by__isnull=False, checkpoint__isnull=True) & ~Q(refused_because="")),
                name="proof_request_is_decided_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.state}"
