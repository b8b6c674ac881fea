"""`manage.py archive_log`: writes whole expired months into files that prove themselves, reads them back, records them (A19)."""

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.refusal import Refused
from logbook.actions import archive_months
from logbook.models import Book


class Command(BaseCommand):
    help = "Archives each expired month of every book (or of one desk or book) that is not archived yet. Run it as the owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which books, and up to which month."""
        parser.add_argument("--desk", help="the address of one desk: its books")
        parser.add_argument("--book", help="the origin of one book")
        parser.add_argument("--until", help="the last month to archive (2023-10)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Archives in order; a run that was cut off goes on where it was."""
        books = Book.objects.select_related("site", "desk").order_by("pk")
        books = books.filter(desk__slug=options["desk"]) if options["desk"] else books
        books = books.filter(origin=options["book"]) if options["book"] else books
        if not books and (options["desk"] or options["book"]):
            raise CommandError("There is no book of this origin or desk.")
        until = _month(options["until"])
        count = 0
        for book in books:
            try:
                made = archive_months(book=book, now=timezone.now(), until=until)
            except Refused as refusal:
                raise CommandError(f"{book.origin}: {refusal.reason} {refusal.remedy}") from refusal
            count += len(made)
            for each in made:
                self.stdout.write(
                    f"{book.origin} {each.month:%Y-%m}: numbers {each.first_number} to {each.last_number}, {each.size:,} bytes, {each.file_digest}"
                )
        self.stdout.write(f"{count} months archived." if count else "No month has expired that is not archived.")


def _month(given: str | None) -> date | None:
    if not given:
        return None
    try:
        return datetime.strptime(given, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError as error:
        raise CommandError(f"{given!r} is not a month such as 2023-10.") from error
