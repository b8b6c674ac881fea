"""A step of a purge removes by sets: the same rows go with and without the foreign keys' help, and nothing is left that points nowhere (A19, I1, I12)."""

import threading
import time

import pytest
from django.db import Error, IntegrityError, connection, transaction

from desks import record_clock
from desks.testing import Town
from logbook import actions
from logbook.actions.purges import HOLDS, LEAST, MOST, begin_purge, next_portion
from logbook.models import Entry, PersonalValue
from logbook.tests.expired import AFTERWARDS, Old, agreed, archived, purged
from logbook.tests.test_concurrent_writers import place, together  # noqa: F401
from logbook.verify import verify

NOTE = """INSERT INTO logbook_entry (book_id, number, leaf, author_id, act, code, kind, audience, occurred_at, late, source, place, urgency, handler,
    reason, refers_to_id, follow_state, waiting_for, next_step, severity, result, fields, personal, request_digest)
    VALUES (%s, 0, '', %s, 'act', 'desk_opened', '', 'staff', record_clock(), false, '', '', '', '', '', %s, '', '', '', '', '', '{}', '{}', '')"""


@pytest.fixture
def old(town: Town, as_owner, settings, tmp_path) -> Old:
    """Two expired and archived months."""
    return archived(town, as_owner, settings, tmp_path)


@pytest.mark.clause("I12")
@pytest.mark.parametrize("asked", ["origin", "replica", "local"])
def test_the_same_goes_whether_the_foreign_keys_are_asked_at_once_or_row_by_row(old: Old, town: Town, as_owner, asked: str) -> None:
    request = agreed(town, old)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        assert cursor.fetchone()[0], "the embedded server lets the owner"
        cursor.execute(f"SET LOCAL session_replication_role = '{asked}'")
        purged(request)
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == asked
    stubs = set(Entry.objects.filter(book=old.book, code="purged").values_list("number", flat=True))
    assert {old.entries["enquiry"].number, old.entries["secret"].number} <= stubs and old.entries["november"].number not in stubs
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass, a.attname, c.confrelid::regclass FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
            " AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND c.confrelid IN ('logbook_entry'::regclass, 'logbook_personalvalue'::regclass)"
        )
        for table, column, target in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} x WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT FROM {target} e WHERE e.id = x.{column})")
            assert cursor.fetchone()[0] == 0, f"{table}.{column} points nowhere"
    assert verify().breaches == []


@pytest.mark.clause("I12")
def test_a_key_of_another_shape_is_asked_whatever_the_session_says(old: Old, town: Town, as_owner) -> None:
    request = agreed(town, old)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT record_keys_known()")
        assert cursor.fetchone()[0]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE TABLE pointing (book bigint, number bigint, FOREIGN KEY (book, number) REFERENCES logbook_entry (book_id, number))")
        cursor.execute("INSERT INTO pointing VALUES (%s, %s)", [old.book.pk, old.entries["november"].number])
        cursor.execute("SELECT record_keys_known()")
        assert not cursor.fetchone()[0]
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        with pytest.raises(IntegrityError, match="pointing"), transaction.atomic():
            purged(request)
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "replica"
        cursor.execute("SET LOCAL session_replication_role = 'origin'")


@pytest.mark.clause("I12")
@pytest.mark.parametrize("statement", [
    "DELETE FROM logbook_entry WHERE book_id = {book} AND number IN (1, 9)", "DELETE FROM logbook_personalvalue", "DELETE FROM logbook_entrytext",
    "UPDATE logbook_entrytext SET text = 'x'", "UPDATE logbook_personalvalue SET value = 'x'", "UPDATE logbook_entry SET place = 'x' WHERE number = 1",
])
def test_a_step_lets_nothing_go_together_with_what_it_covers(old: Old, town: Town, as_owner, statement: str) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=AFTERWARDS, text="x", kind="enquiry", customer="赵女士")
    request = agreed(town, old)
    with as_owner(), connection.cursor() as cursor:
        made = purged(request, steps=0)
        cursor.execute(
            "INSERT INTO logbook_purgestep (purge_id, transaction, book_id, first_number, last_number, value_ids) VALUES (%s, 0, 0, 0, 8, '{}')", [made.pk]
        )
        for asked in ("origin", "replica"):
            cursor.execute(f"SET LOCAL session_replication_role = '{asked}'")
            with pytest.raises(Error, match="part of the record"), transaction.atomic():
                cursor.execute(statement.format(book=old.book.pk))
        cursor.execute("SET LOCAL session_replication_role = 'origin'")
    assert PersonalValue.objects.filter(book=old.book).count() == 5


@pytest.mark.clause("I12")
@pytest.mark.parametrize("table", ["entrydigest", "entry"])
def test_a_number_that_is_missing_stops_it_and_is_named(old: Old, town: Town, as_owner, table: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for each in ("entrydigest", "entry", "entrytext"):
            cursor.execute(f"ALTER TABLE logbook_{each} DISABLE TRIGGER USER")
        number = old.entries["november"].number
        cursor.execute("DELETE FROM logbook_entrytext WHERE entry_id = %s", [old.entries["november"].pk])
        cursor.execute(f"DELETE FROM logbook_{table} WHERE book_id = %s AND number = %s", [old.book.pk, number])
        cursor.execute("SELECT what, number FROM record_purge_stop(%s, 1, 8)", [old.book.pk])
        assert cursor.fetchone() == ("gap", number)


@pytest.fixture
def ground(place, as_owner, settings, tmp_path) -> Old:  # noqa: F811
    """The same, committed."""
    yield archived(place, as_owner, settings, tmp_path)
    record_clock.remove()


@pytest.mark.clause("I12")
def test_what_begins_to_point_at_an_entry_while_it_goes_finds_a_stub(ground: Old, place, as_owner) -> None:  # noqa: F811
    request, pointed = agreed(place, ground), ground.entries["november"]
    other = actions.site_book_of(place.site)

    begun, pointing = threading.Event(), threading.Event()

    def point() -> None:
        begun.wait(30)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NOTE, [other.pk, place.agent.pk, pointed.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            pointing.set()
            for _ in range(600):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
                if cursor.fetchone()[0]:
                    return
                time.sleep(0.05)
            raise AssertionError("the purge did not wait for who points at what it takes")

    def purge() -> None:
        with as_owner():
            made = begin_purge(request=request)
            begun.set()
            pointing.wait(30)
            with connection.cursor() as cursor:
                cursor.execute("SELECT record_purge_step(%s, 8)", [made.pk])

    assert together([point, purge]) == []
    assert Entry.objects.get(pk=pointed.pk).code == "purged" and Entry.objects.filter(refers_to=pointed.pk).count() == 1


@pytest.mark.clause("A19")
def test_a_step_is_as_large_as_the_one_before_lets_it_be() -> None:
    assert next_portion(200, HOLDS) == 200
    assert next_portion(200, HOLDS * 2) == 100
    assert next_portion(200, 0) == 400
    assert (next_portion(LEAST, HOLDS * 9), next_portion(MOST, 0)) == (LEAST, MOST)
