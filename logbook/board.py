"""What the desk page shows of the log, put together once for every state of the record (docs/decisions/0020, 0022).

The digest of a book's newest entry determines all that the book says (I2), so it is the key under which the rendered
rows are kept in this process; labels and names count in by digests of their rows, and the minute because "overdue" and
"tomorrow" do. Nothing kept here can be out of date: another state has another key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from desks.facts import WORDS
from desks.gate import Known
from desks.hooks import facts, floors_of
from desks.keeping import Kept, Parts
from desks.models import Desk, Person
from desks.permissions import may, standing_of
from logbook.lines import lines_of, without_nested
from logbook.models import Entry
from logbook.queries import entries_of, first_acts_of, for_rows, pinned_of, todo_of, watch_ends
from logbook.reading import rows_for
from logbook.todo import matters_of
from logbook.words import DeskWords

SHOWN = 30
TODO_SHOWN = 10
PINNED_SHOWN = 8
OWN = ("logbook.newest", "logbook.watch", "notices.unread", "desks.desks")


@cache
def desk_facts() -> tuple[str, ...]:
    """The facts that the desk page needs: the log's own, and the state of every floor that shows something there."""
    return tuple(dict.fromkeys((*WORDS, *OWN, *(name for name in _states() if facts.get(name)))))


def _states() -> list[str]:
    return [f"{floor}.state" for floor in floors_of("desk")]


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


_boards, _parts = Kept(64), Kept(512)


def parts_of(desk: Desk, known: Known, *, reader: Person, now: datetime) -> Parts:
    """The parts of the reader's desk page. While a floor shows something of which it tells no state, none is kept."""
    if not all(facts.get(name) for name in _states()):
        return Parts(_parts, None)
    states = tuple(known.facts[name] for name in (*WORDS, "logbook.watch", *_states()))
    return Parts(_parts, (desk.pk, known.place, states, standing_of(reader, now), get_language(), _minute(now)))


def board_of(desk: Desk, known: Known, *, reader: Person, now: datetime) -> tuple[Board, Parts]:
    """The newest entries of the watch (without one, of the book) and the open matters, as this reader may see them.

    With it comes what keeps it, once the page is sure of its state.
    """
    _watch, first = watch_of(known)
    sees = may(reader, "log.see_restricted", desk=desk, now=now)
    rights = (sees, may(reader, "log.see_personal", desk=desk, now=now))
    state = tuple(known.facts[name] for name in (*WORDS, "logbook.newest"))
    keeper = Parts(_boards, (desk.pk, known.place, state, first, rights, get_language(), _minute(now)))
    return keeper.get("board", lambda: _board(desk, first, reader, now, see_restricted=sees)), keeper


def watch_of(known: Known) -> tuple[int | None, int | None]:
    """Key and first number of the watch that holds the desk; nothing for a desk that nobody holds."""
    told = known.facts["logbook.watch"]
    if told is None:
        return None, None
    watch, first, _rows = told.split(":", 2)
    return int(watch), int(first)


def newest_of(known: Known) -> int:
    """The number of the book's newest entry; nought for an empty book."""
    return int((known.facts["logbook.newest"] or "0").partition(":")[0])


def _minute(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M}"


def _ends(roots: list[Entry], desk: Desk, now: datetime) -> list[datetime]:
    """The ends of watches that matters shown here were carried through; each end of a watch is an entry, so the board is made anew."""
    return watch_ends(desk, min(root.follow_up.opened_at for root in roots), now) if roots else []


def _begun(roots: list[Entry]) -> Collection[int]:
    """Those without a step whose first step was an act; such an act is an entry, so the board is made anew."""
    return first_acts_of(root.pk for root in roots if root.follow_up.last_entry_id == root.pk)


def _board(desk: Desk, first: int | None, reader: Person, now: datetime, *, see_restricted: bool) -> Board:
    words = DeskWords(desk)
    found = for_rows(entries_of(desk, first=first), SHOWN + 1)
    shown = found[:SHOWN]
    roots, open_count, overdue_count = todo_of(desk, TODO_SHOWN, now, see_restricted=see_restricted)
    pinned = list(pinned_of(desk, now)[:PINNED_SHOWN])
    rows = iter(rows_for([*pinned, *shown, *roots], reader=reader, desk=desk, now=now))
    on_top = lines_of(list(islice(rows, len(pinned))), desk=desk, words=words, reader=reader, now=now)
    lines = without_nested(lines_of(list(islice(rows, len(shown))), desk=desk, words=words, reader=reader, now=now))
    matters = matters_of(list(rows), desk=desk, words=words, now=now, ends=_ends(roots, desk, now), begun=_begun(roots))
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
