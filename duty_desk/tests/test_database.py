"""A kept connection is looked at before it is used again, and statements are prepared once on it (docs/decisions/0022)."""

import psycopg2
import pytest
from django.db import connection
from django.db.utils import DataError

from desks import by_hand
from desks.by_hand import Statement

pytestmark = pytest.mark.django_db(transaction=True)

TWICE = Statement("SELECT %(number)s * 2", {"number": "int"})


def _prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'page_%%'")
        return cursor.fetchone()[0]


def _fresh() -> None:
    connection.close()
    connection.ensure_connection()


def test_a_connection_that_the_server_ended_is_made_anew(as_owner) -> None:
    _fresh()
    assert connection.is_usable()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()[0]
    own = psycopg2.connect(connection.connection.dsn, password=connection.settings_dict["PASSWORD"])
    own.autocommit = True
    own.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    own.close()
    assert not connection.is_usable()
    connection.health_check_done = False
    connection.health_check_enabled = True
    connection.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != before


def test_a_statement_is_prepared_once_and_answers_the_same(db: None) -> None:
    _fresh()
    before = _prepared()
    assert [TWICE.one({"number": number})[0] for number in (1, 2, 3)] == [2, 4, 6]
    assert _prepared() == before + 1


def test_where_it_cannot_be_prepared_it_is_sent_as_it_is(db: None) -> None:
    _fresh()
    assert TWICE.one({"number": 1}) == (2,)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as behind a pooler that hands out another connection
    assert [TWICE.one({"number": number})[0] for number in (4, 5)] == [8, 10]
    assert by_hand._prepared[connection.connection] is None
    assert _prepared() == 0


def test_other_faults_are_the_callers(db: None) -> None:
    _fresh()
    with pytest.raises(DataError):
        Statement("SELECT 1 / %(number)s", {"number": "int"}).one({"number": 0})
    assert by_hand._prepared[connection.connection] is not None
