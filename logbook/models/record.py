"""Books and entries (A17, A18, I1, I2). What guards them is plain SQL in migration 0002; the form is docs/record.md."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person, Site


class Book(models.Model):
    """A bound book: one for each desk, one for each site's acts of administration. Its origin never changes."""

    table_class = "record"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="books")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, null=True, related_name="books")
    epoch = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=160, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "epoch"], name="book_one_per_desk_and_epoch"),
            models.UniqueConstraint(
                fields=["site", "epoch"], condition=Q(desk__isnull=True), name="book_one_per_site_and_epoch"
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class Entry(models.Model):
    """One record. Saved means final: the database refuses every change (I1).

    The database gives number, time of recording, previous digest, leaf and digest, whoever inserts. What can be
    erased or veiled comes in by `intake` and stands in rows of its own; the column is always empty at rest.
    """

    table_class = "record"

    class Act(models.TextChoices):
        ENTRY = "entry", _("entry")
        CORRECTION = "correction", _("correction")
        ADDITION = "addition", _("addition")
        RETRACTION = "retraction", _("retraction")
        FOLLOW_UP = "follow_up", _("follow-up")
        ACT = "act", _("act")

    class Audience(models.TextChoices):
        STAFF = "staff", _("all staff of the desk")
        SUPERVISORS = "supervisors", _("supervisors only")

    # Found by the unique key of book and number; the thread by `entry_root`.
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    previous = models.BinaryField(max_length=32, null=True)
    leaf = models.TextField(default="")
    digest = models.BinaryField(max_length=32, null=True)
    secret = models.BinaryField(max_length=32, null=True)
    """The salt of each ordinary field is SHA-256 of this and the field's name."""

    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False)
    """Nobody: the system wrote it."""
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    act = models.CharField(max_length=20, choices=Act.choices, default=Act.ENTRY)
    code = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    kind_version = models.PositiveIntegerField(null=True)
    audience = models.CharField(max_length=20, choices=Audience.choices, default=Audience.STAFF)
    occurred_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    urgency = models.CharField(max_length=10, blank=True)
    handler = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    refers_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="answers")
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="thread", db_index=False)
    follow_state = models.CharField(max_length=20, blank=True)
    waiting_for = models.CharField(max_length=80, blank=True)
    waiting_until = models.DateTimeField(null=True)
    next_step = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=10, blank=True)
    result = models.CharField(max_length=400, blank=True)
    original_recorded_at = models.DateTimeField(null=True)
    """Of an imported entry: when it was written on paper."""
    fields = models.JSONField(default=dict)
    personal = models.JSONField(default=dict)
    """Name of the field -> id of its PersonalValue."""
    key = models.UUIDField(null=True)
    request_digest = models.CharField(max_length=64, blank=True)
    intake = models.JSONField(null=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="entry_number_once_in_its_book"),
            models.UniqueConstraint(fields=["author", "key"], name="entry_sent_twice_stored_once"),
            models.CheckConstraint(condition=Q(intake__isnull=True), name="entry_intake_is_empty_at_rest"),
        ]
        indexes = [
            models.Index(fields=["book", "-occurred_at"], include=["number"], name="entry_book_occurred"),
            models.Index(fields=["root"], name="entry_root"),
            models.Index(fields=["book", "author"], name="entry_written_by"),
            models.Index(fields=["book", "entered_by"], condition=Q(entered_by__isnull=False), name="entry_entered_by"),
            models.Index(fields=["book", "-number"], name="entry_pinned", condition=Q(fields__has_key="pinned_until")),
            models.Index(fields=["book"], name="entry_asks_consent", condition=Q(fields__contains={"consent": "asked"})),
            models.Index(fields=["book", "number"], condition=~Q(personal={}), name="entry_with_personal_values"),
            models.Index(fields=["book", "code", "-number"], condition=Q(act="act"), name="entry_act_by_code"),
            models.Index(fields=["book", "number"], condition=Q(fields__has_key="attachment_01"), name="entry_with_attachments"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} #{self.number}"


# What the record's trigger gives: the insert brings it back, so that no second statement is needed to know the number.
GIVEN_BY_DATABASE = ("id", "number", "recorded_at", "previous", "leaf", "digest", "secret", "personal", "intake")
Entry._meta.db_returning_fields = [Entry._meta.get_field(name) for name in GIVEN_BY_DATABASE]


class EntryText(models.Model):
    """The text of an entry with its own salt."""

    table_class = "derived"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="words")
    text = models.TextField()
    salt = models.BinaryField(max_length=32)


class SearchText(models.Model):
    """What an entry says, folded for searching: text, place, result, next step and the kind's own fields, in one column.

    Written by the record's trigger from what the insert brought. It goes when the text goes, whoever takes that away
    (a trigger on EntryText), and with its entry. The index over it stands in migration 0014 (docs/decisions/0030).
    """

    table_class = "derived"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="search_text", db_constraint=False)
    """Its foreign key stands in the migration: it cascades."""
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.BigIntegerField()
    search = models.TextField()
    folding = models.PositiveSmallIntegerField()


class SearchName(models.Model):
    """What an entry with a customer says, folded, and after it the customer's name: what is searched by who may see it (A20, I8).

    Written by the record's trigger as SearchText is. It goes with the customer's value by the foreign key of the migration,
    and with the text. The index over it stands in migration 0026 (docs/decisions/0030).
    """

    table_class = "derived"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="search_name", db_constraint=False)
    value = models.OneToOneField("PersonalValue", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.BigIntegerField()
    search = models.TextField()
    folding = models.PositiveSmallIntegerField()


class PersonalValue(models.Model):
    """A resident's name or phone, with its own salt: the one thing that goes when its period has run out."""

    table_class = "derived"

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    name = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    salt = models.BinaryField(max_length=32)


class EntryDigest(models.Model):
    """Number and digest of every entry ever made: chain and tree outlive the entries."""

    table_class = "derived"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, db_index=False)
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="digest_number_once_in_its_book")]


class FollowUp(models.Model):
    """The present state of an open matter, written only by the record's trigger, rebuilt and compared by verify_log."""

    table_class = "derived"

    class State(models.TextChoices):
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        WAITING = "waiting", _("waiting")
        CLOSED = "closed", _("closed")
        RETRACTED = "retracted", _("retracted")

    root = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="follow_up")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="follow_ups")
    state = models.CharField(max_length=20, choices=State.choices)
    handler = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField(null=True)
    urgency = models.CharField(max_length=10, blank=True)
    severity = models.CharField(max_length=10, blank=True)
    waiting_for = models.CharField(max_length=80, blank=True)
    waiting_until = models.DateTimeField(null=True)
    next_step = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=400, blank=True)
    last_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["book", "due_at"], condition=~Q(state="closed"), name="follow_up_open_by_due"),
            models.Index(fields=["book", "-changed_at"], condition=Q(state="closed"), name="follow_up_closed_newest"),
            models.Index(fields=["book", "opened_at"], name="follow_up_by_opening"),
        ]
