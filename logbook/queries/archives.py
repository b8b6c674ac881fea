"""What is archived, what may be purged, and what was (A19, I12)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from desks.models import Desk, Site
from logbook.models import Archive, Book, Purge, PurgeRequest, RetentionPeriod
from logbook.models.archives import FEWEST_YEARS


def expired_before_of(site: Site) -> datetime:
    """The moment before which whole months of the site may be archived and purged, by the database's clock (A19, I11)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_expired_before(%s)", [site.pk])
        return cursor.fetchone()[0]


def retention_of(site: Site, now: datetime) -> dict[str, int | RetentionPeriod | None]:
    """For how many years the site keeps its record, who set it, and what takes effect later (A19)."""
    rows = RetentionPeriod.objects.filter(site=site).select_related("set_by").order_by("-pk")
    present = rows.filter(takes_effect_at__lte=now).first()
    coming = rows.filter(takes_effect_at__gt=now).first()
    if present is not None and coming is not None and coming.pk < present.pk:
        coming = None
    return {"years": present.years if present else FEWEST_YEARS, "present": present, "coming": coming}


def purge_stop_of(archive: Archive) -> tuple[str, int | None]:
    """The first thing that stands in the way of purging up to the archive's end: its code and number, or nothing (I12)."""
    gone = Purge.objects.filter(book=archive.book).order_by("-last_number").values_list("last_number", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, number FROM record_purge_stop(%s, %s, %s)", [archive.book_id, gone + 1, archive.last_number])
        what, number = cursor.fetchone()
    return what or "", number


def archives_of(desk: Desk) -> QuerySet[Archive]:
    """The archives of the desk's books and of the site's, newest first."""
    books = Book.objects.filter(Q(desk=desk) | Q(site=desk.site_id, desk__isnull=True))
    return Archive.objects.filter(book__in=books).select_related("book__desk", "book__site", "note").order_by("-month", "-pk")


def purgeable_of(desk: Desk) -> QuerySet[Archive]:
    """The archives whose entries still stand, newest first."""
    gone = Purge.objects.values("request__archive__book", "last_number")
    latest: dict[int, int] = {}
    for row in gone:
        latest[row["request__archive__book"]] = max(latest.get(row["request__archive__book"], 0), row["last_number"])
    rows = archives_of(desk)
    for book, last in latest.items():
        rows = rows.exclude(book=book, last_number__lte=last)
    return rows


def purges_asked_of(book: Book) -> QuerySet[PurgeRequest]:
    """The requests to purge the book that nobody has answered, or that are confirmed and not begun."""
    return PurgeRequest.objects.filter(archive__book=book, purge__isnull=True).exclude(decision__confirmed=False)


def purge_requests_of(desk: Desk) -> QuerySet[PurgeRequest]:
    """The requests to purge the desk's books and the site's, newest first, with their answers and what came of them."""
    rows = PurgeRequest.objects.filter(archive__in=archives_of(desk))
    return rows.select_related(
        "archive__book__desk", "archive__book__site", "asked_by", "decision__decided_by", "purge__note"
    ).order_by("-pk")


def purge_over(books: Iterable[int], number: int) -> Purge | None:
    """The purge by which an entry of that number went from one of the books, or None."""
    rows = Purge.objects.filter(book__in=books, first_number__lte=number, last_number__gte=number)
    return rows.select_related("request__archive", "request__asked_by", "request__decision__decided_by", "note").first()
