"""`make drill`: the long form of the failure tests, whose short form is in the suite.

Writers that write ten times as long, a worker that is killed again and again, a runner whose parts are killed in turn ten
times; the record is verified after each. All of it talks to 127.0.0.1, each test is bounded, and it stops by itself: about
ten minutes on two cores. `DRILL=30 make drill` goes on for longer.
"""

import os
import sys

from ops import test
from ops.machine import Trouble

ROUNDS = "10"
RACES = "concurrent or race or at_once or killed or tell_once or a_working_day"


def main() -> int:
    """Runs the races and the failures of processes with the long numbers."""
    rounds = os.environ.setdefault("DRILL", ROUNDS)
    if not rounds.isdigit() or not 0 < int(rounds) <= 100:
        raise Trouble(f"DRILL is a number of rounds from 1 to 100, not {rounds!r}.")
    seconds = 300 + 60 * int(rounds)
    return test.main(["--units", "--processes", "-k", RACES, "--timeout", str(seconds)])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
