"""`manage.py verify_log`: recomputes the record and names the first broken number of each book, and of what kind it is.

Exit code 0: everything holds; 1: something does not; 2: what was asked makes no sense or could not be read.
"""

import json
import re
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desks.clock import day_bounds
from logbook.models import Book, Entry, EntryDigest, SigningKey
from logbook.proof.bundle import digests_in
from logbook.proof.files import verify_files
from logbook.proof.finding import Breach
from logbook.proof.notes import BadNote, Head, head_signed_by, parsed_verifier_key
from logbook.proof.searched import verify_search
from logbook.purged import purged_of
from logbook.verify import Report, verify

DOES_NOT_HOLD, ASKED_WRONGLY = 1, 2
NOTE = re.compile(r"(?:[^\n]+\n){3,}\n(?:— [^\n]+\n)+")


class _Wrong(CommandError):
    """What was asked makes no sense, or could not be read: nothing is said of the record."""

    def __init__(self, words: str) -> None:
        super().__init__(words, returncode=ASKED_WRONGLY)


class Command(BaseCommand):
    help = "Recomputes numbers, links, commitments, digests, tree, checkpoints and follow-ups of every book, outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which books, how much of them, against what; for people, or for programs."""
        parser.add_argument("--book", help="the origin of one book")
        parser.add_argument("--desk", help="the address of one desk: its books")
        parser.add_argument("--from", dest="first", help="contents from this number, or this day of recording (2026-11-24)")
        parser.add_argument("--to", dest="last", help="contents up to this number, or this day")
        parser.add_argument("--quick", action="store_true", help="digests, links, tree and checkpoints only, no contents")
        parser.add_argument("--checkpoint", action="append", default=[], help="a file with checkpoints kept outside; may be repeated")
        parser.add_argument("--key", action="append", default=[], help="with --checkpoint: the public key as it was kept outside")
        parser.add_argument("--against", help="an older export of the record (ZIP): no entry of it may differ")
        parser.add_argument("--files", action="store_true", help="read every attached file too; name those missing, altered, or of no entry")
        parser.add_argument("--search", action="store_true", help="recompute what searches compare too; takes several times as long")
        parser.add_argument("--progress", action="store_true", help="say on the error output how far it is")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what was found; ends with exit code 1 when something does not hold, with 2 when it was asked wrongly."""
        books = self._books(options)
        outside, breaches = self._outside(options, books)
        breaches += self._against(options["against"], books) if options["against"] else []
        progress = self._progress if options["progress"] else None
        reports = [
            verify(
                [book], first=_number(book, options["first"], 0) or 1, last=_number(book, options["last"], 1), contents=not options["quick"],
                outside=outside, progress=progress,
            )
            for book in books
        ]
        report = Report(
            len(books), sum(each.entries for each in reports), breaches + [each for one in reports for each in one.breaches],
            sum(each.checkpoints for each in reports), sum(each.erased for each in reports), sum(each.veiled for each in reports),
        )
        files = verify_files(books, self._progress_of_files if options["progress"] else None) if options["files"] else None
        if files is not None:
            report = replace(report, breaches=report.breaches + files.breaches)
        searched, misled = verify_search(books, progress) if options["search"] else (None, [])
        report = replace(report, breaches=report.breaches + misled)
        if options["json"]:
            said = asdict(report) | ({"attachments": files.attachments} if files is not None else {})
            said |= {"searched": searched} if searched is not None else {}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for breach in report.breaches:
                self.stdout.write(f"{breach.origin} #{breach.number}: {breach.kind}: {breach.what}")
        if files is not None and files.breaches:
            raise CommandError(f"{len(files.breaches)} attached files do not hold, of {files.attachments}.", returncode=DOES_NOT_HOLD)
        if report.breaches:
            raise CommandError(f"{len({each.origin for each in report.breaches})} of {report.books} books do not hold.", returncode=DOES_NOT_HOLD)
        if not options["json"]:
            self.stdout.write(f"{report.entries} entries and {report.checkpoints} checkpoints of {report.books} books hold.")
            if files is not None:
                self.stdout.write(f"{files.attachments} attached files hold, and no other file lies beside them.")
            if searched is not None:
                self.stdout.write(f"{searched} search texts are what their entries say.")
            if report.erased or report.veiled:
                self.stdout.write(f"{report.erased} values erased by rule and {report.veiled} texts veiled, each by an entry that says so.")
            self._say_what_is_purged(books)
            self._say_what_is_out_of_reach(books, outside)

    def _books(self, options: dict[str, Any]) -> list[Book]:
        books = Book.objects.select_related("site").order_by("pk")
        if options["book"]:
            books = books.filter(origin=options["book"])
        if options["desk"]:
            books = books.filter(desk__slug=options["desk"])
        if not books and (options["book"] or options["desk"]):
            raise _Wrong("There is no book of this origin or desk.")
        return list(books)

    def _outside(self, options: dict[str, Any], books: list[Book]) -> tuple[list[Head], list[Breach]]:
        """The checkpoints of the files that concern these books, and those of them that no known key has signed."""
        heads, breaches = [], []
        try:
            given = [parsed_verifier_key(text) for text in options["key"]]
        except BadNote as error:
            raise _Wrong(str(error)) from error
        known = [bytes(key.public) for key in SigningKey.objects.all()]
        for name in options["checkpoint"]:
            try:
                notes = NOTE.findall(Path(name).read_text(encoding="utf-8"))
            except (OSError, UnicodeError) as error:
                raise _Wrong(f"{name} cannot be read: {error}") from error
            if not notes:
                raise _Wrong(f"{name} holds no checkpoint.")
            for note in notes:
                origin = note.split("\n", 1)[0]
                if origin not in {book.origin for book in books}:
                    continue
                keys = [public for key_name, public in given if key_name == origin] if given else known
                head = _first_signed(note, keys)
                heads += [head] if head else []
                if head is None:
                    words = f"the checkpoint of {name} over {note.split(chr(10))[1]} entries is signed by none of the known keys"
                    breaches.append(Breach(origin, 0, "signature", words))
        if options["checkpoint"] and not heads and not breaches:
            raise _Wrong("No checkpoint of the files is of one of these books.")
        return heads, breaches

    def _against(self, name: str, books: list[Book]) -> list[Breach]:
        """The first entry of each book that is not what an older export says."""
        try:
            exported = digests_in(name)
        except ValueError as error:
            raise _Wrong(str(error)) from error
        mine = [book for book in books if book.origin in exported]
        if not mine:
            raise _Wrong(f"{name} holds none of these books.")
        found = []
        for book in mine:
            told = exported[book.origin]
            stands = EntryDigest.objects.filter(book=book, number__gte=min(told, default=1), number__lte=max(told, default=0)).order_by("number")
            now = {number: bytes(digest).hex() for number, digest in stands.values_list("number", "digest")}
            for number, digest in sorted(told.items()):
                if now.get(number) != digest:
                    kind = "changed" if number in now else "missing" if any(other > number for other in now) else "cut_off"
                    found.append(Breach(book.origin, number, kind, "it is not what the older export says"))
                    break
        return found

    def _progress(self, origin: str, done: int, of: int) -> None:
        self.stderr.write(f"{origin}: {done} of {of}", ending="\r" if sys.stderr.isatty() else "\n")

    def _progress_of_files(self, origin: str, done: int) -> None:
        self.stderr.write(f"{origin}: {done} attached files", ending="\r" if sys.stderr.isatty() else "\n")

    def _say_what_is_purged(self, books: list[Book]) -> None:
        for book in books:
            if (purged := purged_of(book)).begins > 1:
                self.stdout.write(
                    f"{book.origin}: begins with {purged.begins}. The entries 1 to {purged.begins - 1} were purged by rule, as entry {purged.note} says "
                    f"(request {purged.request}, archive {purged.file_digest}); their digests hold."
                )

    def _say_what_is_out_of_reach(self, books: list[Book], outside: list[Head]) -> None:
        for book in books:
            newest = max((head.size for head in outside if head.origin == book.origin), default=0)
            last = Entry.objects.filter(book=book).order_by("-number").values_list("number", flat=True).first() or 0
            if last > newest:
                self.stdout.write(
                    f"{book.origin}: no checkpoint from outside covers the entries {newest + 1} to {last}. "
                    "Had somebody with the owner's role recomputed all of them, or cut them off, this could not show it."
                )


def _first_signed(note: str, keys: list[bytes]) -> Head | None:
    for public in keys:
        try:
            return head_signed_by(note, public)
        except BadNote:
            continue
    return None


def _number(book: Book, given: str | None, end: int) -> int | None:
    """A number as it is given; for a day the first (`end` 0) or last (1) number recorded on it, by the site's clock."""
    if not given:
        return None
    if given.isascii() and given.isdigit():
        return int(given)
    try:
        bound = day_bounds(date.fromisoformat(given), book.site.zone)[end]
    except ValueError as error:
        raise _Wrong(f"{given!r} is neither a number nor a day such as 2026-11-24.") from error
    before = Entry.objects.filter(book=book, recorded_at__lt=bound).order_by("-number").values_list("number", flat=True).first() or 0
    return before if end else before + 1
