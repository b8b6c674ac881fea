"""What is written once about a handover and never changed: signatures, refusals, decisions, reliefs, releases (I1, I4, I9)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.models import Choice, Desk
from handover.models.handover import Handover


class Signature(models.Model):
    """A personal signature over the handover's content (A29). A signature over another content than the present is stale."""

    table_class = "record"

    class Role(models.TextChoices):
        OUTGOING = "outgoing", _("outgoing")
        INCOMING = "incoming", _("incoming")

    class Meaning(models.TextChoices):
        HANDS_OVER = "hands_over", _("hands over")
        TAKES_OVER = "takes_over", _("takes over")
        CLOSES = "closes", _("closes the desk for the night")
        OPENS = "opens", _("opens the desk")

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    meaning = models.CharField(max_length=12, choices=Meaning.choices)
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.TextField()
    """The signed lines as they were, so that what was seen is what is kept."""
    method = models.CharField(max_length=10, choices=[("pin", _("PIN")), ("password", _("password")), ("phone", _("own phone"))])
    last_seen_number = models.BigIntegerField()
    """The newest entry of the book that the page showed to the signer (I4)."""

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "role", "digest"], name="signature_once_per_role_and_content"),
            models.UniqueConstraint(fields=["handover", "person", "digest"], name="signature_nobody_signs_both_sides"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="signature_has_a_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.meaning}"


class Refusal(models.Model):
    """One side refuses: a ground and the remedy that would lift it. The outgoing keeps the desk (A22, I9)."""

    table_class = "record"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="refusals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Signature.Role.choices)
    ground = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+")
    ground_code = models.CharField(max_length=40)
    ground_version = models.PositiveIntegerField()
    remark = models.TextField(blank=True)
    remedy = models.TextField()
    by_when = models.DateTimeField(null=True)
    """Until when the remedy is to be done; empty in refusals of an earlier version."""
    refused_at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    note = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    """The entry with details that only supervisors read (E9)."""

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(remedy=""), name="refusal_names_a_remedy")]

    @property
    def decide_by(self) -> datetime:
        """By when the supervisor decides, by the desk's setting (E9)."""
        return self.refused_at + timedelta(minutes=self.handover.desk.settings.refusal_minutes)

    def __str__(self) -> str:
        return f"{self.person} {self.ground_code}"


class RefusalDecision(models.Model):
    """What the supervisor decided about a refusal; one decision for each (I9)."""

    table_class = "record"

    class Outcome(models.TextChoices):
        BACK = "back", _("the handover goes on")
        UPHELD = "upheld", _("the refusal stands")
        TAKEN_OVER = "taken_over", _("the supervisor takes the desk over")

    refusal = models.OneToOneField(Refusal, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("decision about a refusal")
        verbose_name_plural = _("decisions about refusals")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="refusal_decision_has_a_reason")]

    def __str__(self) -> str:
        return self.outcome


class NamedRelief(models.Model):
    """The supervisor named somebody to relieve the watch, rostered or not (A23)."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    watch = models.ForeignKey("logbook.Watch", on_delete=models.PROTECT, related_name="named_reliefs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("named relief")
        verbose_name_plural = _("named reliefs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.person)


class Release(models.Model):
    """Illness or danger released the holder at once; without a colleague the desk is a gap until it is taken over (A23)."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    watch = models.ForeignKey("logbook.Watch", on_delete=models.PROTECT, related_name="releases")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground_code = models.CharField(max_length=40)
    ground_version = models.PositiveIntegerField()
    passed_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """The colleague who holds the desk from then on, or nobody: then the desk is an open gap."""
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.person)
