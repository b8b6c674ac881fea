"""A handover of a desk: face to face, closing for the night, opening in the morning (A26–A30, I3, I4)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk


class Handover(models.Model):
    """One handover from its preparation to its end. At most one is open at a desk."""

    table_class = "state"

    class Mode(models.TextChoices):
        FACE = "face", _("face to face")
        CLOSING = "closing", _("closing for the night")
        OPENING = "opening", _("opening in the morning")

    class State(models.TextChoices):
        PREPARING = "preparing", _("in preparation")
        SIGNED_OUT = "signed_out", _("signed by the outgoing")
        SUSPENDED = "suspended", _("suspended by a fault")
        REFUSED = "refused", _("refused, the supervisor decides")
        COMPLETED = "completed", _("completed")
        UPHELD = "upheld", _("refused for good")
        CANCELLED = "cancelled", _("cancelled")

    class Together(models.TextChoices):
        YES = "yes", _("gone through together, face to face")
        NO = "no", _("not gone through together")

    OPEN_STATES = (State.PREPARING, State.SIGNED_OUT, State.SUSPENDED, State.REFUSED)

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Stands in the signed content, so that a signature fits this handover and no other."""
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="handovers")
    watch = models.ForeignKey("logbook.Watch", on_delete=models.PROTECT, null=True, related_name="handovers")
    """The watch that ends with it; at an opening nobody holds the desk yet."""
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.FACE)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARING)
    outgoing = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """Who hands over; at an opening who closed last, or nobody at the very first one."""
    incoming = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """Who takes over; nobody at a closing, and nobody yet while the outgoing prepares during the watch."""
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cut_off = models.BigIntegerField(default=0)
    """The last entry that the matters were drawn from; later entries are listed and make nothing stale."""
    cut_off_digest = models.CharField(max_length=64, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_edited = models.BooleanField(default=False)
    """Whether somebody has put the summary in own words; until then it is drafted by rule whenever the list is drawn."""
    together = models.CharField(max_length=3, choices=Together.choices, blank=True)
    together_from = models.DateTimeField(null=True)
    """When both began to go through it; the second signature ends it."""
    apart_because = models.TextField(blank=True)
    risks = models.JSONField(default=list)
    """Codes of rules.RISK_WORDS as they stood when the list was drawn: why this handover is of higher risk."""
    risk_agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    risk_agreed_at = models.DateTimeField(null=True)
    remarks = models.TextField(_("remarks"), blank=True)
    reservations = models.TextField(_("reservations"), blank=True)
    suspended_for = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the content that completed it; both signatures stand over it, held by a trigger (I4)."""
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    """The entry that completed it; the watch ends with that entry's number."""
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["desk", "-started_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=Q(state__in=["preparing", "signed_out", "suspended", "refused"]),
                name="handover_one_open_per_desk",
            ),
            models.CheckConstraint(
                condition=~Q(mode="face") | ~Q(outgoing=F("incoming")), name="handover_nobody_on_both_sides"
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | (Q(entry__isnull=False, ended_at__isnull=False) & ~Q(digest="")),
                name="handover_completed_by_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(mode="face", outgoing__isnull=False)
                | Q(mode="closing", outgoing__isnull=False, incoming__isnull=True)
                | Q(mode="opening", incoming__isnull=False),
                name="handover_people_fit_the_mode",
            ),
            models.CheckConstraint(
                condition=~Q(mode="face", incoming__isnull=True) | Q(state__in=["preparing", "suspended", "cancelled"]),
                name="handover_somebody_takes_over",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in self.OPEN_STATES

    @property
    def is_draft(self) -> bool:
        """Whether the outgoing prepares it and nobody has come to take over yet."""
        return self.mode == self.Mode.FACE and self.incoming_id is None

    @property
    def may_change(self) -> bool:
        """Whether its content may still change: a change after the first signature makes that stale (I4)."""
        return self.state in (self.State.PREPARING, self.State.SIGNED_OUT)

    def __str__(self) -> str:
        return f"{self.desk_id} {self.started_at:%Y-%m-%d %H:%M} {self.mode}"


class HandoverColleague(models.Model):
    """A colleague who takes over beside the incoming, or opens with them."""

    table_class = "state"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="colleagues")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("colleague of the incoming")
        verbose_name_plural = _("colleagues of the incoming")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "person"], name="handover_colleague_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)
