"""`manage.py verify_log`: recomputes the record and names the first broken number of each book."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logbook.models import Book
from logbook.verify import verify


class Command(BaseCommand):
    help = "Recomputes numbers, links, commitments, digests and follow-ups of every book, outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One book, or all; for people, or for programs."""
        parser.add_argument("--book", help="the origin of one book")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what was found; ends with an error when something does not hold."""
        books = list(Book.objects.filter(origin=options["book"])) if options["book"] else None
        if books == []:
            raise CommandError("There is no book of this origin.")
        report = verify(books)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            for breach in report.breaches:
                self.stdout.write(f"{breach.origin} #{breach.number}: {breach.what}")
        if report.breaches:
            raise CommandError(f"{len(report.breaches)} of {report.books} books do not hold.", returncode=1)
        if not options["json"]:
            self.stdout.write(f"{report.entries} entries of {report.books} books hold.")
            if report.erased or report.veiled:
                self.stdout.write(f"{report.erased} values erased by rule and {report.veiled} texts veiled, each by an entry that says so.")
