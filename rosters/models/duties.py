"""Duties in force, and the decisions that change them (I5, I6).

What is in force is written by a roster's approval or by a decided change, and by nothing else (migration 0002).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person
from desks.models.people import TimeRange
from rosters.models.plans import Roster


class DutyChange(models.Model):
    """A decided change of duties in force: the only way round a roster that has been approved (I6).

    Leave, swap, stand-in and support call-up write one row here, with who decided and why; a duty then names the
    change that took it out, or the change that brought it in. The reason of a leave names no kind of leave.
    """

    table_class = "record"

    class Kind(models.TextChoices):
        LEAVE = "leave", _("leave")
        SWAP = "swap", _("swap")
        STAND_IN = "stand_in", _("stand-in")
        SUPPORT = "support", _("support call-up")
        EXTENSION = "extension", _("extension")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="duty_changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="duty_change_has_a_reason")]


class Duty(models.Model):
    """A person's turn at a desk that is in force: the site's day, the own half-open time range, shift and origin (I11).

    Nobody is on two duties in force at once: the database refuses it (I5). The check can be deferred to the end of a
    transaction, for a swap that exchanges two people.
    """

    table_class = "state"

    class Origin(models.TextChoices):
        ROSTER = "roster", _("roster")
        CHANGE = "change", _("decided change")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="duties")
    site_day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    shift_code = models.CharField(max_length=40)
    shift_version = models.PositiveIntegerField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ROSTER)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, null=True, related_name="duties")
    brought_in_by = models.ForeignKey(DutyChange, on_delete=models.PROTECT, null=True, related_name="duties_brought_in")
    taken_out_by = models.ForeignKey(DutyChange, on_delete=models.PROTECT, null=True, related_name="duties_taken_out")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["desk", "site_day"]), models.Index(fields=["desk", "starts_at"])]
        constraints = [
            ExclusionConstraint(
                name="duty_one_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(taken_out_by__isnull=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(origin="roster", roster__isnull=False, brought_in_by__isnull=True)
                | Q(origin="change", roster__isnull=True, brought_in_by__isnull=False),
                name="duty_says_where_it_comes_from",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.site_day:%Y-%m-%d} · {self.shift_code}"
