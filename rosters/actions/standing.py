"""A roster that breaks hard rules is handed over and approved with a reason alone, or not at all (A5, A6, A13, I5)."""

from datetime import datetime

from django.db import transaction

from desks.clock import local_day
from desks.models import Person
from desks.wording import name_of
from logbook.actions import record_act
from rosters import rules
from rosters.models import Roster, RosterException
from rosters.planning import Plan
from rosters.queries import shifts_of
from rosters.queries.drafts import as_data
from rosters.queries.standing import breaches_of_plan, excused_breaches
from rosters.saying import breaches_in_a_line


@transaction.atomic
def must_stand(roster: Roster, plan: Plan, *, actor: Person, reason: str, now: datetime) -> None:
    """Looks whether the version may stand, and keeps the reason with it where one was needed; the desk's book is held.

    Raises Refused with each breach in words: outright for what law, protection, leave and role forbid, and without a reason for what
    was agreed otherwise. A reason that was given for the same breaches of the version holds on; one that nothing asks for is not kept.
    """
    desk = roster.desk
    _all, found = breaches_of_plan(desk, roster.month, plan, local_day(now, desk.site.zone))
    excused = excused_breaches(roster) if found else []
    people = {line.person.pk: line.person for line in plan.lines if line.person is not None}
    worst = [breach for breach in found if breach.absolute] or [breach for breach in found if breach not in excused]
    named = breaches_in_a_line(worst, people, {shift.code: shift for shift in shifts_of(desk)}) if found else ""
    if refusal := rules.why_not_stand(breaches=found, excused=excused, reason=reason, named=named):
        raise refusal
    new = [breach for breach in found if breach not in excused]
    if not new:
        return
    RosterException.objects.create(
        roster=roster, version=roster.version, reason=reason.strip(), breaches=[as_data(breach) for breach in new], given_by=actor, given_at=now,
    )
    record_act(
        actor=actor, desk=desk, now=now, code="roster_exception", text=reason.strip(), audience="supervisors",
        fields={**name_of("person", actor), "month": f"{roster.month:%Y-%m}", "version": str(roster.version), "count": str(len(new))},
    )
