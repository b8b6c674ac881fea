"""Moving a follow-up: only ever by a further entry (A1, A30); raising one that is passed on and on (A1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, EntryKind, Person
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language
from logbook import rules
from logbook.actions import inserting
from logbook.actions.books import hold_books
from logbook.actions.own import own_of_kind
from logbook.actions.record import record_act
from logbook.models import Entry, FollowUp
from logbook.queries import RAISED, matters_to_raise
from notices.actions import tell


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
    called_back: bool = False,
    own: dict[str, str] | None = None,
    key: UUID | None = None,
) -> Entry:
    """Moves the follow-up that began with `root` by writing an entry; empty values stay as they were.

    States: open (also reopens a closed one), in_progress, waiting (for whom), closed (with a result; with `called_back`
    where the customer was told, for kinds that ask). Moments are aware, and to come where they are new. `own` fills in fields
    of the kind (A8); of a message that says when and how it was passed on this is the result, unless there is another (B2.2).
    Raises Refused.
    """
    asked = inserting.request_digest_of(
        root=root.pk, state=state, text=text, handler=handler, due_at=due_at, waiting_for=waiting_for,
        waiting_until=waiting_until, result=result, next_step=next_step, severity=severity,
        **({"called_back": True} if called_back else {}), **({"own": own} if own else {}),
    )
    hold_books(root.book)
    if key is not None and (stored := inserting.stored_under(actor, key, asked)):
        return stored
    now_at = FollowUp.objects.filter(root=root).first()
    if now_at is None:
        raise Refused("A1", _("This entry is not a follow-up."), _("Write a new entry for the matter."))
    result, text = rules.cleaned(result), rules.cleaned(text)
    values, _words = own_of_kind(root, own or {}, now)
    if state == FollowUp.State.CLOSED:
        result = result or rules.in_one_line(values.get(rules.OWN + rules.PASSED_ON, ""))
    if refusal := rules.why_not_move(old=now_at.state, new=state, result=result, waiting_for=waiting_for):
        raise refusal
    refusal = rules.why_not_until(
        waiting_until=waiting_until, due_at=due_at, present_until=now_at.waiting_until, present_due=now_at.due_at, now=now
    )
    if refusal:
        raise refusal
    if called_back and (refusal := rules.why_not_called_back(new=state, offered=_asks_to_call_back(root))):
        raise refusal
    if text and (refusal := rules.why_not_text(text)):
        raise refusal
    return inserting.insert_entry(
        book=root.book, author=actor, act=Entry.Act.FOLLOW_UP, kind=root.kind, kind_version=root.kind_version,
        audience=root.audience, occurred_at=now, refers_to=root, root=root, follow_state=state, handler=handler,
        due_at=due_at, waiting_for=waiting_for, waiting_until=waiting_until, result=result, next_step=next_step,
        severity=severity, fields=values | ({rules.CALLED_BACK: "true"} if called_back else {}), key=key, request_digest=asked if key else "", text=text,
    )


def _asks_to_call_back(root: Entry) -> bool:
    kinds = EntryKind.objects.filter(desk=root.book.desk_id, code=root.kind, version=root.kind_version)
    return kinds.filter(calls_back=True).exists()


@transaction.atomic
def raise_matter(*, desk: Desk, matter: FollowUp, watches: int, now: datetime) -> Entry | None:
    """The system raises an open matter that so many watches have passed on past its due time (A1).

    An entry of the system says so, and the supervisors are told, or the project head where nobody supervises now; once
    for each due time (I7). Returns the entry, or None where the matter moved on meanwhile.
    """
    hold_books(matter.root.book)
    if not matters_to_raise(desk, now).filter(pk=matter.pk).exists():
        return None
    assert matter.due_at is not None, "only a matter with a due time is passed on past it"
    due = rules.counts_from(state=matter.state, due_at=matter.due_at, waiting_until=matter.waiting_until)
    fields = {"number": str(matter.root.number), "count": str(watches), "was_due_at": due.isoformat()}
    made = record_act(
        actor=None, desk=desk, now=now, code=RAISED, fields=fields, refers_to=matter.root, audience=matter.root.audience
    )
    tell(
        people=who_supervises("escalation.decide", desk, now), site=desk.site, matter="entry",
        matter_id=matter.root_id, occasion=f"carried:{due.isoformat()}", code="matter_carried_told",
        fields=fields | in_each_language("desk", desk), url=reverse("logbook:entry", args=[desk.slug, matter.root.number]), now=now,
    )
    return made
