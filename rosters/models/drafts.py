"""Drafting a month: a run of the engine, the cells that it must leave as they are, what a review says of cells (A5, A6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk, Person
from rosters.models.plans import Roster


class DraftRun(models.Model):
    """The engine at work on a desk's month, or what it found.

    Not a part of the roster: nothing of it is in force or planned before somebody uses it, which makes a version of the
    roster with its history. So there is no history of the rows.
    """

    table_class = "state"

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("draft run", "waiting for its turn")
        RUNNING = "running", pgettext_lazy("draft run", "being drafted")
        STOPPED = "stopped", pgettext_lazy("draft run", "stopped")
        DONE = "done", pgettext_lazy("draft run", "finished")
        FAILED = "failed", pgettext_lazy("draft run", "failed")

    class Found(models.TextChoices):
        NOTHING = "", pgettext_lazy("draft run", "nothing yet")
        BEST = "best", pgettext_lazy("draft run", "proven best")
        GOOD = "good", pgettext_lazy("draft run", "a lawful roster")
        NONE = "none", pgettext_lazy("draft run", "no roster in the time")
        IMPOSSIBLE = "impossible", pgettext_lazy("draft run", "impossible")

    class Fate(models.TextChoices):
        OPEN = "", pgettext_lazy("draft run", "to be decided")
        USED = "used", pgettext_lazy("draft run", "used")
        ASIDE = "aside", pgettext_lazy("draft run", "put aside")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="draft_runs")
    month = models.DateField(_("month"))
    base_version = models.PositiveIntegerField(default=0)
    """The version of the roster that it began from; 0 where there was none."""
    keeps = models.BooleanField(default=False)
    """Whether as little as possible of that version is changed."""
    pinned = models.JSONField(default=list)
    """Cells that stand: person, day, and the code of a shift or None."""
    seconds = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    changed_at = models.DateTimeField()
    """The worker's last sign of life; from this the clock sees that it is gone."""
    stopped_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    """Who asked it to stop; the worker looks at this every second."""
    elapsed = models.FloatField(default=0)
    cost = models.PositiveIntegerField(null=True)
    bound = models.FloatField(default=0)
    rows = models.JSONField(default=dict)
    """The best roster so far: by the person's id a code of a shift, or None, for each day."""
    found = models.CharField(max_length=10, choices=Found.choices, blank=True, default=Found.NOTHING)
    breaches = models.JSONField(default=list)
    """What the rules of working time say against it, once it has ended (rosters.rules.facts.Breach)."""
    clash = models.JSONField(default=dict)
    """The smallest set of rules that cannot be kept together, where there is one."""
    fate = models.CharField(max_length=10, choices=Fate.choices, blank=True, default=Fate.OPEN)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    used_version = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("draft by the engine")
        verbose_name_plural = _("drafts by the engine")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "changed_at"], name="draft_run_state")]
        constraints = [
            models.UniqueConstraint(fields=["desk", "month"], condition=Q(state__in=["queued", "running"]), name="draft_run_one_at_a_time"),
            models.CheckConstraint(condition=Q(month__day=1), name="draft_run_is_of_a_month"),
            models.CheckConstraint(condition=Q(seconds__gte=5, seconds__lte=120), name="draft_run_has_its_time"),
            models.CheckConstraint(
                condition=Q(fate="", settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(fate="") & Q(settled_by__isnull=False, settled_at__isnull=False) & ~Q(state__in=["queued", "running"])),
                name="draft_run_settled_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(fate="used", used_version__gt=F("base_version")) | (~Q(fate="used") & Q(used_version__isnull=True)), name="draft_run_used_is_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.month:%Y-%m} {self.state}"

    @property
    def open(self) -> bool:
        """Whether the engine is at work on it, or will be."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def usable(self) -> bool:
        """Whether it can be made a version of the roster."""
        return not self.open and bool(self.rows) and not self.fate


class RosterPin(models.Model):
    """A cell of a roster's month that drafts must leave as it is, whatever stands in it; laid and taken away while it is planned."""

    table_class = "state"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="pins")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site_day = models.DateField()
    pinned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pinned cell")
        verbose_name_plural = _("pinned cells")
        constraints = [models.UniqueConstraint(fields=["roster", "person", "site_day"], name="roster_pin_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.site_day}"


class CellRemark(models.Model):
    """What the reviewer said of a cell when a version of the roster was returned."""

    table_class = "record"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="remarks")
    version = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    site_day = models.DateField()
    words = models.CharField(max_length=200)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remark on a cell")
        verbose_name_plural = _("remarks on cells")
        ordering = ["site_day", "pk"]
        indexes = [models.Index(fields=["roster", "version"], name="cell_remark_of_version")]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="cell_remark_has_words")]

    def __str__(self) -> str:
        return self.words
