"""Lays the bench's database: the tests' town, a watch, so many entries, and one signed-in agent. `python -m bench.lay N DAYS`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

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

from desks.models import Site  # noqa: E402
from desks.promises import VERSION, owes_promise, promise_confidentiality  # noqa: E402
from desks.testing import lay_town, read_town  # noqa: E402
from logbook.actions import open_watch  # noqa: E402
from logbook.models import Entry  # noqa: E402
from logbook.queries import current_watch  # noqa: E402

MANY = 50_000


@contextmanager
def words_indexed_afterwards() -> Iterator[None]:
    """Many rows without the indexes of words and names, which are then made at once: that takes a tenth of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname IN ('searchtext_tokens', 'searchname_tokens')")
        made_by = cursor.fetchall()
        for name, _definition in made_by:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            for _name, definition in made_by:
                cursor.execute(definition)


def main(count: int, days: int = 365) -> None:
    """Prints the agent's session key, a CSRF secret and the agent's id."""
    if not Site.objects.exists():
        lay_town()
    town = read_town()
    missing = count - Entry.objects.filter(book__desk=town.desk).count()
    if missing > 0:
        with words_indexed_afterwards() if missing > MANY else nullcontext():
            call_command("make_log", desk=town.desk.slug, count=missing, days=days)
    if current_watch(town.desk) is None:
        open_watch(actor=town.agent, desk=town.desk, now=timezone.now(), colleagues=[town.butler])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    now = timezone.now()
    if owes_promise(town.agent, town.desk, now):
        promise_confidentiality(actor=town.agent, site=town.site, version=VERSION, now=now)
    session = SessionStore()
    session[SESSION_KEY] = str(town.agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = town.agent.get_session_auth_hash()
    session.save()
    print(session.session_key, _get_new_csrf_string(), town.agent.pk)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
