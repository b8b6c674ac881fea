"""An entry that was opened on its page: its row, its thread, and what is known of it beside its text (A17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from desks.models import Desk
from logbook.held import held_by
from logbook.lines import own_values_of
from logbook.models import Entry, FollowUp
from logbook.queries import entries_of
from logbook.reading import Row, rows_for, text_of
from logbook.words import DeskWords


@dataclass
class Opened:
    """An entry that was opened: its row, the rows of its thread, and the root of the thread."""

    row: Row
    thread: list[Row]
    root: Entry
    words: DeskWords

    @property
    def matter(self) -> FollowUp | None:
        """The follow-up of the thread, where it has one and the reader may see it."""
        return next((row.follow_up for row in self.thread if row.follow_up is not None), None)


def opened_entry(request: HttpRequest, desk: Desk, number: int, now: datetime) -> Opened:
    """The entry of that number with its thread, as the actor may see them. Raises Http404."""
    entry = entries_of(desk).filter(number=number).exclude(code="purged").first()
    if entry is None:
        raise Http404
    root = entry.root_id or entry.pk
    thread = list(entries_of(desk).filter(Q(pk=root) | Q(root=root)).order_by("number"))
    if entry.pk not in {each.pk for each in thread}:
        thread.append(entry)
    rows = rows_for(thread, reader=request.user, desk=desk, now=now)
    by_pk = {row.entry.pk: row for row in rows}
    first = next((each for each in thread if each.pk == root), entry)
    return Opened(row=by_pk[entry.pk], thread=rows, root=first, words=DeskWords(desk))


def veilable(opened: Opened) -> list[int]:
    """The numbers of the thread's texts that can be veiled."""
    return [row.number for row in opened.thread if not row.hidden and not row.veiled and text_of(row.entry)]


def facts_of(row: Row, words: DeskWords) -> list[tuple[str, Any, str]]:
    """What is known of the entry beside its text: name, value, and how the template shows it."""
    entry = row.entry
    choices = {"normal": _("normal"), "urgent": _("urgent"), "emergency": _("emergency")}
    happened = held_by(row).happened_at if row.corrected and entry.act == Entry.Act.ENTRY else None
    corrected = happened if happened != entry.occurred_at else None
    known: list[tuple[str, Any, str]] = [
        (_("Happened"), entry.occurred_at, "moment"),
        (_("Happened, as corrected"), corrected, "moment"),
        (_("Recorded"), entry.recorded_at, "moment"),
        (_("Written on paper"), entry.original_recorded_at, "moment"),
        (_("By"), entry.author, "person"),
        (_("Entered by"), entry.entered_by, "person"),
        (_("Source"), words.source(entry.source), ""),
        (_("Place"), entry.place, ""),
        (_("Customer"), row.customer or row.erased.get("customer", ""), "customer"),
        (_("Phone"), row.phone or row.erased.get("phone", ""), ""),
        (_("Urgency"), choices.get(entry.urgency, entry.urgency), ""),
        (_("Handled by"), words.department(entry.handler), ""),
        (_("Due"), entry.due_at, "moment"),
        (_("Result"), entry.result, ""),
        (_("Reason"), words.reason(entry.reason), ""),
        *((label, value or _("yes"), "") for label, value in own_values_of(row, words)),
    ]
    return [fact for fact in known if fact[1]]
