"""What the desk keeps: items, what goes out and comes back, counts, differences (A28, B1.9)."""

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
    numbered = models.BooleanField(
        _("each piece has its own number"), default=False, help_text=_("Keys of a cabinet: each is issued by its number."),
    )
    out_minutes = models.PositiveIntegerField(
        _("back within (minutes)"), default=0,
        help_text=_("B1.9: how long a piece may be out unless said; past that time it is raised. 0 is no time."),
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

    class Result(models.TextChoices):
        FOUND = "found", _("found, and back with the desk")
        MISCOUNTED = "miscounted", _("counted wrongly")
        REPLACED = "replaced", _("replaced or made good")
        LOST = "lost", _("lost")
        ACCEPTED = "accepted", _("explained and accepted")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_differences")
    count = models.OneToOneField(CustodyCount, on_delete=models.PROTECT, related_name="open_difference")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True)
    """What became of it; empty while open, and for what was settled before results were asked for."""
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


class CustodyIssue(models.Model):
    """Something that went out and is to come back: who has it, since when, until when (B1.9, A28).

    What comes back, in parts or whole, are movements; `left` is what is still out.
    """

    table_class = "state"

    class State(models.TextChoices):
        OUT = "out", _("out")
        BACK = "back", _("back")
        GONE = "gone", _("does not come back")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_issues")
    item = models.ForeignKey(CustodyItem, on_delete=models.PROTECT, related_name="issues")
    item_code = models.CharField(max_length=40)
    piece = models.CharField(max_length=20, blank=True)
    """The number of the piece, where each has its own."""
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    left = models.DecimalField(max_digits=9, decimal_places=2)
    state = models.CharField(max_length=4, choices=State.choices, default=State.OUT)
    taken_by = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)
    """When the clock told that it is past its time: once for each time that was said (I7)."""
    closed_at = models.DateTimeField(null=True)
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["desk", "item_code"], condition=Q(state="out"), name="custody_issue_out"),
            models.Index(fields=["due_at"], condition=Q(state="out", raised_at__isnull=True), name="custody_issue_to_raise"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "item_code", "piece"], condition=Q(state="out") & ~Q(piece=""), name="custody_piece_out_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")), name="custody_issue_left_of_amount"
            ),
            models.CheckConstraint(
                condition=Q(state="out", left__gt=0, closed_at__isnull=True)
                | (~Q(state="out") & Q(left=0, closed_at__isnull=False)),
                name="custody_issue_closed_when_nothing_is_left",
            ),
            models.CheckConstraint(condition=~Q(taken_by=""), name="custody_issue_has_a_taker"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gt=F("issued_at")), name="custody_issue_due_after_it_went_out"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.piece} → {self.taken_by}"


class CustodyMovement(models.Model):
    """Something went out, came back, came in or left for good: written once, with its entry (A28, B1.9).

    What the next count expects is the last count with the movements since.
    """

    table_class = "record"

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        RETURNED = "returned", _("came back")
        GONE = "gone", _("does not come back")
        ADDED = "added", _("came in")
        REMOVED = "removed", _("left for good")

    EFFECT = {Kind.ISSUED: -1, Kind.RETURNED: 1, Kind.GONE: 0, Kind.ADDED: 1, Kind.REMOVED: -1}

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="custody_movements")
    item = models.ForeignKey(CustodyItem, on_delete=models.PROTECT, related_name="movements")
    item_code = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    piece = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    who = models.CharField(max_length=80, blank=True)
    """Who took it, brought it, gave it or got it."""
    note = models.CharField(max_length=200, blank=True)
    issue = models.ForeignKey(CustodyIssue, on_delete=models.PROTECT, null=True, related_name="movements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("logbook.Entry", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    """The entry's number: what came after a count is told by it."""
    key = models.UUIDField(null=True)
    """The browser's: sent twice, stored once (I10)."""

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["desk", "item_code", "number"], name="custody_movement_of_item"),
            models.Index(fields=["desk", "number"], name="custody_movement_since"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="custody_movement_sent_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="custody_movement_has_an_amount"),
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "returned", "gone"], issue__isnull=False)
                | Q(kind__in=["added", "removed"], issue__isnull=True) & ~Q(note=""),
                name="custody_movement_of_an_issue_or_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.kind} {self.amount}"
