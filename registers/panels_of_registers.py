"""What the registers show on pages of earlier floors: what is out of the desk's custody, and what is past its time (B1.9)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import local_moment
from registers.models import CustodyIssue
from registers.queries import out_of
from registers.rules import written

SHOWN = 6


def desk_aside(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """What is out and with whom, for those who work with the desk's custody."""
    if not may(request.user, "handover.view", desk=desk):
        return None
    issues, now = list(out_of(desk)), timezone.now()
    return {
        "template": "registers/_desk_aside.html", "desk": desk, "issues": issues[:SHOWN], "count": len(issues), "now": now,
        "overdue": sum(issue.due_at is not None and issue.due_at <= now for issue in issues),
        "may_move": may(request.user, "custody.move", desk=desk),
    }


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits for the supervisor: each thing that should be back and is not."""
    items = []
    late = CustodyIssue.objects.filter(desk__site=site, state=CustodyIssue.State.OUT, due_at__lte=now).select_related("desk__site", "item")
    for issue in late.order_by("due_at", "pk"):
        if not may(person, "handover.decide", desk=issue.desk, now=now):
            continue
        how_much = f"№ {issue.piece}" if issue.piece else written(issue.left, issue.item.unit)
        items.append(
            NowItem(
                "warn", "key", _("Not back: %(item)s, %(how_much)s") % {"item": issue.item.label, "how_much": how_much},
                _("%(desk)s: %(who)s was to bring it by %(at)s.")
                % {"desk": issue.desk.label, "who": issue.taken_by, "at": local_moment(issue.due_at, issue.desk)},
                reverse("registers:custody", args=[issue.desk.slug]) + f"#issue-{issue.pk}", _("Look"), issue.due_at,
            )
        )
    return items
