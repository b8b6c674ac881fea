"""Rows come as bytes, in order, and those of a transaction that nobody else sees come from that transaction (A18)."""

import threading

import psycopg2
import pytest
from django.db import connection

from logbook.proof.fetching import LANES, ahead, as_cells, as_rows, fetched

LISTS = [f"SELECT n::text, NULL::text FROM generate_series({first}, {first + 2}) AS n" for first in (1, 4, 7)]
MEANT = [[(str(n).encode(), None) for n in range(first, first + 3)] for first in (1, 4, 7)]


@pytest.mark.django_db
def test_what_is_fetched_is_what_stands_whatever_characters_it_has() -> None:
    for said in ("a\\nb\\\\N", "two\nlines\tand a tab", "五栋 1203 \N{PERSON WITH BALL}", ""):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS said (text text)")
            cursor.execute("TRUNCATE said")
            cursor.execute("INSERT INTO said VALUES (%s), (NULL)", [said])
        assert fetched("SELECT text FROM said ORDER BY text NULLS LAST", as_rows) == [(said.encode(),), (None,)]
        # In the transaction of now: another connection would see no such table.
        assert list(ahead(["SELECT text FROM said WHERE text IS NOT NULL", "SELECT text FROM said WHERE text IS NULL"], as_rows)) == [[(said.encode(),)], [(None,)]]


@pytest.mark.django_db(transaction=True)
def test_lists_that_are_made_ahead_come_in_their_order() -> None:
    assert list(ahead(LISTS, as_rows)) == MEANT == [fetched(each, as_rows) for each in LISTS]


@pytest.mark.django_db(transaction=True)
def test_whoever_stops_in_the_middle_leaves_neither_a_connection_nor_a_thread_behind() -> None:
    threads = threading.active_count()
    rows = ahead(LISTS, as_rows)
    assert next(rows) == MEANT[0] and threading.active_count() == threads + LANES
    rows.close()
    assert threading.active_count() == threads
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid() AND query LIKE %s", ["%generate_series(4%"])
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_a_later_portion_is_heard_by_who_reads() -> None:
    rows = ahead([LISTS[0], "SELECT (1 / 0)::text"], as_rows)
    assert next(rows) == MEANT[0]
    with pytest.raises(psycopg2.errors.DivisionByZero):
        next(rows)


def test_the_cells_of_one_row_come_as_bytes(db: None) -> None:
    assert fetched("SELECT '\\x0aff'::bytea, NULL::bytea, ''::bytea, 'ok'::text", as_cells) == [b"\x0a\xff", b"", b"", b"ok"]
