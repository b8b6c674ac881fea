"""What the desk keeps and counts at each handover: items, counts, differences (A28, B1.9)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Coded, Desk

LIMITS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal("9999999.99"))]


class CustodyItem(Coded):
    """A thing, or a number of like things, that passes with the desk: keys, radios, stamps, the cash box (A28)."""

    table_class = "state"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_items", verbose_name=_("desk"))
    unit = models.CharField(
        _("unit or currency"), max_length=10, blank=True, help_text=_("Empty for pieces; CNY for an amount of money.")
    )
    expected = models.DecimalField(
        _("expected at first"), max_digits=9, decimal_places=2, validators=LIMITS,
        help_text=_("What the first count expects; after that the last count decides."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("custody item")
        verbose_name_plural = _("custody items")
        ordering = ["desk", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "code", "version"], name="custody_item_code_version"),
            models.UniqueConstraint(fields=["desk", "code"], condition=Q(current=True), name="custody_item_one_current"),
        ]


class CustodyCount(models.Model):
    """One item counted at a completed handover, opening or closing; written once, with the entry that completed it.

    A new version of an item (another wording) goes on with the count of its code.
    """

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_counts")
    item = models.ForeignKey(CustodyItem, on_delete=models.PROTECT, related_name="counts")
    item_code = models.CharField(max_length=40)
    item_version = models.PositiveIntegerField()
    expected = models.DecimalField(max_digits=9, decimal_places=2)
    counted = models.DecimalField(max_digits=9, decimal_places=2)
    explanation = models.TextField(blank=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_with = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """The other person of the handover; nobody at an opening or a closing."""
    counted_at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["desk", "item_code", "-id"], name="custody_count_latest")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "item_code"], name="custody_count_once_per_entry"),
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(explanation=""), name="custody_difference_is_explained"
            ),
            models.CheckConstraint(condition=Q(counted__gte=0), name="custody_count_not_negative"),
        ]

    @property
    def difference(self) -> Decimal:
        """Counted less expected."""
        return self.counted - self.expected

    def __str__(self) -> str:
        return f"{self.item_code} {self.counted}"


class CustodyDifference(models.Model):
    """A difference stays open until the supervisor settles it with a reason (A28)."""

    table_class = "state"

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SETTLED = "settled", _("settled")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_differences")
    count = models.OneToOneField(CustodyCount, on_delete=models.PROTECT, related_name="open_difference")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_reason = models.TextField(_("how it was settled"), blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_by__isnull=True) | (~Q(settled_reason="") & Q(settled_by__isnull=False)),
                name="custody_difference_settled_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} · {self.get_state_display()}"
