"""The attack suite at length: tens of thousands of drawn attacks, each of which must be found (I2)."""

import os
import re
import subprocess
import sys

from bench.figures import Figure
from ops.machine import ROOT, Trouble

MANY = int(os.environ.get("ATTACKS", "20000"))
SUITE = "logbook/tests/test_attack_suite.py"


def measure() -> list[Figure]:
    """Runs the suite with so many drawn cases. Raises Trouble where an attack was not found."""
    command = [sys.executable, "-m", "ops.test", "--units", SUITE, "--timeout", "3600"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"ATTACKS": str(MANY)}, capture_output=True, text=True, check=False
    )
    counted = re.search(r"(\d+) passed, (\d+) failed\s*$", done.stdout)
    if done.returncode or counted is None or counted[2] != "0":
        raise Trouble(f"An attack was not found, or the suite did not run:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return [Figure("drawn attacks, all of them found", MANY, "", MANY, aim="tens of thousands", met=MANY >= 10_000)]
