"""Employers: the operator's, and yet an act that each site concerned reads in its own book (A6, A18, I9)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from desks.models import Employer, Person, Site
from logbook.actions import hold_books, record_act, site_book_of
from office import rules
from office.actions.setup import saved
from office.places import name_of, worded_changes


@transaction.atomic
def add_employer(*, actor: Person, employer: Employer, now: datetime) -> Employer:
    """Adds an employer with its history row. It concerns no site yet: who comes from it is told person by person."""
    return saved(employer, actor, now, "added")


@transaction.atomic
def change_employer(*, actor: Person, employer: Employer, changes: dict[str, Any], reason: str, now: datetime) -> Employer:
    """Changes an employer; the book of each site at which somebody of theirs has a role says so. Raises Refused without a reason.

    Nothing is written where nothing differs.
    """
    roles = Q(memberships__person__employer=employer) & (Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=now))
    sites = list(Site.objects.filter(roles).distinct())
    hold_books(*(site_book_of(site) for site in sites))
    fresh = Employer.objects.select_for_update().get(pk=employer.pk)
    differing = {name: (getattr(fresh, name), value) for name, value in changes.items() if getattr(fresh, name) != value}
    if not differing:
        return fresh
    if refusal := rules.why_not_reason(reason):
        raise refusal
    for name, (_old, value) in differing.items():
        setattr(fresh, name, value)
    saved(fresh, actor, now, reason, update_fields=list(differing))
    fields = name_of(fresh) | {"changes": worded_changes(Employer, differing), "because": reason.strip()}
    for site in sites:
        record_act(actor=actor, site=site, now=now, code="employer_changed", fields=fields)
    return fresh
