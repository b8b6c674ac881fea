"""Proof that a binding act is the person's own: their PIN or password, locked after failures (A29, I4, I9).

Called before the act's transaction begins, so that a failed try is counted even though the act is refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings as project
from django.contrib.auth.hashers import check_password
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from desks.models import DeskSettings, Person
from desks.refusal import Refused, WrongSecret
from desks.sample_secrets import SECRETS

_UNLOCK = _("Wait, or ask the site administrator, who takes the lock away at once. Nothing that was typed is lost.")


@dataclass(frozen=True)
class Confirmation:
    """Who confirmed, how ("pin" or "password") and when."""

    person: Person
    method: str
    at: datetime


def confirm(person: Person, secret: str, *, now: datetime, settings: DeskSettings | None = None) -> Confirmation:
    """Checks the person's PIN or password. Raises WrongSecret, or Refused while the person is locked out.

    A one-time password confirms nothing: whoever set it knows it too.
    """
    return _check(person, secret, now, settings, ("pin", "password"), one_time=False)


def confirm_password(person: Person, secret: str, *, now: datetime) -> Confirmation:
    """Checks the password alone, as signing in does. Raises WrongSecret, or Refused while the person is locked out."""
    return _check(person, secret, now, None, ("password",), one_time=True)


def _check(
    person: Person, secret: str, now: datetime, settings: DeskSettings | None, ways: tuple[str, ...], *, one_time: bool
) -> Confirmation:
    limits = settings or DeskSettings()
    # Secrets are not part of a person's history: these rows are counters, moved by update so that no try is lost.
    rows = Person.objects.filter(pk=person.pk)
    fresh = rows.get()
    if not fresh.is_active:
        raise WrongSecret("I9", _("This person has left."), _("Ask the site administrator."), field="secret")
    if fresh.locked_until is not None and fresh.locked_until > now:
        raise Refused(
            "I9",
            _("Too many wrong tries: this PIN and password are locked for %(minutes)d more minutes.")
            % {"minutes": _minutes_until(fresh.locked_until, now)},
            _UNLOCK,
            field="secret",
        )
    usable = not (project.MODE == "production" and secret in SECRETS)
    for way in ways:
        if way == "password" and fresh.password_is_one_time and not one_time:
            continue
        encoded = fresh.pin if way == "pin" else fresh.password
        if secret and encoded and usable and check_password(secret, encoded):
            if fresh.secret_failures:
                rows.update(secret_failures=0, locked_until=None)
            return Confirmation(person, way, now)
    rows.update(secret_failures=F("secret_failures") + 1)
    locked = rows.filter(secret_failures__gte=limits.secret_attempts).update(
        secret_failures=0, locked_until=now + timedelta(minutes=limits.secret_lock_minutes)
    )
    if locked:
        raise WrongSecret(
            "I9", _("That was wrong once too often: this PIN and password are locked for %(minutes)d minutes.")
            % {"minutes": limits.secret_lock_minutes},
            _UNLOCK, field="secret",
        )
    raise WrongSecret("I9", _("The PIN or password is wrong."), _("Try again, slowly."), field="secret")


def _minutes_until(moment: datetime, now: datetime) -> int:
    return -(-int((moment - now).total_seconds()) // 60)
