"""Lays the bench's database: the tests' town, a watch, so many entries, and one signed-in agent. `python -m bench.lay N`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duty_desk.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.middleware.csrf import _get_new_csrf_string  # noqa: E402
from django.utils import timezone  # noqa: E402

from desks.testing import read_town  # noqa: E402
from logbook.actions import open_watch  # noqa: E402
from logbook.models import Entry  # noqa: E402
from logbook.queries import current_watch  # noqa: E402


def main(count: int) -> None:
    """Prints the agent's session key, a CSRF secret and the agent's id."""
    town = read_town()
    missing = count - Entry.objects.filter(book__desk=town.desk).count()
    if missing > 0:
        call_command("make_log", desk=town.desk.slug, count=missing)
    if current_watch(town.desk) is None:
        open_watch(actor=town.agent, desk=town.desk, now=timezone.now(), colleagues=[town.butler])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    session = SessionStore()
    session[SESSION_KEY] = str(town.agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = town.agent.get_session_auth_hash()
    session.save()
    print(session.session_key, _get_new_csrf_string(), town.agent.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
