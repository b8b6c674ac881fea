"""Who keeps the checkpoints outside this program, and each time one was sent there (A18, I2, docs/record.md)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Site
from logbook.models.proving import Checkpoint


class Witness(models.Model):
    """An address outside to which a site's checkpoints go. It is begun and ended, never rewritten: what was sent names it."""

    table_class = "state"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="witnesses", verbose_name=_("site"))
    name = models.CharField(
        _("name"), max_length=100, help_text=_("Who it is, in words: the owners’ committee, an auditor, a notary."),
    )
    address = models.EmailField(_("e-mail address"), max_length=254)
    since_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("witness of checkpoints")
        verbose_name_plural = _("witnesses of checkpoints")
        ordering = ["site", "pk"]
        constraints = [
            models.UniqueConstraint("site", Lower("address"), condition=Q(ended_at__isnull=True), name="witness_once_at_a_time"),
            models.CheckConstraint(condition=Q(address__regex=r"^[^[:space:]@]+@[^[:space:]@]+$"), name="witness_has_an_address"),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since_at")), name="witness_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Sending(models.Model):
    """A step of sending one checkpoint to one witness: that it begins, then what came of it. Nothing of it is ever changed.

    A beginning without an answer is a worker that was stopped in between: whether the mail went, nobody knows.
    """

    table_class = "record"

    class Outcome(models.TextChoices):
        BEGUN = "begun", _("being sent")
        SENT = "sent", _("sent")
        FILED = "filed", _("written to a file, not sent")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("perhaps sent")

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="sendings")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="sendings")
    attempt = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)
    """What the mail server, or the way to it, said."""

    class Meta:
        verbose_name = _("sending of a checkpoint")
        verbose_name_plural = _("sendings of checkpoints")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "attempt"], condition=Q(outcome="begun"), name="sending_begins_once"
            ),
            models.UniqueConstraint(
                fields=["checkpoint", "witness", "attempt"], condition=~Q(outcome="begun"), name="sending_has_one_answer"
            ),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="sending_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness_id} {self.attempt} {self.outcome}"
