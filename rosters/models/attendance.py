"""Who checked in for a duty, and what is asked about who was not there or left the desk unattended: facts, statement, outcome (A22, A24, B1.13, B2.6)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk
from rosters.models.duties import Duty

ENTRY = "logbook.Entry"
PERSON = settings.AUTH_USER_MODEL


class CheckIn(models.Model):
    """Somebody with a duty says that they are at the desk, before they are of its watch; the server's time counts (A24).

    Whoever joins or takes over the watch is there by that act, and needs none.
    """

    table_class = "record"

    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="check_in")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="check_ins")
    at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return str(self.duty_id)


class PresenceCase(models.Model):
    """Somebody who should have been there was not, or nobody was: the facts, who is asked about it, and since when (A22, B1.13)."""

    table_class = "record"

    class Kind(models.TextChoices):
        NO_SHOW = "no_show", _("did not come")
        LATE = "late", _("came late")
        UNATTENDED = "unattended", _("left the desk unattended")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="presence_cases")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="presence_cases")
    """None for an unattended desk: it is a time of the desk, whoever's duty it falls in."""
    since = models.DateTimeField(null=True)
    """Since when the desk was unattended; until when is worked out from who was there."""
    because = models.CharField(max_length=40, blank=True)
    """Why: the code of the reason for which the last one left (`absence_reason`), or nothing where they just left."""
    left_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    """Who left it last; somebody else may answer for it by the rule (B1.13)."""
    about = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="presence_cases")
    raised_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    """Nobody: the clock."""
    raised_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("case of presence")
        verbose_name_plural = _("cases of presence")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["desk", "-raised_at"])]
        constraints = [
            models.UniqueConstraint(fields=["duty"], name="presence_case_once_for_a_duty"),
            models.UniqueConstraint(fields=["desk", "since", "about"], name="presence_case_once_for_a_person_and_time"),
            models.UniqueConstraint(fields=["desk", "since"], condition=Q(raised_by__isnull=True), name="presence_case_unattended_raised_once"),
            models.CheckConstraint(
                condition=Q(kind="no_show", raised_by__isnull=True) | Q(kind="late", raised_by__isnull=False) | Q(kind="unattended"),
                name="presence_case_says_who_raised_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="unattended", duty__isnull=True, since__isnull=False, left_by__isnull=False)
                | (~Q(kind="unattended") & Q(duty__isnull=False, since__isnull=True, left_by__isnull=True, because="")),
                name="presence_case_is_of_a_duty_or_a_time",
            ),
        ]

    @property
    def at(self) -> datetime:
        """The moment that it is about: since when the desk was unattended, or when the duty begins."""
        at = self.since if self.duty is None else self.duty.starts_at
        assert at is not None, "a case is of a duty or of a time"
        return at

    @property
    def may_settle_at(self) -> datetime:
        """From when the supervisor may settle it without a statement."""
        return self.raised_at + timedelta(hours=self.desk.settings.hearing_hours)

    def __str__(self) -> str:
        return f"{self.kind} {self.duty_id or self.since}"


class PresenceStatement(models.Model):
    """What the person says about it, once; later words are additions to its entry (A22)."""

    table_class = "record"

    case = models.OneToOneField(PresenceCase, on_delete=models.PROTECT, related_name="statement")
    words = models.TextField()
    said_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("statement about presence")
        verbose_name_plural = _("statements about presence")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="presence_statement_has_words")]

    def __str__(self) -> str:
        return str(self.said_by)


class PresenceOutcome(models.Model):
    """How the supervisor settled it, once, under the site's rules (A22)."""

    table_class = "record"

    class Outcome(models.TextChoices):
        NONE = "none", pgettext_lazy("outcome", "no consequence")
        REMINDER = "reminder", pgettext_lazy("outcome", "a reminder")
        TRAINING = "training", pgettext_lazy("outcome", "training")
        SITE_RULES = "site_rules", pgettext_lazy("outcome", "dealt with under the site's rules")

    case = models.OneToOneField(PresenceCase, on_delete=models.PROTECT, related_name="outcome")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    special_reason = models.BooleanField()
    """Whether a special reason is accepted: then nothing follows."""
    reason = models.TextField()
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("outcome of a case of presence")
        verbose_name_plural = _("outcomes of cases of presence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="presence_outcome_has_a_reason"),
            models.CheckConstraint(
                condition=Q(special_reason=False) | Q(outcome="none"), name="presence_special_reason_has_no_consequence"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome
