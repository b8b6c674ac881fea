"""Session and actor of a request, each read by a prepared statement: what every request of every page asks first."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from desks.by_hand import Columns, Statement
from desks.models import Person

_PERSON = Columns(Person)
_SESSION = Statement(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s",
    {"key": "text", "now": "timestamptz"},
)


class SessionStore(DatabaseSessions):
    """Django's sessions in the database; the name is the one that Django looks for."""

    def load(self) -> dict[str, Any]:
        """What the session holds; one that is not there, or that has expired, is a new one."""
        row = _SESSION.one({"key": self.session_key, "now": timezone.now()}) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])


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
