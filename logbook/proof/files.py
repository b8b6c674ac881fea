"""The attached files against what entries say of them: missing, altered, or referred to by nothing (A18, A19; docs/record.md)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from logbook.files import store
from logbook.models import Book, Upload
from logbook.proof.finding import Breach
from logbook.queries.attachments import attachments_of_book, kept_elsewhere
from logbook.rules import Attachment

# So many nights until each file has been read whole once.
NIGHTS = 32
NO_BOOK = "files"
"""What stands for a book where a file belongs to none."""


@dataclass(frozen=True)
class FilesReport:
    """How many attachments were looked at, and every one that does not hold; files do not depend on one another."""

    attachments: int
    breaches: list[Breach]


def verify_files(books: Sequence[Book], progress: Callable[[str, int], None] | None = None) -> FilesReport:
    """Reads every attached file of the books whole; of the store, whatever no entry of any book and no waiting upload names."""
    count, breaches = 0, []
    known: set[str] = set()
    for book in books:
        for _number, _name, said, breach in _looked_at(book, lambda _digest: True):
            count += 1
            breaches += [breach] if breach else []
            known |= {said.digest} if said else set()
            if progress is not None and count % 100 == 0:
                progress(book.origin, count)
    return FilesReport(count, breaches + list(_orphans(known)))


def first_wrong_file(book: Book, night: date) -> Breach | None:
    """The first attachment of the book that is not there or has another size; of a part of them each night, another content.

    Reading all of them would take as long as they are large: every file is read whole once in `NIGHTS` nights.
    """
    part = night.toordinal() % NIGHTS
    found = _looked_at(book, lambda digest: int(digest[:2], 16) % NIGHTS == part)
    return next((breach for *_, breach in found if breach is not None), None)


def _looked_at(book: Book, reads_whole: Callable[[str], bool]) -> Iterator[tuple[int, str, Attachment | None, Breach | None]]:
    for number, name, said in attachments_of_book(book):
        wrong = _why_wrong(name, said, reads_whole)
        yield number, name, said, Breach(book.origin, number, *wrong) if wrong else None


def _why_wrong(name: str, said: Attachment | None, reads_whole: Callable[[str], bool]) -> tuple[str, str] | None:
    if said is None:
        return "changed", f"{name} names no file"
    size = store.size_of(said.digest)
    if size is None:
        return "file_missing", f"the file of {name}, {said.digest}, is not there"
    if size != said.size:
        return "file_altered", f"the file of {name}, {said.digest}, has {size} bytes and not {said.size}"
    if reads_whole(said.digest) and not store.holds(said.digest):
        return "file_altered", f"the file of {name}, {said.digest}, is not what its digest says"
    return None


def _orphans(known: set[str]) -> Iterator[Breach]:
    """What lies in the store and belongs to no entry and no other floor: named one by one, for somebody to look at."""
    rest = [name for name in store.names() if name not in known]
    if not rest:
        return
    waiting = set(Upload.objects.values_list("digest", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(record_attachments(fields)) FROM logbook_entry WHERE fields ? 'attachment_01' AND record_attachments(fields) && %s",
            [rest],
        )
        referred = {row[0] for row in cursor.fetchall()} | kept_elsewhere(rest)
    for name in rest:
        if name not in waiting and name not in referred:
            yield Breach(NO_BOOK, 0, "file_orphan", f"{name} lies in the store, and no entry refers to it")
