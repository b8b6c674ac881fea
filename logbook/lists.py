"""The lists of the log that go out as files, each with the filter of its page: what its rows are and what is said above them.

One place for the file that is sent at once and for the one that is made in the background (A20, I8).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.clock import day_bounds
from desks.hooks import act_kinds
from desks.models import Choice, Desk, Person, Site
from desks.permissions import may
from desks.places import Place, as_argument, site_of
from desks.templatetags.desks_tags import local_date, shown_name
from desks.wording import in_brackets, with_label, worded
from logbook.export import cells, headings
from logbook.folding import mark_of, words_of
from logbook.forms.filters import ACT_KINDS, FollowUpFilter, LogFilter, SiteBookFilter
from logbook.forms.readers import AccessFilter, words_of_page
from logbook.kept import named
from logbook.models import AccessRecord, Entry, FollowUp
from logbook.paper import Column
from logbook.queries import (
    CLOSED_SHOWN,
    asks_for_words,
    entries_of,
    entries_to_review,
    found_keys,
    narrowed_follow_ups,
    readers_and_promises,
    searches_personal,
)
from logbook.reading import rows_for
from logbook.rules import DEPARTMENT
from logbook.search import says
from logbook.sought import departments_called
from logbook.taking_out import (
    LISTS,
    PORTION,
    SITE_LISTS,
    Listed,
    ListKind,
    asked_in_words,
    each_its_column,
    in_portions,
    written_moment,
)
from logbook.words import DeskWords
from notices.queries import inbox_of

DIGESTED = "hmac-sha256:"


def follow_ups_by(
    desk: Desk, reader: Person, asked: Mapping[str, str], words: DeskWords, now: datetime, *, see_restricted: bool
) -> QuerySet[FollowUp]:
    """The matters that the filter of the follow-ups shows this reader, in its order."""
    show = asked.get("show", "")
    found = narrowed_follow_ups(desk, show, reader, now, see_restricted=see_restricted)
    if kind := asked.get("kind"):
        found = found.filter(root__kind=kind)
    if wanted := asked.get("handler"):
        codes = [choice.code for choice in words.choices(Choice.Purpose.DEPARTMENT) if wanted.casefold() in choice.label.casefold()]
        found = found.filter(Q(handler__icontains=wanted) | Q(waiting_for__icontains=wanted) | Q(handler__in=codes) | Q(waiting_for__in=codes))
    if said := asked.get("q"):
        found = found.filter(_said_of_matter(words_of(said), words))
    return found[:CLOSED_SHOWN] if show == "closed" else found


def _said_of_matter(asked: Sequence[str], words: DeskWords) -> Q:
    """Every word is said by the matter's first entry or by what its thread has added, whoever handles it or is waited for among it (A1)."""
    held = Q()
    for word in asked:
        marks = [mark_of(DEPARTMENT, code) for code in departments_called(word, words.departments_in_each_language)]
        said = Q(*(says([way]) for way in (word, *marks)), _connector=Q.OR)
        first = Q(*(says([way], "root__") for way in (word, *marks)), _connector=Q.OR)
        held &= first | Q(Exists(Entry.objects.filter(said, root=OuterRef("root_id"))))
    return held


def records_by(of: Place, asked: Mapping[str, Any]) -> QuerySet[AccessRecord]:
    """The access records of a desk, or of the site's own book, that the filter shows, newest first."""
    rows = AccessRecord.objects.filter(**as_argument(of)).select_related("person")
    rows = rows.filter(**{name: asked[name] for name in ("person", "kind", "page") if name in asked})
    day, until = asked.get("day"), asked.get("until")
    if day:
        rows = rows.filter(at__gte=day_bounds(day, site_of(of).zone)[0])
    if day or until:
        rows = rows.filter(at__lt=day_bounds(max(each for each in (day, until) if each), site_of(of).zone)[1])
    return rows.order_by("-pk")


def filters_in_words(filters: Mapping[str, str], words: DeskWords) -> list[str]:
    """What an access record says was filtered by, each as a name and a value; a number of a person says only that it was one."""
    names = {
        "text": _("Words"), "q": _("Words"), "kind": _("Kind"), "state": _("State"), "person": _("Person"), "day": _("Day"),
        "until": _("Until day"), "place": _("Place"), "entry": _("Entry"), "due": _("Due"), "show": _("Which matters"), "handler": _("Handled by"),
        "handover": _("Handover"), "escalation": _("Escalation"), "proof": _("Proof"), "why": _("Reason"),
        "desk": _("Desk"), "month": _("Raised in"), "emergency": _("Emergencies only"), "occasion": _("Occasion"), "since": _("From day"), "item": _("Item"), "piece": _("Number of the piece"),
    }
    kinds = {**ACT_KINDS, **{kind.code: kind.label for kind in words.kinds_ever}}

    def said(name: str, value: str) -> str:
        if value.startswith(DIGESTED):
            return _("a number (digest %(digest)s)") % {"digest": value.removeprefix(DIGESTED)[:8]}
        return str(kinds.get(value, value)) if name == "kind" else value

    return [with_label(names.get(name, name), said(name, value)) for name, value in filters.items()]


def _log(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    words = DeskWords(desk)
    form = LogFilter(asked, writers=named(desk), words=words)
    narrowed = form.narrowing()
    rights = {
        "see_restricted": may(reader, "log.see_restricted", desk=desk, now=now),
        "sees_personal": searches_personal(desk, reader, now),
    }
    first, last, count, portions = _portions(desk, narrowed, rights)
    return Listed(
        title, {name: value for name, value in narrowed.items() if value}, asked_in_words(form), first, last, count, headings(),
        _log_columns(), _entry_rows(portions, reader, desk, words, now),
    )


def _review(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    day = date.fromisoformat(asked["day"])
    found = entries_to_review(desk, day)
    sums = found.order_by().aggregate(first=Min("number"), last=Max("number"), count=Count("pk"))
    return Listed(
        title, {"day": day.isoformat()}, [local_date(day)], sums["first"], sums["last"], sums["count"], headings(), _log_columns(),
        _entry_rows(_by_number(found.select_related("entered_by", "refers_to"), sums["last"] or 0), reader, desk, DeskWords(desk), now),
    )


def _follow_ups(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    words = DeskWords(desk)
    form = FollowUpFilter(asked, words=words)
    narrowed = form.narrowing()
    found = follow_ups_by(desk, reader, narrowed, words, now, see_restricted=may(reader, "log.see_restricted", desk=desk, now=now))
    keys = list(found.values_list("root_id", "root__number"))
    numbers = [number for _key, number in keys]
    roots = entries_of(desk)

    def portions() -> Iterator[list[Entry]]:
        for place in range(0, len(keys), PORTION):
            part = [key for key, _number in keys[place : place + PORTION]]
            rows = roots.in_bulk(part)
            yield [rows[key] for key in part]

    return Listed(
        title, narrowed, asked_in_words(form), min(numbers, default=None),
        max(numbers, default=None), len(keys), headings(), _log_columns(), _entry_rows(portions(), reader, desk, words, now),
    )


def _access(title: str, of: Place, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    form, words = AccessFilter(asked, of=of), DeskWords(of if isinstance(of, Desk) else None)
    narrowed = form.narrowing()
    rows = records_by(of, narrowed)
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    heads = [
        _("When"), _("Who"), _("What"), _("Page"), _("Filter"), _("From number"), _("To number"), _("Entries"), _("From where"), _("Session"),
        _("File"),
    ]
    columns = each_its_column(heads[:10], (20, 14, 12, 30, 50, 13, 13, 11, 22, 18))

    def records() -> Iterator[list[str]]:
        before = newest + 1
        while portion := list(rows.filter(pk__lt=before)[:PORTION]):
            for row in portion:
                yield [
                    written_moment(row.at, of), shown_name(row.person), str(row.get_kind_display()),
                    words_of_page(row), "; ".join(filters_in_words(row.filters, words)), str(row.from_number or ""),
                    str(row.to_number or ""), str(row.count), row.address or "", row.session[:12], row.file_digest,
                ]
            before = portion[-1].pk

    kept = {name: value.pk if name == "person" else value for name, value in narrowed.items()}
    return Listed(title, kept, asked_in_words(form), None, None, rows.filter(pk__lte=newest).count(), heads, columns, records())


def _site_book(title: str, site: Site, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    form = SiteBookFilter(asked, site=site)
    rights = {"see_restricted": may(reader, "log.see_restricted", site=site, now=now), "sees_personal": False}
    first, last, count, portions = _portions(site, {"place": "", **form.narrowing()}, rights)
    heads = [_("Number"), _("Recorded"), _("By"), _("Kind"), _("What"), _("Answers number"), _("Digest")]

    def acts() -> Iterator[list[str]]:
        for portion in portions:
            for row in rows_for(portion, reader=reader, desk=site, now=now):
                answered = row.entry._state.fields_cache.get("refers_to")
                yield [
                    str(row.number), written_moment(row.entry.recorded_at, site), shown_name(row.entry.author) or _("system"),
                    act_kind_of(row.entry), _("For supervisors only") if row.hidden else row.worded or row.text,
                    str(answered.number) if answered is not None else "", bytes(row.entry.digest or b"").hex(),
                ]

    columns = each_its_column(heads[:6], (12, 20, 18, 22, 110, 15))
    return Listed(title, form.asked(), asked_in_words(form), first, last, count, heads, columns, acts())


def act_kind_of(entry: Entry) -> str:
    """Of which kind an act in the site's book is, in words; empty for a code that no floor names any more."""
    return str(ACT_KINDS.get(act_kinds.get(entry.code) or "", ""))


def _promises(title: str, desk: Desk, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    found = readers_and_promises(desk, now)
    heads = [_("Reader"), _("Employee number"), _("State"), _("Promised"), _("Due again")]

    def rows() -> Iterator[list[str]]:
        for each in found:
            said = [
                in_brackets(written_moment(row.at, desk), _("wording %(version)s, %(language)s") % {"version": row.version, "language": row.language})
                for row in each.history
            ]
            yield [
                shown_name(each.person), each.person.employee_number, _("promised") if not each.owes else _("due again") if said else _("not yet promised"),
                "; ".join(said), written_moment(each.due, desk),
            ]

    return Listed(title, {}, [], None, None, len(found), heads, each_its_column(heads, (40, 25, 30, 110, 35)), rows())


def _notices(title: str, site: Site, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    show = {"unread": _("Unread"), "acknowledge": _("To acknowledge")}.get(asked.get("show", ""), "")
    found = inbox_of(reader, now, asked["show"] if show else "all").filter(site=site)
    keys = list(found.values_list("pk", flat=True))
    heads = [_("Told at"), _("What"), _("Read at"), _("To acknowledge"), _("Acknowledged"), _("Address")]

    def read(portion: Sequence[int]) -> list[list[str]]:
        rows = found.in_bulk(list(portion))
        return [
            [
                written_moment(row.told_at, site), worded(row.code, row.fields, site), written_moment(row.read_at, site),
                _("yes") if row.acknowledge else "", written_moment(row.acknowledged_at, site), row.url,
            ]
            for row in (rows[key] for key in portion if key in rows)
        ]

    return Listed(
        title, {"show": asked["show"]} if show else {}, [show] if show else [], None, None, len(keys), heads,
        each_its_column(heads, (22, 120, 22, 14, 22, 40)), in_portions(keys, read),
    )


def register_lists() -> None:
    """Registers the log's own lists, and those of the site's book."""
    access = ListKind(gettext_lazy("Who has read what"), ("log.access",), _access)
    LISTS.register("log", ListKind(gettext_lazy("Log"), ("log.export",), _log))
    LISTS.register("follow_ups", ListKind(gettext_lazy("Follow-ups"), ("log.export",), _follow_ups))
    LISTS.register("review", ListKind(gettext_lazy("Daily review"), ("log.export", "log.review"), _review))
    LISTS.register("access", access)
    LISTS.register("promises", ListKind(gettext_lazy("Promises of confidentiality"), ("log.export", "log.promises"), _promises))
    SITE_LISTS.register("site_book", ListKind(gettext_lazy("The site’s book"), ("site.book", "log.export"), _site_book))
    SITE_LISTS.register("access", access)
    SITE_LISTS.register("notices", ListKind(gettext_lazy("Notices"), (), _notices))


def _portions(
    owner: Place, narrowed: dict[str, Any], rights: dict[str, bool]
) -> tuple[int | None, int | None, int, Iterator[list[Entry]]]:
    """Portion by portion, oldest first, up to the newest number of now: memory stays the same however long the log is.

    Of a search the keys alone are kept.
    """
    if asks_for_words(narrowed["text"], narrowed["place"]):
        keys = found_keys(owner, limit=None, oldest_first=True, **narrowed, **rights)
        found = entries_of(owner).order_by("number")
        ends = [found.filter(pk=key).values_list("number", flat=True).get() for key in (*keys[:1], *keys[-1:])]
        parts = (keys[place : place + PORTION] for place in range(0, len(keys), PORTION))
        first, last = (ends[0], ends[-1]) if ends else (None, None)
        return first, last, len(keys), (list(found.filter(pk__in=part)) for part in parts)
    rows = entries_of(owner, see_restricted=rights["see_restricted"], **narrowed)
    sums = rows.order_by().aggregate(first=Min("number"), last=Max("number"), count=Count("pk"))
    return sums["first"], sums["last"], sums["count"], _by_number(rows, sums["last"] or 0)


def _by_number(found: QuerySet[Entry], last: int) -> Iterator[list[Entry]]:
    after = 0
    while portion := list(found.filter(number__gt=after, number__lte=last).order_by("number")[:PORTION]):
        yield portion
        after = portion[-1].number


def _entry_rows(portions: Iterator[list[Entry]], reader: Person, desk: Desk, words: DeskWords, now: datetime) -> Iterator[list[str]]:
    unmasked = may(reader, "log.export_personal", desk=desk, now=now)
    for portion in portions:
        for row in rows_for(portion, reader=reader, desk=desk, now=now, unmasked=unmasked):
            yield cells(row, desk=desk, words=words)


def _log_columns() -> list[Column]:
    """On paper the cells that belong together stand in one column; digests are left to the other formats."""
    names = headings()
    return [
        Column(names[0], 12, (0,)), Column(names[1], 18, (1,)), Column(names[3], 16, (3, 4)), Column(names[5], 18, (5, 6, 7)),
        Column(names[8], 17, (8,)), Column(names[9], 21, (9, 10)), Column(names[11], 86, (11, 18, 12)), Column(names[13], 17, (13,)),
        Column(names[14], 21, (14, 15, 16)), Column(names[17], 32, (17,)), Column(names[19], 12, (19, 20)),
    ]
