"""`manage.py export_record`: the record of a desk as a ZIP that verifies itself, with the standard library alone."""

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.models import Desk
from logbook.actions import export_record


class Command(BaseCommand):
    help = "Writes the whole record of a desk, its checkpoints, public keys and verify.py into a ZIP; an entry of the site's book says so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose record, and where to."""
        parser.add_argument("--desk", required=True, help="the address of the desk")
        parser.add_argument("--to", required=True, help="the file to write; it must not be there yet")
        parser.add_argument("--without-personal", action="store_true", help="leave customers' names and phones out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the file, readable by its owner alone."""
        desk = Desk.objects.select_related("site").filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError("There is no desk of this address.")
        try:
            handle = os.open(options["to"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['to']} cannot be written: {error.strerror}") from error
        with os.fdopen(handle, "wb") as target:
            made = export_record(
                actor=None, desk=desk, session_key=None, now=timezone.now(), personal=not options["without_personal"]
            )
            with made:
                shutil.copyfileobj(made, target)
        self.stdout.write(f"The record of {desk.slug} is in {options['to']}. Verify it anywhere: python verify.py")
