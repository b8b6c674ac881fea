"""What the home pages of supervisor and project head are composed of, floor by floor (A3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from desks.clock import day_bounds, local_day
from desks.hooks import NowItem, panels_of
from desks.models import Desk, Person, Site
from desks.permissions import may
from logbook.models import Entry, FollowUp, Watch
from logbook.rules import OPEN_STATES
from rosters.queries import duties_at, relief_for


@dataclass(frozen=True)
class DeskCard:
    """One desk at a glance: who holds it, who is rostered, what is open and what has run past its time."""

    desk: Desk
    watch: Watch | None
    rostered: list[Person]
    next_at: datetime | None
    next_people: list[Person]
    open: int
    overdue: int
    today: int
    closed_today: int
    should_be_open: bool


def overseen_sites(person: Person, now: datetime) -> list[Site]:
    """The sites that the person oversees now: supervisor, who acts for them, project head (A3)."""
    return [site for site in Site.objects.all() if may(person, "site.overview", site=site, now=now)]


def now_items(person: Person, sites: list[Site], now: datetime) -> list[NowItem]:
    """Everything that waits for the person at these sites, the gravest first, then by time."""
    rank = {"bad": 0, "warn": 1, "info": 2, "accent": 3}
    items = [item for site in sites for items in panels_of("now", person, site, now) for item in items]
    far = now + timedelta(days=365)
    return sorted(items, key=lambda item: (rank.get(item.tone, 4), item.at or far))


def desk_cards(person: Person, sites: list[Site], now: datetime) -> list[DeskCard]:
    """A card for each desk of the sites that the person may see; the number of queries does not grow with the log."""
    wanted = {site.pk for site in sites}
    rows = Desk.objects.filter(active=True, site__in=wanted).select_related("site", "settings").prefetch_related("opening_hours")
    desks = [desk for desk in rows if may(person, "desk.view", desk=desk, now=now)]
    watches = {row.desk_id: row for row in Watch.objects.filter(desk__in=desks, ended_at__isnull=True).select_related("holder")}
    late = Q(due_at__lte=now) & ~(Q(state="waiting") & Q(waiting_until__gt=now))
    matters: dict[int, dict[str, int]] = {
        row["book__desk"]: {"open": row["open"], "overdue": row["overdue"]}
        for row in FollowUp.objects.filter(book__desk__in=desks, state__in=OPEN_STATES)
        .values("book__desk").annotate(open=Count("pk"), overdue=Count("pk", filter=late))
    }
    cards = []
    for desk in desks:
        begin, end = day_bounds(local_day(now, desk.site.zone), desk.site.zone)
        today = Entry.objects.filter(book__desk=desk, occurred_at__gte=begin, occurred_at__lt=end).exclude(act=Entry.Act.ACT)
        counts = today.aggregate(all=Count("pk"), closed=Count("pk", filter=Q(follow_state="closed")))
        relief = relief_for(desk, now)
        cards.append(
            DeskCard(
                desk=desk, watch=watches.get(desk.pk), rostered=[duty.person for duty in duties_at(desk, now)],
                next_at=relief[0].starts_at if relief else None, next_people=[duty.person for duty in relief], open=matters.get(desk.pk, {}).get("open", 0),
                overdue=matters.get(desk.pk, {}).get("overdue", 0), today=counts["all"], closed_today=counts["closed"],
                should_be_open=_within_hours(desk, now),
            )
        )
    return cards


def _within_hours(desk: Desk, now: datetime) -> bool:
    clock = now.astimezone(desk.site.zone)
    return any(row.weekday == clock.weekday() and row.opens <= clock.time() < row.closes for row in desk.opening_hours.all())
