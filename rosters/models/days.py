"""The site's own days: holidays, working days, days of special need, closures (A6)."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from desks.models import Desk, Site
from desks.models.labels import Labelled


class SiteDay(Labelled):
    """One day that is not what the calendar says, for the whole site or for one desk; what it names goes before the calendar."""

    table_class = "state"
    is_set_up = True
    """The office words what an administrator adds and changes here."""

    class What(models.TextChoices):
        HOLIDAY = "holiday", _("holiday")
        WORKING = "working", _("working day")
        BUSY = "busy", _("day of special need")
        CLOSED = "closed", pgettext_lazy("day", "closed")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="own_days", verbose_name=_("site"))
    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, null=True, blank=True, related_name="own_days", verbose_name=_("desk"),
        help_text=_("Empty: every desk of the site."),
    )
    day = models.DateField(_("day"))
    what = models.CharField(_("what it is"), max_length=10, choices=What.choices)
    current = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("own day of the site")
        verbose_name_plural = _("own days of the site")
        ordering = ["-day", "site", "desk"]
        constraints = [
            models.UniqueConstraint(
                F("site"), Func(F("desk"), Value(0), function="COALESCE"), F("day"), condition=Q(current=True), name="site_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.label or self.get_what_display()}"
