"""What the guided page and the record show of counting and checking (A14, A27, A28, C7)."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from desks.models import ChecklistItem, Desk, Person
from desks.queries import choices_of
from handover import forms as own
from handover.models import Handover, HandoverCheckLine, HandoverCountLine
from handover.queries import CountNow, countings_of, is_answered, last_refused_at
from handover.rules import is_counted_twice
from logbook.rules import attachments_in
from registers.queries import numbers_hidden, out_of, unsettled_at

Bound = dict[str, forms.Form]
# The ground that fits what fails at a check; a desk without it chooses itself.
GROUND_OF_CHECKS = "untidy"


def counted_and_checked(
    actor: Person, handover: Handover, known: CountNow, sides: set[str], bound: Bound, now: datetime
) -> dict[str, Any]:
    """The lines of the count and of the checks by room, with their forms, what is out and which differences are unsettled."""
    blind = handover.desk.settings.blind_count
    counts = _counts(handover, known, bound)
    uncounted = [row["line"] for row in counts if row["line"].counted is None]
    checks = [_check_row(line, handover, bound) for line in _check_lines(handover)]
    ground = _ground_from(handover, [row["line"] for row in checks])
    out: dict[str, list[Any]] = {}
    for issue in out_of(handover.desk):
        out.setdefault(issue.item_code, []).append(issue)
    for row in counts:
        row["out"] = out.get(row["line"].item.code, [])
    return {
        "blind": blind, "counts": counts, "checks": checks, "rooms": _by_room(checks),
        "sheet_form": bound.get("sheet") or own.CountSheetForm(lines=uncounted, auto_id="sheet-%s") if blind else None,
        "to_be_read": sum(not row["line"].result and row["is_reading"] for row in checks),
        "unsettled": list(unsettled_at(handover.desk, now)), "pending_ground": bool(ground), "ground": ground,
        "may_refuse": handover.mode == Handover.Mode.FACE and actor.pk in {handover.incoming_id, handover.outgoing_id} and bool(sides),
    }


def _counts(handover: Handover, known: CountNow, bound: Bound) -> list[dict[str, Any]]:
    expected, countings = known.expected, known.countings
    lines = handover.counts.select_related("item", "counted_by")
    return [_count_row(line, expected.get(line.item.code, line.expected), countings.get(line.item_id, []), bound) for line in lines]


def _count_row(line: HandoverCountLine, expected: Any, countings: list[Any], bound: Bound) -> dict[str, Any]:
    again = line.differs and not is_counted_twice([each.counted for each in countings])
    return {
        "line": line, "expected": line.expected if line.counted is not None else expected, "countings": countings, "again": again,
        "moved": line.counted is not None and expected != line.expected, "sheet_id": f"sheet-counted_{line.pk}",
        "form": bound.get(f"count-{line.pk}") or own.CountForm(initial={"explanation": line.explanation}, auto_id=f"count-{line.pk}-%s"),
    }


def _check_lines(handover: Handover) -> list[HandoverCheckLine]:
    return list(handover.checks.select_related("item", "checked_by", "answered_by", "entry", "follow_up"))


def _check_row(line: HandoverCheckLine, handover: Handover, bound: Bound) -> dict[str, Any]:
    initial = {"result": line.result, "remark": line.remark, "reading": f"{line.reading.normalize():f}" if line.reading is not None else ""}
    return {
        "line": line, "is_reading": line.item.sort == ChecklistItem.Sort.READING, "is_test": line.item.sort == ChecklistItem.Sort.TEST,
        "photos": photos_of(line, handover.desk),
        "form": bound.get(f"check-{line.pk}") or own.CheckForm(initial=initial, auto_id=f"check-{line.pk}-%s"),
        "answer_form": bound.get(f"answer-check-{line.pk}") or own.PutRightForm(auto_id=f"answer-check-{line.pk}-%s"),
    }


def photos_of(line: HandoverCheckLine, desk: Desk) -> list[dict[str, Any]]:
    """Addresses of the photos of the entry that says what failed; the reader's right to it is looked at there."""
    if line.entry is None:
        return []
    return [
        {
            "number": place, "large": reverse("logbook:photo", args=[desk.slug, line.entry.number, place]),
            "small": reverse("logbook:photo_small", args=[desk.slug, line.entry.number, place]),
        }
        for place, _photo in enumerate(attachments_in(line.entry.fields), start=1)
    ]


def _by_room(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The checks room by room, rooms in the order in which they first come."""
    order = {name: place for place, name in reversed(list(enumerate(row["line"].item.room for row in rows)))}
    ordered = sorted(rows, key=lambda row: order[row["line"].item.room])
    return [(room, list(group)) for room, group in groupby(ordered, key=lambda row: row["line"].item.room)]


def _ground_from(handover: Handover, lines: list[HandoverCheckLine]) -> dict[str, str]:
    """What the form of a refusal begins with where failed checks are its ground and nobody has refused since: ground and remark."""
    grounds = [line for line in lines if line.answer == HandoverCheckLine.Answer.GROUND]
    refused_at = last_refused_at(handover) if grounds else None
    grounds = [line for line in grounds if not is_answered(line, refused_at)]
    if not grounds:
        return {}
    fits = choices_of(handover.desk, "refusal_ground").filter(code=GROUND_OF_CHECKS).exists()
    remark = "\n".join(f"{line.item.label}: {line.remark}" for line in grounds)[:500]
    return {"remark": remark} | ({"ground": GROUND_OF_CHECKS} if fits else {})


def recorded_lines(handover: Handover, reader: Person) -> dict[str, Any]:
    """The lines as the record shows them; at a desk that counts blind without numbers for whoever counts next (A28)."""
    countings, ended = countings_of(handover), handover.ended_at
    rows = [
        {"line": line, "photos": photos_of(line, handover.desk), "is_test": line.item.sort == ChecklistItem.Sort.TEST}
        for line in _check_lines(handover)
    ]
    return {
        "counts": [{"line": line, "countings": countings.get(line.item_id, [])} for line in handover.counts.select_related("item")],
        "rooms": _by_room(rows), "hides": not handover.is_open and numbers_hidden(handover.desk, reader, timezone.now()),
        "unsettled": list(unsettled_at(handover.desk, ended)) if ended is not None else [],
    }
