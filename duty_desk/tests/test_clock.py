"""The tick: each act in its own transaction, one failure stops nobody, two ticks never work at once (A9, I7)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from desks.hooks import clock_acts
from desks.testing import Town, read_town
from duty_desk import tasks
from notices import actions
from notices.models import Heartbeat, Notice


@pytest.fixture(autouse=True)
def own_acts(monkeypatch) -> None:
    """Only the acts that a test registers."""
    monkeypatch.setattr(clock_acts, "_things", {})


def _telling(town, occasion: str = "due:2026-11-24"):
    def act(now) -> int:
        return actions.tell(
            people=[town.agent], site=town.site, matter="entry", matter_id=1, occasion=occasion, code="desk_opened",
            fields={"holder": "x"}, now=now,
        )

    return act


@pytest.mark.clause("I7")
def test_a_failing_act_loses_only_its_own_work(town: Town, morning, caplog) -> None:
    def failing(now) -> int:
        _telling(town, "half done")(now)
        raise RuntimeError("broken")

    clock_acts.register("failing", failing)
    clock_acts.register("telling", _telling(town))
    assert tasks.run_acts(morning) == {"telling": 1}
    assert list(Notice.objects.values_list("occasion", flat=True)) == ["due:2026-11-24"]
    assert "failing" in caplog.text
    assert Heartbeat.objects.get(part="clock").failing == ["failing"]


@pytest.mark.clause("I7")
def test_a_tick_again_earlier_or_later_tells_nothing_twice(town: Town, morning) -> None:
    clock_acts.register("telling", _telling(town))
    told = [tasks.run_acts(morning + offset)["telling"] for offset in (timedelta(0), timedelta(0), -timedelta(days=2), timedelta(days=2))]
    assert told == [1, 0, 0, 0]


def test_the_heartbeat_is_one_row_that_moves(town: Town, morning) -> None:
    for _ in range(3):
        tasks.run_acts(morning)
    assert Heartbeat.objects.filter(part="clock").count() == 1


@pytest.fixture
def place(transactional_db):
    """The fixed actors; these tests commit."""
    return read_town()


def _two_ticks(morning) -> list[dict[str, int]]:
    start, done = threading.Barrier(2), []

    def run() -> None:
        try:
            start.wait(30)
            done.append(tasks.run_acts(morning))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return done


def _at_work_together(morning) -> tuple[int, list[dict[str, int]]]:
    guard, inside, most = threading.Lock(), [0], [0]

    def act(now) -> int:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.3)
        with guard:
            inside[0] -= 1
        return 1

    clock_acts.register("slow", act)
    done = _two_ticks(morning)
    return most[0], done


@pytest.mark.clause("I7")
def test_two_ticks_never_work_at_once_and_the_second_leaves(place, morning) -> None:
    most, done = _at_work_together(morning)
    assert most == 1
    assert sorted(done, key=len) == [{}, {"slow": 1}]


@pytest.mark.clause("I7")
def test_control_without_the_lock_two_ticks_work_at_once(place, morning, monkeypatch) -> None:
    def without_the_lock(act, now) -> int:
        with transaction.atomic():
            return act(now)

    monkeypatch.setattr(tasks, "_run", without_the_lock)
    assert _at_work_together(morning)[0] == 2


def test_a_lock_held_elsewhere_is_left_at_once(place, morning) -> None:
    clock_acts.register("telling", _telling(place))
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", tasks.LOCK)
            held.set()
            go.wait(30)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    assert tasks.run_acts(morning) == {}
    go.set()
    holder.join(30)
    assert tasks.run_acts(morning) == {"telling": 1}
