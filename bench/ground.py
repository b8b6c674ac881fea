"""What both sides of a comparison stand on: one PostgreSQL, one Redis, the same web server with the same settings."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2 import sql

from ops.machine import ROOT, die_with_parent, free_port, stop_process, var_dir
from ops.services import Postgres, Redis

WEB = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30", "--no-control-socket"]


@contextlib.contextmanager
def servers() -> Iterator[tuple[Postgres, Redis]]:
    """A database that writes as carefully as in use (fsync on), and a broker; stopped at the end."""
    folder = var_dir() / "bench"
    postgres = Postgres(folder, durable=True)
    redis = Redis(folder, postgres.secrets()["redis"]) if (folder / "secrets.json").exists() else None
    postgres.start()
    redis = redis or Redis(folder, postgres.secrets()["redis"])
    redis.start()
    try:
        yield postgres, redis
    finally:
        redis.stop()
        postgres.stop()


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours with its log, stopped at the end."""
    with open(log, "ab") as words:
        made = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=words, stderr=words, preexec_fn=die_with_parent  # noqa: PLW1509
        )
    try:
        yield made
    finally:
        import signal

        stop_process(made, signal.SIGTERM)


@contextlib.contextmanager
def served(application: str, environment: dict[str, str], log: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The application behind gunicorn on a free port, answering; (port, process)."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", *WEB]
    with process(command, environment, log) as made:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.05)
        yield port, made


def fresh_database(postgres: Postgres, name: str) -> None:
    """An empty database of that name, whatever an earlier run has left there."""
    connection = psycopg2.connect(postgres.login("postgres", "postgres").url)
    connection.autocommit = True
    connection.cursor().execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    connection.close()
    postgres.make_database(name)


def settle(postgres: Postgres, *names: str) -> None:
    """What was laid in these databases is swept and on the disk before anything is timed: else the sweeping and writing of it is timed too."""
    for name in names:
        connection = psycopg2.connect(postgres.login("postgres", name).url)
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE")
        connection.cursor().execute("CHECKPOINT")
        connection.close()


def memory_of(pid: int) -> float:
    """Megabytes that a process and its children hold, shared pages counted by their share (PSS)."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {pid}
    while grown := {child for child, parent in pairs if parent in family} - family:
        family |= grown
    total = 0
    for each in family:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def plain_environment() -> dict[str, str]:
    """The environment without anything that belongs to another installation."""
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "YARDSTICK_URL", "DUTY_DESK_MODE"}
    return {key: value for key, value in os.environ.items() if key not in ours}
