"""Reads of handovers: the content both sign, what stands in the way, the matters drawn from the log, who is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from desks.models import ChecklistItem, Desk, Person
from desks.permissions import may
from handover import content
from handover.models import (
    Handover,
    HandoverCheckLine,
    HandoverCounting,
    HandoverMatter,
    NamedRelief,
    OmissionReport,
    Refusal,
    Release,
)
from handover.news import unread_important
from handover.risk import RISK_WORDS, asks_more
from handover.rules import Facts, MatterFacts, is_counted_twice, is_said_back, severity_of, why_one_by_one
from logbook.actions import book_of
from logbook.models import Entry, FollowUp, Watch
from logbook.queries import entries_of, open_follow_ups_of, watch_people
from logbook.rules import attachments_in, counts_from
from registers.queries import custody_of


def hex_of(digest: Any) -> str:
    """A digest as hexadecimal characters, however the record hands it out; empty for an empty book."""
    if not digest:
        return ""
    return digest if isinstance(digest, str) else bytes(digest).hex()


def open_handover(desk: Desk) -> Handover | None:
    """The desk's open handover, or None."""
    return (
        Handover.objects.filter(desk=desk, state__in=Handover.OPEN_STATES)
        .select_related("desk__site", "desk__settings", "outgoing", "incoming", "watch", "started_by")
        .first()
    )


def last_closing(desk: Desk) -> Handover | None:
    """The newest completed closing of the desk, or None."""
    return (
        Handover.objects.filter(desk=desk, mode=Handover.Mode.CLOSING, state=Handover.State.COMPLETED)
        .select_related("outgoing")
        .order_by("-ended_at")
        .first()
    )


def handovers_of(desk: Desk) -> QuerySet[Handover]:
    """All handovers of the desk, newest first."""
    return Handover.objects.filter(desk=desk).select_related("outgoing", "incoming", "entry", "void_finding")


def past_handovers(desk: Desk) -> QuerySet[Handover]:
    """The desk's handovers that are over, newest first."""
    return (
        Handover.objects.filter(desk=desk)
        .exclude(state__in=Handover.OPEN_STATES)
        .select_related("outgoing", "incoming", "entry", "void_finding")
    )


def sides_of(handover: Handover, person: Person, now: datetime) -> set[str]:
    """On which sides the person stands: the outgoing with the colleagues of the watch, the incoming alone.

    Colleagues of the incoming count and check with them, as "colleague".
    """
    sides = set()
    watch = handover.watch
    if handover.incoming_id == person.pk:
        sides.add("incoming")
    elif handover.colleagues.filter(person=person).exists():
        sides.add("colleague")
    if handover.mode != Handover.Mode.OPENING and (
        handover.outgoing_id == person.pk
        or (watch is not None and person.pk in {each.pk for each in watch_people(watch)} and "incoming" not in sides)
    ):
        sides.add("outgoing")
    return sides


# ---- matters -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """An open follow-up as it enters a handover."""

    root_id: int
    group: str
    why: str
    severity: str
    next_step: str
    last_number: int
    handler: str = ""
    due_at: datetime | None = None
    """The due time that counts: of a matter that waits for a date, that date."""


def drawn_matters(desk: Desk, mode: str, *, since: datetime, now: datetime) -> list[Drawn]:
    """Every open follow-up of the desk with its group: alone, or in the list of the unchanged rest (A26).

    At an opening the whole night is one list; at a closing only what is urgent stands alone. A matter that only
    supervisors read is theirs: it stands in the list by number and kind.
    """
    due_soon = timedelta(minutes=desk.settings.due_soon_minutes)
    drawn = []
    for follow_up in open_follow_ups_of(desk).select_related("last_entry"):
        facts = MatterFacts(
            follow_up.opened_at, follow_up.changed_at, follow_up.due_at, follow_up.urgency, follow_up.severity
        )
        why = why_one_by_one(facts, since=since, now=now, due_soon=due_soon)
        if follow_up.root.audience == Entry.Audience.SUPERVISORS:
            why = ""
        alone = why == "critical" if mode == Handover.Mode.CLOSING else bool(why) and mode == Handover.Mode.FACE
        group = HandoverMatter.Group.ONE_BY_ONE if alone else HandoverMatter.Group.REST
        drawn.append(
            Drawn(
                follow_up.pk, group, why, severity_of(facts, why), follow_up.next_step, follow_up.last_entry.number, follow_up.handler,
                follow_up.due_at
                and counts_from(state=follow_up.state, due_at=follow_up.due_at, waiting_until=follow_up.waiting_until),
            )
        )
    return drawn


@dataclass(frozen=True)
class MatterNow:
    """A matter of a handover with its follow-up as it stands now."""

    matter: HandoverMatter
    follow_up: FollowUp
    moved: bool
    """Whether an entry came after the telling: shown, and before the first signature to be told again."""


def matters_now(handover: Handover) -> list[MatterNow]:
    """The matters with their follow-ups, critical ones first, then in the order of their numbers."""
    matters = list(
        handover.matters.select_related("root__words", "told_by", "acknowledged_by").prefetch_related("questions").order_by("root__number")
    )
    follow_ups = FollowUp.objects.select_related("last_entry").in_bulk([matter.root_id for matter in matters])
    rank = {"critical": 0, "watch": 1, "stable": 2}
    rows = [
        MatterNow(
            matter, follow_ups[matter.root_id],
            follow_ups[matter.root_id].last_entry.number > (matter.told_number or handover.cut_off),
        )
        for matter in matters
    ]
    return sorted(rows, key=lambda row: (rank[row.matter.severity], row.matter.root.number))


def not_yet_included(handover: Handover, seen: int) -> int:
    """How many matters came in, moved or were settled since the list was drawn or they were told, up to entry `seen` (A26)."""
    if handover.state != Handover.State.PREPARING:
        return 0
    there = {
        root_id: told or handover.cut_off for root_id, told in handover.matters.values_list("root_id", "told_number")
    }
    newest = dict(open_follow_ups_of(handover.desk).values_list("pk", "last_entry__number"))
    settled = FollowUp.objects.filter(pk__in=there.keys() - newest.keys()).values_list("pk", "last_entry__number")
    return sum(number <= seen and number > there.get(pk, 0) for pk, number in [*newest.items(), *settled])


def entries_since(handover: Handover) -> QuerySet[Entry]:
    """The entries written since the cut-off: listed, and nothing becomes stale by them (I4)."""
    last = handover.entry.number - 1 if handover.entry else None
    return entries_of(handover.desk, first=handover.cut_off + 1, last=last).order_by("number")


def entries_of_watch(watch: Watch) -> QuerySet[Entry]:
    """The entries of a watch, newest first: the range of its numbers (I3)."""
    return entries_of(watch.desk, first=watch.first_number, last=watch.last_number)


# ---- counting and checking -------------------------------------------------------------------------------------------


def expected_of(handover: Handover) -> dict[str, Decimal]:
    """What is expected of each item now, by its code: the last count with what moved since (A28)."""
    return {row.item.code: row.expected for row in custody_of(handover.desk)}


def countings_of(handover: Handover) -> dict[int, list[HandoverCounting]]:
    """Every number that was written of each item in this handover, oldest first, by the item's key."""
    found: dict[int, list[HandoverCounting]] = {}
    for each in handover.countings.select_related("counted_by").order_by("pk"):
        found.setdefault(each.item_id, []).append(each)
    return found


@dataclass(frozen=True)
class CountNow:
    """What a page of a handover reads once of its count: what is expected now, and every number that was written."""

    expected: dict[str, Decimal]
    countings: dict[int, list[HandoverCounting]]


def count_now(handover: Handover) -> CountNow:
    """The two together; nothing is expected any more of a handover that is over."""
    return CountNow(expected_of(handover) if handover.is_open else {}, countings_of(handover))


def is_answered(line: HandoverCheckLine, refused_at: datetime | None) -> bool:
    """Whether a check that fails needs nothing more; a ground counts once somebody has refused since (`refused_at`, the last)."""
    if line.answer == HandoverCheckLine.Answer.GROUND:
        return refused_at is not None and line.answered_at is not None and refused_at >= line.answered_at
    return bool(line.answer)


def last_refused_at(handover: Handover) -> datetime | None:
    """When this handover was refused last, or None."""
    return handover.refusals.order_by("-pk").values_list("refused_at", flat=True).first()


def counting(person: Person, desk: Desk) -> bool:
    """Whether the person takes part in an open handover of the desk in which something is not counted yet."""
    handover = open_handover(desk)
    if handover is None or not handover.counts.filter(counted__isnull=True).exists():
        return False
    return bool(sides_of(handover, person, timezone.now()))


# ---- content and obstacles -------------------------------------------------------------------------------------------


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


def risks_of(handover: Handover) -> list[str]:
    """Why this handover is of higher risk now: what was found when the list was drawn, and what its own lines say (A26).

    The latter are signed as lines anyway; the former stand in the content (docs/handover-content.md).
    """
    if handover.mode != Handover.Mode.FACE:
        return []
    critical = handover.matters.filter(severity=HandoverMatter.Severity.CRITICAL).exists()
    differs = any(line.differs for line in handover.counts.all())
    found = {*handover.risks, *(["critical"] if critical else []), *(["difference"] if differs else [])}
    return [code for code in RISK_WORDS if code in found]


def typed_of(handover: Handover, matter: HandoverMatter) -> bool:
    """Whether the incoming says this matter back in writing: by the desk's setting, or because of the risk (A30)."""
    settings = handover.desk.settings
    if not is_said_back(severity=matter.severity, asked=settings.read_back):
        return False
    return settings.read_back_typed or (matter.severity == "critical" and asks_more(handover.risks))


def facts_of(handover: Handover, seen: int, known: CountNow | None = None) -> Facts:
    """The numbers that the rule decides by; `seen` is the newest entry that the page showed, `known` what it has read already."""
    matters = list(handover.matters.all())
    alone = [matter for matter in matters if matter.group == HandoverMatter.Group.ONE_BY_ONE]
    rest = [matter for matter in matters if matter.group == HandoverMatter.Group.REST]
    face = handover.mode == Handover.Mode.FACE
    settings, draft = handover.desk.settings, handover.is_draft
    critical = [matter for matter in alone if matter.severity == "critical" and matter.told_at is not None]
    asked = [matter for matter in alone if is_said_back(severity=matter.severity, asked=settings.read_back)]
    said = [matter for matter in alone if matter.acknowledged_at is not None]
    counts, checks = list(handover.counts.select_related("item")), list(handover.checks.all())
    failed = [line for line in checks if line.result == "fail"]
    refused_at = last_refused_at(handover) if failed else None
    known = known or count_now(handover)
    expected, countings = known.expected, known.countings
    differing = [line for line in counts if line.differs]
    return Facts(
        mode=handover.mode,
        state=handover.state,
        untold=sum(matter.told_at is None for matter in alone) if face else 0,
        unacknowledged=(
            sum(matter.told_at is not None and matter.acknowledged_at is None for matter in alone) if face and not draft else 0
        ),
        nobody_comes=draft,
        apart=settings.together_needed and face and not draft and handover.together != Handover.Together.YES,
        unowned=(
            sum(not (each.owner and each.by_when and (each.if_then or not settings.critical_if_then)) for each in critical)
            if face else 0
        ),
        unheard=sum(each in asked and each.heard_at is None for each in said) if face else 0,
        untyped=sum(typed_of(handover, each) and not each.said_back for each in said) if face else 0,
        unread=len(unread_important(handover)) if face and asks_more(handover.risks) else 0,
        undone=sum(step.done_at is None for step in handover.steps.all()),
        consent_missing=bool(
            settings.risk_needs_consent and face and not draft and handover.risk_agreed_at is None and risks_of(handover)
        ),
        rest_open=handover.mode != Handover.Mode.CLOSING and not draft and any(matter.acknowledged_at is None for matter in rest),
        without_overnight=sum(not matter.overnight for matter in alone) if handover.mode == Handover.Mode.CLOSING else 0,
        uncounted=sum(line.counted is None for line in counts),
        unexplained=sum(line.differs and not line.explanation for line in counts),
        counted_once=sum(not is_counted_twice([each.counted for each in countings.get(line.item_id, [])]) for line in differing),
        moved=sum(line.counted is not None and expected.get(line.item.code, line.expected) != line.expected for line in counts),
        unchecked=sum(not line.result for line in checks),
        unanswered=sum(not is_answered(line, refused_at) for line in failed),
        without_remark=sum(line.result == "fail" and not line.remark for line in checks),
        not_yet_included=not_yet_included(handover, seen),
        stopping=stopping_matters(handover).count(),
        holder_changed=handover.watch is not None and handover.is_open and handover.watch.holder_id != handover.outgoing_id,
    )


def open_refusal(handover: Handover) -> Refusal | None:
    """The refusal of this handover that waits for a decision, or None."""
    row = handover.refusals.filter(decision__isnull=True)
    return row.select_related("person", "ground", "entry", "handover__desk__site", "handover__desk__settings").last()


def suspension_of(handover: Handover) -> Entry | None:
    """The entry that last suspended this handover, or None (C11)."""
    return _own_acts(handover, "handover_suspended", "handover_suspended_both").first()


def meanwhile_of(handover: Handover) -> tuple[int, int] | None:
    """The range of numbers written during the last fault that is over, or None where nothing was (C11)."""
    resumed = _own_acts(handover, "handover_resumed_after").first() if handover.suspended_for else None
    return (int(resumed.fields["from_number"]), int(resumed.fields["to_number"])) if resumed is not None else None


def _own_acts(handover: Handover, *codes: str) -> QuerySet[Entry]:
    """The acts of these codes about this handover, newest first."""
    rows = Entry.objects.filter(book=book_of(handover.desk), act=Entry.Act.ACT, code__in=codes)
    return rows.filter(fields__handover=str(handover.ref)).order_by("-number")


def stopping_matters(handover: Handover) -> QuerySet[FollowUp]:
    """The open matters of the kinds during which the desk is not handed over (C10); none where the desk names none.

    They stop no opening: then nobody holds the desk, and somebody must.
    """
    kinds = handover.desk.settings.stopping_kinds
    if not kinds or not handover.is_open or handover.mode == Handover.Mode.OPENING:
        return FollowUp.objects.none()
    return open_follow_ups_of(handover.desk).filter(root__kind__in=kinds)


# ---- what is found afterwards ----------------------------------------------------------------------------------------------


def omissions_of(desk: Desk) -> QuerySet[OmissionReport]:
    """The reports of omissions of the desk, newest first, with what was said and decided (C12)."""
    return OmissionReport.objects.filter(desk=desk).select_related(
        "desk__site", "desk__settings", "handover__incoming", "handover__outgoing", "handover__entry", "about", "reported_by", "entry",
        "evidence", "statement", "decision__decided_by",
    )


def omissions_for(desk: Desk, reader: Person, now: datetime) -> QuerySet[OmissionReport]:
    """The reports that this reader may see: all for supervisors, head and auditor, else those they made or are asked about."""
    rows = omissions_of(desk)
    if may(reader, "log.see_restricted", desk=desk, now=now):
        return rows
    return rows.filter(Q(reported_by=reader) | Q(about=reader))


def narrowed_omissions(rows: QuerySet[OmissionReport], show: str) -> QuerySet[OmissionReport]:
    """The reports that wait for a statement, those that wait for a decision, the decided ones, or all."""
    narrowed = {
        "asked": Q(statement__isnull=True, decision__isnull=True), "heard": Q(statement__isnull=False, decision__isnull=True),
        "decided": Q(decision__isnull=False),
    }
    return rows.filter(narrowed[show]) if show in narrowed else rows


def releases_to_complete(desk: Desk) -> QuerySet[Release]:
    """The releases of the desk that the supervisor has not completed yet, newest first (A23)."""
    return Release.objects.filter(desk=desk, completion__isnull=True).select_related("person", "passed_to").order_by("-pk")


# ---- who is missing, who may come -----------------------------------------------------------------------------------------


def gap_since(watch: Watch) -> datetime | None:
    """Since when the open desk has nobody: its holder was released and no colleague was there (I3); else None."""
    release = _lasting_releases().filter(watch=watch, person=watch.holder_id).last()
    return release.released_at if release else None


def _lasting_releases() -> QuerySet[Release]:
    """Releases to nobody after which the holder's part has not passed on: who gets it later has nothing to do with them."""
    passed = Entry.objects.filter(
        book=OuterRef("entry__book"), act=Entry.Act.ACT, code="holder_passed", number__gt=OuterRef("entry__number")
    )
    return Release.objects.filter(~Exists(passed), passed_to__isnull=True)


def held_with_gap(desk: Desk) -> Any:
    """The watch that holds the desk, with `gap` (since when, or None) and `handing_over` (whether one is under way); one query."""
    released = _lasting_releases().filter(watch=OuterRef("pk"), person=OuterRef("holder"))
    under_way = Handover.objects.filter(desk=OuterRef("desk"), state__in=Handover.OPEN_STATES)
    rows = Watch.objects.filter(desk=desk, ended_at__isnull=True).select_related("holder")
    return rows.annotate(gap=Subquery(released.order_by("-pk").values("released_at")[:1]), handing_over=Exists(under_way)).first()


def named_relief(watch: Watch) -> NamedRelief | None:
    """Whom the supervisor named last to relieve this watch, or None."""
    return NamedRelief.objects.filter(watch=watch).select_related("person").order_by("-pk").first()
