"""What the rosters show on pages of other floors: who is on and who relieves, leaving for a while, what waits (A5, A10, A24)."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Desk, Person, Site
from desks.permissions import may
from desks.queries import choices_of
from desks.templatetags.desks_tags import local_month, short_date
from logbook.queries import current_watch, is_in_current_watch, watch_people
from rosters import rules
from rosters.clock import unfinished
from rosters.models import Absence, Roster
from rosters.queries import away_now, covers_of, duties_at, relief_for


def on_duty(desk: Desk, moment: datetime) -> list[Person]:
    """The people rostered then."""
    return [duty.person for duty in duties_at(desk, moment)]


def strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Who is rostered now, who relieves and when, who is away; nothing where nobody is rostered."""
    now = timezone.now()
    current, relief, away = duties_at(desk, now), relief_for(desk, now), away_now(desk)
    if not (current or relief or away):
        return None
    begins = min((duty.starts_at for duty in current), default=None)
    ends = max((duty.ends_at for duty in current), default=None)
    relief_at = relief[0].starts_at if relief else None
    relieved = relief_at is not None and ends is not None and relief_at <= ends
    until = relief_at if relieved else ends
    return {
        "template": "rosters/_strip.html", "desk": desk, "now": now, "current": current, "relief": relief,
        "relief_at": relief_at, "relieved": relieved, "begins": begins, "until": until, "left": until - now if until else None,
        "length": int((until - begins).total_seconds() // 60) if until and begins else 0,
        "gone": int((now - begins).total_seconds() // 60) if begins else 0,
        "expected": relief_at - timedelta(minutes=desk.settings.arrival_lead_minutes) if relief_at else None,
        "away": _away_lines(request, desk, away, now),
        "may_say_back": bool(away) and is_in_current_watch(request.user, desk),
    }


def _away_lines(request: HttpRequest, desk: Desk, away: list[Absence], now: datetime) -> list[dict[str, Any]]:
    """Who is away, since when, who stays; that it has become long is shown to the person alone (A10)."""
    if not away:
        return []
    words = {row.code: row.label for row in choices_of(desk, "absence_reason")}
    return [
        {
            "absence": absence, "what": words.get(absence.what, absence.what), "own": absence.person_id == request.user.pk,
            "long": absence.person_id == request.user.pk
            and rules.is_over_limit(since=absence.since, now=now, minutes=_limit(desk, absence.what)),
            "limit": _limit(desk, absence.what),
        }
        for absence in away
    ]


def _limit(desk: Desk, what: str) -> int:
    return desk.settings.meal_minutes if what == "meal" else desk.settings.errand_minutes


def leave_buttons(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """For somebody of the watch: leave for a while with who stays, or be back; pass the holder's part back."""
    watch = current_watch(desk)
    person = request.user
    if watch is None or not isinstance(person, Person) or person not in watch_people(watch):
        return None
    mine = Absence.objects.filter(watch=watch, person=person, back_at__isnull=True).first()
    waiting = None
    if watch.holder_id == person.pk:
        lent = Absence.objects.filter(watch=watch, cover=person, part=Absence.Part.PASSED, back_at__isnull=False)
        waiting = lent.select_related("person").order_by("-back_at").first()
    context = {"template": "rosters/_away.html", "desk": desk, "mine": mine, "waiting": waiting}
    if mine is None:
        context |= {"covers": covers_of(desk, person, timezone.now()), "reasons": list(choices_of(desk, "absence_reason"))}
    return context


def now_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """What waits of rosters: for who drafts and reviews from the reminder on, for the project head once it is overdue."""
    desks = list(site.desks.filter(active=True).select_related("site", "settings"))
    states = {(row.desk_id, row.month): row.state for row in Roster.objects.filter(desk__in=desks)}
    items = []
    for desk, month, due in unfinished(now, desks):
        drafts = may(person, "roster.draft", desk=desk, now=now) or may(person, "roster.review", desk=desk, now=now)
        if not drafts and not (now >= due and may(person, "site.overview", desk=desk, now=now)):
            continue
        state = states.get((desk.pk, month))
        last = due - timedelta(microseconds=1)
        names = {"month": local_month(month), "desk": desk.label}
        items.append(
            NowItem(
                tone="bad" if now >= due else "warn", icon="roster", what=_("Roster %(month)s · %(desk)s") % names,
                why=(_("overdue since %(day)s") if now >= due else _("due %(day)s")) % {"day": short_date(last, desk)}
                + " · " + (str(Roster.State(state).label) if state else _("not begun")),
                url=reverse("rosters:month", args=[desk.slug, month]), act=_words_of(state) if drafts else _("Look"), at=due,
            )
        )
    listed = {item.url for item in items}
    for row in Roster.objects.filter(desk__in=desks, state__in=[Roster.State.SUBMITTED, Roster.State.APPROVED]).select_related("desk"):
        url = reverse("rosters:month", args=[row.desk.slug, row.month])
        if url not in listed and may(person, "roster.review", desk=row.desk, now=now):
            names = {"month": local_month(row.month), "desk": row.desk.label}
            items.append(
                NowItem(
                    tone="info", icon="roster", what=_("Roster %(month)s · %(desk)s") % names, why=str(row.get_state_display()),
                    url=url, act=_words_of(row.state),
                )
            )
    return items


def _words_of(state: str | None) -> str:
    if state == Roster.State.SUBMITTED:
        return _("Review")
    if state == Roster.State.APPROVED:
        return _("Report")
    return _("Go on") if state else _("Begin")
