"""Rows come as bytes, in order, and those of a transaction that nobody else sees come from that transaction (A18)."""

import pytest
from django.db import connection

from logbook.proof.fetching import Ahead, fetched

LISTS = [f"SELECT n::text, NULL::text FROM generate_series({first}, {first + 2}) AS n" for first in (1, 4, 7)]
MEANT = [[(str(n).encode(), None) for n in range(first, first + 3)] for first in (1, 4, 7)]


@pytest.mark.django_db
def test_what_is_fetched_is_what_stands_whatever_characters_it_has() -> None:
    for said in ("a\\nb\\\\N", "two\nlines\tand a tab", "五栋 1203 \N{PERSON WITH BALL}", ""):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS said (text text)")
            cursor.execute("TRUNCATE said")
            cursor.execute("INSERT INTO said VALUES (%s), (NULL)", [said])
        assert fetched("SELECT text FROM said ORDER BY text NULLS LAST") == [(said.encode(),), (None,)]
        # In the transaction of now: another connection would see no such table.
        assert list(Ahead(["SELECT text FROM said WHERE text IS NOT NULL", "SELECT text FROM said WHERE text IS NULL"])) == [[(said.encode(),)], [(None,)]]


@pytest.mark.django_db(transaction=True)
def test_lists_that_are_made_ahead_come_in_their_order() -> None:
    ahead = Ahead(LISTS)
    found = []
    for rows in ahead:
        ahead.look()
        found.append(rows)
    assert found == MEANT == [fetched(each) for each in LISTS]


@pytest.mark.django_db(transaction=True)
def test_whoever_stops_in_the_middle_leaves_no_connection_behind() -> None:
    ahead = Ahead(LISTS)
    rows = iter(ahead)
    assert next(rows) == MEANT[0]
    rows.close()
    ahead.look()
    assert ahead._beside is None
