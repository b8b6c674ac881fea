"""What the log puts on the supervisor's "now" page: days whose log is not signed yet, old matters to settle,
what waits to be proven, veiled or purged (A1, A18, A19, A20, A21)."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.clock import at, local_day
from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.templatetags.desks_tags import local_date, local_moment, local_month, shown_name
from logbook.models import ProofRequest, PurgeRequest
from logbook.queries import (
    LOOKS_BACK,
    narrowed_follow_ups,
    never_signed,
    open_imported_of,
    open_veil_requests_of,
    unread_count_for_review,
    waiting_for_consent,
)
from notices.queries import inbox_of

LATE_SHOWN = DAYS_SHOWN = 5


def reviews_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Yesterday's unsigned log of each desk of the site and today's as it stands, for who reviews there; before them the oldest days nobody signed."""
    items = []
    for desk in Desk.objects.filter(site=site, active=True).select_related("site", "settings").order_by("slug"):
        if not may(person, "log.review", desk=desk, now=now):
            continue
        today = local_day(now, site.zone)
        before = [today - timedelta(days=each) for each in range(2, LOOKS_BACK + 1)]
        items += [_item(desk, day, unread, overdue=True) for day, unread in sorted(never_signed(desk, before).items())[:DAYS_SHOWN]]
        for day in (today - timedelta(days=1), today):
            unread = unread_count_for_review(desk, day)
            if unread:
                items.append(_item(desk, day, unread, overdue=day < today and now >= at(today, desk.settings.inspection_time, site.zone)))
    return items


def _item(desk: Desk, day: object, unread: int, *, overdue: bool) -> NowItem:
    what = _("Review the log of %(day)s: %(desk)s") % {"day": local_date(day), "desk": desk.label}  # type: ignore[arg-type]
    why = ngettext("%(count)d unread entry", "%(count)d unread entries", unread) % {"count": unread}
    return NowItem(
        tone="bad" if overdue else "info", icon="log", what=what, why=why, act=_("Read and sign"),
        url=reverse("logbook:review", args=[desk.slug, day.isoformat()]),  # type: ignore[attr-defined]
    )


def late_entries_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Entries that came very late and wait for the supervisor's consent (A17)."""
    items = []
    for desk in Desk.objects.filter(site=site, active=True).select_related("site", "settings").order_by("slug"):
        if not may(person, "log.review", desk=desk, now=now):
            continue
        for entry in waiting_for_consent(desk).select_related("author")[:LATE_SHOWN]:
            what = _("Late entry #%(number)d: %(desk)s") % {"number": entry.number, "desk": desk.label}
            why = _("%(person)s says that it happened on %(moment)s. %(reason)s") % {
                "person": shown_name(entry.author), "moment": local_moment(entry.occurred_at, desk), "reason": entry.reason,
            }
            url = reverse("logbook:entry", args=[desk.slug, entry.number]) + "#consent"
            items.append(NowItem("warn", "clock", what, why, url, _("Decide"), quotes=(desk, entry.number)))
    return items


def matters_raised(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Matters that the clock has raised and that are still open, for who decides what staff cannot settle (A1, A3)."""
    items = []
    for desk in Desk.objects.filter(site=site, active=True).select_related("site", "settings").order_by("slug"):
        if not may(person, "escalation.decide", desk=desk, now=now):
            continue
        sees = may(person, "log.see_restricted", desk=desk, now=now)
        count = narrowed_follow_ups(desk, "raised", person, now, see_restricted=sees).count()
        if count:
            what = ngettext(
                "%(count)d matter is passed on and on: %(desk)s", "%(count)d matters are passed on and on: %(desk)s", count
            ) % {"count": count, "desk": desk.label}
            url = reverse("logbook:follow_ups", args=[desk.slug]) + "?show=raised"
            items.append(NowItem("warn", "clock", what, _("Overdue, and handed to one watch after another."), url, _("Look")))
    return items


def old_matters_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What was open in the old book and came in with a file, until somebody has settled it (A1)."""
    items = []
    for desk in Desk.objects.filter(site=site, active=True).select_related("site", "settings").order_by("slug"):
        if not may(person, "log.settle_imported", desk=desk, now=now):
            continue
        count = open_imported_of(desk).count()
        if count:
            what = ngettext("%(count)d open matter of the old book", "%(count)d open matters of the old book", count) % {"count": count}
            url = reverse("logbook:imported", args=[desk.slug])
            items.append(NowItem("warn", "upload", what, _("Close, re-date or join them together."), url, _("Settle them")))
    return items


def proofs_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Requests to prove an entry to an outsider that wait for the project head (A20)."""
    items = []
    rows = ProofRequest.objects.filter(entry__book__site=site, entry__book__desk__isnull=False, state=ProofRequest.State.ASKED)
    for row in rows.select_related("entry__book__desk").order_by("pk"):
        desk = row.entry.book.desk
        if may(person, "log.decide_proof", desk=desk, now=now):
            what = _("Prove entry %(number)d of %(desk)s to %(recipient)s?") % {
                "number": row.entry.number, "desk": desk.label, "recipient": row.recipient
            }
            url = reverse("logbook:proof_request", args=[desk.slug, row.pk])
            items.append(NowItem("warn", "lock", what, row.purpose, url, _("Decide")))
    return items


def veils_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Requests to veil a text that wait for a second person (A18)."""
    items = []
    for desk in Desk.objects.filter(site=site, active=True).order_by("slug"):
        if not may(person, "log.confirm_veil", desk=desk, now=now):
            continue
        for row in open_veil_requests_of(desk).exclude(asked_by=person):
            what = _("Veil the text of #%(number)s?") % {"number": row.entry.number}
            why = " · ".join((row.reason, row.asked_by.display_name, desk.label))
            url = reverse("logbook:entry", args=[desk.slug, row.entry.number]) + "#decide_veil"
            items.append(NowItem("warn", "lock", what, why, url, _("Decide"), at=row.asked_at))
    return items


def purges_waiting(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Requests to purge what has expired that wait for the site administrator (A19)."""
    if not may(person, "log.confirm_purge", site=site, now=now):
        return []
    items = []
    rows = PurgeRequest.objects.filter(archive__book__site=site, decision__isnull=True).exclude(asked_by=person)
    first = Desk.objects.filter(site=site, active=True).order_by("slug").first()
    for row in rows.select_related("archive__book__desk", "archive__book__site", "asked_by").order_by("pk"):
        book = row.archive.book
        desk = book.desk or first
        if desk is None:
            continue
        what = _("Purge %(place)s up to the end of %(month)s?") % {
            "place": (book.desk or book.site).label, "month": local_month(row.archive.month)
        }
        why = _("%(person)s asks: %(reason)s") % {"person": shown_name(row.asked_by), "reason": row.reason}
        items.append(NowItem("warn", "lock", what, why, reverse("logbook:keeping", args=[desk.slug]) + "#purge", _("Decide")))
    return items


def inbox_export(request: HttpRequest, show: str) -> dict[str, Any]:
    """The menu by which one's own notices go out as a file, one for each site that has told something (I8)."""
    sites = Site.objects.filter(pk__in=inbox_of(request.user, timezone.now(), show).order_by().values("site")).order_by("code")  # type: ignore[arg-type]
    if not sites:
        return {}
    asked = urlencode({"show": show}) if show in {"unread", "acknowledge"} else ""
    return {"template": "logbook/_inbox_export.html", "sites": sites, "asked": asked}
