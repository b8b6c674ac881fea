"""Small registries that later floors fill in `AppConfig.ready`, so that earlier floors can ask without importing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from desks.models import Desk

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things in the order in which they were registered; registering a name twice is a mistake."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> None:
        """Adds a thing under its name. Raises LookupError when another thing stands there already."""
        if name in self._things and self._things[name] is not thing:
            raise LookupError(f"{self._what} {name!r} is registered twice.")
        self._things[name] = thing

    def get(self, name: str) -> T | None:
        """The thing of that name, or None."""
        return self._things.get(name)

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(list(self._things.items()))


# Wording of acts and notices by code: a lazy text with named placeholders, filled when somebody reads it.
messages: Registry[Promise | str] = Registry("message")
# Wording of a placeholder's value by the placeholder's name, where a value is a code of the record.
value_words: Registry[Callable[[str], str]] = Registry("value wording")
# Of which kind an administrator's act in the site's book is, by its code: a word of logbook.forms.filters.ACT_KINDS.
act_kinds: Registry[str] = Registry("kind of act")
# Acts that are a first step of the matter that they refer to, by their code: the clause of why (A9). Such an act stops the clock of the
# first step as a step of the matter does, where a person wrote it.
first_steps: Registry[str] = Registry("first step")
# What a later floor does within an act of an earlier one that has found something wrong, by what happened:
# "opening_differs" (actor, handover, now) when an opening is complete, "difference_settled" (actor, difference, now).
findings: Registry[Callable[..., object]] = Registry("finding")
# Who besides the record refers to stored files, by floor: (digests) -> those of them that must stay.
kept_files: Registry[Callable[..., set[str]]] = Registry("keeper of files")
# Kinds of personal values besides the log's own that go when a period of the site's is over, by name: what they are called (A20). Whoever
# registers one words the act `personal_period_<name>` and erases them.
periods: Registry[Promise | str] = Registry("kind of value with a period")
# Loaders of a preset's sections: (desk, rows) -> None.
preset_sections: Registry[Callable[[Any, list[dict[str, Any]]], None]] = Registry("preset section")
# The clock's acts: (now) -> number of things done; the periodic task calls each in its own transaction.
clock_acts: Registry[Callable[..., int]] = Registry("clock act")
# What pages of a desk must know at once, by "<floor>.<name>": SQL expressions of one value, over the row `desk` of the page's
# desk, with %(person)s (the reader) and %(now)s. The gate reads those that a page names in its one statement
# (desks.gate). "<floor>.state" changes whenever anything changes that the floor's panels on the desk page show.
facts: Registry[str] = Registry("fact")
# What a page of an earlier floor shows of a later one, by "<slot>.<floor>"; see panels_of.
panels: Registry[Callable[..., Any]] = Registry("panel")


@dataclass(frozen=True)
class NowItem:
    """One thing that waits for the reader of a home page: what, why, and the one button that does it."""

    tone: str
    icon: str
    what: str
    why: str
    url: str
    act: str
    at: datetime | None = None
    quotes: tuple[Desk, int] | None = None
    """Desk and number of the entry whose words stand here, for the record of who was shown what (I8)."""


def panels_of(slot: str, *arguments: Any) -> list[Any]:
    """What the floors put into a slot of a page, in the order in which they registered; those with nothing to show are left out.

    Slots with a desk page's (request, desk), answering with a context that names its `template`: `desk.strip` lines of
    the watch strip (with `wide` a note across all of it), `desk.actions` buttons, `desk.todo` cards of the to-do column, `desk.aside` cards below it.
    `entry.tools` (request, desk, entry) buttons of an entry's page. `inbox.tools` (request, show) buttons of the inbox, with their `template`. `review.panels` (request, desk, day) cards of the day's review. `now` (person, site, now) lists of NowItem for the
    supervisor and the project head. `duty_on` (desk, moment) the people rostered then. `came` (desk, begin, end) who was at the desk before
    being of its watch, as (person's id, moment). `counting` (person, desk)
    whether the person takes part in a count that is under way there.
    """
    answers = [panel(*arguments) for name, panel in panels if name.rpartition(".")[0] == slot]
    return [answer for answer in answers if answer]


def floors_of(page: str) -> list[str]:
    """The floors that put something into any slot of the page, for example "desk"."""
    return sorted({name.rpartition(".")[2] for name, _ in panels if name.startswith(f"{page}.")})
