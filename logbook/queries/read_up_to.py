"""How far each person of a desk has been shown its log (A20, A21): what the access records can say, and no more."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from desks.models import Desk, Person, Role
from desks.queries import people_of_desk
from logbook.models import SHOWN_AS_IT_GOES_ON, AccessRecord


@dataclass(frozen=True)
class ReadUpTo:
    """The newest entry that a person was shown on a page that shows the log as it goes on, and when; nothing for none."""

    person: Person
    number: int | None
    at: datetime | None


def read_up_to(desk: Desk, now: datetime) -> list[ReadUpTo]:
    """Of each person of the desk, staff and supervisors, how far they have been shown its log; one query by the index."""
    return _up_to(desk, people_of_desk(desk, now, [Role.AGENT, Role.BUTLER, Role.SUPERVISOR]))


def own_read_up_to(desk: Desk, person: Person) -> ReadUpTo:
    """How far this person has been shown the desk's log."""
    return _up_to(desk, Person.objects.filter(pk=person.pk))[0]


def _up_to(desk: Desk, people: QuerySet[Person]) -> list[ReadUpTo]:
    shown = AccessRecord.objects.filter(SHOWN_AS_IT_GOES_ON, desk=desk, person=OuterRef("pk"), to_number__isnull=False)
    newest = shown.order_by("-to_number", "at")
    rows = people.annotate(number=Subquery(newest.values("to_number")[:1]), at=Subquery(newest.values("at")[:1]))
    return [ReadUpTo(person, person.number, person.at) for person in rows]
