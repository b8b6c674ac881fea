"""The call tree of a site, and the calls that are made along it in an emergency (A16)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Labelled, Site
from escalations.models.escalations import Escalation, Level


class CallStep(Labelled):
    """Who is called when: one step of the call tree. The label says what they are (security manager).

    A step calls everybody who has a role now, or one contact with a name and a phone; a contact needs no account, and
    one who has an account is told there as well. It ends, and is never taken away: calls of the past name it.
    """

    table_class = "state"

    class When(models.TextChoices):
        ALWAYS = "always", _("at any time")
        OFF_HOURS = "off_hours", _("outside the opening hours of the desk")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="call_steps", verbose_name=_("site"))
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, help_text=_("A16: called in this order, until somebody answers.")
    )
    role = models.CharField(
        _("role"), max_length=20, choices=Level.choices, blank=True,
        help_text=_("Everybody who has the role at that time; empty for a contact."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account of the contact"),
        help_text=_("Empty where the contact has no account. Who has one is told there as well, and answers there."),
    )
    name = models.CharField(_("name of the contact"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    departments = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("for which departments"),
        help_text=_("Codes, for example engineering. Called where the matter is theirs, or where nobody knows yet whose it is. Empty: always."),
    )
    when = models.CharField(_("when it applies"), max_length=10, choices=When.choices, default=When.ALWAYS)
    wait_minutes = models.PositiveSmallIntegerField(
        _("wait for an answer (minutes)"), default=5, validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("A16: nobody answers for so long: the next is called."),
    )
    current = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step of the call tree")
        verbose_name_plural = _("call tree")
        ordering = ["site", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="") | Q(person__isnull=True, name=""), name="call_step_is_a_role_or_a_contact"
            ),
            models.CheckConstraint(condition=Q(wait_minutes__gte=1, wait_minutes__lte=120), name="call_step_waits_a_while"),
        ]


class Call(models.Model):
    """One call to a step of the tree about one emergency, and what came of it.

    At most one call of the tree's own order waits for an answer; others may be called beside it (A15). What is said
    of a call stands in the entries of `EscalationStep`.
    """

    table_class = "state"

    class State(models.TextChoices):
        CALLING = "calling", _("being called")
        UNANSWERED = "unanswered", _("no answer")
        ANSWERED = "answered", _("answered")
        COMING = "coming", _("is coming")
        ARRIVED = "arrived", _("on site")
        DROPPED = "dropped", _("not needed any more")

    TAKEN = (State.ANSWERED, State.COMING, State.ARRIVED)

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="calls")
    step = models.ForeignKey(CallStep, on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """The account of the contact at the time of the call: who may see what they were called for (I8)."""
    beside = models.BooleanField(default=False)
    """Called by hand beside the order of the tree; the tree neither waits for it nor goes on from it."""
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CALLING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    """When who is coming said that they would be there."""
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=Q(state="calling", beside=False), name="call_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["escalation", "step"], condition=Q(state="calling"), name="call_each_step_once_at_a_time"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="call_waits_a_while"),
            models.CheckConstraint(
                condition=~Q(state="coming") | Q(expected_at__isnull=False), name="call_says_when_who_is_coming_is_there"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="calling", beside=False), name="call_due")]

    def __str__(self) -> str:
        return f"{self.escalation_id} {self.step_id} {self.state}"
