"""`manage.py import_roster FILE --desk front --month 2026-12 --as LOGIN [--dry-run]`: brings a month's roster in (A5)."""

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desks.models import Desk, Person
from desks.refusal import Refused
from rosters.actions import NotBroughtIn, bring_in
from rosters.planning import Plan
from rosters.queries import plan_to_bring_in
from rosters.reading import MAX_BYTES, read_table


def month_of(words: str) -> date:
    """The first day of a month written as 2026-12. Raises CommandError."""
    try:
        return datetime.strptime(words, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError as error:
        raise CommandError(f"{words!r} is no month: write it as 2026-12.") from error


class Command(BaseCommand):
    help = "Brings a month's roster in from CSV or XLSX as a draft; with problems nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the desk, the month, and who acts."""
        parser.add_argument("file", type=Path, help="CSV or XLSX: people down, days across")
        parser.add_argument("--desk", required=True, help="the desk's address, for example front")
        parser.add_argument("--month", required=True, help="for example 2026-12")
        parser.add_argument("--as", required=True, dest="login", help="sign-in name of the supervisor who acts")
        parser.add_argument("--dry-run", action="store_true", help="only say what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        """Brings it in, or lists every problem with its row and column and changes nothing."""
        month = month_of(options["month"])
        desk = Desk.objects.select_related("site", "settings").filter(slug=options["desk"]).first()
        if desk is None:
            raise CommandError(f"There is no desk {options['desk']!r}.")
        actor = Person.objects.filter(login=options["login"]).first()
        if actor is None:
            raise CommandError(f"There is nobody with the sign-in name {options['login']!r}.")
        now = timezone.now()
        try:
            with options["file"].open("rb") as file:
                table = read_table(file.read(MAX_BYTES + 1))
            if options["dry_run"]:
                self._say(plan_to_bring_in(table, desk, month, now))
                return
            roster = bring_in(
                actor=actor, desk=desk, month=month, table=table, name=options["file"].name, now=now
            )
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be opened: {error.strerror}.") from error
        except NotBroughtIn as refused:
            self._say(refused.plan)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        else:
            self.stdout.write(f"{desk.slug} {month:%Y-%m}: draft, version {roster.version}, {roster.planned.filter(version=roster.version).count()} duties.")

    def _say(self, plan: Plan) -> None:
        for problem in plan.problems:
            self.stderr.write(f"{problem.place or '-'}: {problem.reason} {problem.remedy}")
        for words in plan.notes:
            self.stdout.write(words)
        if plan.problems:
            count = "1 problem" if len(plan.problems) == 1 else f"{len(plan.problems)} problems"
            raise CommandError(f"{count}; nothing has been changed.")
        self.stdout.write(f"{plan.month:%Y-%m}: {plan.count} duties of {len(plan.lines)} people, no problem.")
