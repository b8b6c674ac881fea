"""How long personal values stand, what stops their erasing, and what was erased or veiled (A18, A20, I1, I12).

The rules are held by the functions and triggers of migration 0013; docs/record.md, "Erasing" and "Veiling".
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site
from logbook.models.record import Book, Entry

SHORTEST_DAYS = 30
LONGEST_DAYS = 1095
# Without a setting; the function record_personal_days() says the same.
USUAL_DAYS = 180


class PersonalPeriod(models.Model):
    """How many days a kind of personal value stands after its matter was closed; in force a day after it was set.

    Both moments are the database's. The newest one in force counts; without any it is 180 days (docs/decisions/0041).
    """

    table_class = "record"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="personal_periods")
    name = models.CharField(_("kind of value"), max_length=40)
    days = models.PositiveIntegerField(_("days"))
    reason = models.CharField(_("reason"), max_length=200)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(null=True)
    takes_effect_at = models.DateTimeField(null=True)
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("period of personal values")
        verbose_name_plural = _("periods of personal values")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=SHORTEST_DAYS, days__lte=LONGEST_DAYS), name="personal_period_within_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.days}"


class LegalHold(models.Model):
    """That nothing of a desk, a month, a thread or a customer is erased, veiled or purged, until it is lifted (A19)."""

    table_class = "record"

    class Scope(models.TextChoices):
        DESK = "desk", _("everything of the desk")
        MONTH = "month", _("a month of the desk")
        THREAD = "thread", _("an entry and its thread")
        CUSTOMER = "customer", _("an entry’s customer, in the whole site")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="legal_holds")
    scope = models.CharField(_("what is held"), max_length=10, choices=Scope.choices)
    month = models.DateField(_("month"), null=True)
    """The first day of the site's month (I11)."""
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="+")
    """The entry whose thread or whose customer is held: names and numbers stand nowhere else."""
    reason = models.CharField(_("reason"), max_length=200)
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="desk", month__isnull=True, entry__isnull=True)
                | Q(scope="month", month__isnull=False, month__day=1, entry__isnull=True)
                | Q(scope__in=["thread", "customer"], month__isnull=True, entry__isnull=False),
                name="legal_hold_says_what_it_holds",
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.get_scope_display()}"


class LegalHoldLift(models.Model):
    """That a hold was lifted, by whom and why."""

    table_class = "record"

    hold = models.OneToOneField(LegalHold, on_delete=models.PROTECT, related_name="lift")
    reason = models.CharField(_("reason"), max_length=200)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField()
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("lifting of a legal hold")
        verbose_name_plural = _("liftings of legal holds")


class ErasedValue(models.Model):
    """That a personal value was erased by rule; written by the database's own function beside the entry that says so."""

    table_class = "derived"

    value_id = models.BigIntegerField(primary_key=True)
    """What the value's key was: the entry that carried it still names it."""
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    name = models.CharField(max_length=40)
    note = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="erased_values")

    class Meta:
        verbose_name = _("erased value")
        verbose_name_plural = _("erased values")


class ErasureRun(models.Model):
    """That all personal values of a desk whose period was over on a site's day are erased; the entries say which."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="erasure_runs")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("run of erasing")
        verbose_name_plural = _("runs of erasing")
        constraints = [models.UniqueConstraint(fields=["desk", "day"], name="erasure_run_once_a_day")]


class VeilRequest(models.Model):
    """That somebody asks to veil an entry's text: a password, a door code typed by mistake."""

    table_class = "record"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="veil_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200)
    method = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("request to veil")
        verbose_name_plural = _("requests to veil")


class VeilDeclined(models.Model):
    """That a supervisor did not agree to veil; the text stays readable."""

    table_class = "record"

    request = models.OneToOneField(VeilRequest, on_delete=models.PROTECT, related_name="declined")
    declined_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("declined request to veil")
        verbose_name_plural = _("declined requests to veil")


class Veil(models.Model):
    """That an entry's text is veiled, by two people; written by the database's own function beside the entry that says so."""

    table_class = "derived"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="veil")
    request = models.OneToOneField(VeilRequest, on_delete=models.PROTECT, related_name="veil")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("veil")
        verbose_name_plural = _("veils")
        constraints = [models.CheckConstraint(condition=~Q(asked_by=F("confirmed_by")), name="veil_by_two_people")]


class SealedText(models.Model):
    """A veiled text with its salt. The application's role cannot read it; an auditor reads it through the database's function."""

    table_class = "sealed"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    text = models.TextField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("sealed text")
        verbose_name_plural = _("sealed texts")
