"""What people are told, exactly once, and what they have read of it (A23, I7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.models import Person, Site

# An address inside this program: one slash, never two, no backslash, no white space, no control character.
INSIDE = r"^/([^/\\[:space:][:cntrl:]][^\\[:space:][:cntrl:]]*)?$"


class Notice(models.Model):
    """One thing told to one person. Its occasion is written by the rule, never by the clock, so that it is told once (I7)."""

    table_class = "record"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(max_length=20)
    """What sort of thing it is about: entry, roster, handover, escalation …"""
    matter_id = models.CharField(max_length=60)
    occasion = models.CharField(max_length=120)
    code = models.CharField(max_length=40)
    """Message code of desks.hooks.messages; worded on reading, in the reader's language."""
    fields = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField()
    acknowledge = models.BooleanField(default=False)
    """Whether the person must acknowledge it, beyond reading it."""

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "matter", "matter_id", "occasion"], name="notice_told_once"),
            models.CheckConstraint(
                condition=~Q(matter="") & ~Q(matter_id="") & ~Q(occasion="") & ~Q(code=""), name="notice_names_its_matter"
            ),
            models.CheckConstraint(condition=Q(url="") | Q(url__regex=INSIDE), name="notice_points_inside"),
        ]
        indexes = [
            models.Index(fields=["person", "-told_at"], name="notice_person_told"),
            models.Index(fields=["matter", "matter_id"], name="notice_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.matter_id} {self.occasion}"


class NoticeReading(models.Model):
    """That a person has read, or acknowledged, a notice of theirs, and when."""

    table_class = "record"

    class Kind(models.TextChoices):
        READ = "read", _("read")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a notice")
        verbose_name_plural = _("readings of notices")
        constraints = [models.UniqueConstraint(fields=["notice", "kind"], name="notice_reading_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.kind}"


class Heartbeat(models.Model):
    """When a part that runs beside the web last did its work: the beat fired, a worker finished a tick.

    Written every half minute, so it keeps no history; it says nothing about anybody.
    """

    table_class = "state"

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    failing = models.JSONField(default=list)
    """Names of the clock's acts that failed in the last tick."""

    def __str__(self) -> str:
        return self.part
