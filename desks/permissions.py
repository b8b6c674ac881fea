"""The one table of permissions: which role may do what. Views, templates and tests all read it (A20, I8).

A stranger to a site gets 404, so that nothing tells whether a thing exists; the wrong role gets 403.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from desks.gate import gate_with
from desks.kept import tell_done
from desks.models import ActingSupervisor, Desk, Membership, Person, Role, Site
from desks.seats import show_desk

STAFF = (Role.AGENT, Role.BUTLER)
SUPERVISOR = (Role.SUPERVISOR,)
HEADS = (Role.SUPERVISOR, Role.PROJECT_HEAD)

RIGHTS: dict[str, tuple[Role, ...]] = {
    "desk.view": (*STAFF, *HEADS),
    "log.read": (*STAFF, *HEADS, Role.AUDITOR),
    "log.write": (*STAFF, *SUPERVISOR),
    "log.correct_others": SUPERVISOR,
    "log.see_restricted": (*HEADS, Role.AUDITOR),
    "log.see_personal": (*STAFF, *HEADS),
    "log.export": (*HEADS, Role.AUDITOR),
    "log.prove": (*HEADS, Role.AUDITOR),
    "log.ask_proof": (*SUPERVISOR, Role.AUDITOR),
    "log.decide_proof": (Role.PROJECT_HEAD,),
    "log.export_record": (Role.AUDITOR,),
    "log.export_personal": HEADS,
    "log.keeping": (*HEADS, Role.AUDITOR, Role.SITE_ADMINISTRATOR),
    "log.set_periods": (Role.SITE_ADMINISTRATOR,),
    "log.set_retention": (Role.SITE_ADMINISTRATOR,),
    "log.ask_purge": SUPERVISOR,
    "log.confirm_purge": (Role.SITE_ADMINISTRATOR,),
    "log.hold": SUPERVISOR,
    "log.ask_veil": (*STAFF, *SUPERVISOR),
    "log.confirm_veil": SUPERVISOR,
    "log.read_sealed": (Role.AUDITOR,),
    "log.access": (Role.PROJECT_HEAD, Role.AUDITOR),
    "log.read_up_to": (*HEADS, Role.AUDITOR),
    "log.promise": (*STAFF, *HEADS, Role.AUDITOR, Role.SITE_ADMINISTRATOR),
    "log.promises": (*HEADS, Role.AUDITOR),
    "log.import": (Role.SITE_ADMINISTRATOR,),
    "log.settle_imported": (*SUPERVISOR, Role.SITE_ADMINISTRATOR),
    "log.review": SUPERVISOR,
    "watch.hold": (*STAFF, *SUPERVISOR),
    "watch.take_over": SUPERVISOR,
    "roster.view": (*STAFF, *HEADS, Role.AUDITOR),
    "roster.draft": SUPERVISOR,
    "roster.review": SUPERVISOR,
    "presence.view": (*HEADS, Role.AUDITOR),
    "presence.settle": SUPERVISOR,
    "duty.ask": (*STAFF, *SUPERVISOR),
    "duty.decide": SUPERVISOR,
    "handover.view": (*STAFF, *HEADS, Role.AUDITOR),
    "handover.take_part": (*STAFF, *SUPERVISOR),
    "handover.decide": SUPERVISOR,
    "custody.move": (*STAFF, *SUPERVISOR),
    "round.view": (*STAFF, *HEADS, Role.AUDITOR),
    "round.walk": (*STAFF, *SUPERVISOR),
    "handover.patterns": HEADS,
    "inspection.view": (*HEADS, Role.AUDITOR),
    "inspection.do": SUPERVISOR,
    "briefing.read": (*STAFF, *HEADS),
    "briefing.write": SUPERVISOR,
    "finding.answer": (*STAFF, *HEADS),
    "office.name_acting": (*HEADS, Role.SITE_ADMINISTRATOR),
    "escalation.view": (*STAFF, *HEADS),
    "escalation.called": (Role.DEPARTMENT_CONTACT,),
    "escalation.raise": (*STAFF, *SUPERVISOR),
    "escalation.decide": SUPERVISOR,
    "escalation.decide_major": (Role.PROJECT_HEAD,),
    "site.overview": HEADS,
    # Whoever sees what is kept (log.keeping) reads what was set, exported and purged: it is one story.
    "site.book": (*HEADS, Role.AUDITOR, Role.SITE_ADMINISTRATOR),
    "site.set_up": (Role.SITE_ADMINISTRATOR,),
}

# What may be ticked for an acting supervisor (A3): the supervisor's rights that staff do not have anyway, save the right
# to name one, which is not passed on.
ACTING_RIGHTS: tuple[str, ...] = tuple(
    sorted(
        right
        for right, roles in RIGHTS.items()
        if Role.SUPERVISOR in roles and Role.AGENT not in roles and right != "office.name_acting"
    )
)

View = Callable[..., HttpResponse]


def memberships_of(person: Person) -> list[Membership]:
    """The person's memberships, read once for as long as this object lives (one request)."""
    cached = person.__dict__.get("_memberships_read")
    if cached is None:
        cached = person.__dict__["_memberships_read"] = list(person.memberships.order_by())
    return cached


def acting_of(person: Person) -> list[ActingSupervisor]:
    """The times in which the person acts for a supervisor, read once for as long as this object lives."""
    cached = person.__dict__.get("_acting_read")
    if cached is None:
        cached = person.__dict__["_acting_read"] = list(person.acting.order_by())
    return cached


def forget(person: Person) -> None:
    """Reads memberships anew at the next question: for tests and long-lived processes."""
    person.__dict__.pop("_memberships_read", None)
    person.__dict__.pop("_acting_read", None)


def belongs_to(person: Person, site_id: int, now: datetime) -> bool:
    """Whether the person is anything at the site now; everybody else is a stranger (I8)."""
    return any(row.site_id == site_id and row.holds_at(now) for row in memberships_of(person)) or any(
        row.site_id == site_id and row.starts_at <= now < row.ends_at for row in acting_of(person)
    )


def may(
    person: Any, right: str, *, desk: Desk | None = None, site: Site | None = None, now: datetime | None = None
) -> bool:
    """Whether the person has the right at the desk, or at the site as a whole. `now` is an aware moment.

    Raises KeyError for a right that the table does not know.
    """
    roles = RIGHTS[right]
    if not isinstance(person, Person) or not person.is_active:
        return False
    now = now or timezone.now()
    site_id = desk.site_id if desk is not None else site.pk if site is not None else None
    if site_id is None:
        raise ValueError("may() asks about a desk or a site.")
    for row in memberships_of(person):
        if row.site_id != site_id or row.role not in roles or not row.holds_at(now):
            continue
        if row.desk_id is None or (desk is not None and row.desk_id == desk.pk):
            return True
    return any(
        row.site_id == site_id and row.starts_at <= now < row.ends_at and right in row.rights and right in ACTING_RIGHTS
        for row in acting_of(person)
    )


def standing_of(person: Person, now: datetime) -> tuple[Any, ...]:
    """Who the person is and what they are at that moment, as values that tell any two standings apart."""
    roles = {(row.site_id, row.desk_id, row.role) for row in memberships_of(person) if row.holds_at(now)}
    acting = {(row.site_id, *row.rights) for row in acting_of(person) if row.starts_at <= now < row.ends_at}
    return person.pk, frozenset(roles), frozenset(acting)


def desk_for(person: Any, slug: str, right: str, *, now: datetime | None = None, knows: Sequence[str] = ()) -> Desk:
    """The desk of that address, for this person and right. Raises Http404 for strangers, PermissionDenied else.

    `knows` names facts that are read with it (desks.hooks.facts).
    """
    now = now or timezone.now()
    gate = gate_with(person, slug, now=now, knows=knows)
    desk, person.__dict__["_memberships_read"], person.__dict__["_acting_read"] = gate.desk, gate.memberships, gate.acting
    if desk is None or not belongs_to(person, desk.site_id, now):
        raise Http404
    if not may(person, right, desk=desk, now=now):
        raise PermissionDenied
    return desk


def site_for(person: Any, code: str, right: str, *, now: datetime | None = None) -> Site:
    """The site of that code, for this person and right. Raises Http404 for strangers, PermissionDenied else."""
    now = now or timezone.now()
    site = get_object_or_404(Site, code=code)
    if not belongs_to(person, site.pk, now):
        raise Http404
    if not may(person, right, site=site, now=now):
        raise PermissionDenied
    return site


def _mark(view: View, scope: str, right: str | None) -> View:
    view.scope, view.right = scope, right  # type: ignore[attr-defined]
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the page to sign in, and then back: to the page that holds the form where one was sent.

    A part of a page is told so (401), and the page stays with what is typed in it.
    """
    if getattr(request, "htmx", False):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    back = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        form_page = urlsplit(request.headers.get("Referer", ""))
        back = form_page.path if form_page.netloc == request.get_host() and form_page.path else "/"
    return redirect_to_login(back)


def public_page(view: View) -> View:
    """A page for anybody: sign-in, health."""
    return _mark(view, "public", None)


def own_page(view: View) -> View:
    """A page about the signed-in person alone; the view reads nothing but that person's own rows."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return _mark(checked, "own", None)


def desk_page(right: str, knows: Callable[[], Sequence[str]] = tuple) -> Callable[[View], View]:
    """A page of one desk: the view gets the Desk that the address names, if the actor has the right there.

    `knows` names the facts that the page needs beside it, once all floors have registered theirs.
    """
    assert right in RIGHTS, right

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, desk: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            found = desk_for(request.user, desk, right, knows=knows())
            request.desk = found  # type: ignore[attr-defined]
            show_desk(request, found)
            answer = view(request, found, *args, **kwargs)
            tell_done(request, answer)
            return answer

        checked.knows = knows  # type: ignore[attr-defined]
        return _mark(checked, "desk", right)

    return decorate


def site_page(right: str) -> Callable[[View], View]:
    """A page of one site: the view gets the Site that the address names, if the actor has the right there."""
    assert right in RIGHTS, right

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, site: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            return view(request, site_for(request.user, site, right), *args, **kwargs)

        return _mark(checked, "site", right)

    return decorate
