"""Entries that certain people must have read: asked for by whoever writes at the desk, acknowledged by each (A20, A25)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import listed, name_of
from logbook.actions.books import hold_books
from logbook.actions.record import record_act
from logbook.models import Entry
from logbook.queries import readers_offered
from notices.actions import tell

MATTER, OCCASION = "entry", "to_read"


@transaction.atomic
def ask_to_read(*, actor: Person, entry: Entry, people: Iterable[Person], now: datetime) -> Entry:
    """Asks people of the desk to read an entry and to say that they have; who was asked before is not asked again (A25).

    The asking is an entry of its own, which names them. Raises Refused for who may not write here, for an entry that is
    for supervisors only, and where nobody is asked or somebody does not belong to the desk.
    """
    desk = entry.book.desk
    if not may(actor, "log.write", desk=desk, now=now):
        raise Refused("A17", _("Only who writes at this desk asks others to read."), _("Ask the supervisor."))
    if entry.audience == Entry.Audience.SUPERVISORS:
        raise Refused("I8", _("This entry is for supervisors only."), _("Tell the person yourself."))
    asked = sorted(people, key=lambda person: person.pk)
    if not asked or not {person.pk for person in asked} <= {person.pk for person in readers_offered(desk, now)}:
        raise Refused("A25", _("Nobody of this desk is chosen."), _("Tick who is to read it."), field="people")
    hold_books(entry.book)
    made = record_act(
        actor=actor, desk=desk, now=now, code="asked_to_read", refers_to=entry,
        fields=name_of("person", actor) | listed("people", [name_of("people", person) for person in asked]) | {"number": str(entry.number)},
    )
    tell(
        people=asked, site=desk.site, matter=MATTER, matter_id=entry.pk, occasion=OCCASION, code="entry_to_read",
        fields=name_of("person", actor) | {"number": str(entry.number)},
        url=reverse("logbook:entry", args=[desk.slug, entry.number]), now=now, acknowledge=True,
    )
    return made
