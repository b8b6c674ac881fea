"""Data for tests and pictures, made through the acts: a month's roster, a watch with colleagues."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from desks import binding
from desks.clock import local_day, next_month
from desks.models import Desk, DeskSettings, Person
from desks.testing import PIN, Place, Town
from rosters import actions
from rosters.models import Roster
from rosters.planning import days_of
from rosters.reading import Table

DECEMBER = date(2026, 12, 1)
PATTERNS = {"agent": "早早晚休", "colleague": "早晚休早", "butler": "晚休早晚", "second_butler": "休早晚晚"}


def roster_table(place: Place, month: date = DECEMBER, **patterns: str) -> Table:
    """A month's table, people down and days across; each person's pattern of marks is repeated."""
    days = days_of(month)
    rows = [["姓名", "职务", *[str(day.day) for day in days]]]
    for part, pattern in (patterns or PATTERNS).items():
        person = getattr(place, part)
        rows.append([person.name, "前台客服", *[pattern[number % len(pattern)] for number in range(len(days))]])
    return rows


def csv_of(table: Table, encoding: str = "utf-8-sig") -> bytes:
    """The table as a CSV file."""
    return "\r\n".join(",".join(row) for row in table).encode(encoding)


def drafted(place: Place, now: datetime, *, month: date = DECEMBER, desk: Desk | None = None, **patterns: str) -> Roster:
    """A draft of the desk's month by the supervisor."""
    table = roster_table(place, month, **patterns)
    return actions.bring_in(
        actor=place.supervisor, desk=desk or place.desk, month=month, table=table, name="roster.csv", now=now
    )


def confirmed(person: Person, now: datetime) -> binding.Confirmation:
    """The person's own PIN, entered."""
    return binding.confirm(person, PIN, now=now)


def reported(place: Place, now: datetime, **more: object) -> Roster:
    """A roster of the desk's month that the supervisor drafted, reviewed and reported, also one of more duties than the law allows."""
    roster = drafted(place, now, **more)
    with no_limits(roster.desk):
        return actions.review_and_report(
            actor=place.supervisor, roster=roster, confirmed=confirmed(place.supervisor, now), now=now, reason="人手不足，已与本人商量"
        )


@contextmanager
def no_limits(desk: Desk) -> Iterator[None]:
    """The desk asks for no rest day and limits no overtime for a while."""
    rows, names = DeskSettings.objects.filter(desk=desk), ("rest_day_within", "overtime_day_hours", "overtime_month_hours")
    kept = rows.values(*names).get()
    rows.update(rest_day_within=0, overtime_day_hours=16, overtime_month_hours=200)
    yield
    rows.update(**kept)


def busy(town: Town, now: datetime) -> None:
    """This month's roster is out, next month's is a draft, and the desk is held by two people."""
    from logbook.actions import open_watch

    today = local_day(now, town.site.zone)
    reported(town, now, month=today.replace(day=1))
    drafted(town, now, month=next_month(today))
    open_watch(actor=town.agent, desk=town.desk, now=now, colleagues=[town.butler])


def at_the_meal(town: Town, now: datetime) -> None:
    """As `busy`, and the holder is at a meal for longer than it takes; a file with problems waits for its mending."""
    busy(town, now - timedelta(minutes=40))
    actions.leave_for_a_while(
        actor=town.agent, desk=town.desk, what="meal", cover=town.butler, now=now - timedelta(minutes=35)
    )
    month = next_month(local_day(now, town.site.zone))
    table = roster_table(town, month)
    table[1][0], table[2][5] = "无此人", "夜"
    table[0].append("32")
    actions.keep_upload(
        actor=town.supervisor, desk=town.desk, month=month, name="十二月排班.csv", content=csv_of(table), now=now
    )


def november(place: Place, now: datetime, **patterns: str) -> Roster:
    """A reported November in which every day is alike: agent and colleague on the early shift, both butlers on the late one."""
    alike = {"agent": "早", "colleague": "早", "butler": "晚", "second_butler": "晚"}
    return reported(place, now, month=date(2026, 11, 1), **(alike | patterns))
