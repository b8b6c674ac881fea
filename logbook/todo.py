"""Open matters as the to-do column and the list of follow-ups show them, with their clocks (A1, A9, A26, A30)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.models import Desk, EntryKind
from desks.templatetags.desks_tags import duration
from logbook.lines import due_words, holding
from logbook.models import Entry, FollowUp
from logbook.numbers import masked_in
from logbook.reading import Row
from logbook.rules import OPEN_STATES, first_step_due, is_emergency, watches_since
from logbook.words import DeskWords

TITLE_LENGTH = 120


@dataclass
class Matter:
    """One open matter: what, where, until when, who has it."""

    number: int
    title: str
    kind: str
    due: str
    tone: str
    """"over", "soon" or nothing: how its line is drawn."""
    state: str
    age: str
    """How long it has been open, in hours and in watches; of a closed one how long it was."""
    shifts: str
    """Through how many watches it was carried; empty for none."""
    remaining: str
    """How long until it is due; empty for what is overdue, for `due` says that."""
    first_step: str
    """Of a matter without a step: until when its first one is promised."""
    first_step_late: bool
    raised: bool
    """Whether the clock has raised it, for it was passed on too often past its due time."""
    follow_up: FollowUp
    row: Row

    @property
    def again(self) -> bool:
        """Whether many may report it: an emergency gets a line for each further caller (A9)."""
        return is_emergency(kind=self.row.entry.kind, urgency=self.row.entry.urgency)


def matters_of(
    rows: list[Row], *, desk: Desk, words: DeskWords, now: datetime, ends: Sequence[datetime] = (),
    raised: Mapping[int, Entry] | None = None, begun: Collection[int] = (),
) -> list[Matter]:
    """The matters that begin with these rows, in the order given; rows without one are left out.

    `ends` are the ends of the desk's watches since the oldest of them was opened, `raised` the acts that raised them,
    `begun` the first entries of those whose first step was an act, a call for one (`logbook.queries.first_acts_of`).
    """
    soon = timedelta(minutes=desk.settings.due_soon_minutes)
    return [_matter(row, row.follow_up, desk, words, now, soon, ends, raised or {}, begun) for row in rows if row.follow_up is not None]


def waits_until(matter: FollowUp) -> datetime | None:
    """The moment that counts: of one that waits for a date that date, else when it is due."""
    if matter.state == FollowUp.State.WAITING and matter.waiting_until:
        return matter.waiting_until
    return matter.due_at


def carried_words(matter: FollowUp, ends: Sequence[datetime]) -> str:
    """Through how many watches the matter was carried until now, or until it was closed; empty for none (A1)."""
    since = watches_since(matter.opened_at, ends)
    if matter.state not in OPEN_STATES:
        since -= watches_since(matter.changed_at, ends)
    return ngettext("%(count)d watch", "%(count)d watches", since) % {"count": since} if since > 0 else ""


def age_words(matter: FollowUp, ends: Sequence[datetime], now: datetime) -> str:
    """How long the matter has been open, or was until it was closed: in hours or days, and in watches (A1)."""
    until = now if matter.state in OPEN_STATES else matter.changed_at
    spent = duration(_rounded(max(until - matter.opened_at, timedelta(0))))
    return " · ".join(part for part in (spent, carried_words(matter, ends)) if part)


def first_step_words(matter: FollowUp, kind: EntryKind | None, now: datetime) -> tuple[str, bool]:
    """Until when the first step of a matter without one is promised, and whether that is past; nothing where nothing is (A9)."""
    promised = first_step_due(kind=kind, urgency=matter.urgency, opened_at=matter.opened_at)
    if promised is None or matter.last_entry_id != matter.root_id or matter.state not in OPEN_STATES:
        return "", False
    amount = duration(_rounded(abs(promised - now)))
    if promised <= now:
        return _("first step late by %(amount)s") % {"amount": amount}, True
    return _("first step due in %(amount)s") % {"amount": amount}, False


def _matter(
    row: Row, matter: FollowUp, desk: Desk, words: DeskWords, now: datetime, soon: timedelta, ends: Sequence[datetime],
    raised: Mapping[int, Entry], begun: Collection[int],
) -> Matter:
    zone = desk.site.zone
    until = waits_until(matter)
    first_step, late = ("", False) if matter.root_id in begun else first_step_words(matter, words.kind_row(row.entry), now)
    is_open = matter.state in OPEN_STATES
    if until is None:
        due, tone = "", ""
    elif until <= now and is_open:
        due, tone = _("overdue %(amount)s") % {"amount": duration(_rounded(now - until))}, "over"
    else:
        due, tone = due_words(until, zone, now), "soon" if is_open and until - now <= soon else ""
    return Matter(
        number=row.number, title=_title(row), kind=words.kind_of(row.entry), due=due, tone=tone,
        state=_state(matter, words), age=age_words(matter, ends, now), shifts=carried_words(matter, ends),
        remaining=duration(_rounded(until - now)) if until is not None and until > now and is_open else "",
        first_step=first_step, first_step_late=late, raised=matter.root_id in raised, follow_up=matter, row=row,
    )


def _rounded(late: timedelta) -> timedelta:
    """What is hours late is told in hours, what is days late in days: a column is read at a glance."""
    for step in (timedelta(days=1), timedelta(hours=1)):
        if late >= step:
            return late - late % step
    return late


def _title(row: Row) -> str:
    held = holding(row)
    place, text = held.entry.place or row.entry.place, held.text.split("\n", 1)[0]
    words = text if not place or place in text else f"{place} {text}"
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"


def _state(matter: FollowUp, words: DeskWords) -> str:
    if matter.state == FollowUp.State.WAITING:
        whom = _("waiting for %(whom)s") % {"whom": words.department(matter.waiting_for)}
        return " · ".join(part for part in (whom, masked_in(matter.next_step)) if part)
    return " · ".join(
        part for part in (words.department(matter.handler), matter.get_state_display(), masked_in(matter.next_step)) if part
    )
