"""/health/ready/ names the part that is away; the head of the record changes with every entry (I2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desks.testing import Town
from duty_desk import readiness
from logbook.actions import record_entry
from logbook.models import Verification
from notices.actions import note_heartbeat


@pytest.fixture(autouse=True)
def silent_worker(monkeypatch) -> None:
    """No worker answers in these tests; the real one is asked in the tests of the processes."""
    monkeypatch.setattr(readiness, "_worker_answers", lambda: "away")


def _beats(now, *, beat: float, clock: float) -> None:
    note_heartbeat(part="beat", now=now - timedelta(seconds=beat))
    note_heartbeat(part="clock", now=now - timedelta(seconds=clock))


def test_everything_well(town: Town, client) -> None:
    _beats(timezone.now(), beat=1, clock=1)
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert {part: answer.json()[part] for part in ("database", "broker", "beat", "worker")} == dict.fromkeys(
        ("database", "broker", "beat", "worker"), "ok"
    )


@pytest.mark.parametrize(
    ("beat", "clock", "away"), [(119, 119, set()), (121, 119, {"beat"}), (119, 121, {"worker"}), (121, 121, {"beat", "worker"})]
)
def test_the_border_of_age(town: Town, morning, beat: float, clock: float, away: set[str]) -> None:
    _beats(morning, beat=beat, clock=clock)
    answer = readiness.state_of_parts(morning)
    assert {part for part, word in answer.items() if word == "away"} == away


def test_before_the_first_tick_beat_and_worker_are_away(town: Town, client) -> None:
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert (answer.json()["beat"], answer.json()["worker"], answer.json()["database"]) == ("away", "away", "ok")


def test_a_broker_that_is_away_is_named(town: Town, client, settings) -> None:
    _beats(timezone.now(), beat=1, clock=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert (answer.json()["broker"], answer.json()["database"]) == ("away", "ok")


def test_a_database_that_is_away_is_named(town: Town, client, monkeypatch) -> None:
    from django.db import OperationalError

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(readiness, "connection", Gone())
    answer = client.get("/health/ready/")
    assert answer.status_code == 503 and answer.json()["database"] == "away"


@pytest.mark.clause("I2")
def test_the_head_of_the_record_changes_with_every_entry(town: Town, morning, django_assert_num_queries) -> None:
    heads = [readiness._head()]
    for desk in (town.desk, town.other_desk, town.desk):
        record_entry(actor=town.agent, desk=desk, now=morning, text="来电")
        heads.append(readiness._head())
    assert len(set(heads)) == 4
    with django_assert_num_queries(1):
        assert readiness._head() == heads[-1]


def test_failing_acts_of_the_clock_are_named(town: Town, morning) -> None:
    _beats(morning, beat=1, clock=1)
    note_heartbeat(part="clock", now=morning, failing=["follow_ups_overdue"])
    assert readiness.state_of_parts(morning)["failing"] == ["follow_ups_overdue"]


@pytest.mark.clause("A18")
def test_a_record_that_does_not_hold_is_an_alarm_of_its_own_and_the_program_stays_ready(town: Town, client) -> None:
    now = timezone.now()
    _beats(now, beat=1, clock=1)
    assert client.get("/health/record/").json() == {"signing_key": "ok", "record": None, "record_verified": None, "late": False}
    book = record_entry(actor=town.agent, desk=town.desk, now=now, text="来电").book

    def verified(days: int, kind: str = "") -> None:
        night = (now - timedelta(days=days)).date()
        Verification.objects.create(book=book, night=night, begun_at=now, seconds=1, entries=1, checkpoints=0, kind=kind, number=1 if kind else None)

    verified(5)
    late = client.get("/health/record/")
    assert (late.status_code, late.json()["late"], late.json()["record"]) == (503, True, "holds")
    verified(2)
    assert client.get("/health/record/").status_code == 200
    verified(0, "changed")
    broken = client.get("/health/record/")
    assert (broken.status_code, broken.json()["record"]) == (503, "does not hold")
    ready = client.get("/health/ready/")
    assert (ready.status_code, ready.json()["record"]) == (200, "does not hold")


@pytest.mark.clause("I2")
def test_a_key_that_is_missing_is_an_alarm_too(town: Town, client, settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = tmp_path / "away.pem"
    answer = client.get("/health/record/")
    assert (answer.status_code, answer.json()["signing_key"]) == (503, "missing")
