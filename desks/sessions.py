"""Sessions in the database, of which two requests at once each keep what they changed (the shared computer, I9).

A browser with several people sends a line of one while another's PIN makes them the actor. Django writes a session whole:
the slower of the two would take the change of actor back.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from desks.gate import read_session
from desks.keeping import Kept

# Who was the actor of a session when it was read last: only a guess whom to read with it next time.
_actors = Kept(1024)


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
        # As it is stored: few requests write, and then it is read from its text once more.
        self._as_read: str | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table is Django's own."""
        return Session

    def load(self) -> dict[str, Any]:
        """Reads the session and keeps what it read, to know afterwards what this request changed.

        One that is not there, or that has expired, is a new one.
        """
        key = self.session_key
        stored = read_session(key, now=timezone.now(), expected=_actors.find(key)) if key else None
        if stored is None:
            self._session_key = None
            return {}
        self._as_read = stored
        data = self.decode(stored)
        actor = str(data.get(SESSION_KEY, ""))
        _actors.put(key, int(actor) if actor.isdecimal() else None)
        return data

    def save(self, must_create: bool = False) -> None:
        """Writes what changed since it was read, under a lock on the row. Raises UpdateError when it is gone meanwhile."""
        if must_create or self.session_key is None:
            super().save(must_create)
        else:
            with transaction.atomic():
                row = Session.objects.select_for_update().filter(session_key=self.session_key).first()
                if row is not None:
                    self._session_cache = merged(self._before(), self._get_session(), self.decode(row.session_data))
                super().save()
        self._as_read = self.encode(self._session_cache)

    def _before(self) -> dict[str, Any]:
        return self.decode(self._as_read) if self._as_read is not None else {}
