"""`manage.py load_preset NAME --desk SLUG`: fills a new desk with a preset's data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desks.models import Desk
from desks.presets import fill_desk, preset_names
from desks.refusal import Refused


class Command(BaseCommand):
    help = "Fills a desk that has nothing yet with a preset's kinds, checklists, shifts and settings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The preset and the desk."""
        parser.add_argument("preset", choices=preset_names())
        parser.add_argument("--desk", required=True, help="the desk's address, for example taikoo-front")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads it, or says why not."""
        desk = Desk.objects.filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError(f"There is no desk {options['desk']!r}; make it in the administration first.")
        try:
            fill_desk(desk, options["preset"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{desk.slug}: {options['preset']} loaded.")
