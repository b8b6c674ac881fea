"""What goes out of the desk's custody and comes back, and what comes in or leaves for good (B1.9, A28).

Each act holds the desk's book, so that a movement and a count are one before the other; each leaves its entry.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import who_supervises
from desks.refusal import Refused
from desks.wording import in_each_language
from logbook.actions import book_of, hold_books, record_act
from logbook.queries import current_watch
from notices.actions import tell
from registers import rules
from registers.models import CustodyIssue, CustodyItem, CustodyMovement
from registers.queries import custody_of

Kind = CustodyMovement.Kind


@transaction.atomic
def issue_item(
    *, actor: Person, item: CustodyItem, amount: Decimal, taken_by: str, now: datetime, piece: str = "", purpose: str = "",
    due_at: datetime | None = None, key: UUID | None = None,
) -> CustodyIssue:
    """Something goes out and is to come back: by `due_at`, or by the item's own time where it has one (B1.9).

    Raises Refused without a name, for more than the desk has, and for a piece that is out already. The same `key` stores once (I10).
    """
    desk = item.desk
    hold_books(book_of(desk))
    _check_mover(actor, desk, now)
    if (stored := _stored(actor, key)) is not None and stored.issue is not None:
        return stored.issue
    taken_by, piece, purpose = taken_by.strip(), piece.strip(), purpose.strip()
    due_at = due_at or (now + timedelta(minutes=item.out_minutes) if item.out_minutes else None)
    if item.numbered:
        amount = Decimal(1)
    if refusal := rules.why_not_issued(taken_by=taken_by, due_at=due_at, now=now) or _why_not_moved(item, amount, piece, True):
        raise refusal
    entry = record_act(
        actor=actor, desk=desk, now=now, code="custody_issued_until" if due_at else "custody_issued", text=purpose,
        fields=_what(item, amount, piece) | {"taken_by": taken_by} | ({"back_by_at": due_at.isoformat()} if due_at else {}),
    )
    issue = CustodyIssue(
        desk=desk, item=item, item_code=item.code, piece=piece, amount=amount, left=amount, taken_by=taken_by, purpose=purpose,
        issued_by=actor, issued_at=now, due_at=due_at, entry=entry,
    )
    issue._history_user = actor
    try:
        with transaction.atomic():
            issue.save()
    except IntegrityError as error:
        if "custody_piece_out_once" not in str(error):
            raise
        raise Refused("B1.9", _("This piece is out already."), _("Take it back first, or look at the number."), field="piece") from error
    _write(Kind.ISSUED, item, amount, actor, entry, now, piece=piece, who=taken_by, note=purpose, issue=issue, key=key)
    return issue


@transaction.atomic
def take_back(
    *, actor: Person, issue: CustodyIssue, now: datetime, amount: Decimal | None = None, brought_by: str = "", note: str = ""
) -> CustodyIssue:
    """What was out comes back, whole or in part (B1.9). Raises Refused for more than is out, and when all is back already."""
    hold_books(book_of(issue.desk))
    _check_mover(actor, issue.desk, now)
    row = _out(issue)
    amount = row.left if amount is None else amount
    if refusal := rules.why_not_back(amount=amount, left=row.left):
        raise refusal
    who = brought_by.strip() or row.taken_by
    entry = record_act(
        actor=actor, desk=row.desk, now=now, code="custody_returned", refers_to=row.entry, text=note.strip(),
        fields=_what(row.item, amount, row.piece) | {"brought_by": who},
    )
    done = _less(row, amount, actor, now, CustodyIssue.State.BACK, "came back")
    _write(Kind.RETURNED, row.item, amount, actor, entry, now, piece=row.piece, who=who, note=note.strip(), issue=row)
    return done


@transaction.atomic
def extend_issue(*, actor: Person, issue: CustodyIssue, due_at: datetime, now: datetime, reason: str = "") -> CustodyIssue:
    """Who has it keeps it until `due_at`, an aware moment, instead of the time that was said before, or that nobody had said (B1.9).

    Whoever takes things back says so. The clock raises it anew once the new time has passed. Raises Refused for a time that
    has passed or stands already, and when all is back.
    """
    hold_books(book_of(issue.desk))
    _check_mover(actor, issue.desk, now)
    row = _out(issue)
    if refusal := rules.why_not_extended(due_at=due_at, present=row.due_at, now=now):
        raise refusal
    reason = reason.strip()
    was = {"was_due_at": row.due_at.isoformat()} if row.due_at is not None else {}
    record_act(
        actor=actor, desk=row.desk, now=now, code="custody_extended" if was else "custody_time_set", refers_to=row.entry, text=reason,
        fields=_what(row.item, row.left, row.piece) | {"taken_by": row.taken_by, "back_by_at": due_at.isoformat()} | was,
    )
    row.due_at, row.raised_at, row._history_user, row._change_reason = due_at, None, actor, reason[:100] or "another time"
    row.save(update_fields=["due_at", "raised_at"])
    return row


@transaction.atomic
def write_off(*, actor: Person, issue: CustodyIssue, reason: str, now: datetime) -> CustodyIssue:
    """The supervisor says that what is still out does not come back, and why; nothing more is expected of it (B1.9, I9)."""
    hold_books(book_of(issue.desk))
    if not may(actor, "handover.decide", desk=issue.desk, now=now):
        raise Refused("B1.9", _("Only the supervisor says that it does not come back."), _("Tell the supervisor what you know."))
    if not reason.strip():
        raise Refused("I9", _("This needs a reason."), _("Write what became of it."), field="reason")
    row = _out(issue)
    amount = row.left
    entry = record_act(
        actor=actor, desk=row.desk, now=now, code="custody_gone", refers_to=row.entry, text=reason.strip(),
        fields=_what(row.item, amount, row.piece) | {"taken_by": row.taken_by},
    )
    done = _less(row, amount, actor, now, CustodyIssue.State.GONE, reason.strip()[:100])
    _write(Kind.GONE, row.item, amount, actor, entry, now, piece=row.piece, who=row.taken_by, note=reason.strip()[:200], issue=row)
    return done


@transaction.atomic
def move_for_good(
    *, actor: Person, item: CustodyItem, amount: Decimal, comes_in: bool, reason: str, now: datetime, who: str = "",
    key: UUID | None = None,
) -> CustodyMovement:
    """Something comes to what the desk keeps, or leaves it for good: bought, taken in, paid out, scrapped (A28).

    Raises Refused without a reason, and for more than the desk has.
    """
    desk = item.desk
    hold_books(book_of(desk))
    _check_mover(actor, desk, now)
    if (stored := _stored(actor, key)) is not None:
        return stored
    if not reason.strip():
        raise Refused("I9", _("This needs a reason."), _("Write where it comes from, or where it goes."), field="reason")
    if refusal := _why_not_moved(item, amount, "", not comes_in, numbered=False):
        raise refusal
    entry = record_act(
        actor=actor, desk=desk, now=now, code="custody_added" if comes_in else "custody_removed", text=reason.strip(),
        fields=_what(item, amount, ""),
    )
    return _write(
        Kind.ADDED if comes_in else Kind.REMOVED, item, amount, actor, entry, now, who=who.strip(), note=reason.strip()[:200], key=key
    )


@transaction.atomic
def raise_overdue_issue(*, issue: CustodyIssue, now: datetime) -> bool:
    """The clock tells once of each time that something is past it: whoever holds the desk, and the supervisors (B1.9, I7).

    Whether it was told just now: not for what came back meanwhile.
    """
    hold_books(book_of(issue.desk))
    row = CustodyIssue.objects.select_for_update().get(pk=issue.pk)
    if row.state != CustodyIssue.State.OUT or row.raised_at is not None or row.due_at is None or row.due_at > now:
        return False
    row.raised_at, row._change_reason = now, "past its time"
    row.save(update_fields=["raised_at"])
    fields = _what(issue.item, row.left, row.piece) | {"taken_by": row.taken_by, "back_by_at": row.due_at.isoformat()}
    record_act(actor=None, desk=issue.desk, now=now, code="custody_overdue", refers_to=row.entry, fields=fields)
    watch = current_watch(issue.desk)
    tell(
        people=[*who_supervises("handover.decide", issue.desk, now), *([watch.holder] if watch is not None else [])], site=issue.desk.site,
        matter="custody", matter_id=row.pk, occasion=f"overdue:{row.due_at.isoformat()}", code="custody_overdue_told", fields=fields,
        url=reverse("registers:custody", args=[issue.desk.slug]) + f"#issue-{row.pk}", now=now,
    )
    return True


def _check_mover(actor: Person, desk: Desk, now: datetime) -> None:
    if not may(actor, "custody.move", desk=desk, now=now):
        raise Refused("B1.9", _("You may not issue what this desk keeps, or take it back."), _("Ask whoever holds the desk."))


def _why_not_moved(item: CustodyItem, amount: Decimal, piece: str, takes_away: bool, numbered: bool | None = None) -> Refused | None:
    there = next((row.expected for row in custody_of(item.desk) if row.item.code == item.code), None)
    if there is None or not item.current:
        return Refused("A28", _("The desk does not keep this any more."), _("Choose another item."), field="item")
    return rules.why_not_moved(
        amount=amount, whole=not item.unit, numbered=item.numbered if numbered is None else numbered, piece=piece, there=there,
        takes_away=takes_away,
    )


def _stored(actor: Person, key: UUID | None) -> CustodyMovement | None:
    return CustodyMovement.objects.filter(by=actor, key=key).select_related("issue").first() if key is not None else None


def _out(issue: CustodyIssue) -> CustodyIssue:
    row = CustodyIssue.objects.select_for_update(of=("self",)).select_related("item", "desk__site", "entry").get(pk=issue.pk)
    if row.state != CustodyIssue.State.OUT:
        raise Refused("B1.9", _("All of this is back already."), _("Load the page again and look at what it says."))
    return row


def _less(row: CustodyIssue, amount: Decimal, actor: Person, now: datetime, end: str, reason: str) -> CustodyIssue:
    """So much less is out; with nothing left the issue is closed."""
    left = row.left - amount
    if left == 0:
        return claim(
            CustodyIssue, row.pk, old=CustodyIssue.State.OUT, new=end, actor=actor, reason=reason, now=now, left=left, closed_at=now,
        )
    row.left, row._history_user, row._change_reason = left, actor, reason
    row.save(update_fields=["left"])
    return row


def _write(
    kind: str, item: CustodyItem, amount: Decimal, actor: Person, entry: Any, now: datetime, **values: Any
) -> CustodyMovement:
    return CustodyMovement.objects.create(
        desk=item.desk, item=item, item_code=item.code, kind=kind, amount=amount, by=actor, at=now, entry=entry, number=entry.number,
        **values,
    )


def _what(item: CustodyItem, amount: Decimal, piece: str) -> dict[str, str]:
    """What an entry says of it: the item as the desk calls it, its code and version, how much or which piece."""
    return {
        **in_each_language("item", item), "item_code": item.code, "item_version": str(item.version),
        "how_much": f"№ {piece}" if piece else rules.written(amount, item.unit),
    }
