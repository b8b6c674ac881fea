"""Setting up the call tree of a site (A16): each change has its reason, its history and one entry in the site's book (I9).

Names and phones are people's: an entry says which fields changed, not from what to what.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from desks.models import Choice, Person
from desks.refusal import Refused
from escalations import rules
from escalations.models import CallStep
from logbook.actions import hold_books, record_act, site_book_of
from office.actions.setup import saved
from office.places import name_of, worded_changes
from office.queries import people_of_sites
from office.rules import why_not_reason


@transaction.atomic
def add_call_step(*, actor: Person, step: CallStep, now: datetime) -> CallStep:
    """Adds a step to the site's call tree; it is called from the next emergency on. Raises Refused (A16)."""
    hold_books(site_book_of(step.site))
    if refusal := _why_not(step):
        raise refusal
    saved(step, actor, now, "added")
    record_act(actor=actor, site=step.site, now=now, code="callstep_added", fields=name_of(step))
    return step


@transaction.atomic
def change_call_step(*, actor: Person, step: CallStep, changes: dict[str, Any], reason: str, now: datetime) -> CallStep:
    """Changes fields of a step, or ends it (`current` False), which is for good. Raises Refused without a reason (I9)."""
    hold_books(site_book_of(step.site))
    fresh = CallStep.objects.select_for_update(of=("self",)).select_related("site", "person").get(pk=step.pk)
    differing = {name: (getattr(fresh, name), value) for name, value in changes.items() if getattr(fresh, name) != value}
    if not differing:
        return fresh
    if refusal := why_not_reason(reason):
        raise refusal
    ended = not fresh.current
    for name, (_old, value) in differing.items():
        setattr(fresh, name, value)
    if refusal := _why_not(fresh, ended=ended):
        raise refusal
    saved(fresh, actor, now, reason, update_fields=list(differing))
    fields = name_of(fresh) | {"because": reason.strip()}
    if "current" in differing:
        record_act(actor=actor, site=fresh.site, now=now, code="callstep_ended", fields=fields)
    else:
        fields["changes"] = worded_changes(CallStep, differing, values=False)
        record_act(actor=actor, site=fresh.site, now=now, code="callstep_changed", fields=fields)
    return fresh


def _why_not(step: CallStep, *, ended: bool = False) -> Refused | None:
    departments = Choice.objects.filter(desk__site=step.site_id, purpose=Choice.Purpose.DEPARTMENT, current=True)
    site = type(step.site).objects.filter(pk=step.site_id)
    return rules.why_not_call_step(
        role=step.role, contact=bool(step.name or step.person_id), label=step.label, ended=ended, departments=step.departments,
        person_of_site=step.person_id is None or people_of_sites(site).filter(pk=step.person_id).exists(),
        known_departments=set(departments.values_list("code", flat=True)),
    )
