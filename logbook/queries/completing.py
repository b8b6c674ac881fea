"""What a field offers while one types a place, a handler or for whom a message is: what was written at this desk before (A8, A17, B2.2).

Bounded: the desk's newest entries are looked at, however long its log is. Customers are never offered: their names are
personal values, which every page masks until one person asks for one entry.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from desks.models import Choice, Desk, Person, Role
from desks.queries import people_of_desk, people_of_site
from logbook.folding import UNIT, folded, unit_of
from logbook.models import Entry, PersonalValue
from logbook.queries.entries import book_ids_of
from logbook.rules.words import OWN
from logbook.words import DeskWords

LOOKED_AT = 2000
"""So many of the newest numbers are looked at."""
MOST = 8
LONGEST_ASKED = 80
STAFF = (Role.AGENT, Role.BUTLER, Role.SUPERVISOR)
ADDRESSEE = OWN + "addressee"
"""Where an entry keeps the field of its kind that says for whom a message is."""


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
    return _fitting(asked, Counter(written), [*written, *codes.values(), *_names(people_of_desk(desk, now, STAFF))])


def completed_addressees(desk: Desk, asked: str, now: datetime) -> list[str]:
    """The people who work at the site, at whichever desk, and for whom messages were taken at this desk before.

    Whoever was the customer of the entry that names them is left out: the name would stand in the list unmasked (I8). Where the
    customer was erased by rule nobody can tell, and the entry is passed over.
    """
    found: list[tuple[int, str, str | None]] = []
    for rows in _newest(desk):
        found += rows.filter(fields__has_key=ADDRESSEE).values_list("number", KT(f"fields__{ADDRESSEE}"), KT("personal__customer"))
    keys = [int(key) for _number, _name, key in found if key]
    customers = dict(PersonalValue.objects.filter(pk__in=keys).values_list("pk", "value")) if keys else {}
    written = [name for _number, name, key in sorted(found, key=lambda row: -row[0]) if not key or customers.get(int(key), name) != name]
    return _fitting(asked, Counter(written), [*written, *_names(people_of_site(desk.site, now, (*STAFF, Role.PROJECT_HEAD)))])


def _names(people: Iterable[Person]) -> list[str]:
    return [name for person in people for name in (person.name, person.name_latin) if name]


def _written(desk: Desk, name: str) -> list[str]:
    """What the newest entries that everybody may read hold in the field, newest first."""
    found: list[tuple[int, str]] = []
    for rows in _newest(desk):
        found += rows.exclude(**{name: ""}).values_list("number", name)
    return [value for _number, value in sorted(found, reverse=True)]


def _newest(desk: Desk) -> Iterator[QuerySet[Entry]]:
    """Of each of the desk's books the newest entries that everybody may read."""
    for book in book_ids_of(desk):
        newest = Entry.objects.filter(book=book).order_by("-number").values_list("number", flat=True).first() or 0
        yield Entry.objects.filter(book=book, number__gt=newest - LOOKED_AT, audience=Entry.Audience.STAFF).order_by()


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
