"""`manage.py import_log FILE --desk front --as LOGIN`: brings in old entries, as a whole or not at all (A17)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.models import Desk, Person
from desks.refusal import Refused
from logbook.actions.imports import FileRefused, import_log, read_file
from logbook.imports import Problem


class Command(BaseCommand):
    help = "Brings in a CSV file of old entries in its own order, marked as imported; --dry-run only says what it holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, whose desk, and who brings it in."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--desk", required=True, help="the desk's address, for example front")
        parser.add_argument("--as", required=True, dest="login", help="the sign-in name of the site administrator who imports")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what was brought in, or every problem with line and column; then it ends with an error."""
        desk = Desk.objects.select_related("site", "settings").filter(slug=options["desk"]).first()
        actor = Person.objects.filter(login=options["login"], ended_at__isnull=True).first()
        if desk is None or actor is None:
            raise CommandError("There is no desk of this address." if desk is None else "Nobody signs in with this name.")
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            if options["dry_run"]:
                read = read_file(desk=desk, content=content)
                if read.problems:
                    raise FileRefused(read.problems)
                self.stdout.write(f"{read.count} entries, {read.open_count} of them open. Nothing was written.")
                return
            made = import_log(actor=actor, desk=desk, content=content, name=options["file"].name, now=timezone.now())
        except FileRefused as refusal:
            self._list(refusal.problems)
            raise CommandError(str(refusal)) from refusal
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        numbers = f"{made.file.first_number} to {made.file.last_number}"
        self.stdout.write(f"{made.entries} entries brought in as numbers {numbers}, {made.open_matters} of them open.")

    def _list(self, problems: list[Problem]) -> None:
        for each in problems:
            column = f", {each.column}" if each.column else ""
            value = f" [{each.value}]" if each.value else ""
            self.stderr.write(f"line {each.line}{column}: {each.reason}{value}")
