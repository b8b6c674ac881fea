"""Staff acknowledge their duties of a published month (A5)."""

from datetime import datetime

from django.db import transaction

from desks.models import Person
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters import rules
from rosters.models import Roster, RosterAcknowledgement
from rosters.queries.acknowledged import is_over, newest_changes, own_seen


@transaction.atomic
def acknowledge_roster(*, actor: Person, roster: Roster, now: datetime) -> RosterAcknowledgement:
    """The actor has seen their own duties of a published month as they stand; said twice it is one. Raises Refused (A5)."""
    hold_books(book_of(roster.desk))
    roster = Roster.objects.select_related("desk__site", "desk__settings").get(pk=roster.pk)
    published, over = roster.state == Roster.State.REPORTED, is_over(roster, now)
    if refusal := rules.why_not_acknowledge(published=published, concerned=own_seen(roster, actor) is not None, over=over):
        raise refusal
    change = newest_changes(roster, actor).get(actor.pk)
    given = RosterAcknowledgement.objects.filter(roster=roster, person=actor, change=change).first()
    if given is not None:
        return given
    entry = record_act(
        actor=actor, desk=roster.desk, now=now, code="roster_acknowledged", fields=name_of("person", actor) | {"month": f"{roster.month:%Y-%m}"},
        audience="supervisors",
    )
    return RosterAcknowledgement.objects.create(roster=roster, person=actor, change_id=change, at=now, entry=entry)
