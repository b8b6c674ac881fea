"""Moves the database's `record_clock()` in sample, test and bench databases; production refuses to start with that.

The function belongs to the owner's role. `install` replaces it by one that adds an offset, `remove` puts the plain
one back (docs/record.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

PLAIN = """CREATE OR REPLACE FUNCTION record_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
SET search_path = pg_catalog AS $$ SELECT clock_timestamp() $$"""
SHIFTED = """CREATE OR REPLACE FUNCTION record_clock() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog AS $$ SELECT clock_timestamp() + (SELECT shift FROM public.record_clock_offset) $$"""


@contextmanager
def _as_owner() -> Iterator[CursorWrapper]:
    """A cursor with the session's own role: the owner's, where the tests have set the application's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        current, session = cursor.fetchone()
        if current != session:
            cursor.execute("RESET ROLE")
        try:
            yield cursor
        finally:
            if current != session and not connection.needs_rollback:
                cursor.execute(f'SET ROLE "{current}"')


def install() -> None:
    """Makes the record's clock movable. Only the owner may."""
    with _as_owner() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS record_clock_offset (shift interval NOT NULL)")
        cursor.execute("DELETE FROM record_clock_offset")
        cursor.execute("INSERT INTO record_clock_offset VALUES ('0')")
        cursor.execute(SHIFTED)


def set_to(moment: datetime) -> None:
    """Makes the record's clock show the moment now; it runs on from there. `install` must have been called."""
    with _as_owner() as cursor:
        cursor.execute("UPDATE record_clock_offset SET shift = %s - clock_timestamp()", [moment])


def remove() -> None:
    """Puts the plain clock back."""
    with _as_owner() as cursor:
        cursor.execute(PLAIN)
        cursor.execute("DROP TABLE IF EXISTS record_clock_offset")


def is_plain() -> bool:
    """Whether the database's clock is the real one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'record_clock'")
        row = cursor.fetchone()
    return row is not None and "record_clock_offset" not in row[0]
