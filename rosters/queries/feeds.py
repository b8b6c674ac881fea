"""Reads of calendar feeds: whose a secret address is, and the duties that stand in it (I6, I8)."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import F, Max, Q, Sum

from desks.models import Person
from desks.permissions import may
from rosters.models import CalendarFeed, Duty, ShiftType
from rosters.queries.seeing import PUBLISHED

BACK, AHEAD = timedelta(days=45), timedelta(days=400)
"""What a calendar shows: the last weeks and everything that is planned."""


def digest_of(token: str) -> str:
    """What is kept of a feed's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_at(token: str, now: datetime) -> CalendarFeed | None:
    """The feed of that secret while its person may see what it shows, else None: who has left takes nothing along (I8)."""
    rows = CalendarFeed.objects.filter(digest=digest_of(token), state=CalendarFeed.State.LIVE)
    feed = rows.select_related("person", "desk__site", "desk__settings").first()
    if feed is None or not feed.person.is_active:
        return None
    if feed.desk is not None and not may(feed.person, "roster.view", desk=feed.desk, now=now):
        return None
    return feed


def feeds_of(person: Person) -> list[CalendarFeed]:
    """The person's feeds in use, with how often and when last each was fetched as `.times` and `.last_at`."""
    rows = CalendarFeed.objects.filter(person=person, state=CalendarFeed.State.LIVE).select_related("desk__site")
    return list(rows.annotate(times=Sum("readings__times"), last_at=Max("readings__last_at")).order_by(F("desk").asc(nulls_first=True)))


def feed_duties(feed: CalendarFeed, now: datetime) -> list[Duty]:
    """The published duties of the feed around now, those that were taken out as well, by start; each with its shift type as `.shift`."""
    # What a change took out before the roster was published was never in anybody's calendar.
    never = Q(taken_out_by__decided_at__lt=F("roster__reported_at"))
    rows = Duty.objects.filter(PUBLISHED, starts_at__gte=now - BACK, starts_at__lt=now + AHEAD).exclude(never)
    rows = rows.filter(desk=feed.desk) if feed.desk is not None else rows.filter(person=feed.person)
    duties = list(
        rows.select_related("person", "desk__site", "desk__settings", "brought_in_by", "taken_out_by", "roster").order_by("starts_at", "pk")
    )
    types = {
        (row.desk_id, row.code, row.version): row for row in ShiftType.objects.filter(desk__in={duty.desk_id for duty in duties})
    }
    for duty in duties:
        duty.shift = types[duty.desk_id, duty.shift_code, duty.shift_version]
    return duties
