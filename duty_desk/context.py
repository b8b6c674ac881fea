"""What the frame of every page shows: the actor, the desk, the pages that the actor's rights open, unread notices."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desks.models import Desk, Person
from desks.permissions import may
from desks.queries import desks_of
from desks.seats import seated_people


@dataclass(frozen=True)
class Page:
    """One entry of the navigation: its section, words, icon, address by name, and the right that opens it."""

    section: str
    label: str | Promise
    icon: str
    url_name: str
    right: str

    of_site: bool = False
    """Whether it is the site's, and not the desk's: address and right are the whole site's then."""

    def url(self, desk: Desk) -> str:
        """Its address for the desk; the home page has one for all."""
        if self.of_site:
            return _address(self.url_name, desk.site.code)
        return _address(self.url_name) if self.url_name == "home" else _address(self.url_name, desk.slug)

    def opens_for(self, person: Person | None, desk: Desk) -> bool:
        """Whether the person may open it at the desk."""
        return may(person, self.right, site=desk.site) if self.of_site else may(person, self.right, desk=desk)


PAGES = (
    Page("now", _("Now"), "clock", "home", "site.overview"),
    Page("desk", _("Desk"), "desk", "logbook:desk", "desk.view"),
    Page("log", _("Log"), "log", "logbook:log", "log.read"),
    Page("handover", _("Handover"), "handover", "handover:page", "handover.view"),
    Page("rosters", _("Rosters"), "roster", "rosters:page", "roster.view"),
    Page("inspections", _("Inspections"), "inspection", "inspections:page", "inspection.view"),
    Page("import", _("Old entries"), "upload", "logbook:import", "log.import"),
    Page("keeping", _("What is kept"), "lock", "logbook:keeping", "log.set_periods"),
    # Who has a log finds it beside that; the site's administrator has none.
    Page("book", _("The site’s book"), "log", "logbook:site_book", "site.set_up", of_site=True),
)
# On a phone the tab bar has room for so many pages beside "More".
TABS = 4


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame of one page, read only as far as the template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Person | None:
        """The person who acts at this browser, or None before signing in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) or getattr(user, "is_authenticated", False) else None

    @property
    def tells(self) -> tuple[Any, ...]:
        """What the frame shows beside the desk and what the actor is there, as values that tell any two frames apart."""
        actor, known = self.actor, self.desk.known if self.desk else None
        people = tuple((person.pk, person.display_name) for person in self.people)
        of_the_actor = (actor.login, actor.employee_number, actor.is_staff, actor.display_name) if actor else ()
        return (*of_the_actor, people, self.unread, known.facts.get("desks.desks") if known else None)

    @cached_property
    def desks(self) -> list[Desk]:
        """The desks that the actor belongs to."""
        return desks_of(self.actor, timezone.now()) if self.actor else []

    @cached_property
    def desk(self) -> Desk | None:
        """The desk of this page; elsewhere the one that this browser showed last, or the actor's first."""
        session = self._request.session
        shown = getattr(self._request, "desk", None)
        if shown is not None:
            if session.get("desk") != shown.slug:
                session["desk"] = shown.slug
            return shown
        by_slug = {desk.slug: desk for desk in self.desks}
        return by_slug.get(session.get("desk", ""), self.desks[0] if self.desks else None)

    @cached_property
    def pages(self) -> list[dict[str, Any]]:
        """The pages of the navigation that the actor may open at the desk."""
        desk = self.desk
        if desk is None:
            return []
        return [
            {"section": page.section, "label": page.label, "icon": page.icon, "url": page.url(desk)}
            for page in PAGES
            if page.opens_for(self.actor, desk) and page.url(desk)
        ]

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The pages that stand in the tab bar of a phone."""
        return self.pages[:TABS]

    @property
    def more(self) -> list[dict[str, Any]]:
        """The pages behind the last tab of a phone."""
        return self.pages[TABS:]

    @cached_property
    def unread(self) -> int:
        """How many notices the actor has not read."""
        if not self.actor or not apps.is_installed("notices"):
            return 0
        known = self.desk.known if self.desk else None
        if known is not None and known.person_id == self.actor.pk and "notices.unread" in known.facts:
            return known.facts["notices.unread"]
        from notices.queries import unread_count

        return unread_count(self.actor)

    @property
    def notices_url(self) -> str:
        """The address of the inbox."""
        return _address("notices:inbox")

    @cached_property
    def people(self) -> list[Person]:
        """The people who are signed in at this browser, the actor among them."""
        return seated_people(self._request) if self.actor else []


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor: `shell` in every template."""
    cached = getattr(request, "_shell", None)
    if cached is None:
        cached = request._shell = Shell(request)  # type: ignore[attr-defined]
    return {"shell": cached}
