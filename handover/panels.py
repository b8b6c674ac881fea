"""What the handover shows on pages of earlier floors: the desk page, and the supervisor's "now" list (A23, A28)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import comma, duration, local_time, shown_name
from handover.models import Handover, OmissionReport, Release
from handover.queries import gap_since, held_with_gap, open_handover, open_refusal
from handover.relief import missing_relief_of
from logbook.models import Watch
from registers.models import CustodyDifference


@dataclass(frozen=True)
class _Standing:
    """How the desk stands, read once for the page however many of its slots ask."""

    handover: Handover | None
    watch: Watch | None
    gap: datetime | None


def _standing(request: HttpRequest, desk: Desk) -> _Standing:
    read = request.__dict__.get("_handover_standing")
    if read is None:
        read = request.__dict__["_handover_standing"] = _read_standing(desk)
    return read


def _read_standing(desk: Desk) -> _Standing:
    """One query while the desk is held and nothing is under way: the desk page asks at every refresh."""
    watch = held_with_gap(desk)
    if watch is None:
        return _Standing(open_handover(desk), None, None)
    watch.desk = desk
    return _Standing(open_handover(desk) if watch.handing_over else None, watch, watch.gap)


def desk_actions(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Buttons of the desk page: start or continue the handover, open the desk, close it for the night."""
    if not may(request.user, "handover.take_part", desk=desk):
        return None
    stands = _standing(request, desk)
    return {
        "template": "handover/_desk_actions.html", "desk": desk, "handover": stands.handover, "watch": stands.watch,
        "gap": stands.gap, "holds": stands.watch is not None and stands.watch.holder_id == request.user.pk,
    }


def desk_strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """A line of the watch strip: a handover under way, a gap, or how long the holder waits for the relief."""
    stands = _standing(request, desk)
    relief = missing_relief_of(stands.watch, timezone.now()) if stands.watch and stands.gap is None else None
    under_way = stands.handover if stands.handover is not None and not stands.handover.is_draft else None
    if not (under_way or stands.gap or relief):
        return None
    return {
        "template": "handover/_desk_strip.html", "wide": True, "desk": desk, "handover": under_way, "watch": stands.watch,
        "gap": stands.gap, "relief": relief,
    }


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits for the supervisor: a gap, a refused handover, a relief that is missing, differences; for the head the gap."""
    items: list[NowItem] = []
    for watch in Watch.objects.filter(desk__site=site, ended_at__isnull=True).select_related("desk__site", "desk__settings", "holder"):
        items += _watch_items(person, watch, now)
    refused = Handover.objects.filter(desk__site=site, state=Handover.State.REFUSED).select_related("desk__site")
    for handover in refused:
        if may(person, "handover.decide", desk=handover.desk, now=now) and (refusal := open_refusal(handover)):
            items.append(
                NowItem(
                    "bad", "refused", _("Handover refused: %(desk)s") % {"desk": handover.desk.label},
                    _("%(who)s: %(ground)s. To lift it: %(remedy)s")
                    % {"who": shown_name(refusal.person), "ground": refusal.ground.label, "remedy": refusal.remedy},
                    reverse("handover:page", args=[handover.desk.slug]) + "#stop", _("Decide"), refusal.refused_at,
                )
            )
    return items + _difference_items(person, site, now) + _afterwards_items(person, site, now)


def _watch_items(person: Person, watch: Watch, now: datetime) -> list[NowItem]:
    desk, page = watch.desk, reverse("handover:page", args=[watch.desk.slug]) + "#supervisor"
    if since := gap_since(watch):
        if not may(person, "site.overview", site=desk.site, now=now):
            return []
        why = _("%(who)s was released at %(at)s; nobody holds the desk.") % {
            "who": shown_name(watch.holder), "at": local_time(since, desk)
        }
        act = _("Take over") if may(person, "watch.take_over", desk=desk, now=now) else _("Look")
        return [NowItem("bad", "alert", _("Nobody is at the desk: %(desk)s") % {"desk": desk.label}, why, page, act, since)]
    if not may(person, "handover.decide", desk=desk, now=now):
        return []
    relief = missing_relief_of(watch, now)
    if relief is None:
        return []
    why = _("%(names)s; %(who)s keeps the desk and has waited %(waited)s.") % {
        "names": comma().join(str(shown_name(each)) for each in relief.people), "who": shown_name(watch.holder),
        "waited": duration(relief.waited),
    }
    what = _("Relief has not come: %(desk)s") % {"desk": desk.label}
    return [NowItem("bad", "clock", what, why, page, _("Name somebody"), relief.starts_at)]


def _difference_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    items = []
    rows = CustodyDifference.objects.filter(desk__site=site, state=CustodyDifference.State.OPEN)
    for row in rows.select_related("desk__site", "count__item"):
        if not may(person, "handover.decide", desk=row.desk, now=now):
            continue
        items.append(
            NowItem(
                "warn", "key", _("Difference counted: %(item)s") % {"item": row.count.item.label},
                _("%(desk)s, %(at)s: %(why)s")
                % {"desk": row.desk.label, "at": local_time(row.count.counted_at, row.desk), "why": row.count.explanation},
                reverse("registers:custody", args=[row.desk.slug]) + f"#difference-{row.pk}", _("Settle it"), row.count.counted_at,
            )
        )
    return items


def _afterwards_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Releases to complete and reports of omissions that may be decided, for the supervisor (A23, C12)."""
    items = []
    for release in Release.objects.filter(desk__site=site, completion__isnull=True).select_related("desk__site", "person"):
        if may(person, "handover.decide", desk=release.desk, now=now):
            items.append(NowItem(
                "warn", "edit", _("Release to complete: %(desk)s") % {"desk": release.desk.label},
                _("%(who)s was released at %(at)s; what was open is not written yet.")
                % {"who": shown_name(release.person), "at": local_time(release.released_at, release.desk)},
                reverse("handover:page", args=[release.desk.slug]) + "#supervisor", _("Write it"), release.released_at,
            ))
    reports = OmissionReport.objects.filter(desk__site=site, decision__isnull=True)
    for report in reports.select_related("desk__site", "desk__settings", "about", "reported_by", "statement"):
        heard = hasattr(report, "statement")
        ripe = (heard or report.may_decide_at <= now) and report.about_id != person.pk
        if ripe and may(person, "handover.decide", desk=report.desk, now=now):
            items.append(NowItem(
                "warn", "search", _("Omission reported: %(desk)s") % {"desk": report.desk.label},
                _("%(who)s was heard.") % {"who": shown_name(report.about)} if heard
                else _("%(who)s has said nothing in time.") % {"who": shown_name(report.about)},
                reverse("handover:omission", args=[report.desk.slug, report.pk]), _("Decide"), report.reported_at,
            ))
    return items
