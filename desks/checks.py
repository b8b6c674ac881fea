"""System checks of what guards the record: roles, the record's clock, isolation (I1, docs/record.md)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Tags as CheckTags
from django.db import connections

from desks import record_clock
from desks.table_class import classes_by_table


@register(CheckTags.database)
def database_guards_the_record(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked by `manage.py check --database default`, by migrate, and by each process before it serves in production."""
    if not databases or "default" not in databases:
        return []
    connection = connections["default"]
    found: list[CheckMessage] = []
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        if cursor.fetchone()[0] != "read committed":
            found.append(
                Error(
                    "The database's isolation is not READ COMMITTED.",
                    hint="Remove default_transaction_isolation from the role, the database and DATABASE_URL.",
                    id="desks.E001",
                )
            )
        present = set(connection.introspection.table_names(cursor))
        guarded = sorted(t for t, c in classes_by_table().items() if c != "state" and t in present)
        if settings.MODE == "production" and not settings.CONNECTED_AS_OWNER:
            cursor.execute(
                "SELECT table_name FROM unnest(%s) AS table_name WHERE has_table_privilege(table_name, 'UPDATE, DELETE, TRUNCATE')",
                [guarded],
            )
            if alterable := [row[0] for row in cursor.fetchall()]:
                found.append(
                    Error(
                        f"The role of DATABASE_URL could alter the record: {', '.join(alterable[:3])}.",
                        hint="Give DATABASE_URL a login role without rights, migrate with DATABASE_OWNER_URL, start again.",
                        id="desks.E002",
                    )
                )
    if settings.MODE == "production" and guarded and not record_clock.is_plain():
        found.append(
            Error(
                "The record's clock of this database is movable: it belongs to sample, test or bench data.",
                hint="Use a database that never held sample data.",
                id="desks.E003",
            )
        )
    return found
