"""Every table of the record and every history gets its guards after each migrate: nothing goes but by the rule (A19, I1, I12)."""

from typing import Any

from django.db import connections


def guard_tables(using: str = "default", **_: Any) -> None:
    """Lets the database put its guards on tables that have none yet; before the record's own migrations there is nothing to do."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regproc('record_guard_tables') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT record_guard_tables()")
