"""Signing on one's own phone: a code that opens once, within a minute, over one content (A29, I4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from handover.models.handover import Handover


class PhoneTicket(models.Model):
    """A code shown on the desk's screen for the incoming. The code itself is kept nowhere, only its SHA-256."""

    table_class = "record"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="phone_tickets")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Who alone may open it: the incoming of that moment."""
    token_digest = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    """The content that was on the screen; another content needs another code (I4)."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code for a signature on the phone")
        verbose_name_plural = _("codes for signatures on the phone")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="phone_ticket_expires_later")]

    def __str__(self) -> str:
        return str(self.person)


class PhoneStep(models.Model):
    """What was done with a code: opened on the phone, signed with it; each once, held by the database."""

    table_class = "record"

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        SIGNED = "signed", _("signed")

    ticket = models.ForeignKey(PhoneTicket, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("use of a code for the phone")
        verbose_name_plural = _("uses of codes for the phone")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="phone_step_once")]

    def __str__(self) -> str:
        return self.kind
