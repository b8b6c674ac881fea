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
    owner = models.CharField(_("who does it"), max_length=120, blank=True)
    by_when = models.DateTimeField(_("by when"), null=True)
    if_then = models.CharField(_("if … then …"), max_length=300, blank=True)
    overnight = models.CharField(_("who has it overnight"), max_length=120, blank=True)
    told_number = models.BigIntegerField(null=True)
    """The follow-up's newest entry when it was told: a later one means that it must be told again."""
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    said_back = models.CharField(_("as the incoming says it back"), max_length=300, blank=True)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """Who of the outgoing has ticked that what the incoming said back is right."""
    heard_at = models.DateTimeField(null=True)
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
            models.CheckConstraint(
                condition=Q(heard_at__isnull=True, heard_by__isnull=True)
                | Q(heard_at__isnull=False, heard_by__isnull=False, acknowledged_at__isnull=False),
                name="handover_matter_heard_after_it_was_said_back",
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


class HandoverCounting(models.Model):
    """One number that somebody counted and wrote: a difference stands when two in a row say the same (A28). Both are kept."""

    table_class = "record"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="countings")
    item = models.ForeignKey(CustodyItem, on_delete=models.PROTECT, related_name="+")
    counted = models.DecimalField(max_digits=9, decimal_places=2, validators=LIMITS)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("counting")
        verbose_name_plural = _("countings")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(counted__gte=0), name="handover_counting_not_negative")]

    def __str__(self) -> str:
        return f"{self.item} {self.counted}"


class HandoverCheckLine(models.Model):
    """An item of the environment checklist; `result` is empty until somebody has looked (A27, A14, C7).

    What fails is put right at once, becomes a follow-up of the log, or is a ground for refusing.
    """

    table_class = "state"

    class Answer(models.TextChoices):
        PUT_RIGHT = "put_right", _("put right at once")
        FOLLOW_UP = "follow_up", _("a follow-up of the log")
        GROUND = "ground", _("a ground for refusing")

    class Result(models.TextChoices):
        PASS = "pass", _("pass")
        FAIL = "fail", _("fail")
        NOT_APPLICABLE = "na", _("n/a")

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="checks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=4, choices=Result.choices, blank=True)
    remark = models.TextField(blank=True)
    reading = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    """Of what fails: the entry that says so, with its photos."""
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answer_words = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    follow_up = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    """The first entry of the follow-up that it became."""
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
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(result="fail", answered_by__isnull=False, answered_at__isnull=False)),
                name="handover_check_answered_where_it_fails",
            ),
            models.CheckConstraint(
                condition=~Q(answer="follow_up") | Q(follow_up__isnull=False), name="handover_check_names_its_follow_up"
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class HandoverQuestion(models.Model):
    """A question of the incoming about a matter or the last shift's log, with the outgoing's answer (A25)."""

    table_class = "state"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="questions")
    matter = models.ForeignKey(HandoverMatter, on_delete=models.PROTECT, null=True, related_name="questions")
    question = models.CharField(max_length=400, blank=True)
    """The words of a question of an earlier release; since then they stand in its entry alone."""
    entry = models.OneToOneField("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=400, blank=True)
    answer_entry = models.OneToOneField("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question at a handover")
        verbose_name_plural = _("questions at a handover")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answer_entry__isnull=True, answered_by__isnull=True)
                | (Q(answered_by__isnull=False) & (~Q(answer="") | Q(answer_entry__isnull=False))),
                name="handover_question_answered_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(question="") | Q(entry__isnull=False), name="handover_question_has_words"),
        ]

    @property
    def is_answered(self) -> bool:
        """Whether somebody has answered."""
        return self.answered_by_id is not None

    def __str__(self) -> str:
        return f"{self.handover_id} {self.asked_at:%H:%M}"


class HandoverStep(models.Model):
    """A step of the desk's own, ticked before the signatures, with a photo where it asks for one (A27, C7, C8).

    The photo is attached to the entry that says so (A17).
    """

    table_class = "state"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="steps")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    entry = models.OneToOneField("logbook.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("own step of a handover")
        verbose_name_plural = _("own steps of a handover")
        ordering = ["item__position", "item__code"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "item"], name="handover_step_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False, done_by__isnull=False),
                name="handover_step_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)


class HandoverReading(models.Model):
    """That the incoming has read one entry that was new to them, and when (A25); written once."""

    table_class = "record"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="readings")
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry read at a handover")
        verbose_name_plural = _("entries read at a handover")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "entry", "person"], name="handover_entry_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.entry_id}"
