"""`manage.py sample_data`: fills an empty installation with the sample site; never touches one that holds a site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from desks.models import Site
from duty_desk.sample.story import tell


class Command(BaseCommand):
    help = "Lays the sample site with its people and two days of log, in the language of LANGUAGE_CODE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For the runner: to do nothing on an installation in use is no fault."""
        parser.add_argument("--if-empty", action="store_true", help="say nothing when there is a site already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lays it, or says why not."""
        if settings.MODE == "production":
            raise CommandError("Sample data has passwords that everybody knows: it is not laid in production mode.")
        if Site.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There is a site already. Sample data is laid into an empty installation only.")
        with translation.override(settings.LANGUAGE_CODE):
            desk = tell(settings.LANGUAGE_CODE, timezone.now())
        self.stdout.write(f"The sample desk is at /desk/{desk.slug}/")
