"""Two people, a supervisor and the clock, in any sequence: one holder at a time, and no handover with half its signatures (I3, I4).

`make drill` runs more of them, and longer ones.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from desks.binding import Confirmation
from desks.models import ChecklistItem, Choice, Person
from desks.refusal import Refused
from desks.testing import Town, read_town
from handover import actions
from handover.clock import raise_missing_reliefs
from handover.held import held_at, stretches_between
from handover.models import Handover, Signature
from handover.queries import digest_now, facts_of, gap_since, open_handover
from handover.rules import what_stands_in_the_way
from handover.tests import scenes, steps
from handover.views.signing import SIGNING
from logbook.actions import join_watch, pass_holder, record_entry
from logbook.models import Watch
from logbook.queries import current_watch
from logbook.verify import verify
from registers.models import CustodyItem

ROUNDS = int(os.environ.get("DRILL", "1"))
# The same cases on every run, so that the suite is calm.
CALM = settings(
    derandomize=True, deadline=None, max_examples=20 * ROUNDS, stateful_step_count=15 if ROUNDS == 1 else 50, database=None,
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    # A long sequence that fails is made short by the drill: that takes minutes.
    phases=[Phase.generate] if ROUNDS == 1 else [Phase.generate, Phase.shrink],
)
PEOPLE = st.sampled_from(["agent", "butler", "supervisor"])
MOSTLY = st.sampled_from([True, True, True, True, False])
BETWEEN = st.sampled_from([*([""] * 5), "remarks", "reservations", "refuse", "suspend", "cancel", "second"])
TWO = st.sampled_from(["agent", "butler"])


class TwoPeople(RuleBasedStateMachine):
    """A desk with its agent and its butler, who relieve each other, their supervisor, and the clock."""

    town: Town
    now: datetime
    began: datetime
    done: Counter[str] = Counter()
    """What was done in all sequences together."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = transaction.atomic()
        self.inside.__enter__()
        self.town, self.now = read_town(), self.began
        self.town.desk.settings.void_unless_present = True
        self.town.desk.settings.save()
        # One item and one check: what a sequence is about, more than how long the lists are.
        CustodyItem.objects.filter(desk=self.town.desk).exclude(code="radios").update(current=False)
        ChecklistItem.objects.filter(template__desk=self.town.desk).exclude(code="phone").update(current=False)
        # Who held the desk after each act, as the acts themselves say: None for a closed desk, "" for a gap.
        self.story: list[tuple[datetime, str | None]] = []
        self.row: Handover | None = None
        self.stage = "closed"

    def teardown(self) -> None:
        """The record of the whole sequence verifies, and the timeline tells the story that was lived."""
        try:
            assert verify().breaches == []
            made = stretches_between(self.town.desk, self.began, self.now + timedelta(seconds=1), self.now)
            assert all(first.ends_at is not None and first.ends_at <= second.starts_at for first, second in pairwise(made))
            for (at, holder), (until, _next) in zip(self.story, [*self.story[1:], (self.now + timedelta(seconds=1), None)], strict=True):
                for moment in (at, until - timedelta(microseconds=1)) if until > at else ():
                    found = held_at(self.town.desk, moment, self.now + timedelta(seconds=1))
                    assert (None if found is None else "" if found.holder is None else found.holder.login) == holder, moment
        finally:
            transaction.set_rollback(True)
            self.inside.__exit__(None, None, None)

    # ---- what anybody does -------------------------------------------------------------------------------------------

    def person(self, part: str) -> Person:
        return getattr(self.town, part)

    def yes(self, part: str) -> Confirmation:
        return Confirmation(self.person(part), "pin", self.now)

    def reason(self, code: str) -> Choice:
        return Choice.objects.get(desk=self.town.desk, code=code, current=True)

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """Does it a second later, and gives what came of it; a refusal changes nothing."""
        self.now += timedelta(seconds=1)
        try:
            came = act(now=self.now, **arguments)
        except Refused:
            return None
        self.done[act.__name__] += 1
        return came

    @initialize(opener=TWO, with_colleague=st.booleans())
    def open_it(self, opener: str, with_colleague: bool) -> None:
        """The day begins with an open desk; a relief is rostered, so that the clock has something to raise."""
        steps.open_desk(self.town.desk, self.person(opener), self.now, *([self.town.colleague] if with_colleague else []))
        relief = self.town.butler if opener == "agent" else self.town.agent
        scenes.roster_duty(self.town.desk, relief, self.now + timedelta(hours=2), self.now + timedelta(hours=9))

    # ---- the usual way: what each state waits for, mostly by who is meant to do it ------------------------------------------

    @rule(
        as_meant=MOSTLY, part=PEOPLE, way=st.sampled_from(["prepare", "begin", "close"]), outcome=st.sampled_from(["back", "upheld"]),
        fresh_page=MOSTLY, between=BETWEEN, by_phone=st.booleans(),
    )
    def next_step(self, as_meant: bool, part: str, way: str, outcome: str, fresh_page: bool, between: str, by_phone: bool) -> None:
        """Prepares, begins, closes, opens, fills a gap, signs, decides or goes on; now and then by somebody else, or something comes between."""
        desk, other = self.town.desk, self.person(part)
        watch = current_watch(desk)
        if self.stage == "closed":
            self.attempt(actions.open_desk, actor=other, desk=desk)
        elif self.stage == "gap":
            self.attempt(actions.fill_gap, actor=other, desk=desk)
        elif self.stage == "held" and watch is not None and way != "begin":
            act = actions.close_desk if way == "close" else actions.prepare_handover
            self.attempt(act, actor=watch.holder if as_meant else other, desk=desk)
        elif self.stage in {"held", "draft"} and watch is not None and not between:
            relief = self.town.butler if watch.holder == self.town.agent else self.town.agent
            self.attempt(actions.start_handover, actor=relief if as_meant else other, desk=desk, incoming=relief)
        elif self.row is not None and self.stage == "refused":
            actor = self.town.supervisor if as_meant else other
            self.attempt(actions.decide_refusal, actor=actor, refusal=self.row.refusals.last(), outcome=outcome, reason="看过了")
        elif self.row is not None and self.stage == "suspended":
            self.attempt(actions.resume, actor=(self.row.incoming or self.row.outgoing) if as_meant else other, handover=self.row)
        elif self.row is not None and between:
            self.change_or_stop(part, between)
        elif self.row is not None:
            self.sign(as_meant, other, fresh_page, by_phone)

    def sign(self, as_meant: bool, other: Person, fresh_page: bool, by_phone: bool) -> None:
        """Who is to sign does so, or somebody in their place, over what the page shows, or showed before."""
        assert self.row is not None
        page = "" if fresh_page else digest_now(self.row)
        if what_stands_in_the_way(facts_of(self.row, steps.seen(self.row))):
            self.go_through()
        row = Handover.objects.get(pk=self.row.pk)
        side = "incoming" if row.mode == Handover.Mode.OPENING or row.state == Handover.State.SIGNED_OUT else "outgoing"
        person = getattr(row, side) if as_meant else other
        if by_phone and row.state == Handover.State.SIGNED_OUT:
            code = self.attempt(actions.show_code, actor=row.outgoing, handover=row, seen=steps.seen(row))
            self.attempt(
                actions.sign_on_phone, confirmed=Confirmation(person, "pin", self.now), handover=row, token=code.token if code else "",
                seen=steps.seen(row),
            )
            return
        self.attempt(
            SIGNING[row.mode, side], confirmed=Confirmation(person, "pin", self.now), handover=row, digest=page or digest_now(row),
            seen=steps.seen(row),
        )

    def go_through(self) -> None:
        """Everything that stands in the way is done, where it can be."""
        assert self.row is not None
        row = self.row
        with suppress(Refused), transaction.atomic():
            actions.bring_up_to_date(actor=row.outgoing if row.mode != "opening" else row.incoming, handover=row, now=self.now)
        with suppress(Refused), transaction.atomic():
            steps.prepare(row, self.now)

    def change_or_stop(self, part: str, act: str) -> None:
        """A change of the content, a refusal, a fault, an end, or the second signature before the first."""
        assert self.row is not None
        words = f"{self.now:%H:%M:%S} 伞架满了"
        who = {"actor": self.person(part), "handover": self.row}
        if act == "refuse":
            self.attempt(actions.refuse, confirmed=self.yes(part), handover=self.row, ground=self.reason("untidy"), remedy=words)
        elif act == "remarks":
            self.attempt(actions.write_remarks, remarks=words, **who)
        elif act == "reservations":
            self.attempt(actions.reserve, reservations=words, **who)
        elif act == "suspend":
            self.attempt(actions.suspend, fault=words, **who)
        elif act == "cancel":
            self.attempt(actions.cancel, reason=words, **who)
        else:
            self.attempt(actions.sign_in, confirmed=self.yes(part), handover=self.row, digest=digest_now(self.row), seen=steps.seen(self.row))

    # ---- what comes between --------------------------------------------------------------------------------------------------

    @rule(what=st.sampled_from(["release", "take over", "name", "join and pass", "void"]), part=PEOPLE, other=PEOPLE)
    def the_holder_changes(self, what: str, part: str, other: str) -> None:
        """Illness, the supervisor, a tap: what ends or changes a watch whatever else goes on; a void handover changes none."""
        watch, desk = current_watch(self.town.desk), self.town.desk
        if what == "release":
            self.attempt(actions.release_holder, actor=self.person(part), desk=desk, ground=self.reason("illness"))
        elif what == "take over":
            self.attempt(actions.take_over, confirmed=self.yes("supervisor"), desk=desk, reason=self.reason("relief_missing"))
        elif what == "name":
            self.attempt(actions.name_relief, actor=self.town.supervisor, desk=desk, person=self.person(other))
        elif what == "void":
            for row in Handover.objects.filter(desk=desk, mode="face", state=Handover.State.COMPLETED).order_by("-pk")[:1]:
                self.attempt(actions.find_void, actor=self.town.supervisor, handover=row, reason="不在场", consequence="重新培训")
        elif watch is not None:
            self.attempt(join_watch, actor=watch.holder, watch=watch, person=self.person(other))
            self.attempt(pass_holder, actor=watch.holder, watch=watch, to=self.person(other))

    @rule(part=PEOPLE, minutes=st.sampled_from([0, 20, 180]))
    def time_goes_by(self, part: str, minutes: int) -> None:
        """Somebody writes an entry, and the clock does its round."""
        self.attempt(record_entry, actor=self.person(part), desk=self.town.desk, text="5栋漏水", kind="repair", place="5栋", urgency="urgent")
        self.now += timedelta(minutes=minutes)
        raise_missing_reliefs(self.now)

    # ---- what is always so -------------------------------------------------------------------------------------------

    @invariant()
    def one_holder_or_a_gap_or_closed(self) -> None:
        """Never two holders; nobody only where the desk was closed, or in a gap that a release began."""
        held = list(Watch.objects.filter(desk=self.town.desk, ended_at__isnull=True).select_related("holder"))
        assert len(held) <= 1
        self.row = open_handover(self.town.desk)
        if not held:
            last = Watch.objects.filter(desk=self.town.desk).order_by("pk").last()
            assert last is None or last.ending == Watch.Ending.CLOSING
            holder: str | None = None
        else:
            gap = gap_since(held[0])
            assert held[0].members.filter(person=held[0].holder, left_at__isnull=True).count() == 1
            holder = "" if gap is not None else held[0].holder.login
        self.stage = self.row.state if self.row is not None else {None: "closed", "": "gap"}.get(holder, "held")
        if self.row is not None and self.row.is_draft and self.stage == Handover.State.PREPARING:
            self.stage = "draft"
        if (not self.story and holder is not None) or (self.story and self.story[-1][1] != holder):
            self.story.append((self.now, holder))

    @invariant()
    def completed_by_all_who_must(self) -> None:
        """A completed handover bears each side's own signature over the very content, and nothing else completes one."""
        needed = {"face": ("outgoing", "incoming"), "closing": ("outgoing",), "opening": ("incoming",)}
        for row in Handover.objects.filter(desk=self.town.desk, state=Handover.State.COMPLETED):
            signed = {each.role: each for each in row.signatures.filter(digest=row.digest)}
            assert set(signed) == set(needed[row.mode])
            assert {signed[side].person_id for side in signed} == {getattr(row, f"{side}_id") for side in signed}
            assert len({each.content for each in signed.values()}) == 1
            if row.mode == "face" and signed["incoming"].method == "phone":
                assert row.phone_tickets.get(steps__kind="signed").person_id == row.incoming_id, "a code is signed with once, by its person"
        assert not Signature.objects.filter(handover__mode="face", handover__incoming__isnull=True).exists(), "nobody signs what is only prepared"
        assert Handover.objects.filter(desk=self.town.desk, state__in=Handover.OPEN_STATES).count() <= 1

    @invariant()
    def every_entry_in_exactly_one_watch(self) -> None:
        """The numbers of the watches touch each other and never overlap; between them is only what was written at a closed desk."""
        watches = list(Watch.objects.filter(desk=self.town.desk).order_by("pk"))
        for earlier, later in pairwise(watches):
            assert earlier.last_number is not None and earlier.last_number < later.first_number
            assert earlier.ending == Watch.Ending.CLOSING or later.first_number == earlier.last_number + 1


@pytest.mark.clause("E2", "I3", "I4")
def test_any_race_of_two_people_a_supervisor_and_the_clock(db: None, morning) -> None:
    TwoPeople.began, TwoPeople.done = morning, Counter()
    run_state_machine_as_test(TwoPeople, settings=CALM)

    reached = {"sign_out", "sign_in"}
    if ROUNDS > 1:
        reached |= {"prepare_handover", "sign_on_phone", "release_holder", "pass_holder"}
    assert reached <= set(TwoPeople.done), "sequences get as far as a handover, and of many some as far as a release"
