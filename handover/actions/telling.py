"""Telling: each matter with its next step, who and by when; said back, and heard; questions and answers (A25, A26, A30)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desks.models import Person
from desks.refusal import Refused
from desks.templatetags.desks_tags import local_moment
from handover.actions.drawing import SAID_BACK, TOLD, forget_said
from handover.actions.ground import begin_change, end_change, save_line
from handover.models import Handover, HandoverMatter, HandoverQuestion
from handover.queries import typed_of
from handover.rules import is_said_back, why_not_carried, why_not_said_back
from logbook.actions import answer_question, ask_openly, book_of, hold_books, move_follow_up, record_act
from logbook.models import Entry, FollowUp
from logbook.rules import OPEN_STATES


@dataclass(frozen=True)
class Carried:
    """How a matter is carried on: who does the next step, by when (aware), and what is done if that does not work out."""

    owner: str
    by_when: datetime | None
    if_then: str = ""


@transaction.atomic
def tell_matter(
    *, actor: Person, matter: HandoverMatter, next_step: str, now: datetime, severity: str = "", overnight: str = "",
    carried: Carried | None = None,
) -> HandoverMatter:
    """The outgoing tells a matter: its state as it is, the next step, how much it needs watching (A26).

    A critical one also says who does the next step and by when, by the desk's setting what else is done if that fails:
    `carried`, or what stands there already. What the follow-up does not say yet becomes an entry of its thread. What was
    acknowledged before must be acknowledged again when something changed. Raises Refused without a next step.
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
    carried = carried or Carried(row.owner, row.by_when, row.if_then)
    carried = Carried(carried.owner.strip(), carried.by_when, carried.if_then.strip())
    if handover.mode == Handover.Mode.FACE and (refusal := why_not_carried(
        severity=severity, owner=carried.owner, by_when=carried.by_when, if_then=carried.if_then,
        asks_if_then=handover.desk.settings.critical_if_then, now=now,
    )):
        raise refusal
    said = _said_of(handover, row, carried) if severity == "critical" and handover.mode == Handover.Mode.FACE else ""
    number = follow_up.last_entry.number
    if said or (next_step, severity) != (follow_up.next_step, follow_up.severity or severity):
        number = move_follow_up(
            actor=actor, root=row.root, now=now, state=follow_up.state, next_step=next_step, severity=severity, text=said,
            waiting_for=follow_up.waiting_for, waiting_until=follow_up.waiting_until,
        ).number
    before = _told(row)
    first = row.told_at is None
    row.state_told, row.next_step, row.severity, row.overnight = follow_up.state, next_step, severity, overnight
    row.owner, row.by_when, row.if_then = carried.owner, carried.by_when, carried.if_then
    row.told_number, row.told_by, row.told_at = number, actor, now
    fields = list(TOLD)
    if not first and before != _told(row):
        forget_said(row)
        fields += SAID_BACK
    save_line(row, actor, *fields)
    end_change(handover, actor, now, "matter told")
    return row


def _told(row: HandoverMatter) -> tuple[object, ...]:
    return row.state_told, row.next_step, row.severity, row.overnight, row.owner, row.by_when, row.if_then


def _said_of(handover: Handover, row: HandoverMatter, carried: Carried) -> str:
    """Who and by when, in words of the installation's language; "" where the row says the same already.

    What stood there from the log alone, and is confirmed by one key, is no news to the log.
    """
    if Carried(row.owner, row.by_when, row.if_then) == carried:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        when = local_moment(carried.by_when, handover.desk)
        words = gettext("%(owner)s, by %(when)s") % {"owner": carried.owner, "when": when}
        return "\n".join(part for part in (words, carried.if_then) if part)


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
    """The incoming confirms one matter that was told, and says it back: aloud, or in writing where that is asked for (A30).

    Raises Refused before it was told, and where it must be written and is not.
    """
    handover = begin_change(actor, matter.handover, now, "incoming")
    row = handover.matters.get(pk=matter.pk)
    if row.told_at is None:
        raise Refused("A26", _("This matter has not been told yet."), _("The outgoing tells its state and next step first."))
    if refusal := why_not_said_back(typed=typed_of(handover, row), said_back=said_back.strip()):
        raise refusal
    forget_said(row)
    row.acknowledged_by, row.acknowledged_at, row.said_back = actor, now, said_back.strip()
    save_line(row, actor, *SAID_BACK)
    return row


@transaction.atomic
def hear_matter(*, actor: Person, matter: HandoverMatter, now: datetime) -> HandoverMatter:
    """The outgoing ticks that what the incoming said back is right: the loop is closed (A30).

    Raises Refused for a matter that is not said back, or was not yet. What was said wrong is told again instead.
    """
    handover = begin_change(actor, matter.handover, now, "outgoing")
    row = handover.matters.get(pk=matter.pk)
    if not is_said_back(severity=row.severity, asked=handover.desk.settings.read_back):
        raise Refused("A30", _("This matter need not be said back."), _("The incoming confirms it."))
    if row.acknowledged_at is None:
        raise Refused("A30", _("The incoming has not said it back yet."), _("They say what they will do next, then you tick it."))
    row.heard_by, row.heard_at = actor, now
    save_line(row, actor, "heard_by", "heard_at")
    return row


@transaction.atomic
def ask(
    *, actor: Person, handover: Handover, question: str, now: datetime, matter: HandoverMatter | None = None
) -> HandoverQuestion:
    """The incoming, or a colleague who comes with them, asks about a matter or the last shift's log (A25).

    The question is an entry: added to the matter's first entry, or an act of its own. Raises Refused without words.
    """
    hold_books(book_of(handover.desk))
    row = begin_change(actor, handover, now, "incoming", "colleague")
    if not question.strip():
        raise Refused("A25", _("A question has words."), _("Write what you want to know."), field="question")
    about = row.matters.select_related("root__book__desk").get(pk=matter.pk) if matter else None
    entry = (
        ask_openly(actor=actor, entry=about.root, text=question, now=now) if about
        else record_act(actor=actor, desk=row.desk, now=now, code="handover_asked", fields={"handover": str(row.ref)}, text=question)
    )
    asked = HandoverQuestion(handover=row, matter=about, entry=entry, asked_by=actor, asked_at=now)
    asked._history_user = actor
    asked.save()
    return asked


@transaction.atomic
def answer(*, actor: Person, question: HandoverQuestion, words: str, now: datetime) -> HandoverQuestion:
    """The outgoing, or a colleague of the watch, answers; the answer is an entry beside the question's (A25)."""
    hold_books(book_of(question.handover.desk))
    handover = begin_change(actor, question.handover, now, "outgoing")
    row = handover.questions.select_related("entry__book__desk", "entry__root__book__desk").get(pk=question.pk)
    if row.is_answered:
        raise Refused("A25", _("This question is answered already."), _("Load the page again."), field="answer")
    if not words.strip():
        raise Refused("A25", _("An answer has words."), _("Write what you know."), field="answer")
    row.answer_entry = _answered(actor, handover, row.entry, words, now)
    row.answered_by, row.answered_at = actor, now
    save_line(row, actor, "answer_entry", "answered_by", "answered_at")
    return row


def _answered(actor: Person, handover: Handover, asked: Entry | None, words: str, now: datetime) -> Entry:
    if asked is not None and asked.act == Entry.Act.ADDITION:
        return answer_question(actor=actor, question=asked, text=words, now=now)
    return record_act(
        actor=actor, desk=handover.desk, now=now, code="handover_answered", fields={"handover": str(handover.ref)}, refers_to=asked,
        text=words,
    )


