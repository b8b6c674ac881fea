"""What the composer offers while one types a place or a handler: what was written at this desk before (A8, A17).

Bounded: the desk's newest entries are looked at, however long its log is. Customers are never offered: their names are
personal values, which every page masks until one person asks for one entry.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from desks.models import Choice, Desk
from desks.queries import people_of_desk
from logbook.folding import UNIT, folded, unit_of
from logbook.models import Entry
from logbook.queries.entries import book_ids_of
from logbook.words import DeskWords

LOOKED_AT = 2000
"""So many of the newest numbers are looked at."""
MOST = 8
LONGEST_ASKED = 80
STAFF = ("agent", "butler", "supervisor")


def completed_places(desk: Desk, asked: str) -> list[str]:
    """Places that begin with or hold what is typed, whatever its width, case, characters or way of writing a unit.

    Often written ones first, newest first among equals. What is for supervisors only is offered to nobody: the list would
    say where something happened.
    """
    written = [place for place in _written(desk, "place") if place]
    return _fitting(asked, Counter(written), written)


def completed_handlers(desk: Desk, asked: str, now: datetime) -> list[str]:
    """Departments, the people who work at the desk, and whoever else was written down as handling something."""
    words = DeskWords(desk)
    codes = {choice.code: choice.label for choice in words.choices(Choice.Purpose.DEPARTMENT)}
    written = [codes.get(handler, handler) for handler in _written(desk, "handler") if handler]
    staff = [name for person in people_of_desk(desk, now, STAFF) for name in (person.name, person.name_latin) if name]
    return _fitting(asked, Counter(written), [*written, *codes.values(), *staff])


def _written(desk: Desk, name: str) -> list[str]:
    """What the newest entries that everybody may read hold in the field, newest first."""
    found: list[tuple[int, str]] = []
    for book in book_ids_of(desk):
        newest = Entry.objects.filter(book=book).order_by("-number").values_list("number", flat=True).first() or 0
        rows = Entry.objects.filter(book=book, number__gt=newest - LOOKED_AT, audience=Entry.Audience.STAFF).exclude(**{name: ""})
        found += rows.order_by().values_list("number", name)
    return [value for _number, value in sorted(found, reverse=True)]


def _fitting(asked: str, often: Counter[str], offered: Iterable[str]) -> list[str]:
    wanted = _one_writing(asked[:LONGEST_ASKED])
    if not wanted:
        return []
    begins, holds = [], []
    for value in dict.fromkeys(offered):
        said = _one_writing(value)
        if said == wanted and value == asked:
            continue
        if said.startswith(wanted):
            begins.append(value)
        elif wanted in said:
            holds.append(value)
    return [value for group in (begins, holds) for value in sorted(group, key=lambda each: -often[each])][:MOST]


def _one_writing(text: str) -> str:
    """The text folded, a unit as 5-1203, without spaces; a building alone as 5-, so that 5栋 finds its flats."""
    said = folded(text)
    said = UNIT.sub(lambda found: unit_of(found)[1:], said)
    for word in ("号楼", "栋", "幢", "座"):
        said = said.replace(word, "-")
    return "".join(said.split())
