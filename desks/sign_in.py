"""The actor of a request, read by a prepared statement: what every request of every page asks first."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from desks.gate import read_actor
from desks.models import Person


class PeopleBackend(ModelBackend):
    """Signing in by login and password, as Django does it."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session; nobody for one who has left."""
        person = read_actor(int(user_id), now=timezone.now())
        return person if person is not None and self.user_can_authenticate(person) else None
