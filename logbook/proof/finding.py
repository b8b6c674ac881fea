"""What sort of difference was found at a number: changed, missing, inserted, reordered, cut off … (A18, I2)."""

from dataclasses import dataclass

from logbook.models import Book, Entry, EntryDigest

KINDS = ("changed", "missing", "inserted", "reordered", "cut_off", "signature", "projection", "file_missing", "file_altered", "file_orphan")


@dataclass(frozen=True)
class Breach:
    """The first thing in a book that does not hold: where, of what kind (`KINDS`), and in words."""

    origin: str
    number: int
    kind: str
    what: str


def kind_of(book: Book, number: int) -> str:
    """Of what kind the difference at a number is, by comparing the entry there with the digests kept apart.

    The digest kept at the number belongs to another entry: one was put in before it, or entries changed places. The
    entry at the number belongs to another kept digest: the one that stood here is gone and the others moved up.
    """
    # What says nothing but its number is no entry: a stub that no purge explains.
    entry = Entry.objects.filter(book=book, number=number, digest__isnull=False).order_by("pk").first()
    kept = EntryDigest.objects.filter(book=book, number=number).first()
    if entry is None:
        return "missing" if Entry.objects.filter(book=book, number__gt=number).exists() else "cut_off"
    doubled = Entry.objects.filter(book=book, number=number).count() > 1
    if kept is None:
        return "inserted" if not EntryDigest.objects.filter(book=book, number__gt=number).exists() else "missing"
    if doubled:
        return "inserted"
    if bytes(kept.digest) == bytes(entry.digest):
        return "changed"
    displaced = Entry.objects.filter(book=book, digest=bytes(kept.digest)).exclude(pk=entry.pk).exists()
    known = EntryDigest.objects.filter(book=book, digest=bytes(entry.digest)).exclude(pk=kept.pk).exists()
    if displaced:
        return "reordered" if known else "inserted"
    return "missing" if known else "changed"
