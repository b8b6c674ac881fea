"""Entries that come late: the supervisor consents, or does not, to those that come very late (A17)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook import rules
from logbook.actions.books import hold_books
from logbook.actions.record import record_act
from logbook.models import Entry
from logbook.queries import consents_of

CODES = {True: "late_consented", False: "late_not_consented"}


@transaction.atomic
def decide_late_entry(*, actor: Person, entry: Entry, agrees: bool, reason: str = "", now: datetime) -> Entry:
    """Records that the supervisor consents, or does not, to an entry that came very late; it stays as it is (A17, A18).

    Returns the act's entry. Raises Refused for who may not, an entry that waits for nobody's consent, one that has been
    decided on, and a refusal without a reason.
    """
    desk = entry.book.desk
    if not may(actor, "log.review", desk=desk, now=now):
        raise Refused("A17", _("The supervisor consents to late entries."), _("Ask the supervisor."))
    hold_books(entry.book)
    reason = rules.cleaned(reason)
    refusal = rules.why_not_decide_late(
        asked="consent" in entry.fields, decided=entry.pk in consents_of([entry]), agrees=agrees, reason=reason
    ) or rules.why_not_value(name="reason", value=reason, longest=None)
    if refusal:
        raise refusal
    return record_act(
        actor=actor, desk=desk, now=now, code=CODES[agrees], refers_to=entry, audience=entry.audience,
        fields=name_of("person", actor) | {"number": str(entry.number), "because": reason},
    )
