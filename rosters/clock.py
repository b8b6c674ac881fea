"""The clock's acts: next month's roster is asked for, and an unfinished one is overdue (A5, I7).

The database says what is due, so a beat that was away catches up, and tells only what is still true.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse

from desks.clock import local_day
from desks.models import Desk
from desks.queries import duty_pool, heads_of, who_supervises
from logbook.actions import book_of, hold_books
from rosters import rules
from rosters.actions.telling import tell_about
from rosters.models import Roster, RosterUpload

KEEP_UPLOADS = timedelta(days=7)


def ask_for_rosters(now: datetime) -> int:
    """Tells who is to be told of rosters that are asked for or overdue, each once; returns how many were told.

    1. Find the desks and months that are unfinished now.
    2. Hold their books, as every act on a roster does, and look again: nobody is told of what is reported meanwhile.
    3. Before the due day: remind who drafts, ask staff for wishes and leave. After it: tell supervisor and project head.
    """
    waiting = list(unfinished(now))
    hold_books(*{book_of(desk) for desk, _month, _due in waiting})
    told = 0
    for desk, month, due in waiting:
        if Roster.objects.filter(desk=desk, month=month, state=Roster.State.REPORTED).exists():
            continue
        drafters = who_supervises("roster.draft", desk, now)
        if now >= due:
            people = {*drafters, *heads_of(desk.site, now)}
            last = local_day(due - timedelta(microseconds=1), desk.site.zone)
            told += tell_about(desk, month, people, f"due:{last}", "tell_roster_overdue", now)
            continue
        day = str(desk.settings.roster_day)
        told += tell_about(desk, month, drafters, "reminder", "tell_roster_reminder", now, day=day)
        if not Roster.objects.filter(desk=desk, month=month, state=Roster.State.APPROVED).exists():
            wishes = reverse("rosters:wishes", args=[desk.slug])
            told += tell_about(desk, month, duty_pool(desk, now), "leave", "tell_ask_leave", now, url=wishes)
    return told


def unfinished(now: datetime, desks: list[Desk] | None = None) -> Iterator[tuple[Desk, date, datetime]]:
    """Desk, month and due moment of each roster that is asked for now and has not been reported.

    Next month's counts from the reminder day on; this month's only at a desk that has begun with rosters, so that a
    desk set up today is not late.
    """
    if desks is None:
        desks = list(Desk.objects.filter(active=True).select_related("site", "settings"))
    known: dict[int, dict[date, str]] = {}
    for row in Roster.objects.filter(desk__in=desks):
        known.setdefault(row.desk_id, {})[row.month] = row.state
    for desk in desks:
        zone, states = desk.site.zone, known.get(desk.pk, {})
        this, following = local_day(now, zone).replace(day=1), rules.month_asked_for(now, zone)
        wanted = [this] if any(month <= this for month in states) else []
        if rules.is_past_reminder_day(now=now, day=desk.settings.roster_reminder_day, zone=zone):
            wanted.append(following)
        for month in wanted:
            if states.get(month) != Roster.State.REPORTED:
                yield desk, month, rules.due_moment(month=month, day=desk.settings.roster_day, zone=zone)


def clear_uploads(now: datetime) -> int:
    """Removes files that nobody has confirmed for a week; returns how many."""
    return RosterUpload.objects.filter(uploaded_at__lt=now - KEEP_UPLOADS).delete()[0]
