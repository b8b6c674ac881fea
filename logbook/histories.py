"""Every history table gets its guard after each migrate: no row of it goes before the record's period is over (A19, I12)."""

from typing import Any

from django.db import connections


def guard_histories(using: str = "default", **_: Any) -> None:
    """Lets the database put its guard on histories that have none yet; before the record's own migrations there is nothing to do."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regproc('record_guard_histories') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT record_guard_histories()")
