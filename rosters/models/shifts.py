"""Shift types of a desk: the hours that duties have, what they count as, who may take them and how many are needed (A6)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk
from desks.models.setup import Coded


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
    break_minutes = models.PositiveSmallIntegerField(
        _("break (minutes)"), default=0, validators=[MaxValueValidator(240)],
        help_text=_("A10: does not count as working time. 0 where the meal is taken on duty."),
    )
    night = models.BooleanField(
        _("counts as a night"), default=False, help_text=_("Who is protected from nights is not planned for it; nights are spread fairly."),
    )
    tone = models.CharField(_("colour"), max_length=10, choices=Tone.choices, default=Tone.EARLY)
    needed = models.PositiveSmallIntegerField(
        _("people needed"), default=1, help_text=_("On days for which the list of people needed says nothing else."),
    )
    roles = models.JSONField(
        _("roles that may take it"), default=list, blank=True, help_text=_("A6: none ticked means every role that may take a duty at the desk."),
    )
    skills = models.JSONField(
        _("skills that it asks for"), default=list, blank=True, help_text=_("Codes of the desk's skills; who takes the shift has them all."),
    )
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


class ShiftNeed(models.Model):
    """How many people a shift needs on some days: a weekday, or a kind of day (A6).

    It goes by the shift's code and so holds for each of its versions. The nearest row counts: the kind of day before the
    weekday on holidays, make-up days and days of special need, else the weekday before working days and weekends
    (rosters.rules.days.rows_for). With a skill it says how many of the people must have it.
    """

    table_class = "state"
    is_set_up = True
    """The office words what an administrator adds and changes here."""

    class On(models.TextChoices):
        MONDAY = "mon", _("Mondays")
        TUESDAY = "tue", _("Tuesdays")
        WEDNESDAY = "wed", _("Wednesdays")
        THURSDAY = "thu", _("Thursdays")
        FRIDAY = "fri", _("Fridays")
        SATURDAY = "sat", _("Saturdays")
        SUNDAY = "sun", _("Sundays")
        WORKING = "working", _("working days")
        WEEKEND = "weekend", _("weekends")
        HOLIDAY = "holiday", _("public holidays")
        MAKEUP = "makeup", _("make-up working days")
        BUSY = "busy", _("days of special need")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="shift_needs", verbose_name=_("desk"))
    shift_code = models.CharField(_("shift"), max_length=40, help_text=_("Code of the shift type."))
    on = models.CharField(_("on"), max_length=10, choices=On.choices)
    people = models.PositiveSmallIntegerField(_("people needed"), validators=[MaxValueValidator(99)])
    skill = models.CharField(
        _("of them with the skill"), max_length=40, blank=True, help_text=_("Code of a skill. Empty: the number of all."),
    )
    current = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("people needed on a shift")
        verbose_name_plural = _("people needed on shifts")
        ordering = ["desk", "shift_code", "on", "skill"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "shift_code", "on", "skill"], condition=Q(current=True), name="shift_need_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_code} · {self.get_on_display()}"
