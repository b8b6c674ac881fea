"""The period of the record, and its archives: whole expired months in files that prove themselves (A19, I12)."""

import io
import os
import shutil
import tempfile
from contextlib import redirect_stdout
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.clock import month_bounds
from desks.models import Person, Site
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import in_each_language, name_of
from logbook import rules
from logbook.actions.books import hold_books, site_book_of
from logbook.actions.checkpoints import seal
from logbook.actions.record import record_act
from logbook.models import Archive, Book, Checkpoint, EntryDigest, RetentionPeriod
from logbook.proof import standalone
from logbook.proof.bundle import Part, write_bundle
from logbook.proof.merkle import root_of
from logbook.proof.tree import grow_tree, stored_nodes
from logbook.queries import expired_before_of


class NotArchived(Refused):
    """A month could not be written into a file that holds: nothing is recorded of it."""


@transaction.atomic
def set_retention(*, actor: Person, site: Site, years: int, reason: str, now: datetime) -> RetentionPeriod:
    """Sets for how many years the site keeps its record: longer at once, shorter a day later, never below three (A19).

    Writes the site's book. Raises Refused for who may not, and for a period out of bounds.
    """
    if not may(actor, "log.set_retention", site=site, now=now):
        raise Refused("A19", _("The site administrator sets the period."), _("Ask the administrator."))
    hold_books(site_book_of(site))
    reason = rules.cleaned(reason)
    if refusal := rules.why_not_retention(years=years, reason=reason):
        raise refusal
    note = record_act(
        actor=actor, site=site, now=now, code="retention_set", fields=name_of("by", actor) | {"years": str(years), "why": reason}
    )
    made = RetentionPeriod.objects.create(site=site, years=years, reason=reason, set_by=actor, note=note)
    made.refresh_from_db()
    return made


def archive_months(*, book: Book, now: datetime, until: date | None = None) -> list[Archive]:
    """Archives each whole expired month of the book that is not archived yet, in order; as the owner. Raises NotArchived.

    `until` is a day of the last month wanted. A run that is cut off goes on with the month at which it was: a month is
    recorded when its file stands under its name and has been read back.
    """
    made = []
    while (found := _next_month(book, until)) is not None:
        made.append(_archive_month(book, *found, now=now))
    return made


def _next_month(book: Book, until: date | None) -> tuple[date, int, int] | None:
    """The first expired month that has entries and is not archived, with its first and last number."""
    zone = book.site.zone
    before = Archive.objects.filter(book=book).order_by("-last_number").first()
    first = before.last_number + 1 if before else 1
    begins = EntryDigest.objects.filter(book=book, number=first).values_list("recorded_at", flat=True).first()
    if begins is None:
        return None
    month = rules.month_of(begins, zone)
    _begin, end = month_bounds(month, zone)
    if end > expired_before_of(book.site) or (until is not None and month > until):
        return None
    # Times of recording never go down within a book: a month is a range of numbers.
    last = EntryDigest.objects.filter(book=book, recorded_at__lt=end, number__gte=first).order_by("-number").values_list("number", flat=True)[0]
    return month, first, last


def _archive_month(book: Book, month: date, first: int, last: int, *, now: datetime) -> Archive:
    """Writes, reads back, verifies, records one month.

    1. The book is sealed, where no checkpoint covers the month yet, and its tree grown.
    2. The file is written beside its place, read back by the verifier that goes out with it, and only then renamed.
    3. One transaction: the entry in the site's book, the row. Nobody who writes waits for the file.
    """
    if not Checkpoint.objects.filter(book=book, size__gte=last).exists():
        seal(book=book, occasion=Checkpoint.Occasion.EXPORT, now=now)
    grow_tree(book)
    folder = settings.ARCHIVE_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{book.origin.replace('/', '_')}_{month:%Y-%m}.zip"
    handle, beside = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as target, write_bundle([Part(book, last, first, alone=True)], personal=False, now=now) as made:
            shutil.copyfileobj(made, target)
            target.flush()
            os.fsync(target.fileno())
        digest, size = digest_and_size(Path(beside))
        if refusal := why_file_does_not_hold(Path(beside)):
            raise NotArchived("A19", refusal, _("Run `manage.py verify_log` first."))
        os.replace(beside, folder / name)
        _sync_folder(folder)
    except OSError as error:
        raise NotArchived("A19", _("The archive cannot be written: %(error)s") % {"error": error}, _("Mend the directory and run it again.")) from error
    finally:
        Path(beside).unlink(missing_ok=True)
    covering = Checkpoint.objects.filter(book=book, size__gte=last).order_by("size", "pk").first()
    with transaction.atomic():
        hold_books(book, site_book_of(book.site))
        note = record_act(
            actor=None, site=book.site, now=now, code="log_archived",
            fields=in_each_language("desk", book.desk or book.site) | {
                "month": f"{month:%Y-%m}", "first": str(first), "last": str(last), "file_digest": digest, "size": str(size), "origin": book.origin,
            },
        )
        return Archive.objects.create(
            book=book, month=month, first_number=first, last_number=last, file_name=name, file_digest=digest, size=size,
            root=root_of(last, stored_nodes(book)), checkpoint=covering, made_at=now, verified_at=now, note=note,
        )


def why_archive_does_not_hold(archive: Archive) -> str:
    """Why the archive's file is not what was recorded, in words; empty where it is, and verifies itself (A19)."""
    path = settings.ARCHIVE_DIR / archive.file_name
    try:
        found = digest_and_size(path)
    except OSError as error:
        return str(_("%(file)s cannot be read: %(error)s") % {"file": archive.file_name, "error": error.strerror})
    if found != (archive.file_digest, archive.size):
        return str(_("%(file)s is not the file that was archived.") % {"file": archive.file_name})
    return why_file_does_not_hold(path)


def why_file_does_not_hold(path: Path) -> str:
    """What the stand-alone verifier says of a file that does not hold; empty for one that does."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = standalone.main([str(path)])
    return said.getvalue().strip() if code else ""


def digest_and_size(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of a file. Raises OSError."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
