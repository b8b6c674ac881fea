"""What the worker does for the log besides the clock."""

from celery import shared_task
from django.utils import timezone


# The limit is long for the longest lists; how far it is stands in the database, so that a message delivered again leaves it alone.
@shared_task(name="logbook.make_export", time_limit=3600)
def make_export(pk: int) -> bool:
    """Makes one list that somebody asked for; delivered twice, or after it was cancelled, it does nothing (I7)."""
    from logbook.actions import run_export

    return run_export(pk, now=timezone.now())


@shared_task(name="logbook.send_to_witnesses")
def send_checkpoints() -> int:
    """Sends the checkpoints that are due to their witnesses; delivered twice it sends nothing twice (I7)."""
    from logbook.actions import send_to_witnesses

    return send_to_witnesses()
