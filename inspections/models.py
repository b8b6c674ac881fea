"""Inspections of a desk, what each item came to, and the findings, those of openings too, until they are verified (A31, A32, A33)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import ChecklistItem, Desk, Person
from registers.models import CustodyItem


class Inspection(models.Model):
    """One walk through the items of a desk's checklist: one of the two that fall due each day, or one at will (A32)."""

    table_class = "state"

    class Occasion(models.TextChoices):
        MORNING = "morning", _("morning")
        HANDOVER = "handover", _("handover period")
        EXTRA = "extra", _("at will")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        MISSED = "missed", _("missed")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="inspections")
    site_day = models.DateField(_("day"))
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField(_("due"), null=True)
    """Until when it is to be done; an inspection at will is never due."""
    inspector = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("inspector"))
    """Who began it, and once it is done who finished it."""
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-site_day", "-due_at", "-pk"]
        constraints = [
            # Two daily inspections, each once, whoever plans or starts them (A32).
            models.UniqueConstraint(
                fields=["desk", "site_day", "occasion"], condition=~Q(occasion="extra"), name="inspection_daily_once"
            ),
            models.UniqueConstraint(
                fields=["desk", "inspector"], condition=Q(occasion="extra", state="in_progress"),
                name="inspection_one_extra_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(occasion="extra", due_at__isnull=True) | (~Q(occasion="extra") & Q(due_at__isnull=False)),
                name="inspection_daily_is_due",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", inspector__isnull=True, started_at__isnull=True, done_at__isnull=True)
                | Q(state="in_progress", inspector__isnull=False, started_at__isnull=False, done_at__isnull=True)
                | Q(state="done", inspector__isnull=False, started_at__isnull=False, done_at__gte=F("started_at"))
                | Q(state="missed", done_at__isnull=True),
                name="inspection_state_fits_its_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.site_day} {self.occasion}"


class InspectionResult(models.Model):
    """What one item came to; the item is a version of its wording, which stays."""

    table_class = "state"

    class Outcome(models.TextChoices):
        PASS = "pass", _("pass")
        FAIL = "fail", _("fail")
        NOT_APPLICABLE = "na", _("not applicable")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="results")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome.choices)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    correction = models.CharField(_("corrected on the spot"), max_length=300, blank=True)
    """What was done about a failed item at once; empty leaves its finding open."""
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("result of an inspection")
        verbose_name_plural = _("results of inspections")
        ordering = ["item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="inspection_result_one_per_item"),
            models.CheckConstraint(condition=Q(outcome="fail") | Q(correction=""), name="inspection_correction_of_a_failure"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item_id} {self.outcome}"


class Finding(models.Model):
    """A failed item of a finished inspection, or what an opening found otherwise than the closing left it, until it is
    corrected or its action is verified (A33).
    """

    table_class = "state"

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CORRECTED = "corrected", _("corrected on the spot")
        ACTION_SET = "action_set", _("action set")
        DONE = "done", _("done, to be verified")
        VERIFIED = "verified", _("verified")

    result = models.OneToOneField(InspectionResult, on_delete=models.PROTECT, null=True, related_name="finding")
    opening = models.ForeignKey("handover.Handover", on_delete=models.PROTECT, null=True, related_name="findings")
    """The opening that found it; then it is of one item that was counted, or of one that was checked."""
    counted = models.OneToOneField("registers.CustodyCount", on_delete=models.PROTECT, null=True, related_name="finding")
    checked = models.OneToOneField("handover.HandoverCheckLine", on_delete=models.PROTECT, null=True, related_name="finding")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    problem = models.CharField(_("what is wrong"), max_length=300)
    found_at = models.DateTimeField()
    correction = models.CharField(_("what was done at once"), max_length=300, blank=True)
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    action = models.CharField(_("action"), max_length=300, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"), null=True)
    answer = models.CharField(_("what was done"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-found_at", "-pk"]
        indexes = [models.Index(fields=["desk", "state", "due_on"], name="finding_desk_state_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open")
                | (Q(state="corrected") & ~Q(correction=""))
                | (Q(state="action_set", owner__isnull=False, due_on__isnull=False) & ~Q(cause="") & ~Q(action=""))
                | (Q(state="done", owner__isnull=False, done_at__isnull=False) & ~Q(answer=""))
                | (Q(state="verified", done_at__isnull=False, verified_by__isnull=False, verified_at__isnull=False)),
                name="finding_state_fits_what_is_known",
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=False, opening__isnull=True, counted__isnull=True, checked__isnull=True)
                | Q(result__isnull=True, opening__isnull=False, counted__isnull=False, checked__isnull=True)
                | Q(result__isnull=True, opening__isnull=False, counted__isnull=True, checked__isnull=False),
                name="finding_is_of_one_thing",
            ),
        ]

    @property
    def item(self) -> ChecklistItem | CustodyItem:
        """What it is about, in the version that was looked at."""
        of = self.result or self.counted or self.checked
        assert of is not None, "the database holds that a finding is of something"
        return of.item

    def __str__(self) -> str:
        return f"{self.desk_id} {self.problem}"
