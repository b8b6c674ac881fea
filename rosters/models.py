"""Plan and presence: shift types, rosters, the duties in force, and who is away from the desk (A5, A6, A10, I5, I6).

A roster is one month of one desk. What is planned belongs to one of its versions and is only ever added to; what is in
force (`Duty`) is written by the roster's approval and by nothing else here. Triggers hold this (migration 0002).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person
from desks.models.people import TimeRange
from desks.models.setup import Coded
from logbook.models import Watch


class ShiftType(Coded):
    """A shift of the desk (早, 晚): its hours as wall-clock times of the site, its colour and its mark in the grid."""

    table_class = "state"

    class Tone(models.TextChoices):
        EARLY = "early", pgettext_lazy("shift", "early")
        LUNCH = "lunch", pgettext_lazy("shift", "lunch")
        LATE = "late", pgettext_lazy("shift", "late")
        NIGHT = "night", pgettext_lazy("shift", "night")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="shift_types", verbose_name=_("desk"))
    mark_en = models.CharField(_("mark (English)"), max_length=4)
    mark_zh = models.CharField(_("mark (Chinese)"), max_length=4)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(
        _("ends"), help_text=_("Not later than the start: the shift ends on the next day.")
    )
    tone = models.CharField(_("colour"), max_length=10, choices=Tone.choices, default=Tone.EARLY)
    needed = models.PositiveSmallIntegerField(_("people needed"), default=1)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("shift type")
        verbose_name_plural = _("shift types")
        ordering = ["desk", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="shift_type_code_version"),
            models.UniqueConstraint(fields=["desk", "code"], condition=Q(current=True), name="shift_type_one_current"),
        ]

    @property
    def mark(self) -> str:
        """The mark in the grid, as the reader's language writes it."""
        return self.mark_zh if (get_language() or "en").startswith("zh") else self.mark_en


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


class DutyChange(models.Model):
    """A decided change of duties in force: the only way round a roster that has been approved (I6).

    Leave, swap, stand-in and support call-up write one row here, with who decided and why; a duty then names the
    change that took it out, or the change that brought it in. No act of this floor writes one yet.
    """

    table_class = "record"

    class Kind(models.TextChoices):
        LEAVE = "leave", _("leave")
        SWAP = "swap", _("swap")
        STAND_IN = "stand_in", _("stand-in")
        SUPPORT = "support", _("support call-up")

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


class Absence(models.Model):
    """A person of the watch who has left the desk for a while, and who stays at it (A10); because of an emergency nobody may (A9).

    `part` says whether the holder's part went to the cover with it. An absence ends with its watch, whatever stands here.
    """

    table_class = "state"

    class Part(models.TextChoices):
        NONE = "none", _("not passed on")
        PASSED = "passed", _("the holder's part was passed on")
        RETURNED = "returned", _("the holder's part came back")

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="absences")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    cover = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="absences_covered")
    what = models.CharField(max_length=40)
    """Code of the desk's choice `absence_reason`: meal, errand, emergency …"""
    since = models.DateTimeField()
    back_at = models.DateTimeField(null=True)
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.NONE)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "person"], condition=Q(back_at__isnull=True), name="absence_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(person=F("cover")), name="absence_is_covered_by_another"),
            models.CheckConstraint(
                condition=Q(cover__isnull=False) | Q(what="emergency"), name="absence_without_cover_is_of_an_emergency"
            ),
            models.CheckConstraint(
                condition=Q(back_at__isnull=True) | Q(back_at__gte=F("since")), name="absence_ends_after_it_begins"
            ),
        ]
