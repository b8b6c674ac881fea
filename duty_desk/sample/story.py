"""The story of the sample desk: yesterday and today, told through the acts that a real desk uses.

The record's clock is moved while it is told, so that times of recording fit, and put back at the end. All of it is one
transaction: a first run that is cut off leaves nothing behind.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction

from desks import record_clock
from desks.clock import at, local_day
from desks.models import Desk, Person
from duty_desk.sample.days import TODAY, YESTERDAY, Happening
from duty_desk.sample.ground import lay_ground
from logbook.actions import close_watch, open_watch, record_entry
from logbook.queries import current_watch

OPENS, CLOSES = time(8), time(22)


def worded(happening: Happening, language: str) -> str:
    """The happening's text in the language of the installation."""
    return {"zh-hans": happening.simplified, "zh-hant": happening.traditional}.get(language, happening.english)


@transaction.atomic
def tell(language: str, now: datetime) -> Desk:
    """Lays the sample site and its last two days up to `now` (an aware moment); returns the desk."""
    desk, people = lay_ground(language, now)
    record_clock.install()
    day = local_day(now, desk.site.zone)
    _tell_day(desk, people, YESTERDAY, at(day - timedelta(days=1), OPENS, desk.site.zone), now, language)
    _tell_day(desk, people, TODAY, at(day, OPENS, desk.site.zone), now, language)
    record_clock.remove()
    return desk


def _tell_day(
    desk: Desk, people: dict[str, Person], happenings: Iterable[Happening], opens: datetime, now: datetime, language: str
) -> None:
    """One day from its opening; what lies after `now` has not happened yet."""
    zone = desk.site.zone
    closes = at(local_day(opens, zone), CLOSES, zone)
    if opens > now:
        return
    record_clock.set_to(opens)
    open_watch(actor=people["he"], desk=desk, now=opens, colleagues=[people["zhou"]])
    for turn, happening in enumerate(happenings):
        moment = opens + timedelta(minutes=happening.minute)
        if moment > now:
            return
        record_clock.set_to(moment)
        record_entry(
            actor=people["he" if turn % 2 else "zhou"], desk=desk, now=moment, text=worded(happening, language),
            kind=happening.kind, source=happening.source, place=happening.place, customer=happening.customer,
            phone=happening.phone, urgency="urgent" if happening.urgent else "", follow_up=not happening.closed,
        )
    if closes <= now and (watch := current_watch(desk)) is not None:
        record_clock.set_to(closes)
        close_watch(actor=watch.holder, watch=watch, now=closes)
