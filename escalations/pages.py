"""What the escalation's page shows one reader: its state in words, its steps, and the forms that are theirs (A4, A11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from desks.models import Person
from desks.permissions import may
from desks.templatetags.desks_tags import duration
from escalations import rules
from escalations.forms import CloseForm, ConfirmForm, DecideForm, PassUpForm, PhoneForm
from escalations.models import Escalation, EscalationStep, Level
from escalations.queries import asked_of, called_up, level_asked, levels_asked
from logbook.reading import text_of, wording_of

State, Kind = Escalation.State, EscalationStep.Kind
ASKING = {Kind.RAISED, Kind.PASSED_UP}


@dataclass(frozen=True)
class Line:
    """One escalation in a list, as its reader may see it."""

    escalation: Escalation
    text: str
    hidden: bool
    tone: str
    state: str
    clocks: list["Clock"]


@dataclass(frozen=True)
class Clock:
    """How long a step took or takes; `over` beyond the desk's limit."""

    words: str
    over: bool


def state_of(escalation: Escalation, level: str) -> tuple[str, str]:
    """Tone and words of the present state; they say who is asked (`level`, from `level_asked`), and blame nobody."""
    head = level == Level.PROJECT_HEAD
    if escalation.state == State.RAISED:
        words = _("waits for the project head") if head else _("waits for the supervisor")
        return ("bad" if escalation.emergency else "warn"), words
    if escalation.state == State.ACKNOWLEDGED:
        return "info", _("seen by the project head") if head else _("seen by the supervisor")
    if escalation.state == State.DECIDED:
        if escalation.confirmation == Escalation.Confirmation.AWAITED:
            return "accent", _("decided by phone, to be confirmed")
        return "accent", _("decided, to be done")
    if escalation.confirmation == Escalation.Confirmation.AWAITED:
        return "warn", _("done, decision by phone to be confirmed")
    return "good", _("closed")


def lines_of(escalations: list[Escalation], *, reader: Person, now: datetime) -> list[Line]:
    """The escalations of one desk as lines; texts for supervisors only are left out for others (A20)."""
    lines = []
    levels = levels_asked(escalations, now)
    for each in escalations:
        restricted = each.entry.audience != "staff"
        hidden = restricted and not may(reader, "log.see_restricted", desk=each.desk, now=now)
        tone, state = state_of(each, levels[each.pk])
        lines.append(Line(each, "" if hidden else text_of(each.entry), hidden, tone, state, clocks_of(each, now)))
    return lines


def clocks_of(escalation: Escalation, now: datetime) -> list[Clock]:
    """The clocks on its steps: acknowledged, decided and closed so long after it was raised, and since when it waits (A4, A11).

    The escalation comes from `with_times`. The desk's limit is named where somebody is asked and has not answered.
    """
    limit = rules.limit_of(escalation.desk.settings)
    begun = escalation.raised_at
    times = (
        (escalation.acknowledged_at, _("acknowledged after %(time)s")), (escalation.decided_at, _("decided after %(time)s")),
        (escalation.closed_at, _("closed after %(time)s")),
    )
    answered = escalation.acknowledged_at or escalation.decided_at
    clocks = [
        Clock(words % {"time": duration(moment - begun)}, over=moment == answered and moment - begun > limit)
        for moment, words in times
        if moment is not None
    ]
    waited = max(now - escalation.asked_at, timedelta())
    if escalation.state == State.RAISED:
        words = _("waiting for %(time)s (limit %(limit)s)") % {"time": duration(waited), "limit": duration(limit)}
        clocks.append(Clock(words, over=waited > limit))
    elif escalation.state == State.ACKNOWLEDGED:
        clocks.append(Clock(_("waiting for a decision for %(time)s") % {"time": duration(waited)}, over=False))
    return clocks


def events_of(steps: list[EscalationStep], escalation: Escalation) -> list[dict[str, Any]]:
    """The steps as a timeline; each answer with the time it took, beside the limit."""
    limit = rules.limit_of(escalation.desk.settings)
    asked: datetime | None = None
    events = []
    for step in steps:
        words = str(step.get_kind_display())
        if step.kind in EscalationStep.OF_CALLS or step.by is None:
            words = wording_of(step.entry, escalation.desk)
        if step.kind in ASKING:
            asked = step.at
        elif asked is not None and step.kind in {Kind.ACKNOWLEDGED, Kind.DECIDED, Kind.PHONE_DECIDED}:
            words = _took(words, step.at - asked, limit)
            asked = None
        # The wording of a call, and of what the system did, says who.
        who = step.by.display_name if step.by and step.kind not in EscalationStep.OF_CALLS else ""
        if step.decided_by_id and step.decided_by_id != step.by_id:
            who = _("%(decider)s, written down by %(writer)s") % {"decider": step.decided_by.display_name, "writer": who}
        tone = {Kind.CLOSED: "good", Kind.ARRIVED: "good", Kind.NO_ANSWER: "bad", Kind.RAISED: "bad" if escalation.emergency else ""}.get(Kind(step.kind), "")
        events.append({"at": step.at, "text": words, "who": who, "note": text_of(step.entry), "tone": tone, "kind": step.kind})
    return events


def _took(words: str, time: timedelta, limit: timedelta) -> str:
    if time > limit:
        return _("%(what)s after %(time)s (limit %(limit)s)") % {
            "what": words, "time": duration(time), "limit": duration(limit),
        }
    return _("%(what)s after %(time)s") % {"what": words, "time": duration(time)}


def forms_for(escalation: Escalation, *, reader: Person, now: datetime) -> dict[str, forms.Form | bool]:
    """The acts that this reader may do now, by name, each with its empty form (True where a button is enough)."""
    desk = escalation.desk
    supervises = may(reader, "escalation.decide", desk=desk, now=now)
    heads = may(reader, "escalation.decide_major", desk=desk, now=now)
    up = heads and called_up(escalation)
    level = level_asked(escalation, now) if heads and not supervises else escalation.level
    decides = rules.why_not_decide(
        level=level, may_decide=supervises, may_decide_major=heads, called_up=up
    ) is None
    raises = may(reader, "escalation.raise", desk=desk, now=now)
    waiting = escalation.state in rules.WAITING
    awaited = escalation.confirmation == Escalation.Confirmation.AWAITED
    decided = escalation.state == State.DECIDED
    found: dict[str, forms.Form | bool] = {}
    if decides and escalation.state == State.RAISED:
        found["acknowledge"] = True
    if awaited and may_confirm(escalation, reader, supervises):
        found["confirm"] = ConfirmForm(auto_id="confirm-%s")
    if decides and (waiting or (decided and awaited)):
        found["decide"] = DecideForm(auto_id="decide-%s")
    if supervises and escalation.level == Level.SUPERVISOR and (waiting or decided):
        found["pass_up"] = PassUpForm(auto_id="pass-up-%s")
    if raises and waiting:
        people = [each for each in asked_of(escalation, now) if each.pk != reader.pk]
        found["phone"] = PhoneForm(people=people, auto_id="phone-%s")
    if decided and (raises or supervises or heads):
        found["close"] = CloseForm(auto_id="close-%s")
    return found


def may_confirm(escalation: Escalation, reader: Person, supervises: bool) -> bool:
    """Whether the reader may confirm the decision by phone that waits for it (A11)."""
    given = escalation.steps.filter(kind=Kind.PHONE_DECIDED).order_by("-pk").first()
    return given is not None and rules.why_not_confirm(
        recorded_it=reader.pk == given.by_id, gave_it=reader.pk == given.decided_by_id, may_decide=supervises
    ) is None
