"""`manage.py signing_key`: makes the key that signs checkpoints, changes it, shows its public part."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.refusal import Refused
from logbook.actions import finish_rotation, rotate_signing_key
from logbook.models import Book, SigningKey
from logbook.proof.keys import make_key_file, public_of, read_signing_key
from logbook.proof.notes import verifier_key


class Command(BaseCommand):
    help = "Shows the public part of the key that signs checkpoints, one line for each book, as tools for signed notes take it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do besides showing."""
        parser.add_argument("--make", action="store_true", help="make the key at set-up; does nothing where it is there")
        parser.add_argument("--rotate", action="store_true", help="announce a new key in every book and take it into use")
        parser.add_argument("--lost", action="store_true", help="with --rotate: the old key cannot sign any more")
        parser.add_argument("--reason", default="", help="with --rotate: why, for the entry")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, then prints the public keys. A key that is lost is never silently replaced."""
        try:
            finish_rotation()
            if options["rotate"]:
                rotate_signing_key(reason=options["reason"], lost=options["lost"], now=timezone.now())
            elif options["make"] and not SigningKey.objects.exists() and not settings.SIGNING_KEY_FILE.exists():
                make_key_file(settings.SIGNING_KEY_FILE)
            read_signing_key()
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        public = public_of(settings.SIGNING_KEY_FILE)
        for book in Book.objects.order_by("origin"):
            self.stdout.write(verifier_key(book.origin, public))
