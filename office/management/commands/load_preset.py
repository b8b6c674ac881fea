"""`manage.py load_preset NAME --desk SLUG --as LOGIN`: fills a new desk with a preset's data, with its entry (A6)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.models import Desk, EntryKind, Person
from desks.presets import preset_names
from desks.refusal import Refused
from office.actions import load_preset
from office.queries import administered_sites


class Command(BaseCommand):
    help = "Fills a desk that has nothing yet with a preset's kinds, checklists, shifts and settings; a second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The preset, the desk and who does it."""
        parser.add_argument("preset", choices=preset_names())
        parser.add_argument("--desk", required=True, help="the desk's address, for example front")
        parser.add_argument("--as", required=True, dest="login", help="sign-in name of the site administrator or operator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads it, or says why not."""
        now = timezone.now()
        desk = Desk.objects.filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError(f"There is no desk {options['desk']!r}; make it in the administration first.")
        actor = Person.objects.filter(login=options["login"], ended_at__isnull=True).first()
        if actor is None or not administered_sites(actor, now).filter(pk=desk.site_id).exists():
            raise CommandError(f"{options['login']!r} does not set up the site of this desk.")
        if desk.preset == options["preset"] and EntryKind.objects.filter(desk=desk).exists():
            self.stdout.write(f"{desk.slug}: {options['preset']} is loaded already; nothing was changed.")
            return
        try:
            load_preset(actor=actor, desk=desk, preset=options["preset"], now=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{desk.slug}: {options['preset']} loaded.")
