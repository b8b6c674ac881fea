"""What the escalation's page shows of an emergency's calls: who is called now, what may be said of whom, who else there is (A16).

Phones are shown to the desk's staff alone: this is put together for nobody else.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from desks.models import Desk, Person
from desks.permissions import may
from desks.templatetags.desks_tags import comma
from escalations import rules
from escalations.models import Call, Escalation
from escalations.queries import Reach, call_tree_of, calls_of, departments_of, reach_of
from logbook.models import Entry

TONES = {
    Call.State.CALLING: "warn", Call.State.UNANSWERED: "bad", Call.State.ANSWERED: "info", Call.State.COMING: "accent",
    Call.State.ARRIVED: "good", Call.State.DROPPED: "",
}


@dataclass(frozen=True)
class ShownCall:
    """One call with whom it reaches, its state in words, and what may be said of it."""

    call: Call
    title: str
    names: str
    numbers: list[tuple[str, str]]
    tone: str
    sayable: frozenset[str]

    @property
    def present(self) -> bool:
        """Whether the tree waits for this call."""
        return self.call.state == Call.State.CALLING and not self.call.beside


@dataclass(frozen=True)
class ShownCalls:
    """All calls of an emergency, newest first, the present one apart, and who can be called beside them."""

    present: ShownCall | None
    others: list[ShownCall]
    rest: list[Reach]
    unreachable: list[Reach]
    may_call_next: bool
    resting: bool
    """The tree was worked through as often as the clock does, and nobody answered."""
    round: int


def calls_for(escalation: Escalation, *, reader: Person, now: datetime) -> ShownCalls | None:
    """The calls as the reader may act on them; None where there is nothing to call for."""
    if not escalation.emergency:
        return None
    desk = escalation.desk
    open_ = escalation.state != Escalation.State.CLOSED
    acts = open_ and _may_say(reader, desk, now)
    calls = calls_of(escalation)
    shown = [_shown(call, desk, now, acts) for call in reversed(calls)]
    tree = call_tree_of(desk, set(), now)
    calling = {call.step_id for call in calls if call.state == Call.State.CALLING or call.state in Call.TAKEN}
    present = next((each for each in shown if each.present), None)
    last = next((call for call in reversed(calls) if not call.beside), None)
    return ShownCalls(
        present=present, others=[each for each in shown if not each.present],
        rest=[reach for reach in tree if acts and reach.possible and reach.step.pk not in calling],
        unreachable=[reach for reach in tree if not reach.possible] if acts else [],
        may_call_next=acts and present is None and any(reach.possible for reach in tree),
        resting=open_ and last is not None and last.state == Call.State.UNANSWERED and present is None, round=last.round if last else 1,
    )


def first_to_call(entry: Entry, desk: Desk, now: datetime) -> Reach | None:
    """Whom a call for help about the entry would reach first."""
    return next((reach for reach in call_tree_of(desk, departments_of(entry, desk), now) if reach.possible), None)


def said_of(call: Call) -> str:
    """The call's state in words, with the time where it has one."""
    if call.state == Call.State.CALLING and call.beside:
        return _("being called as well")
    return str(call.get_state_display())


def _may_say(reader: Person, desk: Desk, now: datetime) -> bool:
    return any(may(reader, right, desk=desk, now=now) for right in ("escalation.raise", "escalation.decide_major"))


def _shown(call: Call, desk: Desk, now: datetime, acts: bool) -> ShownCall:
    reach = reach_of(call.step, desk, now)
    sayable = frozenset(said for said, states in rules.SAYABLE.items() if call.state in states) if acts else frozenset()
    if call.state == Call.State.COMING:
        sayable -= {"coming"}
    return ShownCall(
        call=call, title=call.step.label, names=comma().join(reach.names), numbers=reach.numbers, tone=TONES[Call.State(call.state)],
        sayable=sayable,
    )
