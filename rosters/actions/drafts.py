"""The engine drafts a month: asked for, stopped, at work, used or put aside (A3, A5, A6, I6, I9).

A run changes nothing of the roster. What it found becomes a version by `use_draft`, through the door by which every plan is laid.
"""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from desks.models import Desk, Person
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.actions.plans import must, next_version, note
from rosters.actions.reviews import refuse_problems
from rosters.drafting import Draft, draft_of, judged
from rosters.engine.problem import Clash, Need, Problem, Progress, Result, Rule, Status
from rosters.engine.problem import Roster as Rows
from rosters.models import DraftRun, Roster
from rosters.planning import Plan
from rosters.queries import people_of_month, shifts_of, why_not_bring_in
from rosters.queries.drafts import as_data, days_away, leaves_of_month, plan_of_run, standing_cells

logger = logging.getLogger(__name__)
State, Found = DraftRun.State, DraftRun.Found
LEFT_BEHIND = timedelta(minutes=1)
"""So long without a sign of life a run's worker is taken for gone."""
BEAT = 1.0
"""Seconds between two signs of life."""
EXPLAINED_IN = 10.0
"""Seconds in which the smallest clash is looked for."""
# The class of the advisory lock under which a worker takes a run ("drft"): one is at work at a time, it takes the whole machine.
LOCK = (1685218932, 1)


def solve(problem: Problem, seconds: float, progress: Progress, stop: Callable[[], bool], seed: int) -> Result:
    """The engine (`solving.solve`), loaded only where something is drafted: pages need none of its libraries' memory."""
    from rosters.engine import solving

    return solving.solve(problem, seconds, progress, stop, seed)


def explain(problem: Problem, seconds: float, needs: Iterable[Need]) -> Clash:
    """The smallest clash (`explaining.explain`), loaded as late as the engine is."""
    from rosters.engine import explaining

    return explaining.explain(problem, seconds, needs)


@transaction.atomic
def start_draft(*, actor: Person, desk: Desk, month: date, seconds: int, keeps: bool, now: datetime) -> DraftRun:
    """Asks the engine for a draft of the month; `keeps`: as little as possible of the version that stands is changed.

    Pinned cells and the days up to today stand. Raises Refused, also where a draft of the month is being made (A5, A6, I6).
    """
    must(actor, "roster.draft", desk, now)
    hold_books(book_of(desk))
    roster = Roster.objects.filter(desk=desk, month=month).select_related("desk__site").first()
    if refusal := why_not_bring_in(desk, month, roster, now):
        raise refusal
    people, shifts = len(people_of_month(desk, month)), len(shifts_of(desk))
    if refusal := rules.why_not_draft(seconds=seconds, people=people, shifts=shifts, running=False):
        raise refusal
    _plan, cells = standing_cells(roster, now)
    try:
        with transaction.atomic():
            run = DraftRun.objects.create(
                desk=desk, month=month, seconds=seconds, keeps=keeps and roster is not None, base_version=roster.version if roster else 0,
                pinned=[[person, day.isoformat(), code] for (person, day), code in sorted(cells.items())], asked_by=actor, asked_at=now, changed_at=now,
            )
    except IntegrityError as error:
        refusal = rules.why_not_draft(seconds=seconds, people=people, shifts=shifts, running=True)
        assert refusal is not None
        raise refusal from error
    transaction.on_commit(lambda: _send(run.pk))
    return run


@transaction.atomic
def stop_draft(*, actor: Person, run: DraftRun, now: datetime) -> None:
    """Asks the engine to stop with the best that it has; one that has not begun is stopped at once. Raises Refused (A5, I9)."""
    must(actor, "roster.draft", run.desk, now)
    hold_books(book_of(run.desk))
    waiting = DraftRun.objects.filter(pk=run.pk, state=State.QUEUED)
    if waiting.update(state=State.STOPPED, stopped_by=actor, changed_at=now):
        return
    DraftRun.objects.filter(pk=run.pk, state=State.RUNNING, stopped_by__isnull=True).update(stopped_by=actor)


@transaction.atomic
def use_draft(*, actor: Person, run: DraftRun, now: datetime) -> Roster:
    """Makes what a run has found the next version of the month's roster, a draft like one from a file.

    Refused where the roster was changed since the run began, where somebody's role, leave or duties have changed so that
    the plan cannot stand, and where it was settled already (A5, A6, A13, I5, I9).
    """
    must(actor, "roster.draft", run.desk, now)
    hold_books(book_of(run.desk))
    run = DraftRun.objects.select_for_update(of=("self",)).select_related("desk__site", "desk__settings").get(pk=run.pk)
    roster = Roster.objects.select_for_update(of=("self",)).filter(desk=run.desk, month=run.month).select_related("desk__site").first()
    if refusal := why_not_bring_in(run.desk, run.month, roster, now):
        raise refusal
    standing = roster.version if roster is not None else 0
    if refusal := rules.why_not_use(open=run.open, found=bool(run.rows), settled=bool(run.fate), same_version=run.base_version == standing):
        raise refusal
    plan = plan_of_run(run)
    refuse_problems(plan, run.desk, run.month, now)
    roster = next_version(roster, run.desk, run.month, plan, actor=actor, reason="", now=now)
    run.fate, run.settled_by, run.settled_at, run.used_version = DraftRun.Fate.USED, actor, now, roster.version
    run.save(update_fields=["fate", "settled_by", "settled_at", "used_version"])
    note(roster, "roster_drafted", actor, now, audience="supervisors", duties=str(plan.count))
    return roster


@transaction.atomic
def put_draft_aside(*, actor: Person, run: DraftRun, now: datetime) -> None:
    """Puts a run that has ended aside; nothing of it has taken effect. Raises Refused (A5, I9)."""
    must(actor, "roster.draft", run.desk, now)
    hold_books(book_of(run.desk))
    run = DraftRun.objects.select_for_update(of=("self",)).select_related("desk").get(pk=run.pk)
    if refusal := rules.why_not_use(open=run.open, found=True, settled=bool(run.fate), same_version=True):
        raise refusal
    run.fate, run.settled_by, run.settled_at = DraftRun.Fate.ASIDE, actor, now
    run.save(update_fields=["fate", "settled_by", "settled_at"])


@dataclass
class _Work:
    """What the engine's thread and the one that speaks to the database have in common. The engine touches no database."""

    draft: Draft
    seconds: float
    seed: int = 0
    stop: Event = field(default_factory=Event)
    best: tuple[Rows, int | None] | None = None
    bound: float = 0.0

    def told(self, rows: Rows | None, cost: int | None, bound: float, _elapsed: float) -> None:
        self.bound = max(self.bound, bound)
        if rows is not None:
            self.best = rows, cost

    def run(self) -> tuple[Result, Clash | None]:
        """Solves; where there is no roster, or people are missing in the best one, the smallest clash is looked for too."""
        problem = self.draft.problem
        result = solve(problem, self.seconds, self.told, self.stop.is_set, self.seed)
        missing = any(breach.at.rule == Rule.NEED for breach in result.breaches)
        if self.stop.is_set() or not (missing or result.status is Status.INFEASIBLE):
            return result, None
        return result, explain(problem, EXPLAINED_IN, problem.needs if missing else ())


def run_draft(pk: int, *, now: datetime, clock: Callable[[], datetime] = timezone.now, beat: float = BEAT) -> bool:
    """Drafts as a run asks; returns whether this worker did it.

    1. Take the run: one worker gets it, and one run is at work at a time.
    2. The engine solves in a thread of its own. This one says every second how far it is and looks whether to stop.
    3. What was found is judged by the rules of working time, and stands in the run; the next one that waits is sent.

    Delivered twice it does nothing. One whose worker was killed is failed by the clock (look_after_drafts).
    """
    run = _take(pk, now)
    if run is None:
        return False
    try:
        _draft(run, clock, beat)
    except Exception:  # whatever it is, the run has an end that its page can show
        logger.exception("The draft %s failed.", pk)
        DraftRun.objects.filter(pk=pk, state=State.RUNNING).update(state=State.FAILED, changed_at=clock())
    finally:
        _send_next()
    return True


def _take(pk: int, now: datetime) -> DraftRun | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        if DraftRun.objects.filter(state=State.RUNNING, changed_at__gt=now - LEFT_BEHIND).exists():
            return None
        if DraftRun.objects.filter(pk=pk, state=State.QUEUED).update(state=State.RUNNING, changed_at=now) != 1:
            return None
    return DraftRun.objects.select_related("desk__site", "desk__settings").get(pk=pk)


def _draft(run: DraftRun, clock: Callable[[], datetime], beat: float) -> None:
    work = _Work(_problem_of(run), run.seconds, run.pk)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work.run)
        try:
            while True:
                try:
                    result, clash = future.result(timeout=beat)
                    break
                except TimeoutError:
                    _say(run, work, time.monotonic() - began, clock())
        except BaseException:
            work.stop.set()
            raise
    _end(run, work.draft, result, clash, clock())


def _problem_of(run: DraftRun) -> Draft:
    people = [person.pk for person in people_of_month(run.desk, run.month)]
    leaves = leaves_of_month(run.desk, run.month, people)
    pinned = {(person, date.fromisoformat(day)): code for person, day, code in run.pinned}
    former: Plan | None = None
    if run.keeps:
        former, _cells = standing_cells(Roster.objects.select_related("desk__site").get(desk=run.desk, month=run.month), run.asked_at)
    return draft_of(
        run.desk, run.month, away=days_away(leaves, run.desk, run.month), leaves=leaves, pinned=pinned, former=former,
    )


def _say(run: DraftRun, work: _Work, elapsed: float, now: datetime) -> None:
    """One sign of life, and a look at whether somebody asked to stop, or the clock has given the run up."""
    mine = DraftRun.objects.filter(pk=run.pk, state=State.RUNNING)
    best, cost = work.best or ({}, None)
    rows = {key: list(row) for key, row in best.items()}
    going = mine.update(changed_at=now, elapsed=elapsed, cost=cost, bound=_finite(work.bound), rows=rows)
    if not going or mine.filter(stopped_by__isnull=False).exists():
        work.stop.set()


def _end(run: DraftRun, draft: Draft, result: Result, clash: Clash | None, now: datetime) -> None:
    found = {Status.OPTIMAL: Found.BEST, Status.FEASIBLE: Found.GOOD, Status.INFEASIBLE: Found.IMPOSSIBLE, Status.UNKNOWN: Found.NONE}
    mine = DraftRun.objects.filter(pk=run.pk, state=State.RUNNING)
    run.rows = {key: list(row) for key, row in result.roster.items()} if result.roster is not None else {}
    state = State.STOPPED if mine.filter(stopped_by__isnull=False).exists() else State.DONE
    breaches = [as_data(breach) for breach in judged(draft, plan_of_run(run))] if run.rows else []
    mine.update(
        state=state, changed_at=now, elapsed=result.seconds, cost=result.cost, bound=_finite(result.bound), rows=run.rows,
        found=found[result.status], breaches=breaches, clash=_clash_data(clash, draft) if clash is not None and clash.rules else {},
    )


def _finite(bound: float) -> float:
    """A month that is impossible has no bound that a column of the database could hold."""
    return bound if bound < 1e12 else 0.0


def _clash_data(clash: Clash, draft: Draft) -> dict[str, Any]:
    days = draft.problem.days
    needed = {(need.day, need.shift, need.skill): need.people for need in draft.problem.needs}
    return {
        "minimal": clash.minimal,
        "rules": [
            {
                "rule": each.rule.value, "person": int(each.person) if each.person else None, "shift": each.shift, "skill": each.skill,
                "day": days[each.day].on.isoformat() if each.day is not None else None, "relax": each in clash.relax,
                "number": needed.get((each.day, each.shift, each.skill)) if each.day is not None and each.shift is not None else None,
            }
            for each in clash.rules
        ],
    }


def look_after_drafts(now: datetime) -> int:
    """The clock's: fails runs whose worker is gone, and sends one that waits again where nobody is at work. Returns how many failed."""
    gone = DraftRun.objects.filter(state=State.RUNNING, changed_at__lte=now - LEFT_BEHIND)
    failed = gone.update(state=State.FAILED, changed_at=now)
    transaction.on_commit(_send_next)
    return failed


def _send_next() -> None:
    if DraftRun.objects.filter(state=State.RUNNING).exists():
        return
    if waiting := DraftRun.objects.filter(state=State.QUEUED).order_by("asked_at", "pk").first():
        _send(waiting.pk)


def _send(pk: int) -> None:
    """Puts the run before a worker; where the broker is away the clock does it later."""
    from kombu.exceptions import OperationalError

    from rosters.tasks import draft

    try:
        draft.apply_async(args=[pk], retry=False)
    except (OperationalError, OSError):
        logger.warning("The draft %s could not be sent to a worker; the clock sends it again.", pk)


