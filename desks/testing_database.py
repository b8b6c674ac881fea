"""The tests' database: migrated once into a template that every worker copies; what tests commit is taken back."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from psycopg2 import sql

from desks.testing import lay_town

PREFIX = "tests_template_"
# What migrates a database and lays the actors; whatever else changes, the template still holds.
_LAID = {"migrations", "models", "presets", "models.py", "apps.py", "grants.py", "guards.py", "table_class.py", "testing.py", "presets.py"}
# Any number: it keeps two workers from migrating the same template at once.
_LOCK = 7_140_226


def template_name() -> str:
    """The template's name, made of all that a migrated database comes from: another content is another template."""
    files = [settings.BASE_DIR / "requirements.txt"]
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent == settings.BASE_DIR:
            files += [
                path for path in folder.rglob("*")
                if path.is_file() and path.suffix != ".pyc" and _LAID & set(path.relative_to(folder).parts)
            ]
    digest = hashlib.sha256(f"{settings.LANGUAGE_CODE} {settings.APP_ROLE}".encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


@contextmanager
def _beside() -> Iterator[Any]:
    """A cursor of the owner's outside the tests' database, where databases are made and dropped."""
    told = connection.get_connection_params() | {"dbname": "postgres"}
    told.pop("cursor_factory", None)
    outside = psycopg2.connect(**told)
    outside.autocommit = True
    try:
        with outside.cursor() as cursor:
            yield cursor
    finally:
        outside.close()


def _databases(cursor: Any, pattern: str) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [pattern])
    return [name for (name,) in cursor.fetchall()]


def _drop(cursor: Any, name: str) -> None:
    """Without FORCE, which the owner may not use while the server vacuums; what is left of the tests is ended first."""
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename IN (current_user, %s)",
        [name, settings.APP_ROLE],
    )
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def make_template() -> str:
    """Migrates the template and lays the fixed actors, unless this content's template is there. Returns its name."""
    name, building = template_name(), f"{PREFIX}building"
    with _beside() as cursor:
        # Held until this connection closes: a second worker waits here and then finds the template.
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if _databases(cursor, f"^{re.escape(name)}$"):
            return name
        for old in _databases(cursor, f"^{PREFIX}"):
            _drop(cursor, old)
        given, own = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
        connection.settings_dict["TEST"]["NAME"] = building
        try:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            lay_town()
        finally:
            connection.settings_dict["TEST"]["NAME"] = own
            _use(given)
        # Only what is whole gets the name; a run that was cut off leaves nothing that looks ready.
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name)))
    return name


def copy_template(template: str, name: str) -> None:
    """Puts a fresh copy of the template in the place of the database of that name, and connects the tests with it."""
    connections.close_all()
    with _beside() as cursor:
        _drop(cursor, name)
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    _use(name)


def drop(name: str, back_to: str) -> None:
    """Drops a worker's database at the end of its run."""
    _use(back_to)
    with _beside() as cursor:
        _drop(cursor, name)


class Laid:
    """The rows that a fresh database holds. `put_back` leaves these and no others, whatever tests have committed.

    Emptying 120 tables by TRUNCATE takes half a second and waits for whoever still reads; another copy of the
    template takes longer (docs/decisions/0023). Must be called as the owner: it sets the record's guards aside.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum),
                ARRAY(SELECT CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END
                    || 'TRIGGER ' || quote_ident(t.tgname)
                    FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D')
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY c.oid ORDER BY 1"""
            )
            self.columns: dict[str, str] = {}
            # What each guard is enabled as, to enable it again just so: most hold ALWAYS.
            self.guards: dict[str, list[str]] = {}
            for table, columns, guards in cursor.fetchall():
                self.columns[table], self.guards[table] = f'"{table}" ({", ".join(columns)})', guards
            self.rows: dict[str, str] = {}
            for table in self._filled(cursor):
                held = io.StringIO()
                cursor.copy_expert(f"COPY {self.columns[table]} TO STDOUT", held)
                self.rows[table] = held.getvalue()

    def _filled(self, cursor: Any) -> list[str]:
        asked = " UNION ALL ".join(f"""SELECT '{table}' WHERE EXISTS (SELECT FROM "{table}")""" for table in self.columns)
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]

    def put_back(self) -> None:
        """One transaction, by DELETE and COPY of the few tables that hold anything."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            filled = sorted({*self._filled(cursor), *self.rows})
            guarded = [table for table in filled if self.guards[table]]
            words = [f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in guarded]
            words += [f'DELETE FROM "{table}"' for table in filled]
            cursor.execute(";".join(words))
            for table, held in self.rows.items():
                cursor.copy_expert(f"COPY {self.columns[table]} FROM STDIN", io.StringIO(held))
            # The keys between tables are checked now: no table is altered while checks of it are pending.
            words = ["SET CONSTRAINTS ALL IMMEDIATE"]
            words += [f'ALTER TABLE "{table}" ENABLE {guard}' for table in guarded for guard in self.guards[table]]
            cursor.execute(";".join(words))
