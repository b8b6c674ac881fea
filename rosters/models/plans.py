"""The plan: a month's roster, its versions and the file that is being brought in (A5, I6).

A roster is one month of one desk. What is planned belongs to one of its versions and is only ever added to; triggers
hold this (migration 0002).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person


class Roster(models.Model):
    """One month of one desk: draft → submitted → approved → reported, or returned with reasons (A5).

    Bringing a changed plan in makes the next version; after approval nothing of it changes here (I6, trigger).
    """

    table_class = "state"

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("roster", "draft")
        SUBMITTED = "submitted", pgettext_lazy("roster", "submitted")
        APPROVED = "approved", pgettext_lazy("roster", "approved")
        REPORTED = "reported", pgettext_lazy("roster", "reported")
        RETURNED = "returned", pgettext_lazy("roster", "returned")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="rosters")
    month = models.DateField(_("month"))
    """The first day of the site's month (I11)."""
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    """Who brought the present version in: reviewing and reporting an own draft is one act (A5)."""
    reported_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "month"], name="roster_one_per_desk_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="roster_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(state="reported", reported_at__isnull=False) | (~Q(state="reported") & Q(reported_at__isnull=True)),
                name="roster_reported_has_its_time",
            ),
        ]

    @property
    def is_final(self) -> bool:
        """Whether the duties are in force: nothing changes here any more (I6)."""
        return self.state in {self.State.APPROVED, self.State.REPORTED}

    def __str__(self) -> str:
        return f"{self.desk} · {self.month:%Y-%m}"


class RosterLine(models.Model):
    """One person of a version of the roster, in the order of the plan; also who has no duty that month stands here."""

    table_class = "record"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="lines")
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["roster", "version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "version", "person"], name="roster_line_person_once"),
        ]


class PlannedDuty(models.Model):
    """One cell of a version of the roster; a plan may overlap with others, what is in force may not (I5)."""

    table_class = "record"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="planned")
    version = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site_day = models.DateField()
    shift_code = models.CharField(max_length=40)
    shift_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "version", "person", "site_day", "shift_code"], name="planned_duty_once"
            ),
        ]


class RosterException(models.Model):
    """Why a version of a roster stands although it breaks what was agreed with people: said at submitting or at the review (A5)."""

    table_class = "record"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="exceptions")
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    breaches = models.JSONField()
    """What it is the reason for (rosters.rules.facts.Breach)."""
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exception of a roster")
        verbose_name_plural = _("exceptions of rosters")
        ordering = ["pk"]
        indexes = [models.Index(fields=["roster", "version"], name="roster_exception_of_version")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="roster_exception_has_a_reason"),
            models.CheckConstraint(condition=~Q(breaches=[]), name="roster_exception_is_of_something"),
        ]

    def __str__(self) -> str:
        return self.reason


class RosterUpload(models.Model):
    """A file that somebody is bringing in, as read: kept until it is confirmed, put aside or some days old (I10).

    A draft of a draft: rows are only added and removed, so there is no history of them.
    """

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="roster_uploads")
    month = models.DateField()
    name = models.CharField(max_length=200)
    rows = models.JSONField()
    """The table as text, line by line (rosters/reading.py)."""
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
