"""What proves the record to others (A18, I2): tree, keys, checkpoints. Guarded like the record itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from logbook.models.record import Book


class TreeNode(models.Model):
    """The hash of a complete subtree of a book's Merkle tree, 2**level leaves from position × 2**level on.

    Only levels 8, 16 and 24 are kept. The database makes them (`record_tree_grow`): they say nothing that the digests
    do not say, and let a root or a path of a long book be read with a few hundred rows.
    """

    table_class = "derived"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="tree_nodes")
    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "level", "position"], name="tree_node_once_in_its_book")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.level}/{self.position}"


class SigningKey(models.Model):
    """The public part of a key that has signed checkpoints. The newest row is the key in use; the private part is a file."""

    table_class = "record"

    public = models.BinaryField(max_length=32, unique=True)
    registered_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    """Why the key before it was replaced."""

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["pk"]

    def __str__(self) -> str:
        return bytes(self.public).hex()


class Checkpoint(models.Model):
    """Size and root of a book's tree at one moment, as a signed note (C2SP tlog-checkpoint). Stored before it is sent."""

    table_class = "record"

    class Occasion(models.TextChoices):
        DAY = "day", _("end of the day")
        HANDOVER = "handover", _("handed over")
        CLOSING = "closing", _("desk closed")
        TAKEOVER = "takeover", _("taken over by the supervisor")
        RELEASE = "release", _("emergency release")
        KEY = "key", _("change of the signing key")
        PROOF = "proof", _("proof of an entry")
        EXPORT = "export", _("export of the record")

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="checkpoints")
    note = models.TextField()
    made_at = models.DateTimeField()
    occasion = models.CharField(max_length=20, choices=Occasion.choices)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = [
            models.UniqueConstraint(fields=["book", "size", "key", "occasion"], name="checkpoint_once_for_each_occasion")
        ]
        indexes = [models.Index(fields=["made_at"], name="checkpoint_by_moment")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.size}"

    @property
    def file_name(self) -> str:
        """What the note is called as a file: desk or site, the site's day, how many entries."""
        book = self.book
        place = book.desk.slug if book.desk is not None else f"site-{book.site.code}"
        return f"{place}-{self.made_at.astimezone(book.site.zone):%Y-%m-%d}-{self.size}.checkpoint.txt"


class Verification(models.Model):
    """What the night's verification of a book found (A18, I2)."""

    table_class = "record"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="verifications")
    night = models.DateField()
    """The site's day on which it ran (I11)."""
    begun_at = models.DateTimeField()
    seconds = models.FloatField()
    entries = models.BigIntegerField()
    checkpoints = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, blank=True)
    """Of what kind the first breach is; empty where everything holds."""
    number = models.BigIntegerField(null=True)
    what = models.TextField(blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [models.UniqueConstraint(fields=["book", "night"], name="verification_once_a_night")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.night}"

    class Kind(models.TextChoices):
        CHANGED = "changed", _("changed")
        MISSING = "missing", _("missing")
        INSERTED = "inserted", _("inserted")
        REORDERED = "reordered", _("reordered")
        CUT_OFF = "cut_off", _("cut off")
        SIGNATURE = "signature", _("signature wrong")
        PROJECTION = "projection", _("derived state wrong")
        FILE_MISSING = "file_missing", _("attached file missing")
        FILE_ALTERED = "file_altered", _("attached file altered")

    @property
    def kind_label(self) -> str:
        """The kind of the breach in the reader's language."""
        return str(self.Kind(self.kind).label) if self.kind else ""

    @property
    def holds(self) -> bool:
        """Whether everything was as it should be."""
        return not self.kind
