"""The tick of the clock: the beat fires it, the database decides what is due (A9, A23, I7).

Each act that a floor has registered (desks.hooks.clock_acts) runs in a transaction of its own. One that fails is
logged, stands in the books of the sites at most once an hour, and does not keep the others from running; it is tried
again at the next tick.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.db import Error, connection, transaction
from django.utils import timezone

from desks.hooks import clock_acts
from desks.models import Site
from logbook.actions import record_system
from notices.actions import note_heartbeat

logger = logging.getLogger(__name__)

# Class and key of the clock's advisory lock ("tick" in ASCII); held for one act at a time, so that it also holds
# behind a pooler that gives each transaction another connection.
LOCK = (1953063787, 1)


class ClockHeld(Exception):
    """Another tick is at work; this one leaves the rest to it."""


@shared_task(name="duty_desk.tick")
def tick() -> dict[str, int]:
    """Does what is due now. Two ticks never work at once; a repeated message does nothing twice (I7)."""
    return run_acts(timezone.now())


def run_acts(now: datetime) -> dict[str, int]:
    """Runs every registered act of the clock for the moment; returns how many things each did.

    1. For each act: begin a transaction, try the clock's lock. Somebody holds it: leave, for that tick goes on.
    2. Run the act. It fails: roll back, log, go on with the next.
    3. Write the failures into each site's book, merged over a period.
    4. Write the heartbeat that /health/ready/ looks at, with the names of the acts that failed.
    """
    done: dict[str, int] = {}
    failing: list[str] = []
    for name, act in clock_acts:
        try:
            done[name] = _run(act, now)
        except ClockHeld:
            logger.info("Another tick is at work; this one leaves.")
            return done
        except Exception:  # whatever one floor's act does must not stop the others'
            logger.exception("The clock's act %s failed; it is tried again at the next tick.", name)
            failing.append(name)
    _write_down(failing, now)
    try:
        note_heartbeat(part="clock", now=timezone.now(), failing=failing)
    except Error:
        logger.exception("The clock's heartbeat could not be written.")
    return done


def _run(act: Callable[..., int], now: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
            if not cursor.fetchone()[0]:
                raise ClockHeld
        return act(now)


def _write_down(failing: list[str], now: datetime) -> None:
    """An entry of the system for each job that failed, in the book of each site; that it cannot be written stops nothing (A17)."""
    if not failing:
        return
    try:
        for site in Site.objects.order_by("pk"):
            for name in failing:
                record_system(code="clock_act_failed", subject=name, site=site, fields={"job": name}, now=now)
    except Exception:
        logger.exception("That acts of the clock failed could not be written down.")
