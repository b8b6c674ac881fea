"""Scenes of changes: a reported month, who is on early and late on a day, swaps and leave asked for."""

from datetime import date, datetime, timedelta
from typing import Any

from desks.models import Choice, Person
from desks.queries import choices_of
from desks.testing import Place
from rosters import actions
from rosters.models import Duty, Leave, Swap
from rosters.tests.scenes import DECEMBER, reported

# Every second day of two people each, so that nobody's rest is short, also for who takes a duty of the same shift.
CALM = {"agent": "早休", "colleague": "晚休", "butler": "休早", "second_butler": "休晚"}
DAY = date(2026, 12, 13)
"""A day of agent (early) and colleague (late)."""
NEXT = date(2026, 12, 14)
"""A day of butler (early) and second butler (late)."""


def month_out(place: Place, now: datetime, **patterns: str) -> None:
    """December is out, in the calm pattern unless others are given; from ten in the evening to eight is too short a rest."""
    place.desk.settings.rest_hours = 11
    place.desk.settings.save()
    reported(place, now, month=DECEMBER, **(patterns or CALM))


def duty(person: Person, day: date = DAY) -> Duty:
    """The person's duty of the day."""
    return Duty.objects.select_related("desk__site", "desk__settings", "person").get(person=person, site_day=day, taken_out_by__isnull=True)


def asked(place: Place, now: datetime, *, people: tuple[str, ...] = ("butler",), by: Person | None = None, **wanted: Any) -> Swap:
    """The agent asks the people to take the duty of the thirteenth, for nothing in return unless said."""
    more = {"way": "give", "people": [getattr(place, part) for part in people], "reason": "家里有事"} | wanted
    return actions.ask_swap(actor=by or place.agent, duty=duty(place.agent), wanted=actions.Wanted(**more), now=now)


def agreed(place: Place, now: datetime, **wanted: Any) -> Swap:
    """As asked, and the butler has agreed."""
    return actions.agree(actor=place.butler, swap=asked(place, now, **wanted), now=now)


def approved(place: Place, now: datetime, **wanted: Any) -> Swap:
    """As agreed, and the supervisor has approved."""
    return actions.decide_swap(actor=place.supervisor, swap=agreed(place, now, **wanted), approve=True, reason="", now=now)


def kind_of(place: Place, code: str = "annual") -> Choice:
    """A kind of leave of the first desk."""
    return choices_of(place.desk, "leave_kind").get(code=code)


def leave_asked(place: Place, now: datetime, *, day: date = DAY, days: int = 1, **more: Any) -> Leave:
    """The agent asks for leave of days from the thirteenth."""
    from desks.clock import day_bounds

    begin, _ = day_bounds(day, place.site.zone)
    given = {
        "actor": place.agent, "person": place.agent, "desk": place.desk, "kind": kind_of(place), "starts_at": begin,
        "ends_at": day_bounds(day + timedelta(days=days - 1), place.site.zone)[1], "reason": "回老家", "now": now,
    }
    return actions.ask_leave(**(given | more))
