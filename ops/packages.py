"""What the tests and the pictures need of the system: a browser, a Chinese font, gettext."""

import os
import shutil
import subprocess

from ops.machine import Trouble

# The browser without a window of its own: the same engine, a third of the processor time to start.
CHROMIUM = "/usr/bin/chromium-headless-shell"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
PACKAGES = {
    "chromium-headless-shell": CHROMIUM, "fonts-noto-cjk": "/usr/share/fonts/opentype/noto", "gettext": "/usr/bin/msgfmt",
}


def install_packages() -> None:
    """Brings Chromium, a Chinese font and gettext, or says what to install. Raises Trouble when they cannot be had."""
    missing = [name for name, place in PACKAGES.items() if not os.path.exists(place)]
    if not missing:
        return
    command = f"apt-get install -y {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(f"The tests need {', '.join(missing)}. Install them (on Debian: {command}) and say `make test` again.")
    print(f"Installing {', '.join(missing)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Whoever installs something else just then is waited for.
    waiting = ["-o", "DPkg::Lock::Timeout=120"]
    for arguments in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *waiting, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Trouble(f"`{command}` failed: {done.stderr.strip()[-400:]}")
