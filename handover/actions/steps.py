"""The steps of a handover: telling, acknowledging, counting, checking, remarks, reservations (A26–A28, A30)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from desks.claims import claim
from desks.models import Person
from desks.queries import who_supervises
from desks.refusal import Refused
from handover.actions.ground import begin_change, end_change, save_line
from handover.models import Handover, HandoverCheckLine, HandoverCountLine, HandoverMatter, HandoverQuestion
from handover.queries import drawn_matters
from logbook.actions import book_of, hold_books, move_follow_up
from logbook.models import FollowUp
from logbook.queries import head_of
from logbook.rules import OPEN_STATES
from notices.actions import tell
from registers.rules import why_not_counted, written

TOLD = ("state_told", "next_step", "severity", "overnight", "told_number", "told_by", "told_at")
ACKNOWLEDGED = ("acknowledged_by", "acknowledged_at")


@transaction.atomic
def tell_matter(
    *, actor: Person, matter: HandoverMatter, next_step: str, now: datetime, severity: str = "", overnight: str = ""
) -> HandoverMatter:
    """The outgoing tells a matter: its state as it is, the next step, how much it needs watching (A26).

    A next step or severity that the follow-up does not have yet becomes an entry of its thread. What was acknowledged
    before must be acknowledged again when something changed. Raises Refused without a next step.
    """
    hold_books(book_of(matter.handover.desk))
    handover = begin_change(actor, matter.handover, now, "outgoing")
    row = handover.matters.select_related("root").get(pk=matter.pk)
    follow_up = FollowUp.objects.select_related("last_entry").get(pk=row.root_id)
    if follow_up.state not in OPEN_STATES:
        raise Refused("A26", _("This matter has been settled since."), _("Bring the list up to date."), field="next_step")
    next_step, overnight = next_step.strip(), overnight.strip()
    severity = severity if severity in HandoverMatter.Severity.values else row.severity
    if not next_step:
        raise Refused(
            "A26", _("A matter is told with its next step."), _("Write what happens next, by whom and when."),
            field="next_step",
        )
    if row.severity == "critical" and severity != "critical" and follow_up.urgency != "normal":
        raise Refused(
            "A26", _("An urgent matter is critical."), _("Settle it first, or hand it over as critical."), field="severity"
        )
    number = follow_up.last_entry.number
    if (next_step, severity) != (follow_up.next_step, follow_up.severity or severity):
        number = move_follow_up(
            actor=actor, root=row.root, now=now, state=follow_up.state, next_step=next_step, severity=severity,
            waiting_for=follow_up.waiting_for, waiting_until=follow_up.waiting_until,
        ).number
    before = (row.state_told, row.next_step, row.severity, row.overnight)
    first = row.told_at is None
    row.state_told, row.next_step, row.severity, row.overnight = follow_up.state, next_step, severity, overnight
    row.told_number, row.told_by, row.told_at = number, actor, now
    fields = list(TOLD)
    if not first and before != (row.state_told, row.next_step, row.severity, row.overnight):
        row.acknowledged_by, row.acknowledged_at, row.said_back = None, None, ""
        fields += [*ACKNOWLEDGED, "said_back"]
    save_line(row, actor, *fields)
    end_change(handover, actor, now, "matter told")
    return row


@transaction.atomic
def name_overnight(*, actor: Person, matter: HandoverMatter, overnight: str, now: datetime) -> HandoverMatter:
    """At a closing the last holder names who has an urgent matter overnight (I3). Raises Refused without a name."""
    if not overnight.strip():
        raise Refused(
            "A26", _("An urgent matter needs somebody for the night."), _("Write who has it: a name or a department."),
            field="overnight",
        )
    follow_up = FollowUp.objects.get(pk=matter.root_id)
    step = matter.next_step or follow_up.next_step or overnight.strip()
    return tell_matter(actor=actor, matter=matter, next_step=step, now=now, overnight=overnight)


@transaction.atomic
def acknowledge_matter(*, actor: Person, matter: HandoverMatter, now: datetime, said_back: str = "") -> HandoverMatter:
    """The incoming confirms one matter that was told, in own words if they like (A30). Raises Refused before that."""
    handover = begin_change(actor, matter.handover, now, "incoming")
    row = handover.matters.get(pk=matter.pk)
    if row.told_at is None:
        raise Refused("A26", _("This matter has not been told yet."), _("The outgoing tells its state and next step first."))
    row.acknowledged_by, row.acknowledged_at, row.said_back = actor, now, said_back.strip()
    save_line(row, actor, *ACKNOWLEDGED, "said_back")
    return row


@transaction.atomic
def ask(
    *, actor: Person, handover: Handover, question: str, now: datetime, matter: HandoverMatter | None = None
) -> HandoverQuestion:
    """The incoming, or a colleague who comes with them, asks about a matter or the last shift's log (A25)."""
    row = begin_change(actor, handover, now, "incoming", "colleague")
    if not question.strip():
        raise Refused("A25", _("A question has words."), _("Write what you want to know."), field="question")
    asked = HandoverQuestion(
        handover=row, matter=matter and row.matters.get(pk=matter.pk), question=question.strip(), asked_by=actor, asked_at=now
    )
    asked._history_user = actor
    asked.save()
    return asked


@transaction.atomic
def answer(*, actor: Person, question: HandoverQuestion, words: str, now: datetime) -> HandoverQuestion:
    """The outgoing, or a colleague of the watch, answers; the answer is kept beside the question (A25)."""
    handover = begin_change(actor, question.handover, now, "outgoing")
    row = handover.questions.get(pk=question.pk)
    if row.answer:
        raise Refused("A25", _("This question is answered already."), _("Load the page again."), field="answer")
    if not words.strip():
        raise Refused("A25", _("An answer has words."), _("Write what you know."), field="answer")
    row.answer, row.answered_by, row.answered_at = words.strip(), actor, now
    save_line(row, actor, "answer", "answered_by", "answered_at")
    return row


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
    if passed_on and row.watch is not None:
        _hand_from(row, row.watch.holder, actor, now)
    elif row.state != Handover.State.PREPARING:
        raise Refused(
            "I4", _("The outgoing has signed: later entries are listed and change nothing."),
            _("Sign, or change a step first."),
        )
    since = row.watch.started_at if row.watch else row.started_at
    drawn = {each.root_id: each for each in drawn_matters(row.desk, row.mode, since=since, now=now)}
    there = {matter.root_id: matter for matter in row.matters.all()}
    for root_id, matter in there.items():
        if root_id not in drawn:
            matter._history_user = actor
            matter.delete()
            continue
        each = drawn[root_id]
        matter.group, matter.why = each.group, each.why
        fields = ["group", "why"]
        if each.last_number > (matter.told_number or row.cut_off):
            matter.told_at = matter.told_by = matter.told_number = None
            matter.state_told, matter.severity = "", each.severity
            matter.next_step = each.next_step or matter.next_step
            matter.acknowledged_at = matter.acknowledged_by = None
            matter.said_back = ""
            fields += [*TOLD, *ACKNOWLEDGED, "said_back"]
        save_line(matter, actor, *fields)
    fresh = [
        HandoverMatter(handover=row, root_id=each.root_id, group=each.group, why=each.why, severity=each.severity,
                       next_step=each.next_step)
        for root_id, each in drawn.items() if root_id not in there
    ]
    if fresh:
        bulk_create_with_history(fresh, HandoverMatter, default_user=actor)
    number, digest = head_of(book_of(row.desk))
    row.cut_off, row.cut_off_digest = number, digest.hex() if number else ""
    save_line(row, actor, "cut_off", "cut_off_digest")
    return row


def _hand_from(row: Handover, holder: Person, actor: Person, now: datetime) -> None:
    if holder.pk == row.incoming_id:
        raise Refused("I3", _("The incoming holds the desk already."), _("Cancel this handover; there is nothing to sign."))
    claim(
        Handover, row.pk, old=row.state, new=Handover.State.PREPARING, actor=actor, reason="the holder's part has passed on",
        now=now, outgoing=holder,
    )
    row.outgoing, row.state = holder, Handover.State.PREPARING


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
