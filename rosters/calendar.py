"""Duties as a calendar that other programs read (RFC 5545): one event for each duty, taken-out ones cancelled (E6, I11)."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from desks.models import Desk
from desks.templatetags.desks_tags import local_time, shown_name
from rosters.models import Duty

REFRESH = timedelta(hours=1)
FORM = 1
"""Grows whenever the same duties are written otherwise than before, so that programs fetch them again."""


def state_of(duties: list[Duty], *, title: str, site: str) -> str:
    """A digest of all that the calendar's text depends on, in the active language: a hundred times as quick as writing it."""
    rows = [
        (
            duty.pk, duty.taken_out_by_id, duty.shift.label, shown_name(duty.person), duty.desk.label, duty.desk.site.label,
            duty.desk.settings.arrival_lead_minutes, duty.desk.site.timezone,
        )
        for duty in duties
    ]
    return sha256(repr((FORM, get_language(), title, site, rows)).encode()).hexdigest()[:32]


def calendar_of(duties: list[Duty], *, title: str, site: str, desk: Desk | None) -> bytes:
    """The calendar as it is sent, in the active language. `site` is the program's own address, without a slash at its end.

    Moments are written in UTC, which every program shows on its own clock: nothing has to know a zone's rules to be right.
    An event's identity is its duty's for ever. A duty is never changed, only taken out (I6): its event then comes a second time, as
    SEQUENCE 1 and cancelled. Nothing in the text depends on when it is fetched, so that the same duties are the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//duty_desk//duties//")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for duty in duties:
        calendar.add_component(_event(duty, site, desk))
    return calendar.to_ical()


def _event(duty: Duty, site: str, desk: Desk | None) -> Event:
    out = duty.taken_out_by
    changed = _changed_at(duty)
    event = Event()
    event.add("uid", f"duty-{duty.pk}@{duty.desk.site.code}.duty-desk")
    event.add("sequence", 1 if out is not None else 0)
    event.add("status", "CANCELLED" if out is not None else "CONFIRMED")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", duty.starts_at)
    event.add("dtend", duty.ends_at)
    names = {"shift": duty.shift.label, "who": shown_name(duty.person) if desk is not None else duty.desk.label}
    event.add("summary", (_("Cancelled: %(shift)s · %(who)s") if out is not None else _("%(shift)s · %(who)s")) % names)
    event.add("location", f"{duty.desk.site.label} · {duty.desk.label}")
    lead = timedelta(minutes=duty.desk.settings.arrival_lead_minutes)
    if lead and out is None:
        event.add("description", _("Be here by %(time)s.") % {"time": local_time(duty.starts_at - lead, duty.desk)})
    event.add("url", site + reverse("rosters:month", args=[duty.desk.slug, duty.site_day.replace(day=1)]))
    event.add("transp", "TRANSPARENT" if out is not None else "OPAQUE")
    return event


def _changed_at(duty: Duty) -> datetime:
    """When the event last became what it is: taken out, brought in by a change, or published with its roster."""
    if duty.taken_out_by is not None:
        return duty.taken_out_by.decided_at
    if duty.brought_in_by is not None:
        return duty.brought_in_by.decided_at
    assert duty.roster is not None and duty.roster.reported_at is not None, "only what is published stands in a feed"
    return duty.roster.reported_at
