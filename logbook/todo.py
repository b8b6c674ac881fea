"""Open matters as the to-do column and the list of follow-ups show them (A1, A26, A30)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from desks.models import Desk
from desks.templatetags.desks_tags import duration
from logbook.lines import due_words, holding
from logbook.models import FollowUp
from logbook.reading import Row
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
    follow_up: FollowUp
    row: Row

    @property
    def again(self) -> bool:
        """Whether many may report it: an emergency gets a line for each further caller (A9)."""
        return self.row.entry.kind == "emergency"


def matters_of(rows: list[Row], *, desk: Desk, words: DeskWords, now: datetime) -> list[Matter]:
    """The matters that begin with these rows, in the order given; rows without one are left out."""
    soon = timedelta(minutes=desk.settings.due_soon_minutes)
    return [_matter(row, row.follow_up, desk, words, now, soon) for row in rows if row.follow_up is not None]


def waits_until(matter: FollowUp) -> datetime | None:
    """The moment that counts: of one that waits for a date that date, else when it is due."""
    if matter.state == FollowUp.State.WAITING and matter.waiting_until:
        return matter.waiting_until
    return matter.due_at


def _matter(row: Row, matter: FollowUp, desk: Desk, words: DeskWords, now: datetime, soon: timedelta) -> Matter:
    zone = desk.site.zone
    until = waits_until(matter)
    if until is None:
        due, tone = "", ""
    elif until <= now and matter.state in {"open", "in_progress", "waiting"}:
        due, tone = _("overdue %(amount)s") % {"amount": duration(_rounded(now - until))}, "over"
    else:
        due, tone = due_words(until, zone, now), "soon" if until - now <= soon else ""
    return Matter(
        number=row.number, title=_title(row), kind=words.kind_of(row.entry), due=due, tone=tone,
        state=_state(matter, words), follow_up=matter, row=row,
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
        return " · ".join(part for part in (whom, matter.next_step) if part)
    return " · ".join(
        part for part in (words.department(matter.handler), matter.get_state_display(), matter.next_step) if part
    )
