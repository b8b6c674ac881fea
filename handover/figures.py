"""How long handovers take, by month and without names (C8): to be looked at, never to block anybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from desks.clock import local_day
from desks.models import Desk
from handover.models import Handover

MONTHS = 12
# More than a desk hands over in twelve months of four shifts a day.
MOST = 1500


@dataclass(frozen=True)
class HowLong:
    """The completed handovers of a site's month, from both beginning to go through it until the second signature."""

    month: date
    handovers: int
    median: timedelta
    longest: timedelta
    apart: int
    """How many were not gone through together."""


def how_long_by_month(desk: Desk, months: int = MONTHS) -> list[HowLong]:
    """The newest months that have any, newest first; a handover belongs to the site's month in which it ended (I11)."""
    done = Handover.objects.filter(
        desk=desk, mode=Handover.Mode.FACE, state=Handover.State.COMPLETED, together_from__isnull=False, ended_at__isnull=False
    )
    took: dict[date, list[tuple[float, bool]]] = {}
    for began, ended, together in done.order_by("-ended_at").values_list("together_from", "ended_at", "together")[:MOST]:
        assert began is not None and ended is not None, "the filter asks for both"
        month = local_day(ended, desk.site.zone).replace(day=1)
        took.setdefault(month, []).append(((ended - began).total_seconds(), together == Handover.Together.YES))
    return [_month(month, rows) for month, rows in list(took.items())[:months]]


def _month(month: date, rows: list[tuple[float, bool]]) -> HowLong:
    seconds = [each for each, _together in rows]
    return HowLong(
        month, len(rows), timedelta(seconds=median(seconds)), timedelta(seconds=max(seconds)), sum(not together for _seconds, together in rows)
    )
