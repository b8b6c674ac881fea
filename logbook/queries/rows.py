"""The entries of a page, read by hand: each with its text, the state of its matter and the names of its people, in one statement.

The ORM builds such a statement anew for each page and makes an object of every part of every row by a general way: together a
third of what a page of the log cost (docs/decisions/0022).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from django.db.models import QuerySet

from desks.by_hand import Columns, Statement
from desks.models import Person
from logbook.models import Entry, EntryText, FollowUp

# What only the record itself and an entry's own page need: long, and read for nobody in a list.
HEAVY = ("leaf", "previous", "digest", "secret", "intake", "request_digest", "key")
ANSWERS = (Entry.Act.CORRECTION, Entry.Act.ADDITION, Entry.Act.RETRACTION)
# The act that says that the text of the entry it refers to is veiled.
VEILED = "text_veiled"

_ENTRY, _WORDS, _MATTER = Columns(Entry, out=HEAVY), Columns(EntryText, out=["salt"]), Columns(FollowUp)
_PERSON = Columns(Person, only=["id", "name", "name_latin"])


@cache
def _statement(condition: str, kind: str) -> Statement:
    return Statement(f"""SELECT answered.number, {_ENTRY.of("entry")}, {_WORDS.of("words")}, {_MATTER.of("matter")}, {_PERSON.of("author")},
        {_PERSON.of("enterer")}
    FROM logbook_entry AS entry LEFT JOIN logbook_entrytext AS words ON words.entry_id = entry.id
        LEFT JOIN logbook_followup AS matter ON matter.root_id = entry.id LEFT JOIN logbook_entry AS answered ON answered.id = entry.refers_to_id
        LEFT JOIN desks_person AS author ON author.id = entry.author_id LEFT JOIN desks_person AS enterer ON enterer.id = entry.entered_by_id
    WHERE {condition} ORDER BY entry.number""", {"keys": kind})


def for_rows(entries: QuerySet[Entry], limit: int) -> list[Entry]:
    """The first entries as a list needs them, in two statements: without what is heavy, each person read once.

    `answers_number` is the number of the entry that each refers to, or None.
    """
    return rows_by_key(list(entries.select_related(None).values_list("pk", flat=True)[:limit]))


def rows_by_key(keys: Sequence[int]) -> list[Entry]:
    """The entries of these keys in their order, as `for_rows` gives them; one statement."""
    found = {entry.pk: entry for entry in _read("entry.id = ANY(%(keys)s)", keys)}
    return [found[key] for key in keys if key in found]


def said_in_threads(roots: Iterable[int]) -> list[Entry]:
    """Every correction, addition, retraction and veiling in the threads that began with these entries, by their numbers; one statement."""
    acts = ", ".join(f"'{act}'" for act in ANSWERS)
    return _read(f"entry.root_id = ANY(%(keys)s) AND (entry.act IN ({acts}) OR entry.code = '{VEILED}')", list(roots))


def _read(condition: str, keys: Sequence[int]) -> list[Entry]:
    if not keys:
        return []
    people: dict[int, Person] = {}
    return [_entry(row, people) for row in _statement(condition, "bigint[]").all({"keys": list(keys)})]


@cache
def _parts_begin() -> list[int]:
    """Where in a row the columns of text, matter, author and enterer begin, after the number and the entry's own."""
    return list(accumulate((1 + len(_ENTRY), len(_WORDS), len(_MATTER), len(_PERSON))))


def _entry(row: Sequence[Any], people: dict[int, Person]) -> Entry:
    words, matter, author, enterer = _parts_begin()
    entry: Any = _ENTRY.read(row[1:words])
    entry.answers_number = row[0]
    kept = entry._state.fields_cache
    kept["words"] = _beside(entry, _WORDS, row[words:matter], "entry")
    kept["follow_up"] = _beside(entry, _MATTER, row[matter:author], "root")
    kept["author"] = _person(row[author:enterer], people)
    kept["entered_by"] = _person(row[enterer:], people)
    return entry


def _beside(entry: Entry, columns: Columns[Any], values: Sequence[Any], name: str) -> Any:
    """The row that belongs to the entry by its key, or None where there is none."""
    if values[0] is None:
        return None
    made = columns.read(values)
    made._state.fields_cache[name] = entry
    return made


def _person(values: Sequence[Any], people: dict[int, Person]) -> Person | None:
    if values[0] is None:
        return None
    if values[0] not in people:
        people[values[0]] = _PERSON.read(values)
    return people[values[0]]

