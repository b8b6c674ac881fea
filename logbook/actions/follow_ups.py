"""Moving a follow-up: only ever by a further entry (A1, A30)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.refusal import Refused
from logbook import rules
from logbook.actions import record
from logbook.actions.books import hold_books
from logbook.models import Entry, FollowUp


@transaction.atomic
def move_follow_up(
    *,
    actor: Person,
    root: Entry,
    now: datetime,
    state: str,
    text: str = "",
    handler: str = "",
    due_at: datetime | None = None,
    waiting_for: str = "",
    waiting_until: datetime | None = None,
    result: str = "",
    next_step: str = "",
    severity: str = "",
    key: UUID | None = None,
) -> Entry:
    """Moves the follow-up that began with `root` by writing an entry; empty values stay as they were.

    States: open (also reopens a closed one), in_progress, waiting (for whom), closed (with a result). Raises Refused.
    """
    asked = record.request_digest_of(
        root=root.pk, state=state, text=text, handler=handler, due_at=due_at, waiting_for=waiting_for,
        waiting_until=waiting_until, result=result, next_step=next_step, severity=severity,
    )
    hold_books(root.book)
    if key is not None and (stored := record.stored_under(actor, key, asked)):
        return stored
    now_at = FollowUp.objects.filter(root=root).first()
    if now_at is None:
        raise Refused("A1", _("This entry is not a follow-up."), _("Write a new entry for the matter."))
    result, text = rules.cleaned(result), rules.cleaned(text)
    if refusal := rules.why_not_move(old=now_at.state, new=state, result=result, waiting_for=waiting_for):
        raise refusal
    if text and (refusal := rules.why_not_text(text)):
        raise refusal
    return record.insert_entry(
        book=root.book, author=actor, act=Entry.Act.FOLLOW_UP, kind=root.kind, kind_version=root.kind_version,
        audience=root.audience, occurred_at=now, refers_to=root, root=root, follow_state=state, handler=handler,
        due_at=due_at, waiting_for=waiting_for, waiting_until=waiting_until, result=result, next_step=next_step,
        severity=severity, key=key, request_digest=asked if key else "", text=text,
    )
