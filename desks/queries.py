"""Reads of ground data that more than one floor needs."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from desks.models import ChecklistItem, Choice, Desk, EntryKind, KindField, Membership, Person, Role, Site
from desks.permissions import acting_of, may, memberships_of
from desks.refusal import Refused


def _holding(now: datetime) -> Q:
    return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def people_of_desk(desk: Desk, now: datetime, roles: Iterable[str] | None = None) -> QuerySet[Person]:
    """People with one of the roles at the desk or its whole site at that moment; agents and butlers unless said."""
    wanted = list(roles) if roles is not None else [Role.AGENT, Role.BUTLER]
    memberships = Membership.objects.filter(_holding(now), site=desk.site_id, role__in=wanted).filter(
        Q(desk=desk) | Q(desk__isnull=True)
    )
    return Person.objects.filter(ended_at__isnull=True, pk__in=memberships.values("person")).order_by("pk")


def duty_pool(desk: Desk, now: datetime) -> QuerySet[Person]:
    """People who may take a duty at the desk by the roles that its settings name (A6)."""
    return people_of_desk(desk, now, desk.settings.duty_roles)


def supervisors_of(site: Site, now: datetime) -> list[Person]:
    """The site's supervisors, and who acts for them now (A3)."""
    people = Person.objects.filter(ended_at__isnull=True)
    members = Membership.objects.filter(_holding(now), site=site, role=Role.SUPERVISOR).values("person")
    return list(
        people.filter(
            Q(pk__in=members) | Q(acting__site=site, acting__starts_at__lte=now, acting__ends_at__gt=now)
        ).distinct().order_by("pk")
    )


def supervisors_with(right: str, desk: Desk, now: datetime) -> list[Person]:
    """The supervisors, and of those who act for them now the ones to whom this right was given (A3)."""
    return [person for person in supervisors_of(desk.site, now) if may(person, right, desk=desk, now=now)]


def who_supervises(right: str, desk: Desk, now: datetime) -> list[Person]:
    """Whom a notice for supervisors goes to: those with the right, or while there is none the project heads (A3, A4).

    Who is told in a supervisor's place may not have the right itself; what they can do then is see to it that somebody has.
    """
    return supervisors_with(right, desk, now) or heads_of(desk.site, now)


def heads_of(site: Site, now: datetime) -> list[Person]:
    """The site's project heads."""
    return people_with_role(site, Role.PROJECT_HEAD, now)


def people_of_site(site: Site, now: datetime, roles: Iterable[str]) -> QuerySet[Person]:
    """The people who hold one of the roles at the site, or at a desk of it, at that moment."""
    members = Membership.objects.filter(_holding(now), site=site, role__in=list(roles)).values("person")
    return Person.objects.filter(ended_at__isnull=True, pk__in=members).order_by("pk")


def people_with_role(site: Site, role: str, now: datetime) -> list[Person]:
    """The people who hold the role at the site, or at a desk of it, at that moment."""
    return list(people_of_site(site, now, [role]))


def desks_of(person: Person, now: datetime) -> list[Desk]:
    """The active desks at which the person is anything now, in the order of their addresses."""
    rows = [row for row in memberships_of(person) if row.holds_at(now) and row.role != Role.DEPARTMENT_CONTACT]
    whole_sites = {row.site_id for row in rows if row.desk_id is None}
    whole_sites |= {row.site_id for row in acting_of(person) if row.starts_at <= now < row.ends_at}
    single = {row.desk_id for row in rows if row.desk_id is not None}
    return list(
        Desk.objects.filter(Q(site__in=whole_sites) | Q(pk__in=single), active=True).select_related("site", "settings")
    )


def roles_of(person: Person, site: Site, now: datetime) -> set[str]:
    """The codes of the person's roles at the site now."""
    return set(Membership.objects.filter(_holding(now), person=person, site=site).values_list("role", flat=True))


_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def folded_name(name: str) -> str:
    """A name as names are compared: width and case folded, spaces single, none between Chinese characters.

    Forms set names of two characters apart (周　敏) so that they are as wide as those of three.
    """
    words = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _BETWEEN_CHINESE.sub("", words)


def people_by_name(site: Site, now: datetime) -> dict[str, list[Person]]:
    """Every way to write the name of a person of the site (name, Latin letters, employee number) -> the people."""
    members = Membership.objects.filter(_holding(now), site=site).values("person")
    found: dict[str, list[Person]] = {}
    for person in Person.objects.filter(ended_at__isnull=True, pk__in=members).order_by("pk"):
        number = folded_name(person.employee_number)
        # A spreadsheet makes 104 of the number 0104.
        for way in {folded_name(person.name), folded_name(person.name_latin), number, number.lstrip("0")} - {""}:
            found.setdefault(way, []).append(person)
    return found


def resolve_name(name: str, by_name: dict[str, list[Person]]) -> Person:
    """Exactly one person of the site. Raises Refused where the name fits nobody or several (docs/architecture.md)."""
    people = by_name.get(folded_name(name), [])
    if len(people) == 1:
        return people[0]
    if not people:
        raise Refused("A6", _("Nobody at this site has this name."), _("Correct the name or add the person first."))
    raise Refused(
        "A6", _("Several people at this site have this name."), _("Write the employee number instead of the name.")
    )


def kinds_of(desk: Desk) -> QuerySet[EntryKind]:
    """The kinds of entry in use at the desk, in their order."""
    return EntryKind.objects.filter(desk=desk, current=True).order_by("position", "code")


def kind_of_faults(desk: Desk) -> str:
    """The code of the kind as which something found out of order is written down in one tap: it stays open, and asks for nothing more.

    A repair where the desk has that kind and it needs no field of its own, else the first kind that fits.
    """
    kinds = list(kinds_of(desk).prefetch_related("own_fields"))
    plain = [kind for kind in kinds if not any(own.current and own.needed != KindField.Needed.NEVER for own in kind.own_fields.all())]
    fitting = [kind for kind in plain if kind.code == "repair"] or [kind for kind in plain if kind.makes_follow_up and kind.urgency != "emergency"]
    return (fitting or plain or kinds)[0].code


def choices_of(desk: Desk, purpose: str) -> QuerySet[Choice]:
    """The choices in use for the purpose, in their order."""
    return Choice.objects.filter(desk=desk, purpose=purpose, current=True).order_by("position", "code")


def checklist_items(desk: Desk, purpose: str) -> QuerySet[ChecklistItem]:
    """The items in use of the desk's checklist for the purpose, in their order."""
    return ChecklistItem.objects.filter(
        template__desk=desk, template__purpose=purpose, template__current=True, current=True
    ).order_by("position", "code")
