"""What requests and empty duties show on pages of other floors: what waits for the supervisor, what one is asked (A3, A13)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import local_moment
from rosters.clock_requests import duties_of_who_left
from rosters.models import EmptyDuty, Leave, Swap
from rosters.queries import empty_duties, swaps_for

# So near that an empty duty is the first thing to be done.
PRESSING = timedelta(days=1)


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """For who decides: how many requests wait at each desk, and each desk's duties that nobody has."""
    desks = [
        desk for desk in site.desks.filter(active=True).select_related("site", "settings")
        if may(person, "duty.decide", desk=desk, now=now)
    ]
    if not desks:
        return []
    waiting: dict[int, list[datetime]] = {}
    asked = Swap.objects.filter(desk__in=desks, state="agreed").values_list("desk", "starts_at")
    for desk_id, starts_at in [*asked, *Leave.objects.filter(desk__in=desks, state="requested").values_list("desk", "starts_at")]:
        waiting.setdefault(desk_id, []).append(starts_at)
    empty: dict[int, list[datetime]] = {}
    rows = EmptyDuty.objects.filter(desk__in=desks, state="open", ends_at__gt=now).values_list("desk", "starts_at")
    left = duties_of_who_left(now).filter(desk__in=desks).order_by().values_list("desk", "starts_at")
    for desk_id, starts_at in [*rows, *left]:
        empty.setdefault(desk_id, []).append(starts_at)
    items = []
    for desk in desks:
        url = reverse("rosters:changes", args=[desk.slug])
        if times := empty.get(desk.pk):
            first = min(times)
            words = ngettext("%(count)d duty at %(desk)s is to be filled", "%(count)d duties at %(desk)s are to be filled", len(times))
            items.append(NowItem(
                tone="bad" if first <= now + PRESSING else "warn", icon="people", what=words % {"count": len(times), "desk": desk.label},
                why=_("the first on %(at)s") % {"at": local_moment(first, desk)}, url=f"{url}#empty", act=_("Name a stand-in"), at=first,
            ))
        if times := waiting.get(desk.pk):
            first = min(times)
            words = ngettext("%(count)d request at %(desk)s waits for you", "%(count)d requests at %(desk)s wait for you", len(times))
            items.append(NowItem(
                tone="warn", icon="roster", what=words % {"count": len(times), "desk": desk.label},
                why=_("leave or swap, the first for %(at)s") % {"at": local_moment(first, desk)}, url=f"{url}#decide", act=_("Decide"), at=first,
            ))
    return items


def desk_todo(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """In the to-do column: for who decides, duties that nobody has within a day; for everybody, duties that one is asked to take."""
    person, now = request.user, timezone.now()
    if not isinstance(person, Person) or not may(person, "duty.ask", desk=desk, now=now):
        return None
    empties = [row for row in empty_duties(desk, now) if row.starts_at <= now + PRESSING] if may(person, "duty.decide", desk=desk, now=now) else []
    offers = list(swaps_for(person, desk).filter(Q(starts_at__gt=now))[:5])
    if not empties and not offers:
        return None
    return {"template": "rosters/_todo.html", "desk": desk, "empties": empties, "offers": offers}
