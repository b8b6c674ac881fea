"""Who reads a desk's log, and what each has promised (A20)."""

from dataclasses import dataclass
from datetime import datetime

from desks.models import Desk, Person, Promise
from desks.permissions import RIGHTS
from desks.promises import is_due, next_promise_at, promise_months_of, promises_by_person
from desks.queries import people_of_desk


@dataclass(frozen=True)
class Promised:
    """One reader: the promises, newest first, whether one is owed, and when the next is due."""

    person: Person
    history: list[Promise]
    owes: bool
    due: datetime | None


def readers_and_promises(desk: Desk, now: datetime) -> list[Promised]:
    """Everybody who may read the desk's log now, or the book of its site; those who owe a promise first."""
    months, people = promise_months_of(desk), list(people_of_desk(desk, now, {*RIGHTS["log.read"], *RIGHTS["site.book"]}))
    given, found = promises_by_person(desk.site, people), []
    for person in people:
        history = given.get(person.pk, [])
        last = history[0].at if history else None
        found.append(Promised(person, history, is_due(last, months, now), next_promise_at(last, months) if last else None))
    return sorted(found, key=lambda each: not each.owes)
