"""Checkpoints and the key that signs them: made, checked against the one before, stored before they are sent (A18, I2)."""

import base64
import logging
import os
from datetime import datetime

from django.conf import settings
from django.db import Error, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.queries import heads_of
from desks.refusal import Refused
from desks.wording import in_each_language
from logbook.actions.books import hold_books
from logbook.actions.record import record_act
from logbook.models import Book, Checkpoint, Entry, SigningKey
from logbook.proof.keys import KeyAway, make_key_file, next_key_file, public_of, read_signing_key
from logbook.proof.merkle import consistency_path, is_consistent, root_of
from logbook.proof.notes import Head, signed_checkpoint
from logbook.proof.tree import grow_tree, stored_nodes
from logbook.queries import head_of
from notices.actions import tell

logger = logging.getLogger(__name__)


class NotConsistent(Refused):
    """The book is not what the newest checkpoint of it says: nothing is signed over it any more."""


@transaction.atomic
def make_checkpoint(*, book: Book, occasion: str, now: datetime) -> Checkpoint | None:
    """Signs and stores the present size and root of the book's tree; None for an empty book.

    1. Hold the book. Before the first checkpoint of a site's own book an entry of it names the key: the checkpoint covers it.
    2. Let its tree grow, compute the root. Show with a consistency path that the tree of the checkpoint before is its beginning.
    3. Sign, store. Sending is the caller's, after this.

    The same size for the same occasion is signed once. Raises KeyAway (the key) and NotConsistent (the record).
    """
    hold_books(book)
    size, _digest = head_of(book)
    if not size:
        return None
    key = read_signing_key()
    public = key.public_key().public_bytes_raw()
    registered = SigningKey.objects.filter(public=public).first() or SigningKey.objects.create(public=public, registered_at=now)
    if book.desk_id is None and _no_entry_names_a_key(book):
        record_act(actor=None, site=book.site, now=now, code="signing_key_taken", fields={"key": public.hex()})
        size, _digest = head_of(book)
    there = Checkpoint.objects.filter(book=book, size=size, key=registered, occasion=occasion).first()
    if there is not None:
        return there
    root = _root_after_the_one_before(book, size)
    note = signed_checkpoint(Head(book.origin, size, root), key)
    return Checkpoint.objects.create(
        book=book, size=size, root=root, key=registered, note=note, made_at=now, occasion=occasion
    )


def _no_entry_names_a_key(book: Book) -> bool:
    """Whether nothing was signed over the book yet, and no change of the key is announced in it."""
    signed = Checkpoint.objects.filter(book=book).exists()
    return not signed and not Entry.objects.filter(book=book, code__in=["signing_key_changed", "signing_key_lost"]).exists()


def _root_after_the_one_before(book: Book, size: int) -> bytes:
    """The root of the tree of that size, which must continue the tree of the newest checkpoint. Raises NotConsistent."""
    before = Checkpoint.objects.filter(book=book).order_by("-size", "-pk").first()
    try:
        grow_tree(book)
        nodes = stored_nodes(book)
        root = root_of(size, nodes)
        if before is None:
            return root
        path = consistency_path(before.size, size, nodes)
        fits = is_consistent(before.size, bytes(before.root), size, root, path)
    except (Error, LookupError, ValueError):
        fits = False
    if not fits:
        raise NotConsistent(
            "I2", _("The book no longer holds what its newest checkpoint says: nothing is signed over it."),
            _("Run `manage.py verify_log` and keep the checkpoints that were sent."),
        )
    return root


def seal(*, book: Book, occasion: str, now: datetime) -> Checkpoint | None:
    """A checkpoint for an act that must not fail over it: what stood in the way is logged and told to the project heads once a day."""
    try:
        return make_checkpoint(book=book, occasion=occasion, now=now)
    except (KeyAway, NotConsistent) as refusal:
        logger.error("No checkpoint of %s: %s", book.origin, refusal)
        tell(
            people=heads_of(book.site, now), site=book.site, matter="checkpoint", matter_id=book.pk,
            occasion=f"failed:{now.astimezone(book.site.zone):%Y-%m-%d}", code="checkpoint_failed",
            fields=_place(book) | {"origin": book.origin}, url=proof_page_of(book), now=now, acknowledge=True,
        )
        return None


def send_checkpoint(checkpoint: Checkpoint, *, now: datetime) -> int:
    """Tells the site's project heads the day's checkpoint with size and root, once; returns how many were told."""
    book = checkpoint.book
    return tell(
        people=heads_of(book.site, now), site=book.site, matter="checkpoint", matter_id=book.pk, occasion=f"size:{checkpoint.size}",
        code="checkpoint_of_day",
        fields=_place(book) | {"number": str(checkpoint.size), "root": base64.b64encode(bytes(checkpoint.root)).decode()},
        url=_file_of(checkpoint), now=now,
    )


@transaction.atomic
def rotate_signing_key(*, reason: str, lost: bool, now: datetime) -> SigningKey:
    """Announces a new key in every book and takes it into use. Raises Refused without a reason, and KeyAway.

    1. The new key is written beside the old one.
    2. Every book gets the entry that names both keys; the old key signs a checkpoint over it, unless it is lost.
    3. The new public part is registered; on commit the new file takes the old one's place.

    Cut off after the commit, `finish_rotation` ends it.
    """
    if not reason.strip():
        raise Refused("A18", _("A key is not changed without a reason."), _("Say why."))
    old = SigningKey.objects.last()
    if not lost:
        read_signing_key()
    path = next_key_file()
    path.unlink(missing_ok=True)
    public = make_key_file(path)
    books = list(Book.objects.select_related("site", "desk").order_by("pk"))
    hold_books(*books)
    fields = {"new_key": public.hex(), "old_key": bytes(old.public).hex() if old else "", "why": reason.strip()[:200]}
    for book in _present(books):
        record_act(
            actor=None, desk=book.desk, site=None if book.desk else book.site, now=now,
            code="signing_key_lost" if lost else "signing_key_changed", fields=fields,
        )
        if not lost:
            make_checkpoint(book=book, occasion=Checkpoint.Occasion.KEY, now=now)
    made = SigningKey.objects.create(public=public, registered_at=now, reason=reason.strip()[:200])
    transaction.on_commit(finish_rotation)
    return made


def finish_rotation() -> bool:
    """Puts the announced key's file in the place of the old one, where that has not happened; whether it did."""
    path, current = next_key_file(), SigningKey.objects.last()
    if current is None or not path.exists() or public_of(path) != bytes(current.public):
        return False
    os.replace(path, settings.SIGNING_KEY_FILE)
    return True


def _present(books: list[Book]) -> list[Book]:
    """The book of the newest epoch of each desk and each site."""
    newest: dict[tuple[int, int | None], Book] = {}
    for book in sorted(books, key=lambda each: each.epoch):
        newest[book.site_id, book.desk_id] = book
    return list(newest.values())


def _place(book: Book) -> dict[str, str]:
    return in_each_language("desk", book.desk or book.site)


def _file_of(checkpoint: Checkpoint) -> str:
    """Where the signed note itself is downloaded: what is told to be kept is one tap away."""
    book = checkpoint.book
    if book.desk is not None:
        return reverse("logbook:checkpoint", args=[book.desk.slug, checkpoint.pk])
    return reverse("logbook:site_checkpoint", args=[book.site.code, checkpoint.pk])


def proof_page_of(book: Book) -> str:
    """The address of the page that shows the proof of the book."""
    return reverse("logbook:proof", args=[book.desk.slug]) if book.desk is not None else reverse("logbook:site_proof", args=[book.site.code])

