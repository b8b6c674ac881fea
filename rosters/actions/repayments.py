"""A duty that is owed and need not be repaid any more (B2.5, B3.5). What a duty done settles is the clock's (rosters/clock_requests.py)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters.actions.changing import DECIDE
from rosters.actions.telling import tell_person_matter
from rosters.models import Repayment


@transaction.atomic
def waive_repayment(*, actor: Person, debt: Repayment, now: datetime) -> Repayment:
    """Who is owed a duty, or the supervisor, lets it be; who owed it is told. Raises Refused (B2.5)."""
    desk = debt.swap.desk
    hold_books(book_of(desk))
    if actor.pk != debt.swap.taken_by_id and not may(actor, DECIDE, desk=desk, now=now):
        raise Refused("B2.5", _("Only who is owed the duty, or the supervisor, lets it be."), _("Ask them."))
    debt = claim(
        Repayment, debt.pk, old=Repayment.State.OWED, new=Repayment.State.WAIVED, actor=actor, reason="", now=now, settled_at=now,
        refusal=_("This duty is repaid already."),
    )
    names = name_of("by", actor) | name_of("person", debt.swap.person)
    record_act(
        actor=actor, desk=desk, now=now, code="repayment_waived", fields=names | {"taken_on": debt.swap.duty.site_day.isoformat()},
        audience="supervisors",
    )
    tell_person_matter(
        desk, "repayment", debt.pk, {debt.swap.person} - {actor}, "waived", "tell_repay_waived", now, page="rosters:requests", own_page=False,
        **name_of("by", actor), taken_on=debt.swap.duty.site_day.isoformat(),
    )
    return debt
