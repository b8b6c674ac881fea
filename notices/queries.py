"""Reads of the inbox; a person sees notices of the sites that they belong to now, and no others' (I8)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from desks.models import ActingSupervisor, Membership, Person
from notices.models import Notice, NoticeReading

# How many notices %(person)s has not read at %(now)s: the same as `unread_of` counts, for the frame of every page.
UNREAD = """SELECT count(*) FROM notices_notice AS notice WHERE notice.person_id = %(person)s
    AND (notice.site_id IN (SELECT site_id FROM desks_membership WHERE person_id = %(person)s
                            AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s))
      OR notice.site_id IN (SELECT site_id FROM desks_actingsupervisor WHERE person_id = %(person)s
                            AND starts_at <= %(now)s AND ends_at > %(now)s))
    AND NOT EXISTS (SELECT FROM notices_noticereading AS reading WHERE reading.notice_id = notice.id AND reading.kind = 'read')"""


def _reading(kind: str) -> QuerySet[NoticeReading]:
    return NoticeReading.objects.filter(notice=OuterRef("pk"), kind=kind)


def _notices_of(person: Person, now: datetime) -> QuerySet[Notice]:
    member = Membership.objects.filter(person=person, starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    acting = ActingSupervisor.objects.filter(person=person, starts_at__lte=now, ends_at__gt=now)
    return Notice.objects.filter(person=person).filter(Q(site__in=member.values("site")) | Q(site__in=acting.values("site")))


def unread_of(person: Person, now: datetime) -> QuerySet[Notice]:
    """The person's notices that they have not read."""
    return _notices_of(person, now).filter(~Exists(_reading(NoticeReading.Kind.READ)))


def unacknowledged_of(person: Person, now: datetime) -> QuerySet[Notice]:
    """The person's notices that wait for their acknowledgement."""
    return _notices_of(person, now).filter(~Exists(_reading(NoticeReading.Kind.ACKNOWLEDGED)), acknowledge=True)


def unread_count(person: Person, now: datetime | None = None) -> int:
    """How many notices the person has not read; one query. `now` is the present moment unless said."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"person": person.pk, "now": now or timezone.now()})
        return cursor.fetchone()[0]


def inbox_of(person: Person, now: datetime, show: str = "all") -> QuerySet[Notice]:
    """The person's notices, unread ones first, then the newest; with site, `read_at` and `acknowledged_at`, one query.

    `show` is "all", "unread" or "acknowledge" (those that wait for an acknowledgement).
    """
    rows = {"unread": unread_of, "acknowledge": unacknowledged_of}.get(show, _notices_of)(person, now)
    return (
        rows.select_related("site")
        .annotate(
            read_at=Subquery(_reading(NoticeReading.Kind.READ).values("at")),
            acknowledged_at=Subquery(_reading(NoticeReading.Kind.ACKNOWLEDGED).values("at")),
            seen=Exists(_reading(NoticeReading.Kind.READ)),
        )
        .order_by("seen", "-told_at", "-pk")
    )


def notices_about(matter: str, matter_id: str, occasion: str) -> QuerySet[Notice]:
    """Who was told on this occasion, in the order of their names, with `acknowledged_at`: who has said that they read it."""
    rows = Notice.objects.filter(matter=matter, matter_id=matter_id, occasion=occasion).select_related("person")
    return rows.annotate(acknowledged_at=Subquery(_reading(NoticeReading.Kind.ACKNOWLEDGED).values("at"))).order_by("person__name", "pk")


def told_about(matter: str, ids: Iterable[str]) -> set[tuple[str, str, str]]:
    """What anybody was told about these things: (matter_id, occasion, code), so that the clock asks once for many."""
    rows = Notice.objects.filter(matter=matter, matter_id__in=list(ids))
    return set(rows.values_list("matter_id", "occasion", "code"))


def told_on(matter: str, matter_id: str, occasions: Iterable[str]) -> set[str]:
    """On which of these occasions anybody was told about the thing."""
    rows = Notice.objects.filter(matter=matter, matter_id=matter_id, occasion__in=list(occasions))
    return set(rows.values_list("occasion", flat=True))
