"""What the rosters show on pages of other floors: who is on and who relieves, leaving for a while, what waits (A5, A10, A24)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks.hooks import NowItem
from desks.models import Choice, Desk, Person, Site
from desks.permissions import may
from desks.queries import choices_of
from desks.templatetags.desks_tags import local_moment, local_month, short_date, shown_name
from logbook.models import WatchMember
from logbook.queries import in_emergency
from rosters import rules
from rosters.clock import unfinished
from rosters.models import Absence, Duty, PresenceCase, Roster
from rosters.queries import duties_at, limit_for, now_and_next

PLAIN = 2
"""Colleagues at the desk up to which each has a button of their own for a meal."""


def on_duty(desk: Desk, moment: datetime) -> list[Person]:
    """The people rostered then."""
    return [duty.person for duty in duties_at(desk, moment)]


@dataclass(frozen=True)
class _Scene:
    """The watch of a desk page, its people, and their absences that are not settled: read once for all our panels."""

    people: list[Person]
    holder_id: int | None
    absences: list[Absence]
    reasons: list[Choice]

    @property
    def away(self) -> list[Absence]:
        """Who is away now."""
        return [row for row in self.absences if row.back_at is None]

    @property
    def is_left(self) -> bool:
        """Whether everybody of the watch is away."""
        return bool(self.people) and {person.pk for person in self.people} <= {row.person_id for row in self.away}


def _scene_of(request: HttpRequest, desk: Desk) -> _Scene:
    """One query: the desk page asks again every few seconds, at every desk."""
    cached = request.__dict__.setdefault("_rosters_scenes", {})
    if desk.pk not in cached:
        reasons = choices_of(desk, "absence_reason").values(
            row=JSONObject(code="code", label_en="label_en", label_zh_hans="label_zh_hans", label_zh_hant="label_zh_hant")
        )
        unsettled = Q(back_at__isnull=True) | Q(part=Absence.Part.PASSED)
        absences = Absence.objects.filter(unsettled, watch=OuterRef("watch"), person=OuterRef("person")).order_by("since").values(
            row=JSONObject(
                pk="pk", what="what", since="since", back_at="back_at", part="part", cover_id="cover_id",
                cover_name="cover__name", cover_latin="cover__name_latin",
            )
        )
        rows = WatchMember.objects.filter(watch__desk=desk, watch__ended_at__isnull=True, left_at__isnull=True)
        rows = rows.annotate(reasons=ArraySubquery(reasons), absences=ArraySubquery(absences))
        members = list(rows.select_related("person", "watch").order_by("joined_at", "pk"))
        cached[desk.pk] = _Scene(
            people=[row.person for row in members],
            holder_id=members[0].watch.holder_id if members else None,
            absences=[_absence(row.person, found) for row in members for found in row.absences],
            reasons=[Choice(**found) for found in members[0].reasons] if members else [],
        )
    return cached[desk.pk]


def _absence(person: Person, found: dict[str, Any]) -> Absence:
    key, name, latin = (found.pop(name) for name in ("cover_id", "cover_name", "cover_latin"))
    cover = Person(pk=key, name=name, name_latin=latin) if key else None
    since, back_at = (found.pop(name) for name in ("since", "back_at"))
    return Absence(
        **found, person=person, cover=cover, since=datetime.fromisoformat(since),
        back_at=datetime.fromisoformat(back_at) if back_at else None,
    )


def _duties(request: HttpRequest, desk: Desk, now: datetime) -> tuple[list[Duty], list[Duty]]:
    """Who is on and who is next, read once for all our panels of a page."""
    cached = request.__dict__.setdefault("_rosters_duties", {})
    if desk.pk not in cached:
        cached[desk.pk] = now_and_next(desk, now)
    return cached[desk.pk]


def strip(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """Who is rostered now, who relieves and when, who is away; nothing where nobody is rostered."""
    now = timezone.now()
    scene = _scene_of(request, desk)
    current, relief = _duties(request, desk, now)
    if not (current or relief or scene.away):
        return None
    begins = min((duty.starts_at for duty in current), default=None)
    ends = max((duty.ends_at for duty in current), default=None)
    relief_at = relief[0].starts_at if relief else None
    relieved = relief_at is not None and ends is not None and relief_at <= ends
    until = relief_at if relieved else ends
    return {
        "template": "rosters/_strip.html", "desk": desk, "current": current, "relief": relief, "relief_at": relief_at,
        "relieved": relieved, "begins": begins, "until": until, "left": until - now if until else None,
        "length": int((until - begins).total_seconds() // 60) if until and begins else 0,
        "gone": int((now - begins).total_seconds() // 60) if begins else 0,
        "expected": relief_at - timedelta(minutes=desk.settings.arrival_lead_minutes) if relief_at else None,
        "is_left": scene.is_left,
        "away": [_away_line(request.user, desk, row, scene, now) for row in scene.away],
        "may_say_back": request.user in scene.people,
    }


def _away_line(reader: Any, desk: Desk, absence: Absence, scene: _Scene, now: datetime) -> dict[str, Any]:
    """Who is away, since when, who stays; that it has become long is shown to the person alone (A10)."""
    words = {row.code: row.label for row in scene.reasons}
    own, limit = absence.person_id == reader.pk, limit_for(desk, absence.what)
    long = own and rules.is_over_limit(what=absence.what, since=absence.since, now=now, minutes=limit)
    return {"absence": absence, "what": words.get(absence.what, absence.what), "own": own, "long": long, "limit": limit}


def leave_buttons(request: HttpRequest, desk: Desk) -> dict[str, Any] | None:
    """For somebody of the watch: leave for a while with a colleague who stays, or be back; pass the part back. A meal is one tap
    where it is plain who stays: one or two colleagues are at the desk (A10).

    Somebody who is not of the watch is named as the cover on a page of its own, one tap further. While an emergency runs it
    is one of the reasons, also for who is alone (A9).
    """
    person, scene = request.user, _scene_of(request, desk)
    if not isinstance(person, Person):
        return None
    if person not in scene.people:
        return _check_in_button(person, _duties(request, desk, timezone.now()), desk)
    away = {row.person_id for row in scene.away}
    waiting = [
        row for row in scene.absences
        if row.back_at is not None and row.cover_id == person.pk == scene.holder_id
    ]
    mine = next((row for row in scene.away if row.person_id == person.pk), None)
    emergency = next((row for row in scene.reasons if row.code == rules.EMERGENCY), None)
    if emergency and (mine or not in_emergency(desk, timezone.now())):
        emergency = None
    covers = [each for each in scene.people if each != person and each.pk not in away]
    return {
        "template": "rosters/_away.html", "desk": desk, "mine": mine, "emergency": emergency,
        "meal": next((row for row in scene.reasons if row.code == rules.MEAL), None) if len(covers) <= PLAIN else None,
        "reasons": [row for row in scene.reasons if emergency or row.code != rules.EMERGENCY],
        "waiting": waiting[-1] if waiting else None,
        "covers": covers,
    }


def _check_in_button(person: Person, duties: tuple[list[Duty], list[Duty]], desk: Desk) -> dict[str, Any] | None:
    """One tap for whoever has come for their duty and is not of the watch (A24)."""
    soon = timezone.now() + rules.CHECK_IN_BEFORE
    own = [duty for each in duties for duty in each if duty.person_id == person.pk and duty.starts_at <= soon]
    if not own or hasattr(own[0], "check_in"):
        return None
    return {"template": "rosters/_check_in.html", "desk": desk, "duty": own[0]}


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
    return items + _case_items(person, site, now)


def _case_items(person: Person, site: Site, now: datetime) -> list[NowItem]:
    """Who did not come or came late, once they were heard or the time for it is over, for who settles it (A22)."""
    items = []
    cases = PresenceCase.objects.filter(desk__site=site, outcome__isnull=True).exclude(about=person)
    for case in cases.select_related("desk__site", "desk__settings", "about", "duty", "statement"):
        heard = hasattr(case, "statement")
        if not (heard or case.may_settle_at <= now) or not may(person, "presence.settle", desk=case.desk, now=now):
            continue
        names = {"who": shown_name(case.about), "what": case.get_kind_display()}
        items.append(NowItem(
            tone="warn", icon="clock", what=_("%(who)s: %(what)s") % names,
            why=(_("%(desk)s, %(at)s: the person was heard.") if heard else _("%(desk)s, %(at)s: nothing was said in time."))
            % {"desk": case.desk.label, "at": local_moment(case.at, case.desk)},
            url=reverse("rosters:case", args=[case.desk.slug, case.pk]), act=_("Settle the case"), at=case.raised_at,
        ))
    return items


def _words_of(state: str | None) -> str:
    if state == Roster.State.SUBMITTED:
        return _("Review")
    if state == Roster.State.APPROVED:
        return _("Report")
    return _("Go on") if state else _("Begin")
