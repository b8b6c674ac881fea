"""Who holds the desk now, and which watches have ended (I3)."""

from datetime import datetime

from desks.models import Desk, Person
from logbook.models import Watch, WatchMember


def current_watch(desk: Desk) -> Watch | None:
    """The watch that holds the desk now, or None for a desk that is closed or in a gap (I3)."""
    return Watch.objects.filter(desk=desk, ended_at__isnull=True).select_related("holder").first()


def watch_and_people(desk: Desk) -> tuple[Watch | None, list[Person]]:
    """The watch that holds the desk now with the people who are there, the holder first; one query for a held desk."""
    members = list(
        WatchMember.objects.filter(watch__desk=desk, watch__ended_at__isnull=True, left_at__isnull=True)
        .select_related("watch", "person")
        .order_by("person_id")
    )
    if not members:
        return current_watch(desk), []
    watch = members[0].watch
    people = sorted((member.person for member in members), key=lambda person: person.pk != watch.holder_id)
    watch.holder = next((person for person in people if person.pk == watch.holder_id), None) or watch.holder
    return watch, people


def watch_people(watch: Watch) -> list[Person]:
    """The people of the watch who are there now, the holder first."""
    people = Person.objects.filter(watch_times__watch=watch, watch_times__left_at__isnull=True).distinct().order_by("pk")
    return sorted(people, key=lambda person: person.pk != watch.holder_id)


def on_duty_at(site_id: int, person: Person) -> bool:
    """Whether the person is of a watch of the site now."""
    return WatchMember.objects.filter(
        person=person, left_at__isnull=True, watch__ended_at__isnull=True, watch__desk__site=site_id
    ).exists()


def watch_ends(desk: Desk, since: datetime, now: datetime) -> list[datetime]:
    """When the desk's watches after the moment ended, in their order: what a matter's age is counted in (A1); one query."""
    ended = Watch.objects.filter(desk=desk, ended_at__gt=since, ended_at__lte=now)
    return list(ended.order_by("ended_at").values_list("ended_at", flat=True))


def ended_watches_ago(desk: Desk, count: int, now: datetime) -> datetime | None:
    """When the desk's last watch but so many ended (1: the last one), or None where there were not so many."""
    ended = Watch.objects.filter(desk=desk, ended_at__lte=now).order_by("-ended_at").values_list("ended_at", flat=True)
    return next(iter(ended[count - 1 : count]), None)
