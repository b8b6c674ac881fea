"""`manage.py export_record`: the record of a desk, or of a site's own book, as a ZIP that verifies itself, with the standard library alone."""

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.models import Desk, Site
from desks.places import Place, name_in_files
from logbook.actions import export_record


class Command(BaseCommand):
    help = "Writes the whole record of a desk or of a site's own book, its checkpoints, public keys and verify.py into a ZIP; an entry of the site's book says so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose record, and where to."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--desk", help="the address of the desk")
        whose.add_argument("--site", help="the code of the site: its own book, without those of its desks")
        parser.add_argument("--to", required=True, help="the file to write; it must not be there yet")
        parser.add_argument("--without-personal", action="store_true", help="leave customers' names and phones out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the file, readable by its owner alone."""
        place = _place(**options)
        try:
            handle = os.open(options["to"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['to']} cannot be written: {error.strerror}") from error
        with os.fdopen(handle, "wb") as target:
            made = export_record(
                actor=None, of=place, session_key=None, now=timezone.now(), personal=not options["without_personal"]
            )
            with made:
                shutil.copyfileobj(made, target)
        self.stdout.write(f"The record of {name_in_files(place)} is in {options['to']}. Verify it anywhere: python verify.py")


def _place(*, desk: str | None, site: str | None, **_options: Any) -> Place:
    found: Place | None = Site.objects.filter(code=site).first() if site else Desk.objects.select_related("site").filter(slug=desk).first()
    if found is None:
        raise CommandError("There is no site of this code." if site else "There is no desk of this address.")
    return found
