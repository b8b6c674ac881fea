"""The steps of a handover as rows: matters told, items counted, checks made (A26–A28, A30)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import ChecklistItem
from handover.models.handover import Handover
from registers.models import LIMITS, CustodyItem


class HandoverMatter(models.Model):
    """An open follow-up in a handover: told by the outgoing, acknowledged by the incoming (A26, A30)."""

    table_class = "state"

    class Group(models.TextChoices):
        ONE_BY_ONE = "one_by_one", _("one by one")
        REST = "rest", _("unchanged")

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("critical")
        WATCH = "watch", _("to be watched")
        STABLE = "stable", _("stable")

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="matters")
    root = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=Group.choices)
    why = models.CharField(max_length=20, blank=True)
    """Why it is gone through alone: new, changed, soon, overdue, critical; empty for the unchanged rest."""
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.STABLE)
    state_told = models.CharField(max_length=20, blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    overnight = models.CharField(_("who has it overnight"), max_length=120, blank=True)
    told_number = models.BigIntegerField(null=True)
    """The follow-up's newest entry when it was told: a later one means that it must be told again."""
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    said_back = models.CharField(_("as the incoming says it back"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("matter of a handover")
        verbose_name_plural = _("matters of a handover")
        ordering = ["root__number"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "root"], name="handover_matter_once"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | (Q(told_by__isnull=False) & ~Q(state_told="")),
                name="handover_matter_told_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.root_id}"


class HandoverCountLine(models.Model):
    """An item to be counted together; `counted` is empty until somebody has counted (A28)."""

    table_class = "state"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="counts")
    item = models.ForeignKey(CustodyItem, on_delete=models.PROTECT, related_name="+")
    expected = models.DecimalField(max_digits=9, decimal_places=2)
    counted = models.DecimalField(max_digits=9, decimal_places=2, null=True, validators=LIMITS)
    explanation = models.TextField(blank=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of the count")
        verbose_name_plural = _("lines of the count")
        ordering = ["item__position", "item__code"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "item"], name="handover_count_line_once"),
            models.CheckConstraint(condition=Q(counted__isnull=True) | Q(counted__gte=0), name="handover_count_not_negative"),
        ]

    @property
    def differs(self) -> bool:
        """Whether it was counted and is not what was expected."""
        return self.counted is not None and self.counted != self.expected

    def __str__(self) -> str:
        return str(self.item)


class HandoverCheckLine(models.Model):
    """An item of the environment checklist; `result` is empty until somebody has looked (A27, A14)."""

    table_class = "state"

    class Result(models.TextChoices):
        PASS = "pass", _("pass")
        FAIL = "fail", _("fail")
        NOT_APPLICABLE = "na", _("n/a")

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="checks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=4, choices=Result.choices, blank=True)
    remark = models.TextField(blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of the check")
        verbose_name_plural = _("lines of the check")
        ordering = ["item__position", "item__code"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "item"], name="handover_check_line_once"),
            models.CheckConstraint(
                condition=~Q(result="fail") | ~Q(remark=""), name="handover_failed_check_has_a_remark"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class HandoverQuestion(models.Model):
    """A question of the incoming about a matter or the last shift's log, with the outgoing's answer (A25)."""

    table_class = "state"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="questions")
    matter = models.ForeignKey(HandoverMatter, on_delete=models.PROTECT, null=True, related_name="questions")
    question = models.CharField(max_length=400)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question at a handover")
        verbose_name_plural = _("questions at a handover")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True) | (~Q(answer="") & Q(answered_by__isnull=False)),
                name="handover_question_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.question
