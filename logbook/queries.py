"""Reads of the record that more than one page or floor needs; a page costs the same however long the log is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Window

from desks.by_hand import Columns
from desks.clock import day_bounds
from desks.facts import KINDS
from desks.gate import known_of
from desks.keeping import Kept
from desks.models import Desk, EntryKind, KindField, Person, Role, Site
from desks.permissions import may
from desks.queries import people_of_desk
from logbook import rules
from logbook.folding import UNIT, folded, words_of
from logbook.models import (
    Book,
    DailyReview,
    Entry,
    EntryDigest,
    FollowUp,
    LegalHold,
    PersonalPeriod,
    VeilRequest,
    Watch,
    WatchMember,
)
from logbook.models.keeping import USUAL_DAYS
from logbook.rules import OPEN_STATES
from logbook.search import matching

PAGE = 50
_KIND = Columns(EntryKind)


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


def head_of(book: Book) -> tuple[int, bytes]:
    """Number and digest of the newest entry; nought and zeros for an empty book."""
    last = EntryDigest.objects.filter(book=book).order_by("-number").first()
    return (last.number, bytes(last.digest)) if last else (0, bytes(32))


@dataclass(frozen=True)
class Recording:
    """What an entry needs: the kinds in use by code, the desk's present book (or None), and whether the writer is of the watch."""

    kinds: dict[str, EntryKind]
    book_id: int | None
    of_the_watch: bool


TO_RECORD = ("desks.kinds", "logbook.book", "logbook.of_the_watch")


def recording_at(desk: Desk, writer: Person, now: datetime) -> Recording:
    """What an entry of this writer at the desk needs. A page that knows TO_RECORD has read it; else one statement does.

    The kinds, which nobody changes for weeks, are kept under a digest of their rows. Nothing else in the product runs
    as often as the saving of an entry.
    """
    known = desk.known
    if known is None or known.person_id != writer.pk or not known.facts.keys() >= set(TO_RECORD):
        values = known_of(desk, writer, now, TO_RECORD)
    else:
        values = tuple(known.facts[name] for name in TO_RECORD)
    digest, book_id, of_the_watch = values
    return Recording(_kinds_of(desk, digest), book_id, of_the_watch)


_kinds = Kept(64)


def _kinds_of(desk: Desk, digest: str) -> dict[str, EntryKind]:
    found = _kinds.find((desk.pk, digest))
    if found is None:
        # The digest comes with the rows: what is kept under it is what it is of.
        statement = f"SELECT ({KINDS}), {_KIND.of('own')} FROM desks_desk AS desk JOIN desks_entrykind AS own ON own.desk_id = desk.id"
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE desk.id = %s AND own.current", [desk.pk])
            rows = cursor.fetchall()
        found = {kind.code: kind for kind in (_KIND.read(row[1:]) for row in rows)}
        # A change of a field is a new version of its kind: the kinds' digest tells the fields' state as well.
        fields = list(KindField.objects.filter(kind__desk=desk, kind__current=True, current=True).order_by("position", "code"))
        for kind in found.values():
            kind.own = [field for field in fields if field.kind_id == kind.pk]
        if rows:
            _kinds.put((desk.pk, rows[0][0]), found)
    return found


def desk_since(desk: Desk) -> datetime | None:
    """When the desk's first book began: the time of its first entry; None for an empty one."""
    return EntryDigest.objects.filter(book__desk=desk, number=1).order_by("recorded_at").values_list("recorded_at", flat=True).first()


def in_emergency(desk: Desk, moment: datetime) -> bool:
    """Whether the moment lies in an emergency of the desk, or in the time after one that its settings name (A9)."""
    ended = moment - timedelta(minutes=desk.settings.emergency_after_minutes)
    still = Q(state__in=OPEN_STATES) | Q(state=FollowUp.State.CLOSED, changed_at__gt=ended)
    return FollowUp.objects.filter(still, book__in=book_ids_of(desk), root__kind="emergency", opened_at__lte=moment).exists()


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


def running_emergencies(desk: Desk) -> list[FollowUp]:
    """The emergencies of the desk that are not closed, the newest first, each with its first entry."""
    found = FollowUp.objects.filter(book__in=book_ids_of(desk), state__in=OPEN_STATES, root__kind="emergency")
    return list(found.select_related("root__words").order_by("-opened_at"))


def readers_offered(desk: Desk, now: datetime) -> QuerySet[Person]:
    """Who may be asked to read an entry of the desk: its staff and its supervisors (A25)."""
    return people_of_desk(desk, now, [Role.AGENT, Role.BUTLER, Role.SUPERVISOR])


def pinned_of(desk: Desk, now: datetime) -> QuerySet[Entry]:
    """The desk's entries that matter until a time to come, the newest first, save those that were retracted (A25)."""
    retracted = Entry.objects.filter(refers_to=OuterRef("pk"), act=Entry.Act.RETRACTION)
    rows = entries_of(desk).filter(fields__has_key="pinned_until", fields__pinned_until__gt=now.astimezone(UTC).isoformat())
    return rows.exclude(Exists(retracted))


def book_ids_of(desk: Desk) -> list[int]:
    """The keys of the desk's books, read once for as long as this object lives (one request).

    Asked for by key, the newest rows come straight from the index, however long the books are.
    """
    found = desk.__dict__.get("_book_ids")
    if not found:
        found = desk.__dict__["_book_ids"] = list(Book.objects.filter(desk=desk).values_list("pk", flat=True))
    return found


def entries_of(
    desk: Desk,
    *,
    before: int | None = None,
    after: int | None = None,
    first: int | None = None,
    last: int | None = None,
    kind: str = "",
    state: str = "",
    person: int | None = None,
    day: date | None = None,
    until: date | None = None,
    place: str = "",
    text: str = "",
    see_restricted: bool = True,
) -> QuerySet[Entry]:
    """The desk's entries, newest first, with text, author and follow-up, narrowed by what is given.

    `before` and `after` are numbers, for paging; `first` and `last` bound a watch's range; `day` is the site's day
    of occurrence (I11), with `until` the first of several days. `text` is not looked for here (see `found_entries`). A
    search by place, text or state leaves out what is for supervisors only, unless `see_restricted`: a hit would tell its
    reader what the hidden text says (I8).
    """
    rows = Entry.objects.filter(book__in=book_ids_of(desk)).select_related("words", "author", "entered_by", "follow_up", "refers_to")
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
    if state == "open":
        rows = rows.filter(follow_up__state__in=OPEN_STATES)
    elif state:
        rows = rows.filter(follow_up__state=state)
    if person:
        rows = rows.filter(Q(author=person) | Q(entered_by=person))
    rows = rows.filter(_on_days(desk, day, until))
    if (place or text or state) and not see_restricted:
        rows = rows.exclude(audience=Entry.Audience.SUPERVISORS)
    if place:
        rows = rows.filter(_at_place(place))
    return rows.order_by("-number")


def _on_days(desk: Desk, day: date | None, until: date | None) -> Q:
    """On the day, from the day until the other, or up to that: the site's days of occurrence (I11)."""
    days = [each for each in (day, until) if each]
    if not days:
        return Q()
    held = Q(occurred_at__lt=day_bounds(max(days), desk.site.zone)[1])
    return held & Q(occurred_at__gte=day_bounds(day, desk.site.zone)[0]) if day else held


def _numbers_on_days(
    desk: Desk, day: date | None, until: date | None, before: int | None, after: int | None
) -> tuple[int | None, int | None]:
    """The bounds of a page, no wider than the numbers of these days reach: an old day is not walked to from the newest entry.

    The sums are over `number + 0`: for a bare column PostgreSQL would walk the numbers instead of reading the days' index.
    """
    if not (day or until):
        return before, after
    number = F("number") + 0
    ends = Entry.objects.filter(_on_days(desk, day, until), book__in=book_ids_of(desk)).aggregate(first=Min(number), last=Max(number))
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
    desk: Desk, *, limit: int | None, text: str = "", place: str = "", before: int | None = None, after: int | None = None,
    oldest_first: bool = False, sees_personal: bool = False, **narrowed: Any,
) -> list[int]:
    """The keys of the entries that say every word of text and place, by number, at most `limit`; see `entries_of`.

    Only with `sees_personal` a number is also looked for among the phone numbers (I8).
    """
    before, after = _numbers_on_days(desk, narrowed.get("day"), narrowed.get("until"), before, after)
    entries = entries_of(desk, place=place, text=text, **narrowed).select_related(None)
    return matching(
        entries, books=book_ids_of(desk), asked=f"{text} {place}", limit=limit, before=before, after=after,
        oldest_first=oldest_first, sees_phones=sees_personal,
    )


def found_entries(
    desk: Desk, *, limit: int, text: str = "", place: str = "", before: int | None = None, after: int | None = None,
    oldest_first: bool = False, sees_personal: bool = False, **narrowed: Any,
) -> list[Entry]:
    """The entries of a page of the log as rows: narrowed as `entries_of` does, saying every word, newest first or oldest first."""
    if asks_for_words(text, place):
        keys = found_keys(
            desk, limit=limit, text=text, place=place, before=before, after=after, oldest_first=oldest_first,
            sees_personal=sees_personal, **narrowed,
        )
        entries = Entry.objects.filter(pk__in=keys)
    else:
        before, after = _numbers_on_days(desk, narrowed.get("day"), narrowed.get("until"), before, after)
        entries = entries_of(desk, before=before, after=after, text=text, place=place, **narrowed)
    return for_rows(entries.order_by("number" if oldest_first else "-number"), limit)


# What only the record itself and an entry's own page need: long, and read for nobody in a list.
HEAVY = ("leaf", "previous", "digest", "secret", "intake", "request_digest", "key", "words__salt")


def for_rows(entries: QuerySet[Entry], limit: int) -> list[Entry]:
    """The first entries as a list needs them, in two queries: without what is heavy, each person read once.

    `answers_number` is the number of the entry that each refers to, or None.
    """
    rows = list(
        entries.select_related(None)
        .select_related("words", "follow_up")
        .annotate(answers_number=F("refers_to__number"))
        .defer(*HEAVY)[:limit]
    )
    keys = {key for row in rows for key in (row.author_id, row.entered_by_id) if key is not None}
    people = {person.pk: person for person in Person.objects.only("name", "name_latin").filter(pk__in=keys)}
    for row in rows:
        row.author = people.get(row.author_id) if row.author_id else None
        row.entered_by = people.get(row.entered_by_id) if row.entered_by_id else None
    return list(rows)


def answers_to(entries: list[Entry]) -> dict[int, list[Entry]]:
    """Corrections, additions and retractions of these entries, by the entry they answer, in one query."""
    acts = [Entry.Act.CORRECTION, Entry.Act.ADDITION, Entry.Act.RETRACTION]
    found: dict[int, list[Entry]] = {}
    rows = Entry.objects.filter(refers_to__in=[entry.pk for entry in entries], act__in=acts)
    for answer in rows.select_related("words", "author").order_by("number"):
        found.setdefault(answer.refers_to_id or 0, []).append(answer)
    return found


def _follow_ups_of(desk: Desk, see_restricted: bool) -> QuerySet[FollowUp]:
    found = FollowUp.objects.filter(book__in=book_ids_of(desk))
    return found if see_restricted else found.exclude(root__audience=Entry.Audience.SUPERVISORS)


def open_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's open matters, by due time, those without one last (A1); only with `see_restricted` those of supervisors."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("due_at", "root__number")
    )


def todo_of(desk: Desk, limit: int, now: datetime, *, see_restricted: bool = True) -> tuple[list[Entry], int, int]:
    """The first entries of the open matters by due time, how many are open and how many overdue; one query.

    See `open_follow_ups_of`.
    """
    matters = list(
        _follow_ups_of(desk, see_restricted)
        .filter(state__in=OPEN_STATES)
        .select_related("root", "root__words")
        .defer(*(f"root__{name}" for name in HEAVY))
        .annotate(all_open=Window(Count("pk")), all_overdue=Window(Count("pk", filter=_overdue(now))))
        .order_by("due_at", "root__number")[:limit]
    )
    return [matter.root for matter in matters], *((matters[0].all_open, matters[0].all_overdue) if matters else (0, 0))


def _overdue(now: datetime) -> Q:
    return Q(due_at__lte=now) & ~(Q(state="waiting") & Q(waiting_until__gt=now))


def overdue_follow_ups_of(desk: Desk, now: datetime, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """Open matters past their due time; one that waits for a date counts from that date."""
    return open_follow_ups_of(desk, see_restricted=see_restricted).filter(_overdue(now))


def closed_follow_ups_of(desk: Desk, *, see_restricted: bool = True) -> QuerySet[FollowUp]:
    """The desk's closed matters, the newest first; see `open_follow_ups_of`."""
    return (
        _follow_ups_of(desk, see_restricted)
        .filter(state=FollowUp.State.CLOSED)
        .select_related("root", "root__words", "root__author", "last_entry")
        .order_by("-changed_at")
    )


def open_and_overdue(desk: Desk, now: datetime, *, see_restricted: bool = True) -> tuple[int, int]:
    """How many matters of the desk are open, and how many of them are overdue; see `open_follow_ups_of`."""
    counted = _follow_ups_of(desk, see_restricted).filter(state__in=OPEN_STATES).aggregate(
        open=Count("pk"), overdue=Count("pk", filter=_overdue(now))
    )
    return counted["open"], counted["overdue"]


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


def open_imported_of(desk: Desk) -> QuerySet[FollowUp]:
    """The desk's imported matters that are still open, oldest first (A1)."""
    return open_follow_ups_of(desk).filter(root__original_recorded_at__isnull=False).order_by("root__number")


def open_veil_requests_of(desk: Desk) -> QuerySet[VeilRequest]:
    """The requests to veil a text of the desk that nobody has answered, oldest first (A18)."""
    rows = VeilRequest.objects.filter(entry__book__desk=desk, veil__isnull=True, declined__isnull=True)
    return rows.select_related("entry", "entry__book__desk__site", "asked_by").order_by("pk")


def on_duty_at(site_id: int, person: Person) -> bool:
    """Whether the person is of a watch of the site now."""
    return WatchMember.objects.filter(
        person=person, left_at__isnull=True, watch__ended_at__isnull=True, watch__desk__site=site_id
    ).exists()


def searches_phones(desk: Desk, person: Person, now: datetime) -> bool:
    """Whether the person's searches of this desk's log also look among phone numbers (A20, I8)."""
    return rules.may_search_phones(
        may_see=may(person, "log.see_personal", desk=desk, now=now), on_duty=on_duty_at(desk.site_id, person),
        leads=may(person, "log.see_restricted", desk=desk, now=now),
    )


def holds_of(desk: Desk) -> QuerySet[LegalHold]:
    """The legal holds that lie on the desk, the newest first (I12)."""
    return LegalHold.objects.filter(desk=desk, lift__isnull=True).select_related("placed_by", "entry", "note").order_by("-pk")


def erasures_of(desk: Desk) -> QuerySet[Entry]:
    """The entries of the desk that say what was erased by rule, the newest first (A20)."""
    return Entry.objects.filter(book__in=book_ids_of(desk), code__startswith="personal_erased_").order_by("-pk")


def periods_of(site: Site, name: str, now: datetime) -> dict[str, int | PersonalPeriod | None]:
    """How many days that kind of value stands at the site, who set it, and what takes effect later (A20)."""
    rows = PersonalPeriod.objects.filter(site=site, name=name).select_related("set_by").order_by("-takes_effect_at", "-pk")
    present = rows.filter(takes_effect_at__lte=now).first()
    return {"days": present.days if present else USUAL_DAYS, "present": present, "coming": rows.filter(takes_effect_at__gt=now).first()}
