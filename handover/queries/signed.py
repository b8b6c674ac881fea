"""The content that both sign, from the steps as they are (I4)."""

from collections.abc import Iterable
from datetime import UTC

from desks.models import ChecklistItem, Person
from handover import content
from handover.models import (
    Handover,
    HandoverCheckLine,
)
from handover.queries.counts import CountNow, countings_of
from logbook.actions import book_of
from logbook.models import Entry
from logbook.rules import attachments_in
from rounds.queries import Missed, missed_in


def rounds_missed(handover: Handover) -> list[Missed]:
    """The rounds that were missed in the watch that is handed over, as the log stood when the list was drawn (C3, I4)."""
    watch = handover.watch
    return missed_in(handover.desk, watch.first_number, handover.cut_off) if watch is not None else []


def content_of(handover: Handover, known: CountNow | None = None) -> content.Content:
    """Everything that both sign, as it stands now (I4); `known` is what the page has read already."""
    people: Iterable[Person] = [each.person for each in handover.colleagues.select_related("person")]
    refusals = handover.refusals.select_related("decision")
    countings = known.countings if known is not None else countings_of(handover)
    return content.Content(
        origin=book_of(handover.desk).origin,
        handover=str(handover.ref),
        mode=handover.mode,
        cut_off=handover.cut_off,
        cut_off_digest=handover.cut_off_digest,
        outgoing=str(handover.outgoing.ref) if handover.outgoing else "",
        incoming=str(handover.incoming.ref) if handover.incoming else "",
        colleagues=[str(person.ref) for person in people],
        matters=[
            content.Matter(
                each.root.number, each.group, each.severity, each.state_told, each.next_step if each.told_at else "",
                each.overnight, *((each.owner, each.by_when, each.if_then) if each.told_at else ("", None, "")),
            )
            for each in handover.matters.select_related("root")
        ],
        together=handover.together,
        apart_because=handover.apart_because,
        risks=handover.risks,
        steps=[
            content.Step(each.item.code, each.item.version, each.done_at is not None, photos_of(each.entry), each.remark)
            for each in handover.steps.select_related("item", "entry")
        ],
        summary=handover.summary,
        counts=[
            content.Count(
                each.item.code, each.item.version, each.expected, each.counted, each.explanation,
                [(one.counted, str(one.counted_by.ref)) for one in countings.get(each.item_id, [])],
            )
            for each in handover.counts.select_related("item")
        ],
        checks=[_check_of(each) for each in handover.checks.select_related("item", "entry", "follow_up")],
        rounds=[
            content.RoundMissed(
                each.miss.round_code, each.miss.round.version, each.miss.due_at, each.miss.number, each.walk.number if each.walk else None,
                [reason.number for reason in each.reasons],
            )
            for each in rounds_missed(handover)
        ],
        refusals=[
            content.Turned(
                each.side, each.ground_code, each.ground_version, each.decision.outcome if hasattr(each, "decision") else "-"
            )
            for each in refusals
        ],
        remarks=handover.remarks,
        reservations=handover.reservations,
    )


def _check_of(line: HandoverCheckLine) -> content.Check:
    """A check as both sign it: what was read off with its limits, when it was tested, its photos, what became of a fail."""
    item, tested = line.item, line.item.sort == ChecklistItem.Sort.TEST and line.result and line.checked_at
    return content.Check(
        item.code, item.version, line.result, line.remark, line.reading, (item.lowest, item.highest), item.unit,
        line.checked_at.astimezone(UTC).isoformat(timespec="seconds") if tested and line.checked_at else "",
        [each.digest for each in attachments_in(line.entry.fields)] if line.entry is not None else [],
        line.answer, str(line.follow_up.number) if line.follow_up is not None else line.answer_words,
    )


def digest_now(handover: Handover) -> str:
    """The digest of the content as it stands in the database now."""
    return content.digest_of(content.text_of(content_of(handover)))


def photos_of(entry: Entry | None) -> list[str]:
    """The SHA-256 of each photo of an entry, in their order."""
    return [each.digest for each in attachments_in(entry.fields)] if entry is not None else []
