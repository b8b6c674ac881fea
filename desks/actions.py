"""Acts on one's own ground data: PIN, password, language, profile (docs/architecture.md §5)."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desks.binding import Confirmation
from desks.models import Person
from desks.refusal import Refused
from desks.rules import why_not_pin


@transaction.atomic
def set_pin(*, actor: Person, confirmed: Confirmation, pin: str, now: datetime) -> None:
    """Sets the actor's own PIN; a password must have confirmed it. Raises Refused for a weak PIN (A29)."""
    if confirmed.person.pk != actor.pk or confirmed.method != "password":
        raise Refused("A29", _("Only the owner sets a PIN, with the password."), field="password")
    if refusal := why_not_pin(pin):
        raise refusal
    Person.objects.filter(pk=actor.pk).update(pin=make_password(pin), secret_failures=0, locked_until=None)


@transaction.atomic
def change_password(*, actor: Person, confirmed: Confirmation, password: str, now: datetime) -> None:
    """Sets the actor's own password; the old one must have confirmed it. Raises Refused for a weak one."""
    if confirmed.person.pk != actor.pk or confirmed.method != "password":
        raise Refused("A29", _("Only the owner changes a password, with the old one."), field="old_password")
    if actor.check_password(password):
        raise Refused(
            "A29", _("This is the password that you have already."), _("Choose another password."), field="new_password"
        )
    try:
        validate_password(password, actor)
    except ValidationError as error:
        raise Refused("A29", " ".join(error.messages), _("Choose another password."), field="new_password") from error
    Person.objects.filter(pk=actor.pk).update(password=make_password(password), password_is_one_time=False)


@transaction.atomic
def change_profile(*, actor: Person, phone: str, email: str, language: str, now: datetime) -> Person:
    """Changes what people may change about themselves: phone, e-mail, language."""
    person = Person.objects.select_for_update().get(pk=actor.pk)
    person.phone, person.email, person.language = phone, email, language
    person._history_user = actor
    person.save(update_fields=["phone", "email", "language"])
    return person
