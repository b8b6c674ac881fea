"""Reads of who is away from the desk, and who could stay at it (A10)."""

from datetime import datetime

from django.db.models import F

from desks.models import Desk, Person
from desks.queries import people_of_desk, supervisors_of
from logbook.models import Watch
from logbook.queries import current_watch, watch_people
from rosters.models import Absence


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
