"""Grants the application's role its rights by table class, after every migrate (docs/architecture.md, I1)."""

from typing import Any

from django.conf import settings
from django.db import connections
from psycopg2 import sql

from desks.table_class import RIGHTS, classes_by_table


def apply_grants(using: str = "default", **_: Any) -> None:
    """Gives the application's role exactly what the declared class of each table allows, and nothing else.

    Does nothing where the application's role does not exist or is the one connected, so that a person who tries
    the program with one role is not stopped; `manage.py check --deploy` refuses that in production.
    """
    role = sql.Identifier(settings.APP_ROLE)
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [settings.APP_ROLE] * 2)
        is_app, exists = cursor.fetchone()
        if is_app or not exists:
            return
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        for table, table_class in sorted(classes_by_table().items()):
            if table not in present:
                continue
            name = sql.Identifier(table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(name, role))
            if not RIGHTS[table_class]:
                continue
            rights = sql.SQL(", ".join(RIGHTS[table_class]))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, name, role))
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
