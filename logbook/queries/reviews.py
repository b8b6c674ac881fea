"""What a supervisor has to read and to decide on (A17, A21)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from desks.models import Desk
from logbook.models import DailyReview, Entry
from logbook.queries.entries import book_ids_of, entries_of


def consents_of(entries: Iterable[Entry]) -> dict[int, bool]:
    """By the keys of those entries that waited for consent and were decided on: whether it was given (A17)."""
    asked = [entry.pk for entry in entries if "consent" in entry.fields]
    if not asked:
        return {}
    acts = Entry.objects.filter(refers_to__in=asked, code__in=["late_consented", "late_not_consented"])
    return {pk: code == "late_consented" for pk, code in acts.values_list("refers_to", "code")}


def waiting_for_consent(desk: Desk) -> QuerySet[Entry]:
    """The desk's entries that wait for the supervisor's consent, the oldest first (A17)."""
    decided = Entry.objects.filter(refers_to=OuterRef("pk"), code__in=["late_consented", "late_not_consented"])
    asked = Entry.objects.filter(book__in=book_ids_of(desk), fields__contains={"consent": "asked"})
    return asked.exclude(Exists(decided)).order_by("number")


# Acts of reviewing are not themselves read: signing would never come to an end.
NOT_REVIEWED = ("day_reviewed",)


def last_review_of(desk: Desk, day: date) -> DailyReview | None:
    """The newest signature under the log of the site's day (A21)."""
    return DailyReview.objects.filter(desk=desk, day=day).select_related("reviewer").order_by("-up_to").first()


def entries_to_review(desk: Desk, day: date) -> QuerySet[Entry]:
    """The entries of the site's day of occurrence that a supervisor reads, oldest first (A21, I11).

    Imported ones are left out: they were read on paper.
    """
    return (
        entries_of(desk, day=day)
        .filter(original_recorded_at__isnull=True)
        .exclude(code__in=NOT_REVIEWED)
        .order_by("number")
    )


def unread_count_for_review(desk: Desk, day: date) -> int:
    """How many entries of the site's day no supervisor has signed as read; a later entry counts again (A21)."""
    review = last_review_of(desk, day)
    return entries_to_review(desk, day).filter(number__gt=review.up_to if review else 0).count()
