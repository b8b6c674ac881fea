"""Taking the whole record of a desk, or a site's own book, out as a file that proves itself; recorded twice (A18, A20, I8)."""

from datetime import datetime
from hashlib import file_digest
from typing import IO

from django.db import transaction

from desks.models import Person
from desks.permissions import may
from desks.places import Place, as_argument, site_of
from desks.wording import in_each_language
from logbook.actions.checkpoints import seal
from logbook.actions.readings import record_export
from logbook.actions.record import record_act
from logbook.models import Checkpoint
from logbook.proof.bundle import Part, write_bundle
from logbook.proof.tree import grow_tree
from logbook.purged import purged_of
from logbook.queries import books_of, head_of


def export_record(
    *, actor: Person | None, of: Place, session_key: str | None, now: datetime, personal: bool | None = None
) -> IO[bytes]:
    """The books of a desk, or the site's own, as a stand-alone export; nobody as the actor is the operator's command.

    1. Each book is sealed, so that a checkpoint covers all that goes out (without its key: none does, and the file says so).
    2. The file is written; nobody waits for it, the books are not held.
    3. An entry of the site's book and, for a person, an access record say who took what, with the file's SHA-256.

    Personal values go out for who may see them; `personal` says otherwise for the command. Nothing is handed out unrecorded.
    """
    with_personal = may(actor, "log.see_personal", now=now, **as_argument(of)) if personal is None else personal
    books = []
    for book in books_of(of).select_related("site", "desk").order_by("epoch"):
        seal(book=book, occasion=Checkpoint.Occasion.EXPORT, now=now)
        grow_tree(book)
        books.append(Part(book, head_of(book)[0], purged_of(book).begins))
    file = write_bundle(books, personal=with_personal, now=now)
    try:
        _record(actor=actor, of=of, session_key=session_key, books=books, digest=_digest(file), personal=with_personal, now=now)
    except BaseException:
        file.close()
        raise
    return file


@transaction.atomic
def _record(
    *, actor: Person | None, of: Place, session_key: str | None, books: list[Part], digest: str, personal: bool, now: datetime
) -> None:
    count = sum(part.last - part.first + 1 for part in books)
    record_act(
        actor=actor, site=site_of(of), now=now, code="record_exported",
        fields=in_each_language("desk", of)
        | {"count": str(count), "file_digest": digest, "personal_values": "true" if personal else "false"},
    )
    if actor is not None:
        record_export(
            actor=actor, session_key=session_key, page="record_zip", filters={}, from_number=min(part.first for part in books) if count else None,
            to_number=max(part.last for part in books) if count else None, count=count, now=now, file_digest=digest,
            **as_argument(of),
        )


def _digest(file: IO[bytes]) -> str:
    made = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return made
