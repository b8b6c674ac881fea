"""Time past the relief is written down to the minute, in the act that ends the watch (A10, A23)."""

from datetime import datetime

from handover.models import Overtime
from handover.relief import wait_of
from logbook.models import Entry, Watch


def waited(watch: Watch, now: datetime) -> dict[str, str]:
    """What the entry that ends the watch says of the wait: whole minutes, and since when; nothing without one (A23)."""
    wait = wait_of(watch, now)
    return {"waited_minutes": str(wait.minutes), "waited_since": wait.since.isoformat()} if wait and wait.minutes else {}


def keep_wait(watch: Watch, entry: Entry, now: datetime) -> Overtime | None:
    """Keeps the holder's time past the relief as a fact; called before the watch ends, once for each watch (A23)."""
    wait = wait_of(watch, now)
    if wait is None or not wait.minutes or Overtime.objects.filter(watch=watch).exists():
        return None
    return Overtime.objects.create(
        watch=watch, person=watch.holder, cause=wait.cause, since=wait.since, until=now, minutes=wait.minutes, entry=entry
    )
