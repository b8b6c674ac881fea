"""Counting together what the desk keeps: all correct in one act, only differences typed, each counted twice (A28).

What is expected is read as the count is written, under the book's lock: what went out or came back meanwhile counts in.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.queries import who_supervises
from desks.refusal import Refused
from handover.actions.checking import check_all_pass
from handover.actions.ground import begin_change, end_change, save_line, save_lines
from handover.models import Handover, HandoverCounting, HandoverCountLine
from handover.queries import countings_of, expected_of
from handover.rules import is_counted_twice
from logbook.actions import book_of, hold_books
from notices.actions import tell
from registers.rules import why_not_counted, written

COUNTED = ("expected", "counted", "explanation", "counted_by", "counted_at")


@transaction.atomic
def count_all_correct(*, actor: Person, handover: Handover, now: datetime, and_checked: bool = False) -> int:
    """Everything that was not counted yet, or moved since, was counted and is as expected; how many items (A28).

    `and_checked` says that what is checked at the desk is in order too, as `check_all_pass` does (A27). Raises Refused at a desk that counts blind: there each number is written.
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now)
    if row.desk.settings.blind_count:
        raise Refused("A28", _("This desk counts blind."), _("Write each number as you counted it."))
    expected = expected_of(row)
    lines = [
        line for line in row.counts.select_related("item")
        if line.counted is None or (line.counted == line.expected != expected.get(line.item.code, line.expected))
    ]
    for line in lines:
        line.expected = line.counted = expected.get(line.item.code, line.expected)
        line.explanation, line.counted_by, line.counted_at = "", actor, now
    save_lines(lines, actor, *COUNTED)
    end_change(row, actor, now, "count")
    if and_checked:
        check_all_pass(actor=actor, handover=row, now=now)
    return len(lines)


@transaction.atomic
def count_item(
    *, actor: Person, line: HandoverCountLine, counted: Decimal, explanation: str, now: datetime
) -> HandoverCountLine:
    """One item as it was counted. A difference needs an explanation, and to be counted a second time, by whomever (A28).

    When the second count says the same, the supervisor is told; at an opening who closed is asked first. Every number that
    was written is kept. Raises Refused for a difference unexplained, but not for the first blind count: there nobody can
    explain what they do not know yet.
    """
    hold_books(book_of(line.handover.desk))
    handover = begin_change(actor, line.handover, now)
    row = handover.counts.select_related("item").get(pk=line.pk)
    expected = expected_of(handover).get(row.item.code, row.expected)
    if counted != expected and not explanation.strip() and row.counted is not None and row.differs:
        explanation = row.explanation
    blindly = handover.desk.settings.blind_count and row.counted is None
    if not blindly and (refusal := why_not_counted(expected, counted, explanation)):
        raise refusal
    _count(handover, row, expected, counted, explanation.strip(), actor, now)
    end_change(handover, actor, now, "count")
    return row


@transaction.atomic
def count_sheet(*, actor: Person, handover: Handover, counted: Mapping[int, Decimal], now: datetime) -> int:
    """The numbers of several items at once, by the keys of their lines, as a blind count writes them; how many (A28).

    Raises Refused where nothing was counted. What differs is explained and counted again afterwards.
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now)
    lines = [line for line in row.counts.select_related("item") if line.pk in counted and line.counted is None]
    if not lines:
        raise Refused("A28", _("No number was written."), _("Write what you counted of each item."))
    expected = expected_of(row)
    for line in lines:
        _count(row, line, expected.get(line.item.code, line.expected), counted[line.pk], "", actor, now)
    end_change(row, actor, now, "count")
    return len(lines)


def _count(
    handover: Handover, line: HandoverCountLine, expected: Decimal, counted: Decimal, explanation: str, actor: Person, now: datetime
) -> None:
    HandoverCounting.objects.create(handover=handover, item=line.item, counted=counted, counted_by=actor, counted_at=now)
    line.expected, line.counted = expected, counted
    line.explanation = explanation if counted != expected else ""
    line.counted_by, line.counted_at = actor, now
    save_line(line, actor, *COUNTED)
    if line.differs and line.explanation and is_counted_twice([each.counted for each in countings_of(handover).get(line.item_id, [])]):
        _tell_difference(handover, line, now)


def _tell_difference(handover: Handover, line: HandoverCountLine, now: datetime) -> None:
    closer = handover.outgoing if handover.mode == Handover.Mode.OPENING else None
    opening, blind = closer is not None, handover.desk.settings.blind_count
    # The closer counts here again one day: at a desk that counts blind they are asked without numbers.
    question = "count_question_blind_told" if blind else "count_question_told"
    numbers = {"expected": written(line.expected, line.item.unit), "counted": written(line.counted or Decimal(0), line.item.unit)}
    tell(
        people=[closer] if closer is not None else who_supervises("handover.decide", handover.desk, now),
        site=handover.desk.site, matter="handover", matter_id=handover.pk,
        occasion=f"difference:{line.item.code}:{line.counted:.2f}",
        code=question if opening else "count_differs_told",
        fields={"item": line.item.label, "explanation": line.explanation} | ({} if opening and blind else numbers),
        url=reverse("handover:record", args=[handover.desk.slug, handover.pk]) + "#count", now=now,
    )
