"""Reads of who has seen their duties of a published month, and what changed for whom since it was published (A5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from desks.clock import local_day
from desks.models import Person
from rosters.models import Duty, Roster, RosterAcknowledgement
from rosters.patterns import Difference, differences
from rosters.planning import days_of
from rosters.queries.plans import plan_in_force, plan_of_roster


@dataclass(frozen=True)
class Seen:
    """One person of a published month: when they acknowledged their duties as they stand, if they have."""

    person: Person
    at: datetime | None


def is_over(roster: Roster, now: datetime) -> bool:
    """Whether the month lies behind, so that nobody is asked any more whether they have seen it."""
    return days_of(roster.month)[-1] < local_day(now, roster.desk.site.zone)


def newest_changes(roster: Roster, person: Person | None = None) -> dict[int, int]:
    """The newest decided change of each person's duties of the month, by the person's key; who has none is left out."""
    days = days_of(roster.month)
    rows = Duty.objects.filter(desk=roster.desk, site_day__range=(days[0], days[-1]))
    if person is not None:
        rows = rows.filter(person=person)
    found = rows.order_by().values_list("person").annotate(out=Max("taken_out_by"), into=Max("brought_in_by"))
    return {key: max(out or 0, into or 0) for key, out, into in found if out or into}


def seen_by(roster: Roster) -> list[Seen]:
    """Everybody who has or had a duty of the published month, by name; who has not acknowledged first."""
    days, newest = days_of(roster.month), newest_changes(roster)
    rows = Duty.objects.filter(desk=roster.desk, site_day__range=(days[0], days[-1])).order_by().values("person")
    given = {(row.person_id, row.change_id or 0): row.at for row in RosterAcknowledgement.objects.filter(roster=roster)}
    people = Person.objects.filter(pk__in=rows).order_by("name", "pk")
    return sorted((Seen(person, given.get((person.pk, newest.get(person.pk, 0)))) for person in people), key=lambda each: each.at is not None)


def own_seen(roster: Roster, person: Person) -> Seen | None:
    """Whether the person has acknowledged their duties as they stand; None for who has no duty of the month."""
    days = days_of(roster.month)
    if not Duty.objects.filter(desk=roster.desk, person=person, site_day__range=(days[0], days[-1])).exists():
        return None
    change = newest_changes(roster, person).get(person.pk)
    row = RosterAcknowledgement.objects.filter(roster=roster, person=person, change=change).first()
    return Seen(person, row.at if row is not None else None)


def changed_for(roster: Roster, person: Person) -> list[Difference]:
    """The person's cells that a decided change has made otherwise since the month was published."""
    return [each for each in differences(plan_of_roster(roster), plan_in_force(roster)) if each.person == person]
