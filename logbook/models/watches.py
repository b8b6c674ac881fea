"""Watches: the chapters of a desk's book, each with one holder (A23, I3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from desks.models import Desk, Person


class Watch(models.Model):
    """The time in which a holder, with colleagues, answers for the desk; a range of the book's numbers.

    At most one is open for each desk and for each holder; the database holds both.
    """

    table_class = "state"

    class Ending(models.TextChoices):
        HANDOVER = "handover", _("handed over")
        CLOSING = "closing", _("closed")
        TAKEOVER = "takeover", _("taken over by the supervisor")
        RELEASE = "release", _("emergency release")

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="watches")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="watches_held")
    started_at = models.DateTimeField()
    first_number = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    last_number = models.BigIntegerField(null=True)
    ending = models.CharField(max_length=20, blank=True, choices=Ending.choices)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk"], condition=Q(ended_at__isnull=True), name="watch_one_open_per_desk"),
            models.UniqueConstraint(fields=["holder"], condition=Q(ended_at__isnull=True), name="watch_one_per_holder"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, last_number__isnull=True, ending="")
                | (Q(ended_at__isnull=False, last_number__gte=F("first_number")) & ~Q(ending="")),
                name="watch_ends_with_a_number_and_a_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.holder}"


class WatchMember(models.Model):
    """A person of a watch, holder or colleague, with the own times."""

    table_class = "state"

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="watch_times")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "person"], condition=Q(left_at__isnull=True), name="watch_member_there_once"
            )
        ]
