"""Places: the installation, its sites, their desks and opening hours (A6)."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models.labels import Labelled

slug_form = RegexValidator(r"^[a-z0-9](-?[a-z0-9])*$", _("Use small letters, digits and single hyphens."))


def known_timezone(name: str) -> None:
    """Refuses a name that is not in the time zone database."""
    if name not in available_timezones():
        raise ValidationError(_("This is not a known time zone, for example Asia/Shanghai."))


def known_region(name: str) -> None:
    """Refuses a country or region whose public holidays nobody here knows."""
    from holidays import list_supported_countries

    if name not in list_supported_countries():
        raise ValidationError(_("No public holidays are known for this code. Examples: CN, HK, MO, SG; empty for none."))


class Installation(models.Model):
    """The one row that makes the origins of this installation's books unique in the world."""

    table_class = "derived"

    name = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Site(Labelled):
    """A property project (物业项目): the border that no data crosses (I8)."""

    table_class = "state"

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[slug_form])
    timezone = models.CharField(
        _("time zone"), max_length=60, default="Asia/Shanghai", validators=[known_timezone],
        help_text=_("Fixed once entries exist: days and months of the record are this zone's."),
    )
    region = models.CharField(
        _("public holidays of"), max_length=6, default="CN", blank=True, validators=[known_region],
        help_text=_("Code of the country or region, for example CN with its make-up working days, HK, MO, SG. Empty: none but the site's own days."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["code"]

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone (I11)."""
        return ZoneInfo(self.timezone)


class Desk(Labelled):
    """A place that is kept manned (岗位): a front desk, a duty room."""

    table_class = "state"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="desks", verbose_name=_("site"))
    slug = models.CharField(_("address"), max_length=50, unique=True, validators=[slug_form])
    preset = models.CharField(_("preset"), max_length=40, blank=True)
    active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()
    known: Any = None
    """What the gate read together with this desk (desks.gate.Known); nothing for a desk that was read elsewhere."""

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        ordering = ["slug"]


class OpeningHours(models.Model):
    """When a desk is open on a weekday, as wall-clock times of the site (A6); no row means closed that day."""

    table_class = "state"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["desk", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "weekday"], name="opening_hours_one_per_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_close_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
