"""Reads about the proof of a desk's record that pages and acts share (A18, I2)."""

from dataclasses import dataclass
from datetime import datetime

from desks.places import Place
from logbook.models import Book, Checkpoint, SigningKey
from logbook.proof.notes import verifier_key
from logbook.queries import books_of


@dataclass(frozen=True)
class PublicKey:
    """A key under the name that it has in one book: how tools for signed notes take it, since when, and why it came."""

    text: str
    registered_at: datetime
    reason: str


def public_keys_of(owner: Place) -> list[PublicKey]:
    """The public keys that have signed checkpoints of the books of the desk or site, or would, newest first."""
    books, keys = list(books_of(owner).order_by("-epoch")), list(SigningKey.objects.order_by("-pk"))
    return [PublicKey(verifier_key(book.origin, bytes(key.public)), key.registered_at, key.reason) for key in keys for book in books]


def checkpoint_over(book: Book, number: int) -> Checkpoint | None:
    """The first checkpoint that covers the entry of that number, or None."""
    return Checkpoint.objects.filter(book=book, size__gte=number).order_by("size", "pk").first()
