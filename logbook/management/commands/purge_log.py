"""`manage.py purge_log`: carries out what a supervisor asked to purge and the administrator confirmed, and nothing else (A19, I12)."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from desks.refusal import Refused
from logbook.actions import carry_out_purge, waiting_purges


class Command(BaseCommand):
    help = "Removes what confirmed requests name, in short steps; a run that was cut off goes on where it was. Run it as the owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to say how far it is, or only what waits."""
        parser.add_argument("--list", action="store_true", help="say what waits to be carried out, and remove nothing")
        parser.add_argument("--progress", action="store_true", help="say on the error output how far it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Goes through the confirmed requests; one that the database refuses is said, and the others go on."""
        refused = 0
        waiting = list(waiting_purges())
        for request in waiting:
            book = request.archive.book
            if options["list"]:
                self.stdout.write(f"{book.origin}: up to number {request.archive.last_number} ({request.archive.month:%Y-%m}), request {request.pk}")
                continue
            try:
                done = carry_out_purge(request=request, step_done=self._progress if options["progress"] else None)
            except Refused as refusal:
                refused += 1
                self.stderr.write(f"{book.origin}, request {request.pk}: {refusal.reason} {refusal.remedy}")
            except Error as error:
                refused += 1
                self.stderr.write(f"{book.origin}, request {request.pk}: {str(error).splitlines()[0]}")
            else:
                self.stdout.write(
                    f"{book.origin}: numbers {done.purge.first_number} to {done.purge.last_number} purged, {done.entries} entries in this run; "
                    f"{done.stubs} numbers stay for what points at them; {done.others} access records and rows of histories went."
                )
        if refused:
            raise CommandError(f"{refused} of {len(waiting)} requests were not carried out.", returncode=1)
        if not waiting:
            self.stdout.write("No confirmed request waits.")

    def _progress(self, done: int, of: int) -> None:
        self.stderr.write(f"{done} of {of}", ending="\r" if sys.stderr.isatty() else "\n")
