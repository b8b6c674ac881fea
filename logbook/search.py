"""Searching a desk's log over years: newest first, block by block, whatever the words (A17, A20, docs/decisions/0030).

The index knows pairs of characters by book and block of 8,192 numbers. One statement walks the blocks from where the page
begins and stops as soon as the page is full; what the index offers is compared with the folded text itself. Entries with a
customer stand once more with the name, for those who may see it.
"""

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from logbook.folding import words_of
from logbook.models import Entry
from logbook.sought import Sought, sought

BLOCK = 8192
"""As in search_tokens() of migration 0014."""
MOST_PHONES = 500
"""So many entries of one number a search finds; somebody who called more often is asked for more exactly."""
NUMBER = re.compile(r"\+?\d(?:[\-().+]*\d){3,}")
"""Four digits or more, whatever stands between them: the last digits of a phone number at least."""
_PREFIX = "\x01"

PAGE = """SELECT hit.number, hit.entry_id FROM generate_series(%s, %s, %s) AS block(place) CROSS JOIN LATERAL (
    SELECT said.number, said.entry_id FROM (
        SELECT entry_id, number, search FROM {table}
        WHERE search_tokens(book_id, number, search) @@ ({query}) AND book_id = ANY(%s) AND number BETWEEN %s AND %s
        ORDER BY number {order} OFFSET 0
    ) AS said WHERE {said} AND EXISTS ({filtered}) ORDER BY said.number {order} LIMIT %s
) AS hit LIMIT %s"""
"""The series can only be the outer side of the loop, so blocks come in its order, and none is read that is not needed."""
NEWEST = """SELECT max(newest.number) FROM unnest(%s::bigint[]) AS book(id) CROSS JOIN LATERAL (
    SELECT number FROM logbook_entrydigest WHERE book_id = book.id ORDER BY number DESC LIMIT 1) AS newest"""


def matching(
    entries: QuerySet[Entry], *, books: Sequence[int], asked: str, limit: int | None, before: int | None = None, after: int | None = None,
    oldest_first: bool = False, sees_personal: bool = False,
) -> list[int]:
    """The keys of those of `entries` that say every word of `asked`, in the order of their numbers, at most `limit`.

    `before` and `after` are numbers, for paging by key. With `sees_personal` words also find customers' names, and one of
    four digits or more the phone numbers that are or end with it. A question without any word finds nothing.
    """
    words = sought(words_of(asked), books)
    if not words or not books:
        return []
    low, high = (after or 0) + 1, (before or newest_number(books) + 1) - 1
    found = _by_words("logbook_searchtext", entries, books, words, low, high, limit, oldest_first)
    if sees_personal:
        found |= _by_words("logbook_searchname", entries, books, words, low, high, limit, oldest_first)
        found |= _by_phones(entries.filter(number__gte=low, number__lte=high), books, words)
    return [pk for _number, pk in sorted(found, reverse=not oldest_first)][:limit]


def newest_number(books: Sequence[int]) -> int:
    """The newest number of these books; nought for empty ones."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(books)])
        return cursor.fetchone()[0] or 0


def says(words: Sequence[str], path: str = "") -> Q:
    """Every word is said; `path` leads to the entry. For short lists: it reads each row."""
    held = Q()
    for word in words:
        held &= Q(**{f"{path}search_text__search__contains": word})
    return held


def _by_words(
    table: str, entries: QuerySet[Entry], books: Sequence[int], words: Sequence[Sought], low: int, high: int, limit: int | None,
    oldest_first: bool,
) -> set[tuple[int, int]]:
    if low > high:
        return set()
    begin, end = (low, high) if oldest_first else (high, low)
    step = 1 if oldest_first else -1
    template = " & ".join(_lexemes_of(each) for each in words)
    said = " AND ".join("(" + " OR ".join(["strpos(said.search, %s) > 0"] * len(each.ways)) + ")" for each in words)
    filtered, filters = entries.order_by().filter(pk=RawSQL("said.entry_id", [])).values("pk").query.sql_with_params()
    query = " || ".join("replace(%s, %s, %s || '.' || block.place || '.')::tsquery" for _ in books)
    statement = PAGE.format(
        table=table, query=query, order="ASC" if oldest_first else "DESC", said=said, filtered=filtered,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                begin // BLOCK, end // BLOCK, step, *(part for book in books for part in (template, _PREFIX, str(book))),
                list(books), low, high, *(way for each in words for way in each.ways), *filters, limit, limit,
            ],
        )
        return set(cursor.fetchall())


def _lexemes_of(sought_: Sought) -> str:
    """One word as the index is asked for it: all pairs of the word, or one of the marks, which are a pair each."""
    word, *marks = (" & ".join(_lexemes(way)) for way in sought_.ways)
    return f"({' | '.join([f'({word})', *marks])})" if marks else word


def _lexemes(word: str) -> list[str]:
    """Pairs that cover the word, as a tsquery holds them; a single character is looked for as the beginning of a pair.

    Pairs that overlap would narrow little more, and each is looked for in every block: the text itself decides.
    """
    def quoted(pair: str) -> str:
        return "'" + _PREFIX + pair.replace("\\", "\\\\").replace("'", "''") + "'"

    if len(word) == 1:
        return [quoted(word) + ":*"]
    return list(dict.fromkeys(quoted(word[place : place + 2]) for place in (*range(0, len(word) - 1, 2), len(word) - 2)))


def _by_phones(entries: QuerySet[Entry], books: Sequence[int], words: Sequence[Sought]) -> set[tuple[int, int]]:
    keys = {each.word: _with_phone(books, each.word) for each in words if NUMBER.fullmatch(each.word)}
    if not any(keys.values()):
        return set()
    rows = entries.filter(pk__in={key for found in keys.values() for key in found})
    for each in words:
        said = Q(*(Q(search_text__search__contains=way) for way in each.ways), _connector=Q.OR)
        rows = rows.filter(said | Q(pk__in=keys[each.word]) if keys.get(each.word) else said)
    return set(rows.order_by().values_list("number", "pk"))


WITH_PHONE = """SELECT entry.id FROM (
    SELECT id FROM logbook_personalvalue WHERE name = 'phone' AND book_id = ANY(%s) AND phone_backwards(value) LIKE %s
    ORDER BY id DESC LIMIT %s
) AS phone CROSS JOIN LATERAL (
    SELECT id FROM logbook_entry WHERE personal -> 'phone' = to_jsonb(phone.id) OFFSET 0
) AS entry"""
"""One look into the index for each number: all of them in one list would be read from the whole table."""


def _with_phone(books: Sequence[int], number: str) -> list[int]:
    """The keys of the newest entries whose phone number is this number or ends with it, whatever stands between its digits."""
    digits = "".join(each for each in number if each.isdigit())[::-1]
    with connection.cursor() as cursor:
        cursor.execute(WITH_PHONE, [list(books), digits + "%", MOST_PHONES])
        return [row[0] for row in cursor.fetchall()]
