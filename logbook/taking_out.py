"""What a list is that goes out as a file: each floor registers its own lists here, and one path takes all of them out (A20, I8).

A cell that a spreadsheet would take for a formula is made harmless by that path (`logbook.export`), whoever's list it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise

from desks.hooks import Registry
from desks.models import Person, Site
from desks.permissions import may
from desks.places import Place, as_argument, site_of
from desks.templatetags.desks_tags import local_date, shown_name
from desks.wording import with_label
from logbook.paper import Column

PORTION = 500
# The rights by which a list's rows are read and shown, besides the right to take it out.
READ_BY = ("log.see_restricted", "log.see_personal", "log.export_personal")
Share = tuple[int | None, int | None, int]
"""First and last number of the entries, if they have any, and how many rows."""


@dataclass(frozen=True)
class Listed:
    """One list as it goes out."""

    title: str
    filters: dict[str, Any]
    """As the access record keeps them."""
    about: list[str]
    """The filter and the period in words."""
    first: int | None
    last: int | None
    count: int
    headings: list[str]
    columns: list[Column]
    rows: Iterator[list[str]]
    """Read as they are taken, portion by portion."""
    place: str = ""
    """What the list is of, where it is of more than one desk."""
    amounts: frozenset[int] = frozenset()
    """Columns, counted from 0, whose numbers and hours:minutes a workbook holds as such, so that it can add them up."""
    shares: dict[int, Share] = field(default_factory=dict)
    """What of it belongs to which desk, by the desk's key; empty where all of it is of the place that it is asked for at."""


class Reading(Protocol):
    """How a list is read: (title, the desk or the site, reader, asked, now) -> the list as this reader may have it."""

    def __call__(self, title: str, of: Any, reader: Person, asked: Mapping[str, str], now: datetime, /) -> Listed: ...


@dataclass(frozen=True)
class ListKind:
    """A list that can be taken out: its name, the rights that are all needed, and how it is read."""

    title: Promise | str
    rights: tuple[str, ...]
    read: Reading


# What is asked for at a desk and at a site, by name, of 20 letters at most; the floors fill them in `AppConfig.ready`.
LISTS: Registry[ListKind] = Registry("list")
SITE_LISTS: Registry[ListKind] = Registry("list of a site")


def kind_of(name: str, of: Place) -> ListKind:
    """The list of that name of a desk, or of a site. Raises KeyError."""
    kind = (SITE_LISTS if isinstance(of, Site) else LISTS).get(name)
    if kind is None:
        raise KeyError(name)
    return kind


def listed(name: str, *, of: Place, reader: Person, asked: Mapping[str, str], now: datetime) -> Listed:
    """The list as this reader may take it out, narrowed as its page would be by the same question. Raises KeyError."""
    kind = kind_of(name, of)
    return kind.read(str(kind.title), of, reader, asked, now)


def rights_for(name: str, *, of: Place, reader: Person, now: datetime) -> list[str]:
    """The rights that the reader holds of those by which the list is taken out and its rows are shown."""
    return [right for right in (*kind_of(name, of).rights, *READ_BY) if may(reader, right, now=now, **as_argument(of))]


def may_take_out(name: str, *, of: Place, reader: Person, now: datetime) -> bool:
    """Whether the reader may have the list as a file."""
    return all(may(reader, right, now=now, **as_argument(of)) for right in kind_of(name, of).rights)


def asked_in_words(form: forms.Form) -> list[str]:
    """What the filter narrows by, as its form shows it: label and value; nothing where it narrows nothing."""
    form.is_valid()
    values, said = getattr(form, "cleaned_data", {}), []
    for name, field_ in form.fields.items():
        value = values.get(name)
        if not value:
            continue
        if isinstance(value, Person):
            value = shown_name(value)
        elif isinstance(value, date):
            value = local_date(value)
        elif isinstance(field_, forms.ChoiceField):
            value = dict(field_.choices).get(value, value)
        said.append(with_label(str(field_.label), "" if value is True else str(value)))
    return said


def each_its_column(headings: Sequence[str], shares: Sequence[float]) -> list[Column]:
    """On paper every cell in a column of its own, of these shares of the width."""
    return [Column(heading, share, (place,)) for place, (heading, share) in enumerate(zip(headings, shares, strict=True))]


def in_portions(keys: Sequence[int], read: Callable[[Sequence[int]], list[list[str]]]) -> Iterator[list[str]]:
    """The rows of these keys, read a portion at a time: memory stays the same however long the list is."""
    for place in range(0, len(keys), PORTION):
        yield from read(keys[place : place + PORTION])


def written_moment(moment: datetime | None, of: Place) -> str:
    """A moment as every file writes it, on the wall clock of the site (I11); empty for none."""
    return f"{moment.astimezone(site_of(of).zone):%Y-%m-%d %H:%M:%S}" if moment is not None else ""
