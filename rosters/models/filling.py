"""Duties that nobody has any more, whom the supervisor called for them, and who is in reserve (A7, A13, A23)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person
from rosters.models.duties import Duty, DutyChange


class EmptyDuty(models.Model):
    """A duty, or the part of one, that a decided leave took out: it waits for a stand-in (A13).

    What it waits for is done once: the database holds one row for each duty that was taken out.
    """

    table_class = "state"

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("empty duty", "to be filled")
        FILLED = "filled", pgettext_lazy("empty duty", "filled")
        LEFT = "left", pgettext_lazy("empty duty", "left empty")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="empty_duties")
    duty = models.OneToOneField(Duty, on_delete=models.PROTECT, related_name="emptied")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    since = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    filled_by = models.OneToOneField(DutyChange, on_delete=models.PROTECT, null=True, related_name="filled")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("duty to be filled")
        verbose_name_plural = _("duties to be filled")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="empty_duty_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="filled", filled_by__isnull=False) | (~Q(state="filled") & Q(filled_by__isnull=True)),
                name="empty_duty_filled_names_its_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.duty.site_day:%Y-%m-%d}"


class StandInCall(models.Model):
    """That somebody was called about an empty duty, and what they answered; noted, never changed (A23)."""

    table_class = "record"

    class Answer(models.TextChoices):
        NO_ANSWER = "no_answer", pgettext_lazy("call", "no answer")
        DECLINED = "declined", pgettext_lazy("call", "cannot come")
        COMES = "comes", pgettext_lazy("call", "comes")

    empty = models.ForeignKey(EmptyDuty, on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        ordering = ["called_at", "pk"]

    def __str__(self) -> str:
        return f"{self.person} · {self.answer}"


class Reserve(models.Model):
    """Who could be called on a day of the desk, agreed beforehand; named first when somebody cannot come (A13)."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="reserves")
    site_day = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reserves")
    history = HistoricalRecords()

    class Meta:
        ordering = ["site_day", "pk"]
        constraints = [models.UniqueConstraint(fields=["desk", "site_day", "person"], name="reserve_once_a_day")]

    def __str__(self) -> str:
        return f"{self.site_day:%Y-%m-%d} · {self.person}"
