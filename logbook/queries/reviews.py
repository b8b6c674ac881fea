"""What a supervisor has to read and to decide on (A17, A21)."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from desks.clock import day_bounds
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
LOOKS_BACK = 31
"""So many days, yesterday included, are raised that nobody signed; what is older was missed by more than a clock."""


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


def never_signed(desk: Desk, days: Collection[date]) -> dict[date, int]:
    """Which of the site's days nobody has signed at all, and how many entries each has to read; days without any are left out (A21, I11)."""
    signed = DailyReview.objects.filter(desk=desk, day__in=days).values_list("day", flat=True)
    open_days = sorted(set(days) - set(signed))
    if not open_days:
        return {}
    zone = desk.site.zone
    begin, end = day_bounds(open_days[0], zone)[0], day_bounds(open_days[-1], zone)[1]
    rows = Entry.objects.filter(book__in=book_ids_of(desk), occurred_at__gte=begin, occurred_at__lt=end, original_recorded_at__isnull=True)
    rows = rows.exclude(code__in=NOT_REVIEWED).annotate(on_day=TruncDate("occurred_at", tzinfo=zone)).filter(on_day__in=open_days)
    return dict(rows.order_by("on_day").values("on_day").annotate(count=Count("pk")).values_list("on_day", "count"))
