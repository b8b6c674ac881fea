"""Reads of briefings and acting supervisors that more than one page needs (A3, A32)."""

from datetime import date, datetime

from django.db.models import QuerySet

from desks.hooks import panels_of
from desks.models import ActingSupervisor, Desk, Membership, Person, Site
from desks.permissions import RIGHTS
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


def administered_sites(person: Person, now: datetime) -> QuerySet[Site]:
    """The sites that the person sets up; an operator all of them (docs/architecture.md §5)."""
    if person.is_superuser:
        return Site.objects.all()
    rows = Membership.objects.filter(person=person, role__in=RIGHTS["site.set_up"], desk__isnull=True, starts_at__lte=now)
    return Site.objects.filter(pk__in=rows.exclude(ends_at__lte=now).values("site"))


def people_of_sites(sites: QuerySet[Site]) -> QuerySet[Person]:
    """Everybody who is, was or will be anything at these sites; operators stay out of sight."""
    return Person.objects.filter(pk__in=Membership.objects.filter(site__in=sites).values("person"), is_superuser=False)


def administers(actor: Person, person: Person, now: datetime) -> bool:
    """Whether the actor may change the person: an operator may; a site's administrator only who belongs nowhere else."""
    if actor.is_superuser:
        return True
    sites = administered_sites(actor, now)
    rows = Membership.objects.filter(person=person)
    elsewhere = rows.exclude(ends_at__lte=now).exclude(site__in=sites)
    return not person.is_superuser and rows.filter(site__in=sites).exists() and not elsewhere.exists()
