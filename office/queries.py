"""Reads of briefings and acting supervisors that more than one page needs (A3, A32)."""

from datetime import date, datetime

from django.db.models import QuerySet

from desks.hooks import panels_of
from desks.models import ActingSupervisor, Desk, Person, Site
from logbook.queries import current_watch, watch_people
from office.models import Briefing


def briefing_for(desk: Desk, day: date) -> Briefing | None:
    """The newest version of the day's briefing, or None."""
    rows = Briefing.objects.filter(desk=desk, site_day=day).select_related("author", "desk__site")
    return rows.order_by("-version").first()


def briefings_before(desk: Desk, day: date) -> QuerySet[Briefing]:
    """The newest version of each earlier day's briefing, newest day first."""
    newest = Briefing.objects.filter(desk=desk, site_day__lt=day).order_by("site_day", "-version").distinct("site_day")
    return Briefing.objects.filter(pk__in=newest.values("pk")).select_related("author").order_by("-site_day")


def people_on_duty(desk: Desk, moment: datetime) -> list[Person]:
    """Who is of the watch, and who is rostered then; each once, the watch first (A32: each person on duty)."""
    watch = current_watch(desk)
    found = {person.pk: person for person in (watch_people(watch) if watch else [])}
    for rostered in panels_of("duty_on", desk, moment):
        for person in rostered:
            found.setdefault(person.pk, person)
    return list(found.values())


def acting_at(site: Site, moment: datetime) -> QuerySet[ActingSupervisor]:
    """Who acts for the supervisor at that moment."""
    rows = ActingSupervisor.objects.filter(site=site, starts_at__lte=moment, ends_at__gt=moment)
    return rows.select_related("person", "named_by").order_by("starts_at")
