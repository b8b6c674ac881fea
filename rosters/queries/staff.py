"""What was agreed with the people of a desk, and who they are (A5, A6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from desks.clock import day_bounds
from desks.models import Desk, Membership, Person, Site
from rosters.models import PersonSkill, Protection, StaffTerms, TrainingPair
from rosters.models.staff import Dated
from rosters.planning import days_of


@dataclass
class Agreed:
    """All that was agreed with one person, by time; rows that are over among them."""

    terms: list[StaffTerms] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)
    skills: list[PersonSkill] = field(default_factory=list)
    pairs: list[TrainingPair] = field(default_factory=list)
    """In which the person is in training."""

    def terms_on(self, day: date) -> StaffTerms | None:
        """The terms of that day, or None where the desk's usual ones hold."""
        return next((row for row in self.terms if row.holds_on(day)), None)

    def protected_on(self, day: date) -> list[str]:
        """From what the person is protected on that day: codes."""
        return [row.what for row in self.protections if row.holds_on(day)]


def _within(first: date | None, last: date | None) -> Q:
    found = Q()
    if last is not None:
        found &= Q(from_on__lte=last)
    if first is not None:
        found &= Q(until_on__isnull=True) | Q(until_on__gte=first)
    return found


def agreed_with(
    desk: Desk, people: Iterable[int], first: date | None = None, last: date | None = None
) -> dict[int, Agreed]:
    """What was agreed with each of these people at the desk, of any day from the first to the last. Four queries."""
    keys = list(people)
    found = {key: Agreed() for key in keys}
    days = _within(first, last)
    for row in StaffTerms.objects.filter(days, desk=desk, person__in=keys).order_by("from_on"):
        found[row.person_id].terms.append(row)
    for protection in Protection.objects.filter(days, site=desk.site_id, person__in=keys).order_by("from_on"):
        found[protection.person_id].protections.append(protection)
    for skill in PersonSkill.objects.filter(days, desk=desk, person__in=keys).order_by("skill", "from_on"):
        found[skill.person_id].skills.append(skill)
    for pair in TrainingPair.objects.filter(days, desk=desk, learner__in=keys).select_related("guide").order_by("from_on"):
        found[pair.learner_id].pairs.append(pair)
    return found


def roles_between(desk: Desk, first: date, last: date) -> list[Membership]:
    """The roles that may take a duty at the desk and hold on any day from the first to the last (A6)."""
    zone = desk.site.zone
    begin, end = day_bounds(first, zone)[0], day_bounds(last, zone)[1]
    rows = Membership.objects.filter(
        Q(desk=desk) | Q(desk__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=begin),
        site=desk.site, role__in=desk.settings.duty_roles, starts_at__lt=end,
    )
    return list(rows.select_related("person").order_by("person__name", "person_id", "starts_at"))


def people_of_month(desk: Desk, month: date) -> list[Person]:
    """Who has a role that may take a duty at the desk on any day of the month, by name (A6)."""
    days = days_of(month)
    return list({row.person_id: row.person for row in roles_between(desk, days[0], days[-1])}.values())


def in_pool_from(desk: Desk, person: Person, day: date) -> bool:
    """Whether the person has, from that day on or later, a role that may take a duty at the desk."""
    begin = day_bounds(day, desk.site.zone)[0]
    return Membership.objects.filter(
        Q(desk=desk) | Q(desk__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=begin),
        site=desk.site, person=person, role__in=desk.settings.duty_roles,
    ).exists()


def steps_of_agreements(desk: Desk, person: Person) -> list[Any]:
    """Every change of what was agreed with the person at the desk, the newest first: rows of the histories."""
    found: list[Any] = []
    for rows in _histories(desk, person):
        found += rows.select_related("history_user")
    return sorted(found, key=lambda row: (row.history_date, row.history_id), reverse=True)


def _histories(desk: Desk, person: Person) -> Sequence[QuerySet[Any]]:
    site: Site = desk.site
    return [
        StaffTerms.history.filter(desk=desk, person=person), Protection.history.filter(site=site, person=person),
        PersonSkill.history.filter(desk=desk, person=person), TrainingPair.history.filter(desk=desk, learner=person),
    ]


def overlapping(rows: QuerySet[Any], from_on: date, until_on: date | None) -> Dated | None:
    """A row that holds on one of those days already, or None."""
    return rows.filter(_within(from_on, until_on)).order_by("from_on").first()
