"""The entries of a desk's log or of the site's book, narrowed and found; a page costs the same however long it is (A17)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet

from desks.clock import day_bounds
from desks.models import Desk
from desks.places import Place, as_argument, site_of
from logbook.folding import UNIT, folded, words_of
from logbook.models import Book, Entry, SystemRun
from logbook.queries.rows import for_rows, rows_by_key
from logbook.rules import OPEN_STATES
from logbook.search import matching

PAGE = 50
SYSTEM = "system"


def books_of(owner: Place) -> QuerySet[Book]:
    """The desk's books, or the site's own: one for each epoch."""
    return Book.objects.filter(**{"desk": None, **as_argument(owner)})


def book_ids_of(owner: Place) -> list[int]:
    """The keys of the desk's or the site's books, read once for as long as this object lives (one request).

    Asked for by key, the newest rows come straight from the index, however long the books are.
    """
    found = owner.__dict__.get("_book_ids")
    if not found and isinstance(owner, Desk) and owner.known is not None:
        found = owner.known.facts.get("logbook.books")
    if not found:
        found = owner.__dict__["_book_ids"] = list(books_of(owner).values_list("pk", flat=True))
    return found


def entries_of(
    owner: Place,
    *,
    before: int | None = None,
    after: int | None = None,
    first: int | None = None,
    last: int | None = None,
    kind: str = "",
    state: str = "",
    person: int | str | None = None,
    day: date | None = None,
    until: date | None = None,
    place: str = "",
    text: str = "",
    codes: Collection[str] | None = None,
    see_restricted: bool = True,
) -> QuerySet[Entry]:
    """The entries of the desk's or the site's books, newest first, with text, author and follow-up, narrowed by what is given.

    `person` is the key of who wrote or entered it, or SYSTEM for what the system wrote by itself.
    `before` and `after` are numbers, for paging; `first` and `last` bound a watch's range; `day` is the site's day
    of occurrence (I11), with `until` the first of several days; `codes` are those of acts. `text` is not looked for here (see `found_entries`). A
    search by place, text or state leaves out what is for supervisors only, unless `see_restricted`: a hit would tell its
    reader what the hidden text says (I8).
    """
    rows = Entry.objects.filter(book__in=book_ids_of(owner)).select_related("words", "author", "entered_by", "follow_up", "refers_to")
    if before is not None:
        rows = rows.filter(number__lt=before)
    if after is not None:
        rows = rows.filter(number__gt=after)
    if first is not None:
        rows = rows.filter(number__gte=first)
    if last is not None:
        rows = rows.filter(number__lte=last)
    if kind:
        rows = rows.filter(kind=kind)
    if codes is not None:
        rows = rows.filter(act=Entry.Act.ACT, code__in=codes)
    if state == "open":
        rows = rows.filter(follow_up__state__in=OPEN_STATES)
    elif state:
        rows = rows.filter(follow_up__state=state)
    if person == SYSTEM:
        rows = rows.filter(author__isnull=True, act=Entry.Act.ACT)
    elif person:
        rows = rows.filter(Q(author=person) | Q(entered_by=person))
    rows = rows.filter(_on_days(owner, day, until))
    if (place or text or state) and not see_restricted:
        rows = rows.exclude(audience=Entry.Audience.SUPERVISORS)
    if place:
        rows = rows.filter(_at_place(place))
    return rows.order_by("-number")


def _on_days(owner: Place, day: date | None, until: date | None) -> Q:
    """On the day, from the day until the other, or up to that: the site's days of occurrence (I11)."""
    days = [each for each in (day, until) if each]
    if not days:
        return Q()
    held = Q(occurred_at__lt=day_bounds(max(days), site_of(owner).zone)[1])
    return held & Q(occurred_at__gte=day_bounds(day, site_of(owner).zone)[0]) if day else held


def _numbers_on_days(
    owner: Place, day: date | None, until: date | None, before: int | None, after: int | None
) -> tuple[int | None, int | None]:
    """The bounds of a page, no wider than the numbers of these days reach: an old day is not walked to from the newest entry.

    The sums are over `number + 0`: for a bare column PostgreSQL would walk the numbers instead of reading the days' index.
    """
    if not (day or until):
        return before, after
    number = F("number") + 0
    ends = Entry.objects.filter(_on_days(owner, day, until), book__in=book_ids_of(owner)).aggregate(first=Min(number), last=Max(number))
    if ends["first"] is None:
        return 1, after
    return min(before or ends["last"] + 1, ends["last"] + 1), max(after or 0, ends["first"] - 1)


def _at_place(place: str) -> Q:
    """The place holds what was asked; a unit in any of its writings."""
    unit = UNIT.search(folded(place))
    if unit is None:
        return Q(place__icontains=place)
    between = r"[^0-9a-zA-Z]{1,3}"
    return Q(place__icontains=place) | Q(place__iregex=rf"(^|[^0-9a-z]){between.join(part for part in unit.groups() if part)}($|[^0-9a-z])")


def asks_for_words(text: str, place: str) -> bool:
    """Whether anything is to be looked for in the index."""
    return bool(words_of(f"{text} {place}"))


def found_keys(
    owner: Place, *, limit: int | None, text: str = "", place: str = "", before: int | None = None, after: int | None = None,
    oldest_first: bool = False, sees_personal: bool = False, **narrowed: Any,
) -> list[int]:
    """The keys of the entries that say every word of text and place, by number, at most `limit`; see `entries_of`.

    Only with `sees_personal` words are also looked for among customers' names and phone numbers (I8).
    """
    before, after = _numbers_on_days(owner, narrowed.get("day"), narrowed.get("until"), before, after)
    entries = entries_of(owner, place=place, text=text, **narrowed).select_related(None)
    return matching(
        entries, books=book_ids_of(owner), asked=f"{text} {place}", limit=limit, before=before, after=after,
        oldest_first=oldest_first, sees_personal=sees_personal,
    )


def found_entries(
    owner: Place, *, limit: int, text: str = "", place: str = "", before: int | None = None, after: int | None = None,
    oldest_first: bool = False, sees_personal: bool = False, **narrowed: Any,
) -> list[Entry]:
    """The entries of a page of the log as rows: narrowed as `entries_of` does, saying every word, newest first or oldest first."""
    if asks_for_words(text, place):
        keys = found_keys(
            owner, limit=limit, text=text, place=place, before=before, after=after, oldest_first=oldest_first,
            sees_personal=sees_personal, **narrowed,
        )
        return rows_by_key(keys)
    before, after = _numbers_on_days(owner, narrowed.get("day"), narrowed.get("until"), before, after)
    entries = entries_of(owner, before=before, after=after, text=text, place=place, **narrowed)
    return for_rows(entries.order_by("number" if oldest_first else "-number"), limit)


def runs_counted_of(reports: Collection[int]) -> dict[int, int]:
    """Of these reports of the system, by key, whose period still runs: how often each has come again since (A17)."""
    return dict(SystemRun.objects.filter(entry__in=reports, times__gt=0).values_list("entry", "times")) if reports else {}
