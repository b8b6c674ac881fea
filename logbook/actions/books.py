"""Finding a book and holding it: the first statement of every act that writes (I2, docs/architecture.md)."""

from django.db import connection

from desks.models import Desk, Installation, Site
from logbook.models import Book

# The class of our advisory locks ("duty" in ASCII); the insert trigger takes the same lock.
LOCK_CLASS = 1685419129


def hold_books(*books: Book) -> None:
    """Locks the books until the transaction ends, in the order of their keys, so that two acts never deadlock."""
    with connection.cursor() as cursor:
        for key in sorted({book.pk for book in books}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, key])


def book_of(desk: Desk) -> Book:
    """The desk's present book; made at the first call, once however many ask."""
    found = Book.objects.filter(desk=desk).order_by("-epoch").first()
    return found or _make(desk.site, desk, desk.slug)


def site_book_of(site: Site) -> Book:
    """The site's present book, for acts of administration; made at the first call."""
    found = Book.objects.filter(site=site, desk__isnull=True).order_by("-epoch").first()
    return found or _make(site, None, f"site-{site.code}")


def _make(site: Site, desk: Desk | None, name: str) -> Book:
    installation = Installation.objects.get()
    origin = f"{installation.name}/{name}/1"
    Book.objects.bulk_create([Book(site=site, desk=desk, origin=origin)], ignore_conflicts=True)
    return Book.objects.get(origin=origin)
