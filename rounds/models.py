"""What a desk walks at set times, with what is read off on the way; what was walked, and what was missed (B1.3, B1.4, C3, C4, C7)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Coded, Desk, OpeningHours
from desks.models.people import Role

EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
# Who walks a round, where the desk says so: other roles work at no desk.
WALKERS = [(role.value, role.label) for role in (Role.AGENT, Role.BUTLER, Role.SUPERVISOR)]


def every_day() -> list[int]:
    """Monday to Sunday."""
    return list(EVERY_DAY)


class Round(Coded):
    """A round of the desk: on which weekdays and at which times it is due, and what kind of entry answers it (C3, B1.3)."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("desk"))
    clause = models.CharField(_("clause"), max_length=10, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=OpeningHours.Weekday.choices), default=every_day, verbose_name=_("on weekdays"),
    )
    times = ArrayField(
        models.TimeField(), verbose_name=_("due at"),
        help_text=_("Times of the site's day, with commas between: 08:00, 14:00. While the desk is closed nothing is due."),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("missed after (minutes)"), default=30, validators=[MaxValueValidator(12 * 60)],
        help_text=_("C3: so long after its time it counts as missed, and so long before it may be walked already."),
    )
    kind_code = models.CharField(
        _("kind of its entry"), max_length=40, default="patrol", help_text=_("C3: code of the kind of entry that answers it, for example patrol."),
    )
    walker = models.CharField(
        _("who walks it"), max_length=20, choices=WALKERS, blank=True,
        help_text=_("B1.4: the role that walks it; empty for everybody who works at the desk. Supervisors always may."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["desk", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="round_code_version"),
            models.UniqueConstraint(fields=["desk", "code"], condition=Q(current=True), name="round_one_current"),
            models.CheckConstraint(condition=Q(times__len__gt=0) & Q(weekdays__len__gt=0), name="round_has_days_and_times"),
        ]


class RoundPoint(Coded):
    """One thing on the way of a round: looked at, or read off with its limits (C3, C4). It belongs to the round of that code."""

    table_class = "state"

    class Sort(models.TextChoices):
        LOOK = "look", _("looked at")
        READING = "reading", _("read off: a number")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="round_points", verbose_name=_("desk"))
    round_code = models.CharField(_("code of its round"), max_length=40)
    sort = models.CharField(_("how it is checked"), max_length=8, choices=Sort.choices, default=Sort.LOOK)
    unit = models.CharField(_("unit of the reading"), max_length=10, blank=True)
    lowest = models.DecimalField(_("lowest good reading"), max_digits=12, decimal_places=3, null=True, blank=True)
    highest = models.DecimalField(_("highest good reading"), max_digits=12, decimal_places=3, null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("point of a round")
        verbose_name_plural = _("points of rounds")
        ordering = ["desk", "round_code", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="round_point_code_version"),
            models.UniqueConstraint(fields=["desk", "code"], condition=Q(current=True), name="round_point_one_current"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(lowest__lte=F("highest")), name="round_point_limits_in_order"
            ),
        ]


class RoundWalk(models.Model):
    """A round that was walked, for one of its times: written once, with its entry (C3)."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="round_walks")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="walks")
    round_code = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    late = models.BooleanField()
    """Walked after its grace was over."""
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    key = models.UUIDField(null=True)
    """The browser's: sent twice, stored once (I10)."""

    class Meta:
        verbose_name = _("walk of a round")
        verbose_name_plural = _("walks of rounds")
        ordering = ["-due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "round_code", "due_at"], name="round_walked_once"),
            models.UniqueConstraint(fields=["by", "key"], name="round_walk_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_code} {self.due_at:%Y-%m-%d %H:%M}"


class RoundReading(models.Model):
    """What was found at one point of a walk: a number, or whether it is in order; written once (C4)."""

    table_class = "record"

    walk = models.ForeignKey(RoundWalk, on_delete=models.PROTECT, related_name="readings")
    point = models.ForeignKey(RoundPoint, on_delete=models.PROTECT, related_name="readings")
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    good = models.BooleanField()
    """In order, or within its limits."""

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["walk", "point"], name="round_reading_once")]

    def __str__(self) -> str:
        return f"{self.point.code} {self.value}"


class RoundMiss(models.Model):
    """A round that nobody had walked when its grace was over; it stays, whatever is done afterwards (C3).

    `told_at` is when the supervisor was told, once; nothing else of it ever changes.
    """

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="round_misses")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="misses")
    round_code = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("missed round")
        verbose_name_plural = _("missed rounds")
        ordering = ["-due_at", "pk"]
        indexes = [models.Index(fields=["desk", "number"], name="round_miss_by_number")]
        constraints = [models.UniqueConstraint(fields=["desk", "round_code", "due_at"], name="round_missed_once")]

    def __str__(self) -> str:
        return f"{self.round_code} {self.due_at:%Y-%m-%d %H:%M}"


class RoundReason(models.Model):
    """Why a round was missed, as somebody said it afterwards: the words stand in the entry (C3, I9)."""

    table_class = "record"

    miss = models.ForeignKey(RoundMiss, on_delete=models.PROTECT, related_name="reasons")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("reason of a missed round")
        verbose_name_plural = _("reasons of missed rounds")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.miss} · {self.number}"
