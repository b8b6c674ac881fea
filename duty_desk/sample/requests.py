"""What the people of the sample desk ask for: swaps and leave in every state, a duty owed, wishes for next month (A5, A13, B2.5)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from desks.clock import at, day_bounds
from desks.models import Choice
from desks.queries import choices_of
from duty_desk.sample.words import ASKED_EXAM, ASKED_FAMILY, ASKED_SCHOOL, ASKED_TOWN, REFUSED_FEW
from rosters import actions
from rosters.clock_requests import expire_requests
from rosters.models import Duty, Leave, Swap
from rosters.queries import month_for_wishes
from rosters.queries.wishes import is_out

if TYPE_CHECKING:
    from duty_desk.sample.story import Storyteller

Act = tuple[datetime, Callable[[datetime], object]]


def requests_of(story: "Storyteller", day: date) -> list[Act]:
    """What was asked for on the day before `story.today`, and two days before it; what lies beyond the month's roster is not asked."""
    before, today = day - timedelta(days=1), story.today
    return [
        (story.when(before, time(10)), lambda now: _ask(story, "huang", day, "give", ["he"], ASKED_FAMILY, now)),
        (story.when(day, time(8, 1)), expire_requests),
        (story.when(day, time(9, 11)), lambda now: _ask(story, "he", today + timedelta(days=2), "give", ["huang", "wu"], ASKED_EXAM, now)),
        (story.when(day, time(9, 23)), lambda now: _ask(story, "zhou", today + timedelta(days=2), "exchange", ["lin"], ASKED_SCHOOL, now)),
        (story.when(day, time(9, 52)), lambda now: _agree(story, "lin", now, today + timedelta(days=3))),
        (story.when(day, time(10, 14)), lambda now: _ask(story, "liang", today + timedelta(days=2), "later", ["wu"], ASKED_FAMILY, now)),
        (story.when(day, time(10, 31)), lambda now: _agree(story, "wu", now)),
        (story.when(day, time(11, 2)), lambda now: _decide(story, "liang", now)),
        (story.when(day, time(11, 20)), lambda now: _ask(story, "zheng", today + timedelta(days=3), "give", ["chen"], ASKED_SCHOOL, now)),
        (story.when(day, time(11, 46)), lambda now: _agree(story, "chen", now)),
        (story.when(day, time(12, 5)), lambda now: _decide(story, "zheng", now, refused=True)),
        (story.when(day, time(13, 30)), lambda now: _leave(story, "chen", "annual", today + timedelta(days=2), ASKED_TOWN, now)),
        (story.when(day, time(13, 58)), lambda now: _approve(story, now)),
        (
            story.when(day, time(16, 40)),
            lambda now: _leave(story, "lin", "personal", today + timedelta(days=1), ASKED_SCHOOL, now, (time(9), time(11))),
        ),
        (story.when(day, time(17, 55)), lambda now: _wishes(story, now)),
    ]


def _duty(story: "Storyteller", login: str, day: date) -> Duty | None:
    rows = Duty.objects.select_related("desk__site", "desk__settings", "person")
    return rows.filter(desk=story.desk, person=story.person(login), site_day=day, taken_out_by__isnull=True).first()


def _ask(story: "Storyteller", login: str, day: date, way: str, people: list[str], why: tuple[str, str, str], now: datetime) -> None:
    duty = _duty(story, login, day)
    if duty is not None and duty.starts_at > now:
        wanted = actions.Wanted(
            way=way, people=[story.person(each) for each in people], reason=story.worded(why),
            repay_by=day + timedelta(days=7) if way == Swap.Way.LATER else None,
        )
        actions.ask_swap(actor=story.person(login), duty=duty, wanted=wanted, now=now)


def _agree(story: "Storyteller", login: str, now: datetime, returns_on: date | None = None) -> None:
    """The colleague agrees to what they were asked last; for a duty of theirs only where they have one on that day."""
    person = story.person(login)
    swap = Swap.objects.filter(desk=story.desk, state="requested", invites__person=person).first()
    returns = _duty(story, login, returns_on) if returns_on is not None else None
    if swap is not None and (swap.way == Swap.Way.EXCHANGE) == (returns is not None):
        actions.agree(actor=person, swap=swap, returns=returns, now=now)


def _decide(story: "Storyteller", login: str, now: datetime, *, refused: bool = False) -> None:
    swap = Swap.objects.filter(desk=story.desk, state="agreed", person=story.person(login)).first()
    if swap is not None:
        actions.decide_swap(
            actor=story.person("supervisor"), swap=swap, approve=not refused, reason=story.worded(REFUSED_FEW) if refused else "", now=now
        )


def _leave(
    story: "Storyteller", login: str, kind: str, day: date, why: tuple[str, str, str], now: datetime, hours: tuple[time, time] | None = None
) -> None:
    zone = story.desk.site.zone
    begin, end = (at(day, hours[0], zone), at(day, hours[1], zone)) if hours else day_bounds(day, zone)
    actions.ask_leave(
        actor=story.person(login), desk=story.desk, person=story.person(login),
        kind=choices_of(story.desk, Choice.Purpose.LEAVE_KIND).get(code=kind), starts_at=begin, ends_at=end, reason=story.worded(why), now=now,
    )


def _approve(story: "Storyteller", now: datetime) -> None:
    leave = Leave.objects.get(desk=story.desk, person=story.person("chen"), state="requested")
    actions.decide_leave(actor=story.person("supervisor"), leave=leave, approve=True, reason="", now=now)


def _wishes(story: "Storyteller", now: datetime) -> None:
    """Two wishes for next month, once wishes are taken and until its roster is out."""
    month = month_for_wishes(story.desk, now)
    if month is not None and not is_out(story.desk, month):
        for login, number, shift in (("he", 8, ""), ("zhou", 12, "early")):
            actions.make_wish(
                actor=story.person(login), desk=story.desk, day=month + timedelta(days=number), want=True, shift_code=shift, weight=2, now=now
            )
