"""Every state of a swap and of leave × every act × every role: what the table says is what happens, and nothing else changes (A13, I9)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from desks.models import Person
from desks.refusal import Refused
from desks.testing import Town
from rosters import actions
from rosters.clock_requests import expire_requests
from rosters.models import Duty, Leave, Swap
from rosters.tests.changing import agreed, approved, asked, duty, leave_asked, month_out

# agent asks, butler is asked and takes, second_butler is asked too, colleague is not; the others are of the site or not.
ROLES = ["agent", "butler", "second_butler", "colleague", "supervisor", "head", "auditor", "administrator", "stranger"]
ASKED = ("butler", "second_butler")


def _withdrawn(town: Town, now: datetime) -> Swap:
    return actions.withdraw_swap(actor=town.agent, swap=asked(town, now, people=ASKED), now=now)


def _refused(town: Town, now: datetime) -> Swap:
    swap = agreed(town, now, people=ASKED)
    return actions.decide_swap(actor=town.supervisor, swap=swap, approve=False, reason="人手不够", now=now)


def _expired(town: Town, now: datetime) -> Swap:
    swap = asked(town, now, people=ASKED)
    expire_requests(duty(town.agent).starts_at)
    return Swap.objects.get(pk=swap.pk)


STATES: dict[str, Callable[[Town, datetime], Swap]] = {
    "requested": lambda town, now: asked(town, now, people=ASKED),
    "agreed": lambda town, now: agreed(town, now, people=ASKED),
    "approved": lambda town, now: approved(town, now, people=ASKED),
    "refused": _refused, "withdrawn": _withdrawn, "expired": _expired,
}
ACTS: dict[str, Callable[[Person, Swap, datetime], Swap]] = {
    "agree": lambda actor, swap, now: actions.agree(actor=actor, swap=swap, now=now),
    "decline": lambda actor, swap, now: actions.decline(actor=actor, swap=swap, now=now),
    "give_back": lambda actor, swap, now: actions.give_back(actor=actor, swap=swap, now=now),
    "withdraw": lambda actor, swap, now: actions.withdraw_swap(actor=actor, swap=swap, now=now),
    "approve": lambda actor, swap, now: actions.decide_swap(actor=actor, swap=swap, approve=True, reason="按例外处理", now=now),
    "refuse": lambda actor, swap, now: actions.decide_swap(actor=actor, swap=swap, approve=False, reason="人手不够", now=now),
}
# (state, act): who may, and what it leads to. What is not here is refused to everybody.
ALLOWED: dict[tuple[str, str], tuple[set[str], str]] = {
    ("requested", "agree"): ({"butler", "second_butler"}, "agreed"),
    ("requested", "decline"): ({"butler", "second_butler"}, "requested"),
    ("requested", "withdraw"): ({"agent"}, "withdrawn"),
    ("requested", "refuse"): ({"supervisor"}, "refused"),
    ("agreed", "give_back"): ({"agent", "butler"}, "requested"),
    ("agreed", "withdraw"): ({"agent"}, "withdrawn"),
    ("agreed", "approve"): ({"supervisor"}, "approved"),
    ("agreed", "refuse"): ({"supervisor"}, "refused"),
}


@pytest.mark.clause("A13", "C5", "D2", "I9")
@pytest.mark.parametrize("state", STATES)
def test_every_act_by_every_role(town: Town, morning, state: str) -> None:
    from django.db import transaction

    month_out(town, morning)
    swap = STATES[state](town, morning)
    assert swap.state == state
    in_force = list(Duty.objects.filter(taken_out_by__isnull=True).order_by("pk").values_list("pk", "person"))
    wrong = []
    for act, do in ACTS.items():
        allowed, leads_to = ALLOWED.get((state, act), (set(), state))
        for role in ROLES:
            actor = town.away.supervisor if role == "stranger" else getattr(town, role)
            point = transaction.savepoint()
            try:
                came = do(actor, Swap.objects.get(pk=swap.pk), morning).state
            except Refused as refusal:
                came = "refusal" if refusal.reason and refusal.clause else "a refusal without words"
            changed = list(Duty.objects.filter(taken_out_by__isnull=True).order_by("pk").values_list("pk", "person")) != in_force
            transaction.savepoint_rollback(point)
            expected = leads_to if role in allowed else "refusal"
            if came != expected or changed != (expected == "approved"):
                wrong.append(f"{state} {act} by {role}: {came}, expected {expected}, duties changed: {changed}")
    assert wrong == []


def _decided(approve: bool) -> Callable[[Town, datetime], Leave]:
    return lambda town, now: actions.decide_leave(
        actor=town.supervisor, leave=leave_asked(town, now), approve=approve, reason="" if approve else "人手不够", now=now
    )


def _leave_expired(town: Town, now: datetime) -> Leave:
    leave = leave_asked(town, now)
    expire_requests(leave.starts_at)
    return Leave.objects.get(pk=leave.pk)


LEAVE_STATES: dict[str, Callable[[Town, datetime], Leave]] = {
    "requested": leave_asked, "approved": _decided(True), "refused": _decided(False), "expired": _leave_expired,
    "withdrawn": lambda town, now: actions.withdraw_leave(actor=town.agent, leave=leave_asked(town, now), now=now),
}
LEAVE_ACTS: dict[str, Callable[[Person, Leave, datetime], Leave]] = {
    "withdraw": lambda actor, leave, now: actions.withdraw_leave(actor=actor, leave=leave, now=now),
    "approve": lambda actor, leave, now: actions.decide_leave(actor=actor, leave=leave, approve=True, reason="", now=now),
    "refuse": lambda actor, leave, now: actions.decide_leave(actor=actor, leave=leave, approve=False, reason="人手不够", now=now),
}
LEAVE_ALLOWED: dict[tuple[str, str], tuple[set[str], str]] = {
    ("requested", "withdraw"): ({"agent"}, "withdrawn"),
    ("requested", "approve"): ({"supervisor"}, "approved"),
    ("requested", "refuse"): ({"supervisor"}, "refused"),
}


@pytest.mark.clause("A13", "I6", "I9")
@pytest.mark.parametrize("state", LEAVE_STATES)
def test_every_act_on_leave_by_every_role(town: Town, morning, state: str) -> None:
    from django.db import transaction

    month_out(town, morning)
    leave = LEAVE_STATES[state](town, morning)
    in_force = Duty.objects.filter(taken_out_by__isnull=True).count()
    wrong = []
    for act, do in LEAVE_ACTS.items():
        allowed, leads_to = LEAVE_ALLOWED.get((state, act), (set(), state))
        for role in ROLES:
            actor = town.away.supervisor if role == "stranger" else getattr(town, role)
            point = transaction.savepoint()
            try:
                came = do(actor, Leave.objects.select_related("desk__site", "person").get(pk=leave.pk), morning).state
            except Refused as refusal:
                came = "refusal" if refusal.reason and refusal.clause else "a refusal without words"
            changed = Duty.objects.filter(taken_out_by__isnull=True).count() != in_force
            transaction.savepoint_rollback(point)
            expected = leads_to if role in allowed else "refusal"
            if came != expected or changed != (expected == "approved"):
                wrong.append(f"{state} {act} by {role}: {came}, expected {expected}, duties changed: {changed}")
    assert wrong == []
