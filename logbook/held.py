"""What holds of an entry once its corrections are read with it, and what each correction has changed (A18).

Pure: it works on rows, which carry their corrections with them. The entry itself stays as it was written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from logbook.models import Entry
from logbook.reading import Row
from logbook.rules import HAPPENED, OWN


@dataclass(frozen=True)
class Held:
    """What an entry says, each part by the newest correction that says it."""

    row: Row | None = None
    """The row whose text holds."""
    place: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    """The kind's own fields by the names under which the record has them; an empty value was taken back by a correction."""
    happened_at: datetime | None = None
    """When it happened; None for what is no entry of its own."""


def held_by(row: Row) -> Held:
    """What holds of the row's entry now."""
    return _walked(row, Held(), {})


def held_before(rows: Iterable[Row]) -> dict[int, Held]:
    """By the key of each correction of these rows: what held of the entry until then."""
    found: dict[int, Held] = {}
    for row in rows:
        if row.entry.act != Entry.Act.CORRECTION:
            _walked(row, Held(), found)
    return found


def _walked(row: Row, before: Held, found: dict[int, Held]) -> Held:
    held = _with(row, before)
    for answer in row.answers:
        if answer.entry.act == Entry.Act.CORRECTION:
            found[answer.entry.pk] = held
            after = _walked(answer, held, found)
            held = held if answer.retracted else after
        else:
            _walked(answer, Held(), found)
    return held


def _with(row: Row, before: Held) -> Held:
    entry = row.entry
    own = {name: value for name, value in entry.fields.items() if name.startswith(OWN)}
    happened = entry.occurred_at if entry.act == Entry.Act.ENTRY else None
    if HAPPENED in entry.fields:
        happened = datetime.fromisoformat(entry.fields[HAPPENED])
    return replace(
        before, row=row, place=entry.place or before.place, own={**before.own, **own}, happened_at=happened or before.happened_at
    )
