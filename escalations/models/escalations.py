"""Escalations: what staff cannot settle goes up, is decided by somebody, and something is done (A4, A11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk
from logbook.models import Entry


class Level(models.TextChoices):
    """Who is asked to decide."""

    SUPERVISOR = "supervisor", _("supervisor")
    PROJECT_HEAD = "project_head", _("project head")


class Escalation(models.Model):
    """One matter that waits for a decision from above; at most one is open for each entry.

    Its clock runs from `asked_at`: when the present level was asked.
    """

    table_class = "state"

    class State(models.TextChoices):
        RAISED = "raised", _("raised")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DECIDED = "decided", _("decided")
        CLOSED = "closed", _("closed")

    class Confirmation(models.TextChoices):
        NONE = "none", _("not needed")
        AWAITED = "awaited", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")

    OPEN_STATES = (State.RAISED, State.ACKNOWLEDGED, State.DECIDED)

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="escalations")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="escalations")
    """The first entry of the matter."""
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.SUPERVISOR)
    state = models.CharField(max_length=20, choices=State.choices, default=State.RAISED)
    confirmation = models.CharField(max_length=10, choices=Confirmation.choices, default=Confirmation.NONE)
    """Whether a decision that was given by phone has been confirmed by who decides (A11)."""
    emergency = models.BooleanField(default=False)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["entry"], condition=~Q(state="closed"), name="escalation_one_open_per_entry"),
            models.CheckConstraint(
                condition=Q(state__in=["decided", "closed"]) | Q(confirmation="none"),
                name="escalation_confirms_what_was_decided",
            ),
        ]
        indexes = [models.Index(fields=["desk", "state"], name="escalation_desk_state")]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.entry_id} {self.state}"


class EscalationStep(models.Model):
    """One step with who, when and which entry; its words stand in that entry alone (I1, I9)."""

    table_class = "record"

    class Kind(models.TextChoices):
        RAISED = "raised", _("raised")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        PASSED_UP = "passed_up", _("passed on to the project head")
        DECIDED = "decided", _("decided")
        PHONE_DECIDED = "phone_decided", _("decided by phone")
        PHONE_CONFIRMED = "phone_confirmed", _("decision by phone confirmed")
        CLOSED = "closed", _("closed")
        CALLED = "called", _("called")
        NO_ANSWER = "no_answer", _("no answer")
        ANSWERED = "answered", _("answered the call")
        COMING = "coming", _("is coming")
        ARRIVED = "arrived", _("is on site")

    OF_CALLS = (Kind.CALLED, Kind.NO_ANSWER, Kind.ANSWERED, Kind.COMING, Kind.ARRIVED)

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    level = models.CharField(max_length=20, choices=Level.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """Nobody: the clock took the step."""
    call = models.ForeignKey("escalations.Call", on_delete=models.PROTECT, null=True, related_name="steps")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """Who decided: of a decision by phone not the person who wrote it down."""
    method = models.CharField(max_length=10, blank=True)
    """How a binding step was confirmed: pin or password."""
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="escalation_step")

    class Meta:
        verbose_name = _("step of an escalation")
        verbose_name_plural = _("steps of escalations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["decided", "phone_decided"], decided_by__isnull=False)
                | (~Q(kind__in=["decided", "phone_decided"]) & Q(decided_by__isnull=True)),
                name="escalation_decision_names_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(kind__in=["raised", "no_answer"]), name="escalation_step_names_who_took_it"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["called", "no_answer", "answered", "coming", "arrived"], call__isnull=False)
                | (~Q(kind__in=["called", "no_answer", "answered", "coming", "arrived"]) & Q(call__isnull=True)),
                name="escalation_step_names_its_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id} {self.kind}"
