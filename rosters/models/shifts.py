"""Shift types of a desk: the hours that duties have (A6)."""

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
