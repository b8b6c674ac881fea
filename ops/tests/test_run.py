"""`make run` itself, on a copy of the tree with packages already there: start, stop, repair, and parts that are killed."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.machine import ROOT, Trouble, free_port
from ops.run import GIVE_UP
from ops.services import Postgres, joined
from ops.tests.visitor import Visitor

pytestmark = pytest.mark.process
PARTS = {
    "web": "gunicorn", "worker": "celery -A duty_desk worker", "beat": "celery -A duty_desk beat",
    "Redis": "redis-server", "Postgres": "bin/postgres -D",
}


# What a quiet machine does in a second takes a busy one several.
PATIENCE = 4


def wait_for(what: Callable[[], object], seconds: float, saying: str) -> None:
    """Waits on a condition, never on the clock alone."""
    until = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < until:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds * PATIENCE} s: {saying}")


def children_of(pid: int) -> dict[int, str]:
    """The processes that this one started, with their command lines."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {int(row[0]): row[2] for row in rows if len(row) == 3 and int(row[1]) == pid}


class Installation:
    """A copy of the tree, with `make run` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.printed = folder / "printed.txt"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def words(self) -> str:
        return self.printed.read_text()

    def environment(self, **more: str) -> dict[str, str]:
        ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DUTY_DESK_MODE", "VAR_DIR", "LANGUAGE_CODE", "MAKEFLAGS", "MAKELEVEL"}
        plain = {key: value for key, value in os.environ.items() if key not in ours}
        return plain | {"PORT": str(self.port), "DUTY_DESK_VENV": str(Path(sys.executable).parent.parent)} | more

    def start(self, **more: str) -> None:
        with open(self.printed, "w") as printed:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", "run"], cwd=self.folder / "tree", env=self.environment(**more), stdout=printed,
                stderr=subprocess.STDOUT, text=True,
            )

    def wait_ready(self) -> None:
        wait_for(lambda: "Stop: Ctrl-C" in self.words() or self._ended(), 60, f"ready; it printed:\n{self.words()}")
        assert not self._ended(), self.words()

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def runner(self) -> int:
        """The runner's id: make's own, or its child's, as the make at hand does it."""
        assert self.process is not None
        below = children_of(self.process.pid)
        return next((pid for pid, args in below.items() if "ops.run" in args), self.process.pid)

    def stop(self) -> int:
        assert self.process is not None
        os.kill(self.runner, signal.SIGINT)
        return self.process.wait(40)

    def verify_log(self) -> int:
        """The exit code of the command that recomputes the record, as the application's role."""
        postgres = Postgres(self.folder / "tree" / "var", durable=True)
        told = self.environment(DATABASE_URL=postgres.login("duty_app", "duty_desk").url, SECRET_KEY="for this command alone")
        return subprocess.run([sys.executable, "manage.py", "verify_log"], cwd=self.folder / "tree", env=told, check=False).returncode

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of Django's commands, as somebody gives it beside the running installation."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=self.folder / "tree", env=self.environment(), capture_output=True,
            text=True, check=False, timeout=240,
        )

    def leftovers(self) -> str:
        """Processes that still speak of this folder."""
        listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        return "\n".join(line for line in listed.splitlines() if str(self.folder) in line)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """A fresh copy of what the repository holds, below a folder that the database's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="duty-desk-run-"))
    folder.chmod(0o755)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            target = folder / "tree" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    made = Installation(folder)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_working_day_of_the_runner(installation: Installation) -> None:
    # A first run that is cut off in the middle, twice: while the database is made, and while it is migrated …
    for moment in ("PostgreSQL", "Migrations …"):
        installation.start()
        wait_for(lambda moment=moment: moment in installation.words(), 40, f"{moment} begins")
        os.kill(installation.runner, signal.SIGKILL)
        assert installation.process is not None
        installation.process.wait(10)
    wait_for(lambda: not installation.leftovers(), 20, "nothing is left")

    # … is repaired by the next one.
    installation.start()
    installation.wait_ready()
    assert installation.address in installation.words()
    for account in ("he", "zhou", "supervisor", "head", "siteadmin", "operator"):
        assert re.search(rf"^  {account}\s", installation.words(), re.M), account

    # Every part is killed in turn and comes back, and the runner says so. Not so often that it takes it for a fault.
    visitor = Visitor(installation.address)
    visitor.sign_in("he")
    rounds = int(os.environ.get("DRILL", "1"))
    pace = GIVE_UP[1] / (GIVE_UP[0] - 1) / len(PARTS) if rounds > 1 else 0.0
    for name, command in list(PARTS.items()) * rounds:
        not_before = time.monotonic() + pace
        before = installation.words().count(f"{name} ended by itself")
        pid = next(pid for pid, args in children_of(installation.runner).items() if command in args)
        os.kill(pid, signal.SIGKILL)
        wait_for(
            lambda name=name, before=before: installation.words().count(f"{name} ended by itself") > before, 20, f"the runner sees {name} end",
        )
        wait_for(lambda: _is_ready(installation), 40, f"ready again after {name} was killed; it printed:\n{installation.words()}")
        visitor.write_entry(f"Written after {name} was killed.")
        time.sleep(max(0.0, not_before - time.monotonic()))
    number = visitor.write_entry("A line that outlives the night.")
    assert installation.verify_log() == 0

    # Stopping leaves no process; starting again is quick and keeps what was written.
    assert installation.stop() == 0, installation.words()
    assert "Stopped." in installation.words()
    assert not installation.leftovers()
    installation.start()
    installation.wait_ready()
    visitor = Visitor(installation.address)
    visitor.sign_in("he")
    assert "A line that outlives the night." in visitor.read_entry(number)

    # A command works on this installation without being told where it is, and says so when it does not run.
    roster = ("import_roster", "duty_desk/sample/roster-2026-12.csv", "--desk", "front", "--month", "2026-12", "--as", "supervisor", "--dry-run")
    assert "duties of 8 people" in installation.manage(*roster).stdout

    # A second runner on the same folder says where the first one is.
    refused = subprocess.run(
        ["make", "--no-print-directory", "run"], cwd=installation.folder / "tree",
        env=installation.environment(PORT=str(free_port())), capture_output=True, text=True, check=False, timeout=120,
    )
    assert refused.returncode != 0
    assert "runs already on this folder" in refused.stderr and installation.address in refused.stderr
    assert installation.stop() == 0
    away = installation.manage("verify_log")
    assert away.returncode and "start duty_desk with `make run`" in away.stderr and "Traceback" not in away.stderr


def _is_ready(installation: Installation) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return "away" not in Visitor(installation.address).ready().values()
    return False


@contextlib.contextmanager
def _listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def _refusal(**environment: str) -> str:
    installation = Installation(Path(tempfile.gettempdir()))
    done = subprocess.run(
        [sys.executable, "-m", "ops.run"], cwd=ROOT, env=installation.environment(**environment), capture_output=True, text=True,
        check=False, timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_in_use_is_said_with_the_remedy(tmp_path: Path) -> None:
    with _listener() as port:
        said = _refusal(PORT=str(port), VAR_DIR=str(tmp_path / "var"))
    assert f"Port {port}" in said and f"make run PORT={port + 1}" in said


def test_a_port_that_is_none_is_said(tmp_path: Path) -> None:
    assert "PORT is a number" in _refusal(PORT="eighty", VAR_DIR=str(tmp_path / "var"))


def test_a_folder_that_cannot_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = _refusal(VAR_DIR=str(tmp_path / "file" / "var"))
    assert "cannot be written" in said and "VAR_DIR=" in said


def test_half_a_database_setting_is_said(tmp_path: Path) -> None:
    said = _refusal(VAR_DIR=str(tmp_path / "var"), DATABASE_OWNER_URL="postgresql://owner@127.0.0.1:1/none")
    assert "give both, or neither" in said


def test_a_database_that_is_away_is_said_with_the_remedy(tmp_path: Path) -> None:
    said = _refusal(VAR_DIR=str(tmp_path / "var"), DATABASE_URL="postgresql://app@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0")
    assert "DATABASE_OWNER_URL" in said and "cannot be reached" in said


def test_a_folder_of_another_user_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert joined(tmp_path) == {}

    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", closed)
    with pytest.raises(Trouble, match="give this command as that user"):
        joined(tmp_path)
