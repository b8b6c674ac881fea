"""The steps of a handover that both do: the list, counting, checking, own steps, summary, remarks, reservations (A26–A28, A30)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.queries import who_supervises
from desks.refusal import Refused
from handover.actions.drawing import ACKNOWLEDGED, draw_anew
from handover.actions.ground import begin_change, end_change, save_line
from handover.models import Handover, HandoverCheckLine, HandoverCountLine, HandoverMatter
from logbook.actions import book_of, hold_books
from notices.actions import tell
from registers.rules import why_not_counted, written


@transaction.atomic
def acknowledge_rest(*, actor: Person, handover: Handover, now: datetime) -> int:
    """The incoming confirms the list of unchanged matters in one act; how many they are (A26, A30)."""
    row = begin_change(actor, handover, now, "incoming")
    open_ones = list(row.matters.filter(group=HandoverMatter.Group.REST, acknowledged_at__isnull=True))
    for matter in open_ones:
        matter.acknowledged_by, matter.acknowledged_at = actor, now
        save_line(matter, actor, *ACKNOWLEDGED)
    return len(open_ones)


@transaction.atomic
def bring_up_to_date(*, actor: Person, handover: Handover, now: datetime) -> Handover:
    """Draws the matters anew: what came in is added, what was closed goes, what moved must be told again (A26).

    Where the holder's part has passed on, whoever holds the desk now hands it over. Only before the first signature:
    after it, later entries are listed and make nothing stale (I4).
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now)
    passed_on = row.watch is not None and row.mode != Handover.Mode.OPENING and row.watch.holder_id != row.outgoing_id
    if not passed_on and row.state != Handover.State.PREPARING:
        raise Refused(
            "I4", _("The outgoing has signed: later entries are listed and change nothing."),
            _("Sign, or change a step first."),
        )
    return draw_anew(row, actor, now)


@transaction.atomic
def count_all_correct(*, actor: Person, handover: Handover, now: datetime) -> int:
    """Everything that was not counted yet was counted and is as expected; how many items (A28)."""
    row = begin_change(actor, handover, now)
    lines = list(row.counts.filter(counted__isnull=True))
    for line in lines:
        line.counted, line.explanation, line.counted_by, line.counted_at = line.expected, "", actor, now
        save_line(line, actor, "counted", "explanation", "counted_by", "counted_at")
    end_change(row, actor, now, "count")
    return len(lines)


@transaction.atomic
def count_item(
    *, actor: Person, line: HandoverCountLine, counted: Decimal, explanation: str, now: datetime
) -> HandoverCountLine:
    """One item as it was counted; a difference with its explanation, which the supervisor is told at once (A28).

    At an opening the difference is a question to who closed first. Raises Refused for a difference unexplained.
    """
    handover = begin_change(actor, line.handover, now)
    row = handover.counts.select_related("item").get(pk=line.pk)
    if refusal := why_not_counted(row.expected, counted, explanation):
        raise refusal
    row.counted, row.explanation = counted, explanation.strip() if counted != row.expected else ""
    row.counted_by, row.counted_at = actor, now
    save_line(row, actor, "counted", "explanation", "counted_by", "counted_at")
    if row.differs:
        _tell_difference(handover, row, now)
    end_change(handover, actor, now, "count")
    return row


def _tell_difference(handover: Handover, line: HandoverCountLine, now: datetime) -> None:
    closer = handover.outgoing if handover.mode == Handover.Mode.OPENING else None
    opening = closer is not None
    tell(
        people=[closer] if closer is not None else who_supervises("handover.decide", handover.desk, now),
        site=handover.desk.site, matter="handover", matter_id=handover.pk,
        occasion=f"difference:{line.item.code}:{line.counted:.2f}",
        code="count_question_told" if opening else "count_differs_told",
        fields={
            "item": line.item.label, "expected": written(line.expected, line.item.unit),
            "counted": written(line.counted, line.item.unit), "explanation": line.explanation,
        },
        url=reverse("handover:record", args=[handover.desk.slug, handover.pk]) + "#count", now=now,
    )


@transaction.atomic
def check_all_pass(*, actor: Person, handover: Handover, now: datetime) -> int:
    """Everything at the desk that was not checked yet is in order; how many (A27)."""
    row = begin_change(actor, handover, now)
    lines = list(row.checks.filter(result=""))
    for line in lines:
        line.result, line.checked_by, line.checked_at = HandoverCheckLine.Result.PASS, actor, now
        save_line(line, actor, "result", "checked_by", "checked_at")
    end_change(row, actor, now, "check")
    return len(lines)


@transaction.atomic
def check_item(
    *, actor: Person, line: HandoverCheckLine, result: str, remark: str, now: datetime
) -> HandoverCheckLine:
    """One thing at the desk: pass, fail or not applicable. Raises Refused for a fail without a remark (A27)."""
    handover = begin_change(actor, line.handover, now)
    row = handover.checks.get(pk=line.pk)
    if result not in HandoverCheckLine.Result.values:
        raise Refused("A27", _("Choose pass, fail or not applicable."), field="result")
    if result == HandoverCheckLine.Result.FAIL and not remark.strip():
        raise Refused("A27", _("What fails needs a remark."), _("Write what is wrong."), field="remark")
    row.result, row.remark, row.checked_by, row.checked_at = result, remark.strip(), actor, now
    save_line(row, actor, "result", "remark", "checked_by", "checked_at")
    end_change(handover, actor, now, "check")
    return row


@transaction.atomic
def write_remarks(*, actor: Person, handover: Handover, remarks: str, now: datetime) -> Handover:
    """What else the incoming should know; part of what both sign (A29)."""
    row = begin_change(actor, handover, now)
    row.remarks = remarks.strip()
    save_line(row, actor, "remarks")
    end_change(row, actor, now, "remarks")
    return row


@transaction.atomic
def reserve(*, actor: Person, handover: Handover, reservations: str, now: datetime) -> Handover:
    """The incoming takes over with reservations: the mild way before a refusal; part of what both sign (A29)."""
    row = begin_change(actor, handover, now, "incoming")
    row.reservations = reservations.strip()
    save_line(row, actor, "reservations")
    end_change(row, actor, now, "reservations")
    return row
