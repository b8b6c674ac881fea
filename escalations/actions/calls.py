"""Calling along the call tree in an emergency: who is called, whether they answered, come, are there (A15, A16).

The tree's own calls go one after the other: no answer, by a tap or by the clock, calls the next; an answer, and also an
acknowledgement or a decision, ends it. Each thing that is said of a call is an entry of the log; phones never stand in it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from desks.claims import AlreadyChanged, claim
from desks.models import Person
from desks.permissions import may
from desks.wording import in_brackets, in_each_language, listed, name_of
from escalations import rules
from escalations.actions.common import fresh, refuse_without, take_step, tell_each
from escalations.models import Call, CallStep, Escalation, EscalationStep, Level
from escalations.queries import Reach, call_tree_of, deciders_of, departments_of, present_call, reach_of

Kind, State = EscalationStep.Kind, Call.State


def begin_calling(escalation: Escalation, *, now: datetime, told: Iterable[Person] = ()) -> Call | None:
    """Calls the first of the tree, inside the act that raised the emergency; None where nobody can be reached.

    `told` are told of the emergency already and are not told of the call as well.
    """
    reach = _next_of(_tree(escalation, now), None)
    return _call(escalation, reach, now=now, told=told) if reach else None


@transaction.atomic
def say_of_call(*, actor: Person, call: Call, said: str, now: datetime, minutes: int | None = None) -> Call:
    """Says of a call that nobody answers, that somebody answered, is coming within `minutes`, or is there (A16).

    The desk says it, or who was called of themselves. No answer calls the next of the tree at once. Raises Refused, and
    AlreadyChanged where two say it at once.
    """
    escalation = fresh(call.escalation)
    call = Call.objects.select_related("step__person", "person").get(pk=call.pk)
    refusal = rules.why_not_said(
        said=said, own=_is_called(actor, call, escalation, now), at_the_desk=_at_the_desk(actor, escalation, now),
        open_=escalation.state != Escalation.State.CLOSED,
    )
    if not refusal and said == "coming":
        refusal = rules.why_not_coming(minutes)
    if refusal:
        raise refusal
    changes: dict[str, Any] = {}
    fields: dict[str, str] = {}
    if said == "coming":
        changes["expected_at"] = now + timedelta(minutes=minutes or 0)
        fields["expected_at"] = changes["expected_at"].isoformat()
    new = {"no_answer": State.UNANSWERED}.get(said, said)
    call = claim(
        Call, call.pk, old=rules.SAYABLE[said], new=new, actor=actor, reason=said, now=now,
        refusal=_("This has been said of the call already."), **changes,
    )
    if said == "no_answer":
        _go_on(escalation, call, actor=actor, now=now)
        return call
    take_step(escalation, said, actor=actor, now=now, call=call, fields=fields | _named(reach_of(call.step, escalation.desk, now)))
    if not call.beside:
        _drop_present(escalation, actor=actor, now=now)
    return call


@transaction.atomic
def call_next(*, actor: Person, escalation: Escalation, now: datetime) -> Call:
    """Calls the next of the tree by hand: after an answer that does not help, or where calling had come to rest (A16).

    Raises Refused.
    """
    escalation = fresh(escalation)
    _refuse_hand(actor, escalation, now)
    tree = _tree(escalation, now)
    last = _last_of_tree(escalation)
    reach = _next_of(tree, last) or _next_of(tree, None)
    refusal = rules.why_not_call(
        emergency=escalation.emergency, open_=escalation.state != Escalation.State.CLOSED,
        calling=present_call(escalation) is not None, someone=reach is not None,
    )
    if refusal:
        raise refusal
    assert reach is not None, "somebody can be reached"
    again = last is not None and _next_of(tree, last) is None
    call = _call(escalation, reach, now=now, round_=last.round + again if last else 1)
    take_step(escalation, Kind.CALLED, actor=actor, now=now, call=call, fields=_named(reach))
    return call


@transaction.atomic
def call_beside(*, actor: Person, escalation: Escalation, step: CallStep, now: datetime) -> Call:
    """Calls one step out of its turn, as who is on duty may mobilise other departments' people (A15). Raises Refused."""
    escalation = fresh(escalation)
    _refuse_hand(actor, escalation, now)
    reach = next((each for each in _tree(escalation, now, everybody=True) if each.step.pk == step.pk and each.possible), None)
    calling = Call.objects.filter(escalation=escalation, step=step, state=State.CALLING).exists()
    refusal = rules.why_not_call(
        emergency=escalation.emergency, open_=escalation.state != Escalation.State.CLOSED, calling=calling,
        someone=reach is not None,
    )
    if refusal:
        raise refusal
    assert reach is not None, "somebody can be reached"
    last = _last_of_tree(escalation)
    call = _call(escalation, reach, now=now, beside=True, round_=last.round if last else 1)
    take_step(escalation, Kind.CALLED, actor=actor, now=now, call=call, fields=_named(reach))
    return call


@transaction.atomic
def move_on(*, call: Call, now: datetime) -> bool:
    """The clock's step: nobody answered within the waiting time, so the next is called; one step however late it is.

    The next one's time begins now: after a standstill the tree is worked through at its pace, nobody is called in a heap
    (I7). Returns whether it moved; it does not where somebody answered or acknowledged in the meantime.
    """
    escalation = fresh(call.escalation)
    if escalation.state != Escalation.State.RAISED:
        return False
    try:
        call = claim(Call, call.pk, old=State.CALLING, new=State.UNANSWERED, actor=None, reason="no answer in time", now=now)
    except AlreadyChanged:
        return False
    _go_on(escalation, call, actor=None, now=now)
    return True


def stop_calling(escalation: Escalation, *, by: Person, now: datetime) -> None:
    """Somebody has taken it up: the present call is theirs and answered, or is not needed any more (A16)."""
    call = present_call(escalation)
    if call is not None:
        new = State.ANSWERED if by in reach_of(call.step, escalation.desk, now).people else State.DROPPED
        claim(Call, call.pk, old=State.CALLING, new=new, actor=by, reason="taken up", now=now)


def _go_on(escalation: Escalation, call: Call, *, actor: Person | None, now: datetime) -> None:
    """Writes that nobody answered and whom that leads to, calls them, and tells it loudly at the end of the tree."""
    tree = _tree(escalation, now)
    following = None if call.beside else _next_of(tree, call)
    ended = not call.beside and following is None
    if ended and rules.begins_again(round_done=call.round, by_clock=actor is None):
        following = _next_of(tree, None)
    fields = _named(reach_of(call.step, escalation.desk, now)) | {"minutes": str(call.step.wait_minutes)}
    if call.beside:
        code = "escalation_no_answer_beside"
    elif following is None:
        code = "escalation_no_answer_end"
    else:
        code = "escalation_no_answer_again" if ended else "escalation_no_answer"
        fields |= _named(following, "next")
    take_step(
        escalation, Kind.NO_ANSWER, actor=actor, now=now, call=call, fields=fields, code=code if actor else f"{code}_by_clock"
    )
    if ended:
        people = [*deciders_of(escalation.desk, Level.SUPERVISOR, now), *deciders_of(escalation.desk, Level.PROJECT_HEAD, now)]
        tell_each(escalation, people, occasion=f"tree:{call.round}", code="call_tree_ended", now=now)
    if following is not None:
        _call(escalation, following, now=now, round_=call.round + ended)


def _call(
    escalation: Escalation, reach: Reach, *, now: datetime, round_: int = 1, beside: bool = False, told: Iterable[Person] = ()
) -> Call:
    call = Call(
        escalation=escalation, step=reach.step, person=reach.step.person if reach.people and not reach.step.role else None,
        beside=beside, round=round_, asked_at=now, due_at=now + timedelta(minutes=reach.step.wait_minutes),
    )
    call._history_date = now
    call.save()
    people = [person for person in reach.people if person not in set(told)]
    tell_each(escalation, people, occasion=f"call:{call.pk}", code="called_in_emergency", now=now)
    return call


def _tree(escalation: Escalation, now: datetime, *, everybody: bool = False) -> list[Reach]:
    departments = set() if everybody else departments_of(escalation.entry, escalation.desk)
    return [reach for reach in call_tree_of(escalation.desk, departments, now) if reach.possible]


def _next_of(tree: list[Reach], after: Call | None) -> Reach | None:
    """The first of the tree, or the one after this call's step."""
    if after is None:
        return tree[0] if tree else None
    place = (after.step.position, after.step_id)
    return next((reach for reach in tree if (reach.step.position, reach.step.pk) > place), None)


def _last_of_tree(escalation: Escalation) -> Call | None:
    return Call.objects.filter(escalation=escalation, beside=False).select_related("step").order_by("-pk").first()


def _named(reach: Reach, name: str = "called") -> dict[str, str]:
    """Fields for `%(called)s`: what the step is and who that is, never a phone."""
    step = in_each_language(name, reach.step)
    who = listed(name, [name_of(name, person) for person in reach.people]) if reach.people else {name: ", ".join(reach.names)}
    ways = step.keys() | who.keys()
    said = {}
    for way in ways:
        person = who.get(way, who[name])
        label = step.get(way, step[name])
        with translation.override(way.removeprefix(f"{name}_").replace("_", "-") if way != name else settings.LANGUAGE_CODE):
            said[way] = in_brackets(label, person if person != label else "")
    return said


def _at_the_desk(actor: Person, escalation: Escalation, now: datetime) -> bool:
    return any(may(actor, right, desk=escalation.desk, now=now) for right in ("escalation.raise", "escalation.decide_major"))


def _is_called(actor: Person, call: Call, escalation: Escalation, now: datetime) -> bool:
    if call.person_id is not None:
        return call.person_id == actor.pk
    return bool(call.step.role) and actor in reach_of(call.step, escalation.desk, now).people


def _refuse_hand(actor: Person, escalation: Escalation, now: datetime) -> None:
    if not _at_the_desk(actor, escalation, now):
        refuse_without(actor, "escalation.raise", escalation.desk, now)


def _drop_present(escalation: Escalation, *, actor: Person, now: datetime) -> None:
    """Somebody who had not answered called back: nobody else need be called."""
    call = present_call(escalation)
    if call is not None:
        claim(Call, call.pk, old=State.CALLING, new=State.DROPPED, actor=actor, reason="somebody else answered", now=now)
