"""What the system reports, merged over a period, so that it never floods what people wrote (A17)."""

from datetime import datetime, timedelta

from django.db import transaction

from desks.models import Desk, Site
from desks.wording import in_every_language, worded
from logbook.actions.books import book_of, hold_books, site_book_of
from logbook.actions.record import record_act
from logbook.models import Entry, SystemRun

PERIOD = timedelta(hours=1)
MERGED = "system_merged"


@transaction.atomic
def record_system(
    *, code: str, subject: str, now: datetime, desk: Desk | None = None, site: Site | None = None,
    fields: dict[str, str] | None = None, audience: str = "staff",
) -> Entry | None:
    """Reports something by the system: the first report about a subject is an entry, further ones of the period are counted.

    `code` is worded on reading with `fields`; `subject` tells what it is about ("sensor 4", the name of a job). When the
    period is over, one entry says how often it came again and what it said last (end_system_runs). While it goes on
    there is one entry in each period. Exactly one of desk and site says whose book. Returns the entry, or None where the report was counted.
    """
    book = book_of(desk) if desk is not None else site_book_of(site) if site is not None else None
    if book is None:
        raise ValueError("record_system() needs a desk or a site.")
    hold_books(book)
    run = SystemRun.objects.select_for_update().filter(book=book, code=code, subject=subject).first()
    if run is not None and now >= run.began_at + PERIOD:
        run = _end(run, now)
    if run is not None:
        run.times, run.last_at, run.last_fields = run.times + 1, now, fields or {}
        run.save(update_fields=["times", "last_at", "last_fields"])
        return None
    made = record_act(actor=None, desk=desk, site=site, now=now, code=code, fields=fields, audience=audience)
    SystemRun.objects.create(book=book, code=code, subject=subject, entry=made, began_at=now)
    return made


@transaction.atomic
def end_system_run(*, run: SystemRun, now: datetime) -> SystemRun | None:
    """Ends a period: an entry for what came again in it, and another period; without any, nothing is left to count.

    Returns the run as it goes on, or None where it has ended or another period had begun meanwhile.
    """
    hold_books(run.book)
    fresh = SystemRun.objects.select_for_update().filter(pk=run.pk, began_at__lte=now - PERIOD).first()
    return _end(fresh, now) if fresh is not None else None


def _end(run: SystemRun, now: datetime) -> SystemRun | None:
    if not run.times or run.last_at is None:
        run.delete()
        return None
    book = run.book
    place = book.desk or book.site
    fields = {
        **in_every_language("what", lambda: worded(run.code, run.last_fields, place)), "count": str(run.times),
        "since_at": run.began_at.isoformat(), "last_at": run.last_at.isoformat(),
    }
    run.entry = record_act(
        actor=None, desk=book.desk, site=None if book.desk else book.site, now=now, code=MERGED, fields=fields,
        refers_to=run.entry, audience=run.entry.audience,
    )
    run.began_at, run.times, run.last_at, run.last_fields = now, 0, None, {}
    run.save(update_fields=["entry", "began_at", "times", "last_at", "last_fields"])
    return run
