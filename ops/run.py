"""`make run`: database, broker, web, worker and beat under one runner, from an empty clone to a printed address.

Whatever it starts it also stops; a part that ends by itself is started again, and the runner says so.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ops import translations
from ops.machine import ROOT, Trouble, die_with_parent, stop_process, var_dir, writable
from ops.services import Postgres, Redis

DATABASE = "duty_desk"
# So many ends within so many seconds are no accident: the runner gives up and says where to look.
GIVE_UP = (6, 60.0)


@dataclass
class Part:
    """A process of ours with its log."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Starts it in a process group of its own; the kernel ends it when the runner ends, however that ends."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509
            )

    def tail(self) -> str:
        """The last words of its log."""
        return self.log.read_text(errors="replace")[-800:].strip()


class Stop(Exception):
    """Somebody asked the runner to stop."""


def _stop(*_: object) -> None:
    raise Stop


def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Shows what is being done and how long it took."""
    print(f"  {what} … ", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print("", flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


class Runner:
    """One installation under one folder."""

    def __init__(self) -> None:
        self.var = writable(var_dir())
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.port = self._port()
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        self.parts: list[Part] = []
        self.engine: Part | None = None
        self.lock: IO[str] | None = None

    @staticmethod
    def _port() -> int:
        text = os.environ.get("PORT") or "8000"
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise Trouble(f"PORT is a number from 1 to 65535, not {text!r}. For example: make run PORT=8001")
        return int(text)

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}/"

    def hold_lock(self) -> None:
        """One runner for each folder. Raises Trouble when another one has it."""
        self.lock = open(self.var / "run.lock", "a+")  # noqa: SIM115  held until the runner ends
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.lock.seek(0)
            raise Trouble(
                f"duty_desk runs already on this folder ({self.var}), at {self.lock.read().strip() or 'an address it has not told yet'}. "
                "Use that one, stop it with Ctrl-C where it was started, or start a second one elsewhere: "
                "VAR_DIR=/some/folder PORT=8001 make run"
            ) from error
        self.lock.truncate(0)
        self.lock.write(self.address)
        self.lock.flush()

    def check_port(self) -> None:
        """Raises Trouble when somebody listens there, or the address is not this machine's."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except (OSError, OverflowError) as error:
                raise Trouble(
                    f"Port {self.port} of {self.host} cannot be used ({getattr(error, 'strerror', error)}). "
                    f"Choose another one: make run PORT={self.port + 1}"
                ) from error

    def environment(self) -> dict[str, str]:
        """Starts database and broker where none are given, and returns what the parts are told."""
        told = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
        told |= {"VAR_DIR": str(self.var), "HOST": self.host, "PYTHONUNBUFFERED": "1"}
        told.setdefault("FILES_DIR", str(writable(self.var / "files")))
        if "DATABASE_URL" not in told and "DATABASE_OWNER_URL" in os.environ:
            raise Trouble("DATABASE_OWNER_URL is set but DATABASE_URL is not: give both, or neither.")
        if "DATABASE_URL" not in told:
            self.postgres = Postgres(self.var, durable=True)
            first = not (self.var / "pg" / "PG_VERSION").exists()
            with step("PostgreSQL" + (" (made anew: the first run takes longer)" if first else "")):
                self.postgres.start()
                self.postgres.make_database(DATABASE)
            told["DATABASE_URL"] = self.postgres.login("duty_app", DATABASE).url
        if "REDIS_URL" not in told:
            secrets = self._secrets()
            self.redis = Redis(self.var, secrets["redis"])
            with step("Redis"):
                self.redis.start()
            told["REDIS_URL"] = self.redis.url
        if not told.get("SECRET_KEY") and told.get("DUTY_DESK_MODE") != "production":
            told["SECRET_KEY"] = self._secrets()["secret_key"]
        if self.host in {"0.0.0.0", "::"} and "ALLOWED_HOSTS" not in told:
            told["ALLOWED_HOSTS"] = f"{socket.gethostname()},127.0.0.1"
        return told

    def _secrets(self) -> dict[str, str]:
        return (self.postgres or Postgres(self.var, durable=True)).secrets()

    def as_owner(self, told: dict[str, str]) -> dict[str, str] | None:
        """What migrate and sample data are told besides: the owner's login; None where nobody gave one."""
        if self.postgres is not None:
            return told | {"DATABASE_OWNER_URL": self.postgres.login("duty_owner", DATABASE).url}
        given = os.environ.get("DATABASE_OWNER_URL")
        return told | {"DATABASE_OWNER_URL": given} if given else None

    def manage(self, environment: dict[str, str], *arguments: str) -> str:
        """Runs a command of the project. Raises Trouble with its last words."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines()
            raise Trouble(
                f"`manage.py {' '.join(arguments)}` failed: {' '.join(words[-3:])[-600:]}\n"
                "Mend what it names, then say make run again: it goes on where it stopped."
            )
        return done.stdout

    def prepare(self, told: dict[str, str]) -> None:
        """Migrates, and fills an empty installation with sample data; both may be repeated at any time."""
        owner = self.as_owner(told)
        if translations.compile_all():
            say("  translations compiled")
        if owner is None:
            with step("Looking whether the database is up to date"):
                try:
                    self.manage(told, "migrate", "--check")
                except Trouble as trouble:
                    raise Trouble(
                        "The database that DATABASE_URL names is not migrated, or cannot be reached. Give DATABASE_OWNER_URL "
                        f"too, the login of the role that owns the tables.\n{trouble}"
                    ) from trouble
            return
        with step("Migrations"):
            self.manage(owner, "migrate", "--no-input", "-v", "0")
        try:
            self.manage(told, "signing_key", "--make")
        except Trouble as trouble:
            say(f"  The record goes on without signed checkpoints: {trouble}")
        if told.get("DUTY_DESK_MODE") != "production" and told.get("SAMPLE") != "0":
            with step("Sample data (laid on the first run)"):
                self.manage(owner, "sample_data", "--if-empty")

    def start_parts(self, told: dict[str, str]) -> None:
        """Starts web, worker and beat as the application's role."""
        logs = writable(self.var / "log")
        python = sys.executable
        bind = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        celery = [python, "-m", "celery", "-A", "duty_desk"]
        commands = {
            "web": [
                python, "-m", "gunicorn", "duty_desk.wsgi", "--bind", bind, "--workers", "2", "--worker-class", "gthread",
                "--threads", "4", "--graceful-timeout", "10", "--keep-alive", "5", "--no-control-socket",
            ],
            "worker": [*celery, "worker", "--concurrency", "4", "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", str(self.var / "beat-schedule")],
        }
        for name, command in commands.items():
            self.parts.append(Part(name, command, told | {"DUTY_DESK_PART": name}, logs / f"{name}.log"))
            self.parts[-1].start()

    def compile_engine(self, told: dict[str, str]) -> None:
        """Beside the parts, which do not wait for it; a draft that comes first compiles for itself."""
        self.engine = Part("engine", ["nice", sys.executable, "-m", "ops.engine"], told, writable(self.var / "log") / "engine.log")
        self.engine.start()

    def wait_ready(self) -> None:
        """Waits until every part answers. Raises Trouble when one ends instead, or after three minutes."""
        until = time.monotonic() + 180
        answer: dict[str, object] = {}
        while time.monotonic() < until:
            for part in self.parts:
                if part.process is not None and part.process.poll() is not None:
                    raise Trouble(f"{part.name} ended instead of starting. Its last words, from {part.log}:\n{part.tail()}")
            answer = self.health()
            if answer and "away" not in answer.values():
                return
            time.sleep(0.1)
        raise Trouble(f"Not every part was ready within three minutes: {json.dumps(answer)}. Their words stand in {self.var / 'log'}")

    def health(self) -> dict[str, object]:
        """What /health/ready/ says; nothing while web does not answer."""
        try:
            with urllib.request.urlopen(f"{self.address}health/ready/", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            with contextlib.suppress(ValueError):
                return dict(json.load(error))
        except (OSError, ValueError):
            pass
        return {}

    def watch(self) -> None:
        """Starts again what ends. Returns never; raises Trouble when a part ends again and again."""
        while True:
            time.sleep(0.3)
            for server in (self.postgres, self.redis):
                if server is not None and server.process is not None and server.process.poll() is not None:
                    name = type(server).__name__
                    say(f"{name} ended by itself ({_how(server.process)}); starting it again.")
                    stop_process(server.process, signal.SIGKILL)
                    server.start()
                    say(f"{name} is back.")
            for part in self.parts:
                if part.process is None or part.process.poll() is None:
                    continue
                say(f"{part.name} ended by itself ({_how(part.process)}); starting it again.")
                stop_process(part.process, signal.SIGKILL)
                now = time.monotonic()
                part.ends = [moment for moment in part.ends if now - moment < GIVE_UP[1]] + [now]
                if len(part.ends) >= GIVE_UP[0]:
                    raise Trouble(f"{part.name} ends again and again. Its last words, from {part.log}:\n{part.tail()}")
                time.sleep(min(0.2 * 2 ** len(part.ends), 5))
                part.start()

    def stop(self) -> None:
        """Stops what was started, in the order in which nothing is lost: the clock, the work, the pages, the data."""
        for name in ("beat", "worker", "web"):
            for part in self.parts:
                if part.name == name:
                    stop_process(part.process, signal.SIGTERM)
        if self.engine is not None:
            stop_process(self.engine.process, signal.SIGTERM)
        for server in (self.redis, self.postgres):
            if server is not None:
                server.stop()

    def greet(self, told: dict[str, str], seconds: float) -> None:
        """Prints the address, the sample accounts and how to stop."""
        say(f"\nduty_desk is ready after {seconds:.1f} s:  {self.address}\n")
        say(self.manage(told, "sample_accounts").rstrip())
        say(f"\n  Everything it keeps is under {self.var}; logs in {self.var / 'log'}.\n  Stop: Ctrl-C.\n")


def _how(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def main() -> int:
    """Runs until somebody stops it; nought when that was asked for, one when something stands in the way."""
    begun = time.monotonic()
    for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(what, _stop)
    runner = None
    code = 0
    try:
        runner = Runner()
        runner.hold_lock()
        runner.check_port()
        say("Starting duty_desk")
        told = runner.environment()
        runner.prepare(told)
        with step("Web, worker and beat"):
            runner.start_parts(told)
            runner.wait_ready()
        runner.greet(told, time.monotonic() - begun)
        runner.compile_engine(told)
        runner.watch()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr, flush=True)
        code = 1
    except OSError as error:
        print(f"\nThe machine refused something: {error}. Mend that, then say make run again: it goes on where it stopped.", file=sys.stderr, flush=True)
        code = 1
    except Stop:
        say("\nStopping …")
    finally:
        for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(what, signal.SIG_IGN)
        if runner is not None:
            runner.stop()
    if not code:
        say("Stopped.")
    return code


if __name__ == "__main__":
    sys.exit(main())
