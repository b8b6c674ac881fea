"""Sessions in the database, of which two requests at once each keep what they changed (the shared computer, I9).

A browser with several people sends a line of one while another's PIN makes them the actor. Django writes a session whole:
the slower of the two would take the change of actor back.
"""

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from desks.by_hand import Statement

_SESSION = Statement(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s",
    {"key": "text", "now": "timestamptz"},
)


def merged(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """What stands in `theirs`, with what changed from `base` to `ours`; what they removed stays removed."""
    result = dict(theirs)
    for key in base.keys() | ours.keys():
        old, new, their = base.get(key), ours.get(key), theirs.get(key)
        if old == new or (key in base and key not in theirs):
            continue
        if isinstance(old, dict) and isinstance(new, dict) and isinstance(their, dict):
            result[key] = merged(old, new, their)
        elif key in ours:
            result[key] = new
        else:
            result.pop(key, None)
    return result


class SessionStore(DatabaseSessions):
    """A session that is written over what stands in the database by then, not over what was read."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._as_read: dict[str, Any] = {}

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table is Django's own."""
        return Session

    def load(self) -> dict[str, Any]:
        """Reads the session and keeps a copy, to know afterwards what this request changed.

        One that is not there, or that has expired, is a new one.
        """
        row = _SESSION.one({"key": self.session_key, "now": timezone.now()}) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        data = self.decode(row[0])
        self._as_read = deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        """Writes what changed since it was read, under a lock on the row. Raises UpdateError when it is gone meanwhile."""
        if must_create or self.session_key is None:
            super().save(must_create)
        else:
            with transaction.atomic():
                row = Session.objects.select_for_update().filter(session_key=self.session_key).first()
                if row is not None:
                    self._session_cache = merged(self._as_read, self._get_session(), self.decode(row.session_data))
                super().save()
        self._as_read = deepcopy(self._session_cache)
