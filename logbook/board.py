"""What the desk page shows of the log, put together once for every state of the record (docs/decisions/0020).

The digest of a book's newest entry determines all that the book says (I2), so it is the key under which the rendered
rows are kept in this process; labels and names count in by the newest rows of their histories, and the minute because
"overdue" and "tomorrow" do. Nothing kept here can be out of date: another state has another key.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from desks.models import Desk, Person
from desks.permissions import may
from logbook.lines import lines_of, without_nested
from logbook.models import Watch
from logbook.queries import entries_of, for_rows, pinned_of, todo_of
from logbook.reading import rows_for
from logbook.todo import matters_of
from logbook.words import DeskWords

SHOWN = 30
TODO_SHOWN = 10
PINNED_SHOWN = 8
KEPT = 64

STAMP = """SELECT newest.number, newest.digest, (SELECT max(history_id) FROM desks_historicalperson),
    (SELECT max(history_id) FROM desks_historicalentrykind), (SELECT max(history_id) FROM desks_historicalchoice)
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
    SELECT number, digest FROM logbook_entrydigest
    WHERE book_id = (SELECT id FROM logbook_book WHERE desk_id = %s ORDER BY epoch DESC LIMIT 1)
    ORDER BY number DESC LIMIT 1) AS newest ON true"""


@dataclass(frozen=True)
class Stamp:
    """A state of the record and of the words it is shown in."""

    newest: int
    digest: bytes
    people: int
    kinds: int
    choices: int


@dataclass(frozen=True)
class Board:
    """The rendered rows of the watch and of the to-do column, and what they hold."""

    pinned: SafeString
    lines: SafeString
    numbers: list[int]
    older: int | None
    todo: SafeString
    todo_numbers: list[int]
    open_count: int
    overdue_count: int


def stamp_of(desk: Desk) -> Stamp:
    """The present state of the desk's record; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [desk.pk])
        number, digest, *histories = cursor.fetchone()
    return Stamp(number or 0, bytes(digest or b""), *(each or 0 for each in histories))


class Kept:
    """The last few things made, by key; safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size, self._lock, self._things = size, Lock(), OrderedDict[Any, Any]()

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """What is kept under the key, or what `make` makes of it now."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > self._size:
                self._things.popitem(last=False)
        return made


_boards, _pieces = Kept(KEPT), Kept(KEPT)


def board_of(desk: Desk, watch: Watch | None, stamp: Stamp, *, reader: Person, now: datetime) -> Board:
    """The newest entries of the watch (without one, of the book) and the open matters, as this reader may see them."""
    first = watch.first_number if watch is not None else None
    sees = may(reader, "log.see_restricted", desk=desk, now=now)
    rights = (sees, may(reader, "log.see_personal", desk=desk, now=now))
    settings = desk.settings
    key = (desk.pk, stamp, first, rights, get_language(), f"{now:%Y%m%d%H%M}", settings.due_soon_minutes)
    return _boards.get(key, lambda: _board(desk, first, reader, now, see_restricted=sees))


def piece_of(template: str, desk: Desk, stamp: Stamp, make: Callable[[], dict[str, Any]]) -> SafeString:
    """A part of a page that depends on the desk's kinds and choices alone, rendered once for each state of them."""
    key = (template, desk.pk, stamp.kinds, stamp.choices, desk.settings.take_back_seconds, get_language())
    return _pieces.get(key, lambda: render_to_string(template, make()))


def _board(desk: Desk, first: int | None, reader: Person, now: datetime, *, see_restricted: bool) -> Board:
    words = DeskWords(desk)
    found = for_rows(entries_of(desk, first=first), SHOWN + 1)
    shown = found[:SHOWN]
    roots, open_count, overdue_count = todo_of(desk, TODO_SHOWN, now, see_restricted=see_restricted)
    pinned = list(pinned_of(desk, now)[:PINNED_SHOWN])
    rows = iter(rows_for([*pinned, *shown, *roots], reader=reader, desk=desk, now=now))
    on_top = lines_of(list(islice(rows, len(pinned))), desk=desk, words=words, reader=reader, now=now)
    lines = without_nested(lines_of(list(islice(rows, len(shown))), desk=desk, words=words, reader=reader, now=now))
    matters = matters_of(list(rows), desk=desk, words=words, now=now)
    return Board(
        pinned=render_to_string("logbook/_pinned.html", {"lines": on_top, "desk": desk}) if on_top else SafeString(""),
        lines=render_to_string("logbook/_lines.html", {"lines": lines, "desk": desk}),
        numbers=[entry.number for entry in shown],
        older=shown[-1].number if len(found) > SHOWN else None,
        todo=render_to_string("logbook/_matters.html", {"matters": matters, "desk": desk}),
        todo_numbers=[root.number for root in [*pinned, *roots]],
        open_count=open_count,
        overdue_count=overdue_count,
    )
