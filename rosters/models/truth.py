"""What is decided about a month that was worked: corrections of presence, what each person says of it, the sign-off (A10, A22, I6, I9)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desks.models import Desk
from rosters.models.duties import Duty

ENTRY = "logbook.Entry"
PERSON = settings.AUTH_USER_MODEL


class TimeCorrection(models.Model):
    """The supervisor corrects from when until when somebody was at the desk for a duty; the newest one holds, all of them stay."""

    table_class = "record"

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="time_corrections")
    arrived_at = models.DateTimeField(null=True)
    """Nothing, and nothing in `left_at`: the person was not there."""
    left_at = models.DateTimeField(null=True)
    reason = models.TextField()
    after_sign_off = models.BooleanField()
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("correction of a time")
        verbose_name_plural = _("corrections of times")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="time_correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True, left_at__isnull=True) | Q(arrived_at__lt=F("left_at")),
                name="time_correction_is_a_time_or_none",
            ),
        ]

    def __str__(self) -> str:
        return str(self.duty_id)


class MonthAnswer(models.Model):
    """What a person says of their own month as it then stood: right, or not, with words; the newest answer holds."""

    table_class = "record"

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("own month", "confirmed")
        CONTESTED = "contested", pgettext_lazy("own month", "contested")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="month_answers")
    month = models.DateField()
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="month_answers")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    words = models.TextField(blank=True)
    figures = models.JSONField()
    """The figures that were answered, by name, in whole minutes and numbers."""
    method = models.CharField(max_length=10)
    at = models.DateTimeField()
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("answer about a month")
        verbose_name_plural = _("answers about months")
        ordering = ["pk"]
        indexes = [models.Index(fields=["desk", "month", "person"])]
        constraints = [
            models.CheckConstraint(condition=Q(answer="confirmed") | ~Q(words=""), name="month_contested_in_words"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_answer_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.answer}"


class MonthSignOff(models.Model):
    """The supervisor signed a month's hours off, once; everybody's figures as they stood are kept with it."""

    table_class = "record"

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="month_sign_offs")
    month = models.DateField()
    figures = models.JSONField()
    """By the person's id, as `MonthAnswer.figures`."""
    words = models.TextField(blank=True)
    signed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    method = models.CharField(max_length=10)
    entry = models.OneToOneField(ENTRY, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("sign-off of a month")
        verbose_name_plural = _("sign-offs of months")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "month"], name="month_signed_off_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_sign_off_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.month:%Y-%m}"
