"""People and their roles: begun and ended, never rewritten; passwords given once, PINs never (A6, A29, I9)."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from desks.clock import day_bounds, local_day
from desks.models import Desk, Membership, Person, Role, Site
from desks.permissions import forget
from desks.refusal import Refused
from desks.wording import in_every_language, name_of
from logbook.actions import hold_books, record_act, site_book_of
from logbook.models import Watch
from office import rules
from office.places import record_at, worded_changes
from office.queries import administered_sites, administers

# What may be changed about a person here; secrets are not among it.
CHANGEABLE = {"name", "name_latin", "employer", "employee_number", "phone", "email", "language"}


def _role(role: str) -> dict[str, str]:
    return in_every_language("role", lambda: Role(role).label)


def _home(actor: Person, person: Person, now: datetime) -> Site | None:
    """The site whose book an act on the person is written in: one that the actor administers."""
    sites = administered_sites(actor, now).filter(memberships__person=person).order_by("code")
    return sites.first()


def _may_administer(actor: Person, person: Person, now: datetime) -> None:
    if not administers(actor, person, now):
        raise Refused(
            "I8", _("This person also belongs to another site, or is an operator."), _("Ask the operator to change this.")
        )


def _saved(row: Any, actor: Person, now: datetime, reason: str, field: str = "", **options: Any) -> None:
    row._history_user, row._history_date, row._change_reason = actor, now, reason
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as error:
        raise Refused("A6", _("The same stands there already."), _("Look at the list first."), field=field) from error


@transaction.atomic
def add_person(
    *, actor: Person, person: Person, password: str, site: Site, desk: Desk | None, role: str, starts_at: datetime, now: datetime
) -> Person:
    """Adds a person with a one-time password and a first role. Raises Refused for a weak password (A29)."""
    hold_books(site_book_of(site))
    _check(password, person, "password")
    person.password, person.password_is_one_time = make_password(password), True
    _saved(person, actor, now, "added", "login")
    record_at(actor=actor, now=now, code="person_added", fields=name_of("person", person), site=site, desk=desk)
    begin_membership(actor=actor, person=person, site=site, desk=desk, role=role, starts_at=starts_at, now=now)
    return person


def _check(password: str, person: Person, field: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused("A29", " ".join(error.messages), _("Choose another password."), field=field) from error


@transaction.atomic
def change_person(*, actor: Person, person: Person, changes: dict[str, Any], reason: str, now: datetime) -> Person:
    """Changes what is known about a person; the entry names the fields, not what they hold. Raises Refused (I8, I9)."""
    site = _home(actor, person, now)
    if site is not None:
        hold_books(site_book_of(site))
    _may_administer(actor, person, now)
    fresh = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    differing = {
        name: (getattr(fresh, name), value)
        for name, value in changes.items()
        if name in CHANGEABLE and getattr(fresh, name) != value
    }
    if not differing:
        return fresh
    if refusal := rules.why_not_reason(reason):
        raise refusal
    for name, (_old, value) in differing.items():
        setattr(fresh, name, value)
    _saved(fresh, actor, now, reason, "employee_number", update_fields=list(differing))
    if site is not None:
        what = worded_changes(Person, differing, values=False)
        fields = name_of("person", fresh) | {"changes": what, "because": reason.strip()}
        record_act(actor=actor, site=site, now=now, code="person_changed", fields=fields)
    return fresh


def _account_act(actor: Person, person: Person, now: datetime, code: str, **values: Any) -> None:
    """An act on somebody's sign-in; secrets are no part of a person's history."""
    site = _home(actor, person, now)
    if site is not None:
        hold_books(site_book_of(site))
    _may_administer(actor, person, now)
    Person.objects.filter(pk=person.pk).update(**values)
    if site is not None:
        record_act(actor=actor, site=site, now=now, code=code, fields=name_of("person", person))


@transaction.atomic
def set_one_time_password(*, actor: Person, person: Person, password: str, now: datetime) -> None:
    """Gives somebody else a password that opens only the page to replace it. Raises Refused (A29)."""
    if actor.pk == person.pk:
        raise Refused("A29", _("One's own password is changed on one's own page."), _("Open your profile."), field="password")
    if person.ended_at is not None:
        raise Refused("A29", _("This person has left."), field="password")
    _check(password, person, "password")
    values = {"password": make_password(password), "password_is_one_time": True, "secret_failures": 0, "locked_until": None}
    _account_act(actor, person, now, "password_given", **values)


@transaction.atomic
def unlock_person(*, actor: Person, person: Person, now: datetime) -> None:
    """Takes away the lock after wrong tries. Raises Refused (A29)."""
    _account_act(actor, person, now, "person_unlocked", secret_failures=0, locked_until=None)


@transaction.atomic
def end_person(*, actor: Person, person: Person, reason: str, now: datetime) -> Person:
    """A person leaves: no sign-in and no role from now on; the record goes on naming them. Raises Refused (A23, I9)."""
    site = _home(actor, person, now)
    if site is not None:
        hold_books(site_book_of(site))
    if refusal := rules.why_not_reason(reason):
        raise refusal
    _may_administer(actor, person, now)
    if actor.pk == person.pk:
        raise Refused("I9", _("Nobody ends themselves."), _("Ask another administrator."))
    if Watch.objects.filter(members__person=person, members__left_at__isnull=True, ended_at__isnull=True).exists():
        raise Refused("A23", _("This person is on duty at a desk."), _("The desk is handed over first."))
    fresh = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if fresh.ended_at is not None:
        raise Refused("I9", _("This person has left already."), _("Load the page again."))
    for row in Membership.objects.select_for_update(of=("self",)).filter(person=person).exclude(ends_at__lte=now):
        row.ends_at = max(now, row.starts_at)
        _saved(row, actor, now, reason, update_fields=["ends_at"])
    for acting in fresh.acting.filter(ends_at__gt=now, starts_at__lt=now):
        acting.ends_at = now
        _saved(acting, actor, now, reason, update_fields=["ends_at"])
    fresh.ended_at = now
    _saved(fresh, actor, now, reason, update_fields=["ended_at"])
    if site is not None:
        fields = name_of("person", fresh) | {"because": reason.strip()}
        record_act(actor=actor, site=site, now=now, code="person_ended", fields=fields)
    forget(person)
    return fresh


@transaction.atomic
def begin_membership(
    *, actor: Person, person: Person, site: Site, desk: Desk | None, role: str, starts_at: datetime, now: datetime,
    ends_at: datetime | None = None,
) -> Membership:
    """Begins a role of a person at a desk, or at the whole site without one. Raises Refused (I9)."""
    hold_books(site_book_of(site))
    refusal = rules.why_not_member(
        own=actor.pk == person.pk, ended=person.ended_at is not None, desk_fits=desk is None or desk.site_id == site.pk,
        starts_at=starts_at, earliest=day_bounds(local_day(now, site.zone), site.zone)[0], ends_at=ends_at,
    )
    if refusal:
        raise refusal
    row = Membership(person=person, site=site, desk=desk, role=Role(role), starts_at=starts_at, ends_at=ends_at)
    _saved(row, actor, now, "begun", "role")
    if role == Role.SITE_ADMINISTRATOR and not person.is_staff:
        person.is_staff = True
        _saved(person, actor, now, "site administrator", update_fields=["is_staff"])
    fields = name_of("person", person) | _role(role) | {"begins_at": starts_at.isoformat()}
    fields |= {"until_at": ends_at.isoformat()} if ends_at else {}
    code = "membership_begun_until" if ends_at else "membership_begun"
    record_at(actor=actor, now=now, code=code, fields=fields, site=site, desk=desk)
    forget(person)
    return row


@transaction.atomic
def end_membership(*, actor: Person, membership: Membership, ends_at: datetime, reason: str, now: datetime) -> Membership:
    """Ends a role now or at a later moment. Raises Refused (I9)."""
    hold_books(site_book_of(membership.site))
    if refusal := rules.why_not_reason(reason):
        raise refusal
    row = Membership.objects.select_for_update(of=("self",)).select_related("person", "site", "desk").get(pk=membership.pk)
    others = Membership.objects.filter(site=row.site, role=row.role, ends_at__isnull=True, person__ended_at__isnull=True)
    refusal = rules.why_not_end_member(
        ended=row.ends_at is not None and row.ends_at <= now, ends_at=ends_at, now=now,
        last_administrator=row.role == Role.SITE_ADMINISTRATOR and not others.exclude(pk=row.pk).exists(),
    )
    if refusal:
        raise refusal
    row.ends_at = max(ends_at, now, row.starts_at)
    _saved(row, actor, now, reason, update_fields=["ends_at"])
    fields = {
        **name_of("person", row.person), **_role(row.role), "until_at": row.ends_at.isoformat(),
        "because": reason.strip(),
    }
    record_at(actor=actor, now=now, code="membership_ended", fields=fields, site=row.site, desk=row.desk)
    forget(row.person)
    return row
