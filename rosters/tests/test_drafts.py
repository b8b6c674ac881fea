"""The engine drafts a month: asked for, stopped, at work, used, put aside; two at once; a worker that dies (A5, A6, A13, I6, I9)."""

from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from django.db import IntegrityError, transaction

from desks.refusal import Refused
from desks.testing import Town
from logbook.models import Entry
from rosters import actions
from rosters.actions import drafts
from rosters.engine.problem import Clash, Instance, Result, Rule, Status
from rosters.models import DraftRun, Leave, PlannedDuty, Roster, RosterPin, ShiftNeed
from rosters.queries.drafts import breaches_of_run, plan_of_run
from rosters.rules.facts import Code
from rosters.tests.scenes import DECEMBER, drafted, reported

SENT: list[int] = []


@pytest.fixture(autouse=True)
def sent(monkeypatch) -> list[int]:
    """What would go to a worker."""
    SENT.clear()
    monkeypatch.setattr(drafts, "_send", SENT.append)
    return SENT


@pytest.fixture
def engine(monkeypatch):
    """An engine that answers at once: everybody has the early shift on the first day, and pins and the former plan stand."""

    def solve(problem, seconds, progress=None, stop=None, seed=0):
        rows = {person.key: ["early", *[None] * (len(problem.days) - 1)] for person in problem.people}
        rows |= {key: list(row) for key, row in (problem.former or {}).items()}
        for pin in problem.pins:
            rows[pin.person][pin.day] = pin.shift
        found = {key: tuple(row) for key, row in rows.items()}
        progress(found, 7, 5.0, 0.1)
        return Result(Status.FEASIBLE, found, 7, 5.0, (), 0.1)

    monkeypatch.setattr(drafts, "solve", solve)


def start(town: Town, now: datetime, **more) -> DraftRun:
    given = {"actor": town.supervisor, "desk": town.desk, "month": DECEMBER, "seconds": 10, "keeps": False, "now": now} | more
    return actions.start_draft(**given)


def run(made: DraftRun, now: datetime) -> DraftRun:
    assert actions.run_draft(made.pk, now=now, clock=lambda: now, beat=0.05)
    made.refresh_from_db()
    return made


@pytest.mark.clause("A5")
def test_a_draft_changes_nothing_until_it_is_used_and_then_is_the_first_version(town: Town, morning, engine) -> None:
    made = run(start(town, morning), morning)
    assert (made.state, made.found, made.cost, made.bound) == ("done", "good", 7, 5.0) and not Roster.objects.exists()
    assert {breach.code for breach in breaches_of_run(made)} >= {Code.NEED}
    roster = actions.use_draft(actor=town.supervisor, run=made, now=morning)
    assert (roster.state, roster.version, roster.drafted_by) == ("draft", 1, town.supervisor)
    assert {duty.site_day for duty in PlannedDuty.objects.filter(roster=roster, version=1)} == {DECEMBER}
    made.refresh_from_db()
    assert (made.fate, made.settled_by, made.used_version) == ("used", town.supervisor, 1)
    assert Entry.objects.get(book__desk=town.desk).code == "roster_drafted"
    with pytest.raises(Refused, match="already"):
        actions.use_draft(actor=town.supervisor, run=made, now=morning)


@pytest.mark.clause("A5")
def test_the_real_engine_drafts_a_lawful_month(town: Town, morning) -> None:
    made = run(start(town, morning, seconds=5), morning)
    assert made.state == "done" and made.found in {"best", "good"}
    assert not [breach for breach in breaches_of_run(made) if breach.hard]
    assert actions.use_draft(actor=town.supervisor, run=made, now=morning).planned.count() > 60


@pytest.mark.clause("A20")
def test_who_does_not_draft_rosters_starts_stops_and_uses_none(town: Town, morning, engine) -> None:
    made = start(town, morning)
    for person in (town.agent, town.head, town.auditor, town.away.supervisor):
        for act in (
            lambda who: start(town, morning, actor=who), lambda who: actions.stop_draft(actor=who, run=made, now=morning),
            lambda who: actions.use_draft(actor=who, run=made, now=morning), lambda who: actions.put_draft_aside(actor=who, run=made, now=morning),
        ):
            with pytest.raises(Refused):
                act(person)


@pytest.mark.clause("A5")
@pytest.mark.parametrize("seconds", [0, 4, 121, 99999])
def test_a_draft_has_its_time(town: Town, morning, seconds: int) -> None:
    with pytest.raises(Refused, match="two minutes"):
        start(town, morning, seconds=seconds)


@pytest.mark.clause("A6")
def test_a_desk_without_people_or_shifts_and_a_month_that_is_final_or_over_is_not_drafted(town: Town, morning) -> None:
    with pytest.raises(Refused, match="over"):
        start(town, morning, month=date(2026, 10, 1))
    reported(town, morning)
    with pytest.raises(Refused, match="approved"):
        start(town, morning)
    town.desk.shift_types.update(current=False)
    with pytest.raises(Refused, match="no shifts"):
        start(town, morning, month=date(2027, 1, 1))
    with pytest.raises(Refused, match="Nobody has a role"):
        start(town, morning, desk=town.other_desk)


@pytest.mark.clause("I9")
def test_one_draft_of_a_month_is_made_at_a_time_whoever_writes(town: Town, morning) -> None:
    first = start(town, morning)
    with pytest.raises(Refused, match="being made already"):
        start(town, morning)
    with pytest.raises(IntegrityError), transaction.atomic():
        DraftRun.objects.create(desk=town.desk, month=DECEMBER, seconds=10, asked_by=town.supervisor, asked_at=morning, changed_at=morning)
    actions.stop_draft(actor=town.supervisor, run=first, now=morning)
    second = start(town, morning)
    assert not actions.run_draft(first.pk, now=morning) and DraftRun.objects.get(pk=second.pk).state == "queued", "stopped before it began"


@pytest.mark.clause("I6")
def test_pinned_cells_stand_also_with_two_shifts_and_the_draft_is_the_next_version(town: Town, morning, engine) -> None:
    roster = drafted(town, morning)
    third = date(2026, 12, 3)
    change = actions.edit_cells(
        actor=town.supervisor, roster=roster, seen=1, changes=[], pins={(town.agent.pk, third): True, (town.butler.pk, date(2026, 12, 2)): True, (town.agent.pk, date(2027, 1, 1)): True}, now=morning,
    )
    assert change.version == 1 and RosterPin.objects.count() == 2
    PlannedDuty.objects.create(roster=roster, version=1, person=town.agent, site_day=third, shift_code="early", shift_version=1)
    made = run(start(town, morning), morning)
    cells = {line.person: line.cells for line in plan_of_run(made).lines}
    assert [shift.code for shift in cells[town.agent][third].shifts] == ["late", "early"]
    assert not cells[town.butler][date(2026, 12, 2)].shifts and cells[town.colleague][DECEMBER].shifts
    assert actions.use_draft(actor=town.supervisor, run=made, now=morning).version == 2


@pytest.mark.clause("A5")
def test_drafting_again_can_keep_what_stands(town: Town, morning, engine) -> None:
    roster = drafted(town, morning)
    made = run(start(town, morning, keeps=True), morning)
    used = actions.use_draft(actor=town.supervisor, run=made, now=morning)
    of = lambda version: set(PlannedDuty.objects.filter(roster=roster, version=version).values_list("person", "site_day", "shift_code"))  # noqa: E731
    assert used.version == 2 and of(1) == of(2)


@pytest.mark.clause("I9")
def test_a_draft_of_an_older_version_is_refused_and_put_aside(town: Town, morning, engine) -> None:
    roster = drafted(town, morning)
    made = run(start(town, morning), morning)
    drafted(town, morning)
    with pytest.raises(Refused, match="changed after this draft began"):
        actions.use_draft(actor=town.supervisor, run=made, now=morning)
    actions.put_draft_aside(actor=town.supervisor, run=made, now=morning)
    with pytest.raises(Refused, match="already"):
        actions.put_draft_aside(actor=town.supervisor, run=made, now=morning)
    roster.refresh_from_db()
    assert roster.version == 2


@pytest.mark.clause("A13")
def test_whoever_got_leave_meanwhile_keeps_a_draft_from_being_used(town: Town, morning, engine) -> None:
    made = run(start(town, morning), morning)
    Leave.objects.create(
        desk=town.desk, person=town.agent, filed_by=town.agent, asked_at=morning, kind="annual", state="approved", decided_by=town.supervisor, decided_at=morning,
        starts_at=datetime(2026, 12, 1, 4, 0, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 6, 0, tzinfo=UTC),
    )
    with pytest.raises(Refused, match="on leave then"):
        actions.use_draft(actor=town.supervisor, run=made, now=morning)
    assert not Roster.objects.exists()
    actions.put_draft_aside(actor=town.supervisor, run=made, now=morning)
    again = start(town, morning)
    problem = drafts._problem_of(again).problem
    assert (0, "early") in problem.person(str(town.agent.pk)).barred and not problem.person(str(town.agent.pk)).away, "two hours are no day"


@pytest.mark.clause("I9")
def test_it_says_how_far_it_is_and_stops_with_the_best_it_has(town: Town, morning, monkeypatch) -> None:
    going = Event()

    def solve(problem, seconds, progress=None, stop=None, seed=0):
        found = {person.key: (None,) * 31 for person in problem.people}
        progress(found, 9, 3.0, 0.1)
        going.set()
        while not stop():
            going.wait(0.01)
        return Result(Status.FEASIBLE, found, 9, 3.0, (), 0.2)

    monkeypatch.setattr(drafts, "solve", solve)
    made = start(town, morning)
    seen = []

    def clock():
        row = DraftRun.objects.get(pk=made.pk)
        seen.append((row.state, row.cost))
        if row.cost == 9 and row.stopped_by is None:
            actions.stop_draft(actor=town.supervisor, run=row, now=morning)
        return morning

    actions.run_draft(made.pk, now=morning, clock=clock, beat=0.02)
    made.refresh_from_db()
    assert ("running", 9) in seen
    assert (made.state, made.stopped_by, made.cost, made.found) == ("stopped", town.supervisor, 9, "good") and made.usable


@pytest.mark.clause("A6")
def test_a_shortage_says_which_rules_clash(town: Town, morning, monkeypatch) -> None:
    def solve(problem, seconds, progress=None, stop=None, seed=0):
        return Result(Status.INFEASIBLE, None, None, float("inf"), (), 0.1)

    clash = Clash((Instance(Rule.NEED, day=11, shift="late"), Instance(Rule.AWAY, str(town.agent.pk), 11)), True, (Instance(Rule.AWAY, str(town.agent.pk), 11),))
    monkeypatch.setattr(drafts, "solve", solve)
    monkeypatch.setattr(drafts, "explain", lambda *args, **more: clash)
    made = run(start(town, morning), morning)
    assert (made.state, made.found, made.rows) == ("done", "impossible", {}) and not made.usable
    first, second = made.clash["rules"]
    assert (first["rule"], first["day"], first["number"], first["relax"]) == ("need", "2026-12-12", 2, False)
    assert (second["person"], second["relax"]) == (town.agent.pk, True)
    with pytest.raises(Refused, match="no roster"):
        actions.use_draft(actor=town.supervisor, run=made, now=morning)


@pytest.mark.clause("A6")
def test_a_month_that_needs_more_people_than_there_are_is_explained_by_the_real_engine(town: Town, morning) -> None:
    ShiftNeed.objects.create(desk=town.desk, shift_code="late", on="weekend", people=9)
    made = run(start(town, morning, seconds=5), morning)
    assert made.usable and any(each["rule"] == "need" for each in made.clash["rules"])


@pytest.mark.clause("A5")
def test_an_engine_that_breaks_leaves_a_failed_run_and_the_next_is_sent(town: Town, morning, monkeypatch, sent) -> None:
    monkeypatch.setattr(drafts, "solve", lambda *args, **more: 1 / 0)
    made, waiting = start(town, morning), start(town, morning, month=date(2027, 1, 1))
    sent.clear()
    run(made, morning)
    assert made.state == "failed" and sent == [waiting.pk]


@pytest.mark.clause("A5")
def test_one_is_at_work_at_a_time_and_one_whose_worker_is_gone_for_a_minute_has_failed(town: Town, morning, engine, sent) -> None:
    first, second = start(town, morning), start(town, morning, month=date(2027, 1, 1))
    DraftRun.objects.filter(pk=first.pk).update(state="running", changed_at=morning)
    assert not actions.run_draft(second.pk, now=morning + timedelta(seconds=59)), "the machine is taken"
    assert actions.look_after_drafts(morning + timedelta(seconds=59)) == 0
    assert actions.look_after_drafts(morning + timedelta(seconds=60)) == 1
    first.refresh_from_db()
    assert first.state == "failed" and actions.look_after_drafts(morning + timedelta(seconds=61)) == 0
    assert run(second, morning + timedelta(seconds=61)).state == "done"
    drafts._say(first, drafts._Work(drafts._problem_of(first), 5), 1.0, morning)
    first.refresh_from_db()
    assert first.state == "failed", "a worker that wakes up again changes nothing"
