"""Taking photos in, attaching them, and removing those that nothing refers to (A17, A18, I9; docs/record.md).

Whoever saves an entry holds its digests (shared) until the entry stands; whoever removes a file holds its digest alone.
One of the two comes first, and the other sees what it did. Removing never waits, so that no two acts wait for each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.refusal import Refused
from logbook import rules
from logbook.files import store
from logbook.files.pictures import picture_of
from logbook.files.tokens import token_for
from logbook.models import Upload
from logbook.queries.attachments import is_attached
from logbook.rules import Attachment

# The class of the advisory locks on digests ("file" in ASCII).
LOCK_CLASS = 1718185061
PORTION = 200


class FilesGone(Refused):
    """Photos that were uploaded for this entry are not there any more; the browser that still has them sends them again."""


def keep_photo(*, actor: Person, file: IO[bytes], size: int, now: datetime) -> str:
    """Stores a photo, encoded anew, for an entry that its writer is about to save; returns the token of the upload (A17).

    Raises Refused, beside the field of the photos.
    """
    since = now - timedelta(days=1)
    refusal = rules.why_not_upload(
        size=size, most=settings.FILE_MOST_BYTES, most_in_a_day=settings.FILES_MOST_IN_A_DAY,
        in_a_day=Upload.objects.filter(person=actor, uploaded_at__gt=since).count(),
    )
    if refusal:
        raise refusal
    picture = picture_of(file)
    digest = store.digest_of(picture.content)
    # The row stands before the file does: whatever breaks off here, the clock finds it.
    Upload.objects.create(person=actor, digest=digest, uploaded_at=now)
    with transaction.atomic():
        _hold([digest])
        try:
            store.put(picture.content)
        except store.Altered as error:
            raise Refused(
                "A18", _("A photo like this is stored already, and that file was altered."), _("Tell the administrator."), field="photos"
            ) from error
    return token_for(actor, Attachment(digest, picture.media_type, len(picture.content)))


@contextmanager
def holding(attachments: Sequence[Attachment]) -> Iterator[None]:
    """While this lasts, and until the transaction ends, the files stay. Raises FilesGone where one is not there.

    An entry without attachments has nothing to hold and gets no transaction by this.
    """
    if not attachments:
        yield
        return
    with transaction.atomic():
        _hold([each.digest for each in attachments])
        if any(store.size_of(each.digest) != each.size for each in attachments):
            raise FilesGone(
                "A17", _("A photo was uploaded too long ago and is not there any more."), _("Choose it again."), field="photos"
            )
        yield


@transaction.atomic
def remove_unused_files(now: datetime) -> int:
    """Removes uploaded photos that no entry has taken within the time of the setting; returns how many files went.

    A few at each tick of the clock. A file whose digest somebody holds is left to the next one.
    """
    before = now - timedelta(hours=settings.FILES_WAIT_HOURS)
    store.clear_incoming(before)
    gone = 0
    for digest in Upload.objects.filter(uploaded_at__lte=before).order_by("uploaded_at").values_list("digest", flat=True)[:PORTION]:
        if _hold_alone(digest):
            Upload.objects.filter(digest=digest, uploaded_at__lte=before).delete()
            gone += _remove(digest)
    return gone


def files_no_longer_needed(digests: Iterable[str]) -> None:
    """Removes those files to which no entry and no young upload refers any more, once this transaction is committed.

    For acts that have removed entries of the record by rule. A file that is just being attached again stays.
    """
    wanted = sorted(set(digests))

    def remove() -> None:
        for digest in wanted:
            with transaction.atomic():
                if _hold_alone(digest):
                    _remove(digest)

    transaction.on_commit(remove)


def _remove(digest: str) -> bool:
    if store.size_of(digest) is None or is_attached(digest) or Upload.objects.filter(digest=digest).exists():
        return False
    store.remove(digest)
    return True


def _hold(digests: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for key in sorted({_key(digest) for digest in digests}):
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [LOCK_CLASS, key])


def _hold_alone(digest: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, _key(digest)])
        return bool(cursor.fetchone()[0])


def _key(digest: str) -> int:
    return int.from_bytes(bytes.fromhex(digest[:8]), "big", signed=True)
