"""What processes of ours need of the machine: a folder to write in, free ports, children that end with their parent."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Loaded here, for after a change of user the child may not read the library any more.
_LIBC = ctypes.CDLL(None)


class Trouble(Exception):
    """Something stands in the way; the text says what and the remedy."""


def var_dir() -> Path:
    """The folder of everything that is not source; VAR_DIR moves it."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def writable(folder: Path) -> Path:
    """Makes the folder. Raises Trouble when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"The folder {folder} cannot be written ({error.strerror}). Give it to your user, or name another one: "
            "VAR_DIR=/some/folder make run"
        ) from error
    return folder


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """In the child: a new session, and the kernel sends it the signal when the parent ends, however it ends."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        _LIBC.prctl(1, how)


def stop_process(process: subprocess.Popen[bytes] | None, how: signal.Signals, patience: float = 15) -> None:
    """Asks a process of ours to end, and ends it if it does not within `patience` seconds."""
    if process is None:
        return
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    # What is left of its children: each part leads a process group of its own.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def choose_port(file: Path, *, again: bool) -> int:
    """The port of a server: the one it had, or a new one where another program sits there meanwhile.

    A server that is started `again` keeps its port, for the other parts know it: what is left of the killed one ends.
    """
    told = file.read_text() if file.exists() else ""
    if told.isdigit():
        port = int(told)
        until = time.monotonic() + (15 if again else 0)
        while not _is_free(port) and time.monotonic() < until:
            time.sleep(0.1)
        if again or _is_free(port):
            return port
    file.write_text(str(free_port()))
    return int(file.read_text())


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
