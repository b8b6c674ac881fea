"""`manage.py sample_accounts`: prints the accounts of the sample site."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from desks.models import Person
from desks.sample_secrets import PASSWORD, PIN
from duty_desk.sample.people import PEOPLE


class Command(BaseCommand):
    help = "Prints the sample accounts that exist in this database, with their password and PIN."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For programs: as JSON."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a line for each account, or that there is none."""
        there = set(Person.objects.values_list("login", flat=True))
        shown = [person for person in PEOPLE if person.shown and person.login in there]
        if options["json"]:
            rows = [{"login": p.login, "name": p.name, "role": p.role or "operator"} for p in shown]
            self.stdout.write(json.dumps({"password": PASSWORD, "pin": PIN, "accounts": rows}, ensure_ascii=False))
            return
        if not shown:
            self.stdout.write("There are no sample accounts in this database.")
            return
        for person in shown:
            role = person.role.value.replace("_", " ") if person.role else "operator"
            self.stdout.write(f"  {person.login:<12} {role:<20} {person.name_latin} {person.name}")
        self.stdout.write(f"  password {PASSWORD}   PIN {PIN}")
