"""The database's catalogue against the declared class of each table: what the application's role may do (I1)."""

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from desks.table_class import RIGHTS, classes_by_table


@pytest.mark.clause("A18")
def test_the_catalogue_grants_what_the_classes_say(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, array_agg(privilege_type::text) FROM information_schema.role_table_grants
               WHERE grantee = %s AND table_schema = 'public' GROUP BY table_name""",
            [settings.APP_ROLE],
        )
        granted = {table: set(rights) for table, rights in cursor.fetchall()}
    expected = {table: set(RIGHTS[table_class]) for table, table_class in classes_by_table().items()}
    expected = {table: rights for table, rights in expected.items() if rights}
    assert granted == expected


@pytest.mark.clause("A18")
def test_no_function_or_schema_is_the_applications_role_s(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %(role)s),
                      (SELECT count(*) FROM pg_proc WHERE pg_get_userbyid(proowner) = %(role)s),
                      has_schema_privilege(%(role)s, 'public', 'CREATE'),
                      (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication
                       FROM pg_roles WHERE rolname = %(role)s)""",
            {"role": settings.APP_ROLE},
        )
        assert cursor.fetchone() == (0, 0, False, False)


RECORDS = sorted(table for table, table_class in classes_by_table().items() if table_class != "state")


@pytest.mark.clause("A18")
@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("attack", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"])
def test_the_applications_login_cannot_alter_a_record_table(app_login, table: str, attack: str) -> None:
    with app_login.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 LIMIT 1", [table])
        column = cursor.fetchone()[0]
        with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.RaiseException)):
            cursor.execute(attack.format(f'"{table}"', f'"{column}"', f'"{column}"'))
    app_login.rollback()


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    "setting", ["SET session_replication_role = replica", "SET ROLE duty_owner", "SET SESSION AUTHORIZATION duty_owner"]
)
def test_the_applications_login_cannot_become_stronger(app_login, setting: str) -> None:
    with app_login.cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute(setting)
    app_login.rollback()
