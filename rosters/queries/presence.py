"""Reads of who is away from the desk, and who could stay at it (A10)."""

from datetime import datetime

from django.db.models import F

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import people_of_desk, supervisors_of
from logbook.models import Entry, Watch
from logbook.queries import book_ids_of, current_watch, entries_of, watch_people
from rosters import rules
from rosters.models import Absence

GOING = ["away_for_meal", "away_for_errand", "away_for_other", "away_in_emergency", "away_in_emergency_alone", "away_alone", "back_at_desk", "holder_passed", "colleague_joined"]
"""Codes of the acts by which people go and come."""


def away_now(desk: Desk) -> list[Absence]:
    """Who of the watch that holds the desk is away for a while, the longest first (A10)."""
    return list(
        Absence.objects.filter(watch__desk=desk, watch__ended_at__isnull=True, back_at__isnull=True)
        .filter(watch__members__person=F("person"), watch__members__left_at__isnull=True)
        .select_related("person", "cover", "watch")
        .order_by("since", "pk")
    )


def away_from(watch: Watch) -> set[int]:
    """The ids of the people of the watch who are away."""
    return set(Absence.objects.filter(watch=watch, back_at__isnull=True).values_list("person", flat=True))


def covers_of(desk: Desk, person: Person, now: datetime) -> list[Person]:
    """Who could stay at the desk while the person is away: colleagues of the watch first, then who may come to it (A10)."""
    watch = current_watch(desk)
    if watch is None:
        return []
    away = away_from(watch)
    there = watch_people(watch)
    colleagues = [each for each in there if each != person and each.pk not in away]
    others = [*people_of_desk(desk, now), *supervisors_of(desk.site, now)]
    present = {each.pk for each in there}
    return [*colleagues, *dict.fromkeys(each for each in others if each.pk not in present and each != person)]


def entries_since(desk: Desk, reader: Person, absence: Absence, now: datetime) -> list[int]:
    """The numbers of what was entered at the desk while the person was away, by others, and that the reader may read (A10)."""
    acts = Entry.objects.filter(book__in=book_ids_of(desk), act=Entry.Act.ACT, code__in=GOING, author=absence.person)
    left = acts.filter(occurred_at=absence.since).order_by("number").values_list("number", flat=True).last()
    if left is None:
        return []
    rows = entries_of(desk, after=left).exclude(code__in=GOING).exclude(author=absence.person)
    if not may(reader, "log.see_restricted", desk=desk, now=now):
        rows = rows.exclude(audience=Entry.Audience.SUPERVISORS)
    return list(rows.order_by("number").values_list("number", flat=True))


def long_away(now: datetime, desk: Desk | None = None) -> list[tuple[Absence, int]]:
    """Who is away for longer than the reason allows, with how often that time has passed: once or twice (A10, B1.15)."""
    rows = Absence.objects.filter(back_at__isnull=True, watch__ended_at__isnull=True).exclude(what=rules.EMERGENCY)
    if desk is not None:
        rows = rows.filter(watch__desk=desk)
    there = rows.filter(watch__members__person=F("person"), watch__members__left_at__isnull=True)
    found = []
    for row in there.select_related("watch__desk__site", "watch__desk__settings", "person").order_by("pk"):
        times = rules.times_over(what=row.what, since=row.since, now=now, minutes=limit_for(row.watch.desk, row.what))
        if times:
            found.append((row, times))
    return found


def limit_for(desk: Desk, what: str) -> int:
    """How many minutes an absence for that reason may last at the desk (A10, B1.15)."""
    return rules.limit_of(what=what, meal_minutes=desk.settings.meal_minutes, errand_minutes=desk.settings.errand_minutes)
