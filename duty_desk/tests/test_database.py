"""A kept connection is looked at before it is used again, by whichever thread, and statements are prepared once on it (docs/decisions/0022, 0107)."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.utils import DataError

from conftest import owners_hands
from desks import by_hand
from desks.by_hand import Statement
from duty_desk.database import base

pytestmark = pytest.mark.django_db(transaction=True)

TWICE = Statement("SELECT %(number)s * 2", {"number": "int"})


def _prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'page_%%'")
        return cursor.fetchone()[0]


def _fresh() -> None:
    while base._idle:
        base._idle.pop()[1].close()
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


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _give_back() -> None:
    connection.close_if_unusable_or_obsolete()


def _request() -> int:
    """Which backend answers, in a request of the thread that calls."""
    _give_back()
    answered = _backend()
    _give_back()
    return answered


@pytest.fixture
def threads() -> Iterator[list[ThreadPoolExecutor]]:
    """Three threads that each do one thing at a time; what they keep ends with the test."""
    _fresh()
    made = [ThreadPoolExecutor(1) for _ in range(3)]
    yield made
    for each in made:
        each.submit(lambda: connection.close()).result()  # noqa: PLW0108  that of the thread
        each.shutdown()
    _fresh()


def test_requests_one_after_another_share_a_connection_whichever_thread_they_come_to(threads) -> None:
    assert len({thread.submit(_request).result() for thread in threads * 2}) == 1
    assert len(base._idle) == 1


def test_of_several_that_were_kept_the_last_one_is_taken(threads) -> None:
    first, second = (thread.submit(_backend).result() for thread in threads[:2])
    for thread in threads[:2]:
        thread.submit(_give_back).result()
    assert first != second and threads[2].submit(_request).result() == second
    assert threads[0].submit(_request).result() == second


def test_a_kept_connection_that_the_server_ended_is_passed_over(threads) -> None:
    first, second = (thread.submit(_backend).result() for thread in threads[:2])
    for thread in threads[:2]:
        thread.submit(_give_back).result()
    with owners_hands(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [second])
    assert threads[2].submit(_request).result() == first and len(base._idle) == 1


def test_a_connection_grows_old_from_when_it_was_made_and_then_another_is(threads, monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)

    def aged() -> int:
        monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
        return _request()

    first = threads[0].submit(aged).result()
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + 400)
    assert threads[1].submit(aged).result() == first
    monkeypatch.setattr("time.monotonic", lambda: now + 601)
    assert threads[2].submit(aged).result() != first


def test_from_within_a_transaction_or_of_another_database_none_is_handed_on(threads) -> None:
    def held() -> None:
        with transaction.atomic():
            _backend()
            _give_back()

    threads[0].submit(held).result()
    assert not base._idle

    def left_open() -> None:
        _backend()
        connection.set_autocommit(False)
        connection.close_if_unusable_or_obsolete()

    threads[0].submit(left_open).result()
    assert not base._idle
    kept = threads[1].submit(_request).result()
    base._idle.append((("another database", "", "", ""), *base._idle.pop()[1:]))
    assert threads[1].submit(_request).result() != kept


def test_a_forked_process_leaves_the_kept_connections_to_the_one_that_it_came_from(threads) -> None:
    kept = threads[0].submit(_request).result()
    child = os.fork()
    if not child:
        os._exit(len(base._idle))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert threads[1].submit(_request).result() == kept


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
