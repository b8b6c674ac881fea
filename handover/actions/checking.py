"""Checking the desk's surroundings and equipment: looked at, tested, read off (A27, A14, C7), and what becomes of what fails.

What fails leaves an entry with its photos, and is put right at once, becomes a follow-up in one tap, or is a ground for refusing.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.models import ChecklistItem, Person
from desks.queries import kind_of_faults
from desks.refusal import Refused
from desks.wording import in_each_language
from handover.actions.ground import begin_change, end_change, save_line, save_lines
from handover.models import Handover, HandoverCheckLine, HandoverMatter
from handover.queries import sides_of
from handover.rules import is_within
from logbook.actions import book_of, hold_books, record_act, record_entry
from logbook.models import Entry, FollowUp
from logbook.rules import attachments_in

Result, Answer = HandoverCheckLine.Result, HandoverCheckLine.Answer
ANSWERED = ("answer", "answer_words", "answered_by", "answered_at", "follow_up")
CHECKED = ("result", "remark", "reading", "checked_by", "checked_at", "entry", *ANSWERED)


@transaction.atomic
def check_all_pass(*, actor: Person, handover: Handover, now: datetime) -> int:
    """Everything at the desk that was not checked yet is in order; how many (A27). A reading is a number and is written (C7)."""
    row = begin_change(actor, handover, now)
    lines = list(row.checks.filter(result="").exclude(item__sort=ChecklistItem.Sort.READING))
    for line in lines:
        line.result, line.checked_by, line.checked_at = Result.PASS, actor, now
    save_lines(lines, actor, "result", "checked_by", "checked_at")
    end_change(row, actor, now, "check")
    return len(lines)


@transaction.atomic
def check_item(
    *, actor: Person, line: HandoverCheckLine, result: str, remark: str, now: datetime, reading: Decimal | None = None,
    photos: Sequence[str] = (),
) -> HandoverCheckLine:
    """One thing at the desk: pass, fail or not applicable; a reading passes within its limits (A27, A14, C7).

    What fails leaves an entry with its photos (the tokens of what the actor uploaded). Another remark leaves what became of it,
    and the photos, as they were. Raises Refused for a fail without a
    remark, and for a reading without its number.
    """
    hold_books(book_of(line.handover.desk))
    handover = begin_change(actor, line.handover, now)
    row = handover.checks.select_related("item", "entry").get(pk=line.pk)
    result, remark = _result_of(row.item, result, reading), remark.strip()
    if result == Result.FAIL and not remark:
        raise Refused("A27", _("What fails needs a remark."), _("Write what is wrong."), field="remark")
    if (result, remark, reading) == (row.result, row.remark, row.reading) and result == Result.FAIL and not photos:
        return row
    before, still = row.entry, row.result == result
    row.result, row.remark, row.checked_by, row.checked_at = result, remark, actor, now
    row.reading = reading if result != Result.NOT_APPLICABLE else None
    row.entry = None
    if not still:
        row.answer, row.answer_words, row.answered_by, row.answered_at, row.follow_up = "", "", None, None, None
    if result == Result.FAIL or photos:
        row.entry = record_act(
            actor=actor, desk=handover.desk, now=now, code="check_failed" if result == Result.FAIL else "check_seen",
            fields=_named(row) | {"handover": str(handover.ref)}, text=remark, photos=photos, refers_to=before if still else None,
        )
    if still and not photos and before is not None and attachments_in(before.fields):
        row.entry = before
    save_line(row, actor, *CHECKED)
    end_change(handover, actor, now, "check")
    return row


def _result_of(item: ChecklistItem, result: str, reading: Decimal | None) -> str:
    if item.sort == ChecklistItem.Sort.READING and result != Result.NOT_APPLICABLE:
        if reading is None:
            raise Refused("C7", _("This is read off."), _("Write the number that the instrument shows."), field="reading")
        return Result.FAIL if result == Result.FAIL or not is_within(reading, item.lowest, item.highest) else Result.PASS
    if result not in Result.values:
        raise Refused("A27", _("Choose pass, fail or not applicable."), field="result")
    return result


@transaction.atomic
def put_right(*, actor: Person, line: HandoverCheckLine, words: str, now: datetime) -> HandoverCheckLine:
    """What failed was put right at once; how, in words if there are any (A27). It stays told that it failed."""
    handover, row = _failed(actor, line, now)
    record_act(
        actor=actor, desk=handover.desk, now=now, code="check_put_right", refers_to=row.entry, fields=_named(row), text=words.strip()
    )
    return _answered(handover, row, actor, now, Answer.PUT_RIGHT, words.strip(), None)


@transaction.atomic
def follow_up_check(*, actor: Person, line: HandoverCheckLine, now: datetime) -> HandoverCheckLine:
    """What failed becomes a follow-up of the log, told in this handover already, since both stand before it (A27, A30, A1)."""
    handover, row = _failed(actor, line, now)
    kind = kind_of_faults(handover.desk)
    place = row.item.room or handover.desk.label
    told_in = f" (#{row.entry.number})" if row.entry is not None else ""
    entry = record_entry(
        actor=actor, desk=handover.desk, now=now, kind=kind, place=place[:80], follow_up=True,
        text=f"{row.item.label}{_reading_of(row)}: {row.remark}{told_in}",
    )
    _into_the_list(handover, entry, row, actor, now)
    return _answered(handover, row, actor, now, Answer.FOLLOW_UP, "", entry)


@transaction.atomic
def make_ground(*, actor: Person, line: HandoverCheckLine, now: datetime) -> HandoverCheckLine:
    """What failed is a ground for refusing; it stands in the way until one of the two has refused (A22, A27, C9)."""
    handover, row = _failed(actor, line, now)
    if handover.mode != Handover.Mode.FACE or actor.pk not in {handover.incoming_id, handover.outgoing_id}:
        raise Refused("A22", _("Only the two people of the handover refuse it."), _("Put it right, or make it a follow-up."))
    return _answered(handover, row, actor, now, Answer.GROUND, "", None)


def _failed(actor: Person, line: HandoverCheckLine, now: datetime) -> tuple[Handover, HandoverCheckLine]:
    hold_books(book_of(line.handover.desk))
    handover = begin_change(actor, line.handover, now)
    row = handover.checks.select_related("item", "entry").get(pk=line.pk)
    if row.result != Result.FAIL:
        raise Refused("A27", _("This check has not failed."), _("Load the page again and look at what it says."))
    if row.answer in {Answer.PUT_RIGHT, Answer.FOLLOW_UP}:
        raise Refused("A27", _("What becomes of it is said already."), _("Load the page again and look at what it says."))
    return handover, row


def _answered(
    handover: Handover, row: HandoverCheckLine, actor: Person, now: datetime, answer: str, words: str, follow_up: Entry | None
) -> HandoverCheckLine:
    row.answer, row.answer_words, row.follow_up, row.answered_by, row.answered_at = answer, words, follow_up, actor, now
    save_line(row, actor, *ANSWERED)
    end_change(handover, actor, now, "check")
    return row


def _into_the_list(handover: Handover, entry: Entry, row: HandoverCheckLine, actor: Person, now: datetime) -> None:
    """The new matter is told by who made it so; the incoming who made it so has confirmed it with that."""
    step = str(_("See to it: %(what)s") % {"what": row.item.label})
    confirms = "incoming" in sides_of(handover, actor, now)
    matter = HandoverMatter(
        handover=handover, root=entry, group=HandoverMatter.Group.ONE_BY_ONE if handover.mode == Handover.Mode.FACE else HandoverMatter.Group.REST,
        why="new", severity=HandoverMatter.Severity.STABLE, state_told=FollowUp.objects.get(root=entry).state, next_step=step,
        told_number=entry.number, told_by=actor, told_at=now, acknowledged_by=actor if confirms else None,
        acknowledged_at=now if confirms else None,
    )
    matter._history_user = actor
    matter.save()


def _reading_of(row: HandoverCheckLine) -> str:
    return f" {row.reading.normalize():f} {row.item.unit}".rstrip() if row.reading is not None else ""


def _named(row: HandoverCheckLine) -> dict[str, str]:
    """What an entry says of a check: the thing in each language, its code and version, the room, and what was read off."""
    rooms = {"room": row.item.room, "room_en": row.item.room_en, "room_zh_hans": row.item.room_zh_hans, "room_zh_hant": row.item.room_zh_hant}
    return {
        **in_each_language("item", row.item), "item_code": row.item.code, "item_version": str(row.item.version),
        **{name: value for name, value in rooms.items() if value}, **({"reading": _reading_of(row).strip()} if row.reading is not None else {}),
    }
