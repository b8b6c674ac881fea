"""`make drill`: the long form of the failure tests, whose short form is in the suite.

More writers for longer, a worker that is killed again and again, a runner whose parts are killed in turn many times. Each
drill ends with the record verified. All of it talks to 127.0.0.1, is bounded, and stops by itself.
"""

import os
import sys

from ops import test

ROUNDS = "10"


def main() -> int:
    """Runs every test that is marked as a process test or a race, with the long numbers."""
    os.environ["DRILL"] = os.environ.get("DRILL", ROUNDS)
    return test.main(["--units", "--processes", "-k", "concurrent or race or at_once or worker or beat or run or killed", "--timeout", "900"])


if __name__ == "__main__":
    sys.exit(main())
