"""What is found about a handover or a watch afterwards; each is an entry too, and none moves a watch (A23, A30, C12, E7)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk
from handover.models.handover import Handover
from handover.models.record import Release

ENTRY = "logbook.Entry"


class VoidFinding(models.Model):
    """The supervisor found that not both were present: the handover is void, with a consequence (E7).

    A finding, not a state: who held the desk and answers for it stays as it was.
    """

    table_class = "record"

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="void_finding")
    reason = models.TextField()
    consequence = models.TextField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    entry = models.ForeignKey(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("finding that a handover is void")
        verbose_name_plural = _("findings that a handover is void")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(consequence=""), name="void_finding_has_reason_and_consequence")
        ]

    def __str__(self) -> str:
        return str(self.handover_id)


class OmissionReport(models.Model):
    """Somebody reports that a past handover left something out, with evidence; whoever handed over is heard (C12, A30)."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="omissions")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Who handed over."""
    what = models.TextField()
    evidence = models.ForeignKey(ENTRY, on_delete=models.PROTECT, null=True, related_name="+")
    """The entry that shows it; photos belong to the report's own entry."""
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("report of an omission")
        verbose_name_plural = _("reports of omissions")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["desk", "-reported_at"])]
        constraints = [models.CheckConstraint(condition=~Q(what=""), name="omission_says_what")]

    @property
    def said(self) -> str:
        """What was left out, as long as the report's entry says it: a text that was veiled or purged there is not read here either (A18, A19)."""
        words = getattr(self.entry, "words", None)
        return self.what if words is not None else str(_("#%(number)s is not to be read any more.") % {"number": self.entry.number})

    @property
    def may_decide_at(self) -> datetime:
        """From when the supervisor may decide without a statement."""
        return self.reported_at + timedelta(hours=self.desk.settings.hearing_hours)

    def __str__(self) -> str:
        return f"{self.handover_id} {self.about}"


class OmissionStatement(models.Model):
    """What the person says about it, once; later words are additions to its entry (C12)."""

    table_class = "record"

    report = models.OneToOneField(OmissionReport, on_delete=models.PROTECT, related_name="statement")
    words = models.TextField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("statement about an omission")
        verbose_name_plural = _("statements about omissions")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="omission_statement_has_words")]

    def __str__(self) -> str:
        return str(self.said_by)


class OmissionDecision(models.Model):
    """What the supervisor decided about it, once (C12)."""

    table_class = "record"

    class Outcome(models.TextChoices):
        LEFT_OUT = "left_out", _("something was left out")
        NOT_LEFT_OUT = "not_left_out", _("nothing was left out")
        UNCLEAR = "unclear", _("cannot be told any more")

    report = models.OneToOneField(OmissionReport, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("decision about an omission")
        verbose_name_plural = _("decisions about omissions")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="omission_decision_has_a_reason")]

    def __str__(self) -> str:
        return self.outcome


class Overtime(models.Model):
    """How long the holder stayed past the time at which they should have been relieved; it counts as work in full (A10, A23)."""

    table_class = "record"

    class Cause(models.TextChoices):
        RELIEF = "relief", _("the relief came later than its duty")
        REFUSAL = "refusal", _("a refusal had to be decided")

    watch = models.OneToOneField("logbook.Watch", on_delete=models.PROTECT, related_name="overtime")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    """Whole minutes, each one that has begun and is over."""
    entry = models.ForeignKey(ENTRY, on_delete=models.PROTECT, related_name="+")
    """The entry that ended the watch."""

    class Meta:
        verbose_name = _("time past the relief")
        verbose_name_plural = _("times past the relief")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")) & Q(minutes__gt=0), name="overtime_is_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.minutes}"


class ReleaseCompletion(models.Model):
    """The supervisor completes what an emergency release left undone: what was handed over, counted, told (A23)."""

    table_class = "record"

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="completion")
    words = models.TextField()
    completed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("completion of a release")
        verbose_name_plural = _("completions of releases")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="release_completion_has_words")]

    def __str__(self) -> str:
        return str(self.release_id)
