"""An act of the clock for the tests of the processes: it tells, and sleeps where the test asks for it.

Loaded by a worker through `-I`; CLOCK_TEST_FOLDER holds the files by which test and act talk: `sleep` asks it to
sleep, `inside` says that it does, `runs` gets a line for each run that ended.
"""

import os
import time
from datetime import datetime
from pathlib import Path

from desks.hooks import clock_acts, messages
from desks.models import Desk, Person
from notices.actions import tell

FOLDER = Path(os.environ["CLOCK_TEST_FOLDER"])


def tell_and_sleep(now: datetime) -> int:
    """Tells the agent once; while the file `sleep` is there, stays inside its transaction after telling."""
    agent = Person.objects.get(login="taikoo-agent")
    desk = Desk.objects.select_related("site").get(slug="taikoo-front")
    told = tell(
        people=[agent], site=desk.site, matter="entry", matter_id=1, occasion="due:2026-11-24", code="clock_test", now=now
    )
    if (FOLDER / "sleep").exists():
        (FOLDER / "inside").touch()
        time.sleep(30)
    with (FOLDER / "runs").open("a") as runs:
        runs.write(f"{told}\n")
    return told


messages.register("clock_test", "for a test")
clock_acts.register("tell_and_sleep", tell_and_sleep)
