"""The actor of a request, read by a prepared statement: what every request of every page asks first."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend

from desks.by_hand import Columns, Statement
from desks.models import Person

_PERSON = Columns(Person)


class PeopleBackend(ModelBackend):
    """Signing in by login and password, as Django does it."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session; nobody for one who has left."""
        row = _people().one({"pk": int(user_id)})
        person = _PERSON.read(row) if row is not None else None
        return person if person is not None and self.user_can_authenticate(person) else None


@cache
def _people() -> Statement:
    return Statement(f"SELECT {_PERSON.of('person')} FROM desks_person AS person WHERE person.id = %(pk)s", {"pk": "bigint"})
