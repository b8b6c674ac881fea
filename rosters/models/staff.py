"""What was agreed with each member of staff, from a day until a day: hours, days off, protection, skills, training (A5, E4).

Why somebody is protected is asked nowhere and stands nowhere.
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk, OpeningHours, Person, Site


class Days(Func):
    """The days from the first to the last, both of them in it, for exclusion constraints; no last day is open."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, first: str, last: str) -> None:
        super().__init__(F(first), F(last), Value("[]"))


class Dated(models.Model):
    """A row that holds from a day until a day of the site, both included; without a last day, until it is ended."""

    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name=name)


def _apart(name: str, *fields: str) -> ExclusionConstraint:
    """Two rows of the same never hold on one day."""
    same = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(name=name, expressions=[*same, (Days("from_on", "until_on"), RangeOperators.OVERLAPS)])


class StaffTerms(Dated):
    """Contract hours, the system they are counted by, and days off of a person at a desk. One row for each time."""

    table_class = "state"

    class System(models.TextChoices):
        STANDARD = "standard", _("standard hours")
        COMPREHENSIVE = "comprehensive", _("hours counted over a period")
        FLEXIBLE = "flexible", _("no fixed hours")

    class Period(models.IntegerChoices):
        MONTH = 1, _("a month")
        QUARTER = 3, _("a quarter")
        YEAR = 12, _("a year")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="staff_terms", verbose_name=_("desk"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="staff_terms", verbose_name=_("person"))
    week_hours = models.DecimalField(
        _("contract hours a week"), max_digits=4, decimal_places=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    system = models.CharField(_("working-time system"), max_length=14, choices=System.choices, default=System.STANDARD)
    period_months = models.PositiveSmallIntegerField(_("counted over"), choices=Period.choices, default=Period.MONTH)
    """Of the system that counts over a period: calendar months, quarters or years. The others are judged by the month."""
    days_off = ArrayField(
        models.PositiveSmallIntegerField(choices=OpeningHours.Weekday.choices), default=list, blank=True, verbose_name=_("fixed days off")
    )
    free_weekends = models.PositiveSmallIntegerField(
        _("free weekends a month, at least"), default=0, validators=[MaxValueValidator(5)]
    )
    days_in_row = models.PositiveSmallIntegerField(
        _("working days in a row at most"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("terms of staff")
        verbose_name_plural = _("terms of staff")
        ordering = ["desk", "person", "from_on"]
        constraints = [_in_order("staff_terms_in_order"), _apart("staff_terms_one_at_a_time", "desk", "person")]


class Protection(Dated):
    """Somebody who does no nights, or no overtime, from a day until a day, at every desk of the site."""

    table_class = "state"

    class What(models.TextChoices):
        NO_NIGHTS = "no_nights", _("no nights")
        NO_OVERTIME = "no_overtime", _("no overtime")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="protections", verbose_name=_("site"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="protections", verbose_name=_("person"))
    what = models.CharField(_("protected"), max_length=12, choices=What.choices)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("protection")
        verbose_name_plural = _("protections")
        ordering = ["person", "from_on"]
        constraints = [_in_order("protection_in_order"), _apart("protection_one_at_a_time", "site", "person", "what")]


class PersonSkill(Dated):
    """A skill of a person that shifts of the desk ask for: a code of the desk's choices `skill`."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="person_skills", verbose_name=_("desk"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills", verbose_name=_("person"))
    skill = models.CharField(_("skill"), max_length=40)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        ordering = ["person", "skill", "from_on"]
        constraints = [_in_order("person_skill_in_order"), _apart("person_skill_one_at_a_time", "desk", "person", "skill")]


class TrainingPair(Dated):
    """Somebody who is being trained and works the shifts of the one who guides them."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="training_pairs", verbose_name=_("desk"))
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trained_by", verbose_name=_("in training"))
    guide = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trains", verbose_name=_("guided by"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("training pair")
        verbose_name_plural = _("training pairs")
        ordering = ["desk", "from_on"]
        constraints = [
            _in_order("training_pair_in_order"), _apart("training_pair_one_guide_at_a_time", "desk", "learner"),
            models.CheckConstraint(condition=~Q(learner=F("guide")), name="training_pair_is_of_two"),
        ]


class Wish(models.Model):
    """What somebody would like, or rather not, on a day of the month that is being planned; withdrawn, it stays in the history."""

    table_class = "state"

    class Weight(models.IntegerChoices):
        LITTLE = 1, _("if it can be")
        MUCH = 2, _("important")
        MOST = 3, _("very important")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="wishes", verbose_name=_("desk"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wishes", verbose_name=_("person"))
    day = models.DateField(_("day"))
    want = models.BooleanField(_("would like it"), default=True)
    shift_code = models.CharField(_("shift"), max_length=40, blank=True, help_text=_("Empty: a day off."))
    weight = models.PositiveSmallIntegerField(_("how important"), choices=Weight.choices, default=Weight.LITTLE)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["day", "person"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "person", "day", "shift_code"], name="wish_once_for_a_day_and_shift"),
            models.CheckConstraint(condition=Q(weight__range=(1, 3)), name="wish_weight_is_one_to_three"),
        ]
