"""What inspections show on pages of other floors: done ones on the desk page, what waits to who answers for it (A32).

What is overdue is the supervisor's matter and never stands on the desk page.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.clock import local_day
from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import local_time
from inspections.models import Finding, Inspection
from inspections.queries import Due, due_inspections


def done_strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Today's inspections that are done: at what time, nothing else."""
    today = local_day(timezone.now(), desk.site.zone)
    done = Inspection.objects.filter(desk=desk, site_day=today, state="done").order_by("done_at")
    rows = list(done.exclude(occasion="extra"))
    return {"template": "inspections/_strip.html", "rows": rows, "desk": desk} if rows else None


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Today's inspections, for the project head only overdue ones; actions to verify and overdue ones."""
    today = local_day(now, site.zone)
    items: list[NowItem] = []
    for desk in site.desks.filter(active=True, settings__isnull=False).select_related("settings", "site"):
        if not may(person, "inspection.view", desk=desk, now=now) or not may(person, "site.overview", site=site, now=now):
            continue
        may_do = may(person, "inspection.do", desk=desk, now=now)
        waiting = [due for due in due_inspections(desk, today) if due.is_waiting]
        items += [_due_item(due, now, may_do) for due in waiting if now >= due.due_at or (may_do and now >= due.remind_at)]
        items += _finding_items(desk, now, may_do)
    return items


def _due_item(due: Due, now: datetime, may_do: bool) -> NowItem:
    occasion = Inspection.Occasion(due.occasion).label
    time = local_time(due.due_at, due.desk)
    page = reverse("inspections:page", args=[due.desk.slug])
    if due.row is not None and due.state == Inspection.State.IN_PROGRESS:
        page, act = reverse("inspections:inspection", args=[due.desk.slug, due.row.pk]), _("Go on")
    else:
        act = _("Inspect") if may_do else _("Look")
    return NowItem(
        tone=due.tone_at(now), icon="inspection",
        what=_("Inspection was due by %(time)s") % {"time": time} if now >= due.due_at else _("Inspect by %(time)s") % {"time": time},
        why=f"{due.desk.label} · {occasion}", url=page, act=act, at=due.due_at,
    )


def _finding_items(desk: Desk, now: datetime, may_do: bool) -> list[NowItem]:
    today = local_day(now, desk.site.zone)
    rows = list(Finding.objects.filter(desk=desk, state__in=["open", "action_set", "done"]))
    url = reverse("inspections:findings", args=[desk.slug])
    late = sum(row.state == "action_set" and row.due_on is not None and row.due_on < today for row in rows)
    to_verify = sum(row.state == "done" for row in rows) if may_do else 0
    # A difference in the count stands there by itself, and settling it closes its finding.
    unsettled = sum(row.state == "open" and row.counted_id is None for row in rows) if may_do else 0
    items = []
    if late:
        what = ngettext("%(count)s action is overdue", "%(count)s actions are overdue", late) % {"count": late}
        items.append(NowItem(tone="bad", icon="alert", what=what, why=desk.label, url=f"{url}?state=action_set", act=_("Look")))
    if to_verify:
        what = ngettext("%(count)s action to verify", "%(count)s actions to verify", to_verify) % {"count": to_verify}
        items.append(NowItem(tone="warn", icon="check", what=what, why=desk.label, url=f"{url}?state=done", act=_("Verify")))
    if unsettled:
        what = ngettext("%(count)s finding without an action", "%(count)s findings without an action", unsettled) % {
            "count": unsettled
        }
        items.append(NowItem(tone="info", icon="flag", what=what, why=desk.label, url=f"{url}?state=open", act=_("Settle")))
    return items
