"""A real worker and real beats on the real broker: each person told once, whatever dies or comes twice (I7)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from desks.testing import Town, read_town
from logbook.actions import move_follow_up, open_watch, record_entry
from logbook.models import Entry
from notices.models import Heartbeat, Notice
from ops.machine import ROOT

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]
BROKER = settings.REDIS_URL.rsplit("/", 1)[0] + "/7"


# What a quiet machine does in a second takes a busy one several.
PATIENCE = 4


def until(what: Callable[[], object], seconds: float = 40) -> None:
    """Waits on a condition; fails when it does not come true in time."""
    end = time.monotonic() + seconds * PATIENCE
    while not what():
        assert time.monotonic() < end, "what the test waits for did not happen"
        time.sleep(0.05)


class Parts:
    """The processes that a test starts; each is ended by its id, with its whole group."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts one Celery process with the application's role on the tests' database."""
        told = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
        told |= {
            "DATABASE_URL": settings.TEST_LOGINS["app"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"],
            "REDIS_URL": BROKER, "CLOCK_SECONDS": "0.4", "CLOCK_TEST_FOLDER": str(self.folder), "PYTHONWARNINGS": "ignore",
        }
        log = (self.folder / f"log-{len(self.running)}").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "duty_desk", *arguments],
            cwd=ROOT, env=told, stdout=log, stderr=log, start_new_session=True,
        )
        log.close()
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker with one child that does the tasks."""
        return self.start(
            "worker", "-c", "1", "-l", "WARNING", "--without-gossip", "--without-mingle", "-I",
            "duty_desk.tests.clock_for_processes",
        )

    def beat(self) -> subprocess.Popen[bytes]:
        """A beat with a schedule file of its own."""
        return self.start("beat", "-l", "WARNING", "--pidfile", "", "-s", str(self.folder / f"beat-{len(self.running)}"))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Ends the process and its children at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def words(self) -> str:
        """What the processes have said, for the message of a failing test."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("log-*")))


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    """Processes of one test on an empty broker; nothing of them is left afterwards."""
    redis.Redis.from_url(BROKER).flushdb()
    made = Parts(tmp_path)
    yield made
    for process in made.running:
        made.kill(process)
    redis.Redis.from_url(BROKER).flushdb()


@pytest.fixture
def place() -> Town:
    """The fixed actors; these tests commit."""
    return read_town()


def child_of(worker: subprocess.Popen[bytes]) -> int:
    """The id of the worker's one child."""
    return int(Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()[0])


def send_tick(task_id: str) -> None:
    """Puts one message on the broker, as the beat does; the same id again is a message delivered twice."""
    from celery import Celery

    sender = Celery(broker=BROKER)
    sender.send_task("duty_desk.tick", task_id=task_id)
    sender.close()


def runs(folder: Path) -> list[str]:
    """What each run of the test's act that ended told."""
    path = folder / "runs"
    return path.read_text().split() if path.exists() else []


def overdue_for_two_days(place: Town) -> Entry:
    """A matter that fell due two days ago and is open, after one that was closed meanwhile; returns the open one."""
    now = timezone.now()
    long_ago, yesterday = now - timedelta(days=3), now - timedelta(days=1)
    open_watch(actor=place.agent, desk=place.desk, now=long_ago)
    closed, still_open = (
        record_entry(
            actor=place.agent, desk=place.desk, now=long_ago, text=text, kind="repair", place="5栋1203",
            due_at=long_ago + timedelta(days=1),
        )
        for text in ("已修", "未修")
    )
    move_follow_up(actor=place.agent, root=closed, now=yesterday, state="closed", result="修好")
    return still_open


@pytest.mark.clause("I7")
def test_two_beats_after_two_days_and_a_message_delivered_twice_tell_once(parts: Parts, place: Town, tmp_path: Path) -> None:
    matter = overdue_for_two_days(place)
    for _ in range(2):
        send_tick("11111111-1111-4111-8111-111111111111")
    parts.worker()
    parts.beat()
    parts.beat()
    until(lambda: len(runs(tmp_path)) >= 6)
    until(lambda: Heartbeat.objects.filter(part="beat").exists())
    assert sum(map(int, runs(tmp_path))) == 1, parts.words()
    told = set(Notice.objects.filter(matter="entry").filter(code__startswith="follow_up").values_list("person", "matter_id", "code"))
    assert told == {
        (place.agent.pk, str(matter.pk), "follow_up_due"), (place.supervisor.pk, str(matter.pk), "follow_up_overdue")
    }
    assert Notice.objects.filter(person=place.agent, code="clock_test").count() == 1


@pytest.mark.clause("I7")
@pytest.mark.parametrize("_again", range(int(os.environ.get("DRILL", "1"))))
def test_a_worker_killed_in_the_middle_of_an_act_tells_once(parts: Parts, place: Town, tmp_path: Path, _again: int) -> None:
    (tmp_path / "sleep").touch()
    send_tick("22222222-2222-4222-8222-222222222222")
    worker = parts.worker()
    until((tmp_path / "inside").exists)
    assert not Notice.objects.filter(code="clock_test").exists(), "what is told inside the act is not seen before it ends"
    (tmp_path / "inside").unlink()
    os.kill(child_of(worker), signal.SIGKILL)
    until((tmp_path / "inside").exists)
    assert not Notice.objects.filter(code="clock_test").exists(), "the message came again by itself, to a new child"
    parts.kill(worker)
    assert runs(tmp_path) == []
    (tmp_path / "sleep").unlink()
    parts.worker()
    send_tick("33333333-3333-4333-8333-333333333333")
    until(lambda: runs(tmp_path))
    send_tick("33333333-3333-4333-8333-333333333333")
    until(lambda: len(runs(tmp_path)) >= 2)
    assert runs(tmp_path) == ["1", "0"], parts.words()
    assert Notice.objects.filter(code="clock_test").count() == 1
