"""What the page of all escalations is made of: what waits for whom, what was decided, and how long the steps took (A4, A11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desks.clock import local_day, month_bounds
from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import desks_of
from desks.templatetags.desks_tags import local_month
from escalations.forms import OverviewForm
from escalations.models import Escalation, Level
from escalations.queries import levels_asked, with_times
from escalations.rules import WAITING

State = Escalation.State
MONTHS = 24


@dataclass(frozen=True)
class Board:
    """The escalations of some desks; `mine` wait for the reader, `theirs` for the other level."""

    mine: list[Escalation]
    theirs: list[Escalation]
    decided: QuerySet[Escalation]
    of_the_month: QuerySet[Escalation]
    heads: bool

    def medians(self) -> list[tuple[str, timedelta | None, int]]:
        """Of what was raised in the month: words, the median from being raised, and of how many."""
        rows = list(self.of_the_month.values_list("raised_at", "acknowledged_at", "decided_at", "closed_at"))
        found = []
        for place, words in enumerate((_("acknowledged after"), _("decided after"), _("closed after")), start=1):
            times = [row[place] - row[0] for row in rows if row[place] is not None]
            found.append((words, median(times) if times else None, len(times)))
        return found


def board_of(
    desks: list[Desk], *, begin_end: tuple[datetime, datetime], emergency: bool, state: str, now: datetime, heads: bool
) -> Board:
    """What the page shows of these desks: all that waits, and what was raised between the two moments and is decided.

    `state` is "waiting", "decided", "closed" or "" for all; `heads` says that the reader decides what waits for the
    project head, else what waits for the supervisors.
    """
    rows = with_times(Escalation.objects.filter(desk__in=desks))
    rows = rows.select_related("desk__site", "desk__settings", "entry", "entry__words", "raised_by")
    if emergency:
        rows = rows.filter(emergency=True)
    waiting = list(rows.filter(state__in=WAITING).order_by("-emergency", "asked_at", "pk")) if state in {"", "waiting"} else []
    own = Level.PROJECT_HEAD if heads else Level.SUPERVISOR
    levels = levels_asked(waiting, now)
    raised = rows.filter(raised_at__gte=begin_end[0], raised_at__lt=begin_end[1])
    wanted = {"": [State.DECIDED, State.CLOSED], "decided": [State.DECIDED], "closed": [State.CLOSED]}.get(state, [])
    return Board(
        mine=[each for each in waiting if levels[each.pk] == own], theirs=[each for each in waiting if levels[each.pk] != own],
        decided=raised.filter(state__in=wanted).order_by("-raised_at", "-pk"), of_the_month=raised, heads=heads,
    )


@dataclass(frozen=True)
class Seen:
    """The board as somebody asked for it, with what was asked."""

    form: OverviewForm
    chosen: dict[str, Any]
    said: dict[str, str]
    """As an access record keeps it."""
    desks: list[Desk]
    month: date
    board: Board


def desks_overseen(reader: Person, now: datetime) -> list[Desk]:
    """The desks whose escalations the reader sees on the page of all of them."""
    rights = ("escalation.view", "site.overview")
    return [desk for desk in desks_of(reader, now) if all(may(reader, right, desk=desk, now=now) for right in rights)]


def seen_board(reader: Person, desks: list[Desk], asked: Mapping[str, str], now: datetime) -> Seen:
    """The board of these desks, at least one, narrowed by what was asked; what makes no sense narrows nothing."""
    zone = desks[0].site.zone
    months = _months(now, zone)
    form = OverviewForm(asked or None, desks=desks, months=months)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = [desk for desk in desks if desk.slug == chosen.get("desk")] or desks
    month = datetime.fromisoformat(f"{chosen.get('month') or months[0][0]}-01").date()
    board = board_of(
        shown, begin_end=month_bounds(month, zone), emergency=bool(chosen.get("emergency")), state=chosen.get("state") or "", now=now,
        heads=any(may(reader, "escalation.decide_major", desk=desk, now=now) for desk in shown),
    )
    return Seen(form, chosen, {name: str(value) for name, value in chosen.items() if value}, shown, month, board)


def _months(now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """This month and those before it, as 2026-12 and in words."""
    first = local_day(now, zone).replace(day=1)
    found = []
    for _number in range(MONTHS):
        found.append((f"{first:%Y-%m}", local_month(first)))
        first = first.replace(year=first.year - (first.month == 1), month=first.month - 1 or 12)
    return found
