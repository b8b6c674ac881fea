"""Making and revoking the secret address of a calendar feed, and counting its fetches (I8, I9)."""

import secrets
from datetime import UTC, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from desks.claims import claim
from desks.models import Desk, Person
from desks.permissions import may
from desks.refusal import Refused
from desks.wording import name_of
from logbook.actions import book_of, hold_books, record_act
from rosters.models import CalendarFeed
from rosters.queries import digest_of

State = CalendarFeed.State
# One statement, in which two fetches at once both count.
COUNT = """
INSERT INTO rosters_feedreading (feed_id, day, times, last_at) VALUES (%(feed)s, %(day)s, 1, %(now)s)
ON CONFLICT ON CONSTRAINT feed_reading_once_a_day
DO UPDATE SET times = rosters_feedreading.times + 1, last_at = greatest(rosters_feedreading.last_at, excluded.last_at)
"""


@transaction.atomic
def make_feed(*, actor: Person, desk: Desk | None, now: datetime) -> tuple[CalendarFeed, str]:
    """A new secret address for the actor's own duties, or for a desk's; the one before it is revoked.

    Returns the feed and its secret, which is kept nowhere. Raises Refused (I8).
    """
    if desk is not None:
        hold_books(book_of(desk))
        if not may(actor, "roster.view", desk=desk, now=now):
            raise Refused("I8", _("You do not see this desk's roster."), _("Ask its supervisor."))
    for row in CalendarFeed.objects.filter(person=actor, desk=desk, state=State.LIVE):
        claim(CalendarFeed, row.pk, old=State.LIVE, new=State.REVOKED, actor=actor, reason="", now=now, revoked_at=now)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(person=actor, desk=desk, digest=digest_of(token), made_at=now)
    feed._history_user, feed._history_date = actor, now  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError as error:
        raise Refused("I9", _("Another address was made at the same moment."), _("Load the page again.")) from error
    if desk is not None:
        record_act(actor=actor, desk=desk, now=now, code="feed_made", fields=name_of("person", actor))
    return feed, token


@transaction.atomic
def revoke_feed(*, actor: Person, feed: CalendarFeed, now: datetime) -> CalendarFeed:
    """The actor's own address answers nothing from now on. Raises Refused for somebody else's, and the second time (I8)."""
    if feed.desk is not None:
        hold_books(book_of(feed.desk))
    if feed.person_id != actor.pk:
        raise Refused("I8", _("This is somebody else's calendar."), _("Each revokes their own; who leaves loses theirs by leaving."))
    revoked = claim(
        CalendarFeed, feed.pk, old=State.LIVE, new=State.REVOKED, actor=actor, reason="", now=now, revoked_at=now,
        refusal=_("This address is revoked already."),
    )
    if feed.desk is not None:
        record_act(actor=actor, desk=feed.desk, now=now, code="feed_revoked", fields=name_of("person", actor))
    return revoked


def count_reading(*, feed: CalendarFeed, now: datetime) -> None:
    """One more fetch of the feed: a single statement, one row for each feed and day (I8)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"feed": feed.pk, "day": now.astimezone(UTC).date(), "now": now})
