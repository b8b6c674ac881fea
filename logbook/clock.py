"""What the clock does for the log: a day that nobody has reviewed is raised (A21), and a matter that is passed on and on (A1);
each day is sealed and sent to its witnesses, each night verified (A18, I2); what its period is over for is erased (A20); reports are merged (A17), and
lists that are made in the background are looked after."""

import logging
import time as stopwatch
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from desks.clock import at, day_bounds, local_day
from desks.models import Desk
from desks.queries import heads_of, supervisors_with
from desks.wording import in_each_language
from logbook.actions import end_system_run, erase_personal_values, raise_matter, seal, send_checkpoint, verify_book
from logbook.actions.system import PERIOD
from logbook.models import Book, Checkpoint, EntryDigest, SystemRun, Verification
from logbook.queries import (
    LOOKS_BACK,
    due_sendings,
    matters_to_raise,
    never_signed,
    unread_count_for_review,
    watch_ends,
)
from logbook.rules import counts_from, watches_since
from notices.actions import tell
from notices.queries import told_on

logger = logging.getLogger(__name__)

NIGHT = time(2)
"""From this wall-clock time of the site on, its books are verified."""
PATIENCE = 20.0
"""Seconds after which a tick begins no further book; the next tick goes on."""
RAISED_AT_ONCE = 20
"""So many matters of a desk are raised at one tick; a desk that has neglected hundreds is told of them by and by."""
# A quiet hour of the site; a clock that stood still then does it when it goes again.
ERASES_FROM = time(3, 30)


@transaction.atomic
def raise_missing_reviews(now: datetime) -> int:
    """Tells each supervisor, or while nobody supervises the project head, once about yesterday's unread log, from the desk's inspection time on. Returns how many.

    A day before that nobody has signed or was told of, for the clock stood still, is made up for, `LOOKS_BACK` days at most (I7).
    """
    told = 0
    for desk in Desk.objects.filter(active=True).select_related("site", "settings"):
        today = local_day(now, desk.site.zone)
        if now < at(today, desk.settings.inspection_time, desk.site.zone):
            continue
        yesterday = today - timedelta(days=1)
        before = {yesterday - timedelta(days=each) for each in range(1, LOOKS_BACK)}
        missed = never_signed(desk, before)
        known = told_on("review", str(desk.pk), [_unread_on(day) for day in missed]) if missed else set()
        missed = {day: unread for day, unread in missed.items() if _unread_on(day) not in known}
        for day, unread in sorted((missed | {yesterday: unread_count_for_review(desk, yesterday)}).items()):
            if not unread:
                continue
            people, code = supervisors_with("log.review", desk, now), "review_missing"
            url = reverse("logbook:review", args=[desk.slug, day.isoformat()])
            if not people:
                # The review is the supervisors'; the project head reads the day in the log, and names somebody who signs it.
                people, code = heads_of(desk.site, now), "review_missing_head"
                url = f"{reverse('logbook:log', args=[desk.slug])}?day={day.isoformat()}"
            told += tell(
                people=people, site=desk.site, matter="review", matter_id=desk.pk, occasion=_unread_on(day), code=code, now=now,
                fields={"day_on": day.isoformat(), "count": str(unread), **in_each_language("desk", desk)},
                url=url,
            )
    return told


def _unread_on(day: date) -> str:
    return f"unread:{day.isoformat()}"


@transaction.atomic
def raise_carried_matters(now: datetime) -> int:
    """Raises matters that too many watches have passed on past their due time, once for each due time (A1, I7). Returns how many.

    One desk at a time that has any, so that one book is held at a time; the next tick goes on.
    """
    for desk in Desk.objects.filter(active=True).select_related("site", "settings").order_by("pk"):
        matters = list(matters_to_raise(desk, now).select_related("root__book")[:RAISED_AT_ONCE])
        due = {
            matter.pk: counts_from(state=matter.state, due_at=matter.due_at, waiting_until=matter.waiting_until)
            for matter in matters
            if matter.due_at is not None
        }
        if not due:
            continue
        ends = watch_ends(desk, min(due.values()), now)
        watches = {key: watches_since(moment, ends) for key, moment in due.items()}
        return sum(raise_matter(desk=desk, matter=each, watches=watches[each.pk], now=now) is not None for each in matters)
    return 0


@transaction.atomic
def merge_reports(now: datetime) -> int:
    """Ends the periods in which further reports of the system were counted (A17). Returns how many entries say so."""
    runs = SystemRun.objects.filter(began_at__lte=now - PERIOD).select_related("book__site", "book__desk").order_by("book", "pk")
    return sum(end_system_run(run=run, now=now) is not None for run in runs)


@transaction.atomic
def seal_days(now: datetime) -> int:
    """Signs the checkpoint of each book's day that has ended, and sends it to the project heads. Returns how many.

    A day without a new entry needs none. A day that was missed, for the clock or the key was away, is caught up.
    """
    newest = EntryDigest.objects.filter(book=OuterRef("pk")).order_by("-number")
    books = Book.objects.select_related("site", "desk").annotate(
        head=Subquery(newest.values("number")[:1]),
        sealed=Coalesce(Max("checkpoints__size", filter=Q(checkpoints__occasion=Checkpoint.Occasion.DAY)), 0),
        sealed_at=Max("checkpoints__made_at", filter=Q(checkpoints__occasion=Checkpoint.Occasion.DAY)),
    ).order_by("pk")
    made = 0
    for book in books:
        begin, _end = day_bounds(local_day(now, book.site.zone), book.site.zone)
        if (book.head or 0) <= book.sealed or (book.sealed_at is not None and book.sealed_at >= begin):
            continue
        checkpoint = seal(book=book, occasion=Checkpoint.Occasion.DAY, now=now)
        if checkpoint is not None:
            send_checkpoint(checkpoint, now=now)
            made += 1
    return made


@transaction.atomic
def send_what_is_sealed(now: datetime) -> int:
    """Lets a worker send the checkpoints that wait for a witness (A18); returns how many letters are due.

    The clock itself never talks to a mail server, nor does the act that makes a checkpoint.
    """
    due = len(due_sendings(now)) if settings.MAIL_GOES != "nowhere" else 0
    if due:
        transaction.on_commit(_ask_a_worker_to_send)
    return due


def _ask_a_worker_to_send() -> None:
    from kombu.exceptions import OperationalError

    from logbook.tasks import send_checkpoints

    try:
        # A message that no worker takes before the next tick goes; the next tick asks again.
        send_checkpoints.apply_async(retry=False, expires=settings.CLOCK_SECONDS)
    except (OperationalError, OSError):
        logger.warning("No worker could be asked to send checkpoints; the next tick asks again.")


def verify_by_night(now: datetime) -> int:
    """Verifies each book once a night, a few at each tick; a night that was missed is made up for in the day. Returns how many."""
    begun, done = stopwatch.monotonic(), 0
    for book in Book.objects.select_related("site", "desk").order_by("pk"):
        day = local_day(now, book.site.zone)
        if now < at(day, NIGHT, book.site.zone) or Verification.objects.filter(book=book, night=day).exists():
            continue
        if stopwatch.monotonic() - begun > PATIENCE:
            break
        done += verify_book(book=book, now=now) is not None
    return done


@transaction.atomic
def erase_by_rule(now: datetime) -> int:
    """Erases the personal values whose period is over, on each site's day; returns how many (A20).

    One desk at a time that has any, so that one book is held at a time; the next tick goes on.
    """
    for desk in Desk.objects.select_related("site").order_by("pk"):
        day = local_day(now, desk.site.zone)
        if now < at(day, ERASES_FROM, desk.site.zone):
            continue
        if erased := erase_personal_values(desk=desk, day=day, now=now):
            return erased
    return 0
