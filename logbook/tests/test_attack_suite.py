"""Whoever holds the owner's role, with the triggers off, is found out: every column, first, middle and last (A18, I2).

What nobody can find from the database alone, a consistent recomputation or a cut tail, is found up to the newest checkpoint
held outside, which these tests hold; after it, it is out of reach, and verify_log says so.
"""

import hashlib
import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desks.testing import Town
from logbook import actions
from logbook.models import Book, Checkpoint, Entry
from logbook.proof import merkle, rows
from logbook.proof.notes import Head
from logbook.tests.both_ways import verify, verify_compiled

LAST = 9
# `make bench ONLY=attacks` draws tens of thousands.
CALM = settings(derandomize=True, deadline=None, max_examples=int(os.environ.get("ATTACKS", "250")), suppress_health_check=[HealthCheck.filter_too_much])
FEWER = settings(CALM, max_examples=40)
# What the leaf does not hold and nothing else derives (docs/record.md); and keys, which the foreign keys hold.
FREE = {
    "entry": {"id", "key", "request_digest", "intake"}, "entrytext": {"entry_id"}, "personalvalue": {"id"},
    "entrydigest": {"id"}, "followup": {"root_id"}, "checkpoint": {"id", "made_at", "occasion", "key_id"},
}
TABLES = [*FREE]
# How the rows of a table belong to the entry of a number.
OF_NUMBER = {
    "entry": "number = %(number)s", "entrydigest": "number = %(number)s",
    "entrytext": "entry_id = (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s)",
    "personalvalue": "id IN (SELECT v::bigint FROM logbook_entry, jsonb_each_text(personal) AS each(k, v) WHERE book_id = %(book)s AND number = %(number)s)",
    "followup": "root_id = (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s)",
    "checkpoint": "true",
}
CHANGES = {
    "text": ["{c} || 'x'", "''", "'x'", "reverse({c})", "upper({c})"], "character varying": ["{c} || 'x'", "''", "'x'", "reverse({c})"],
    "bytea": ["sha256({c})", "'\\x00'::bytea", "decode(repeat('00', 32), 'hex')"],
    "timestamp with time zone": ["{c} + interval '1 microsecond'", "{c} - interval '1 day'", "NULL", "now()"],
    "boolean": ["NOT {c}"], "integer": ["{c} + 1", "NULL", "0"], "smallint": ["{c} + 1", "0"],
    "bigint": ["{c} + 1", "NULL", "(SELECT min(id) FROM {other})", "(SELECT max(id) FROM {other})"],
    "jsonb": ["{c} || '{{\"more\": \"x\"}}'", "'{{}}'", "{c} || '{{\"seen\": \"y\"}}'"],
}
OTHERS = {"author_id": "desks_person", "entered_by_id": "desks_person", "book_id": "logbook_book", "refers_to_id": "logbook_entry"}


class Undo(Exception):
    """Takes an attack back."""


@pytest.fixture
def book(town: Town, morning, as_owner):
    """Nine entries of every sort and a checkpoint over five, as the owner with the triggers off."""
    actions.site_book_of(town.site)
    first = actions.record_entry(
        actor=town.agent, entered_by=town.administrator, desk=town.desk, now=morning, text="漏水😀𠮷", kind="repair", place="5栋1203",
        customer="李先生", phone="13800138000", source="phone", fields={"seen": "é\n2\\"}, occurred_at=morning - timedelta(hours=3),
        late_reason="忙",
    )
    second = actions.record_entry(
        actor=town.colleague, desk=town.desk, now=morning, text="咨询\t\\n", kind="enquiry", customer="王女士", audience="supervisors"
    )
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.move_follow_up(
        actor=town.agent, root=first, now=morning, state="waiting", waiting_for="工程部", waiting_until=morning + timedelta(hours=1)
    )
    middle = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="梯困人", kind="emergency", place="B座", phone="13900139000")
    actions.make_checkpoint(book=first.book, occasion="day", now=morning)
    actions.correct_entry(actor=town.agent, entry=middle, now=morning, text="A座", reason="slip", place="A座")
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="closed", result="已修复")
    actions.record_act(actor=None, desk=town.desk, now=morning, code="desk_opened", refers_to=second, fields={"remark": ""})
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="最后", kind="repair", place="x", customer="陈", phone="13700137000")
    assert Entry.objects.filter(book=first.book).count() == LAST and verify([first.book]).breaches == []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
        yield Book.objects.select_related("site").get(pk=first.book_id)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def columns(book) -> dict[str, list[tuple[str, str]]]:
    """Every column of every table of the record that something holds to, with its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substr(table_name, 9), column_name, data_type FROM information_schema.columns WHERE table_name = ANY(%s) ORDER BY 1, 2",
            [[f"logbook_{table}" for table in TABLES]],
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in cursor.fetchall():
            if column not in FREE[table]:
                found.setdefault(table, []).append((column, kind))
    return found


def changed(book: Book, table: str, column: str, kind: str, number: int, change: str) -> bool:
    """Changes the column of the rows that belong to the number; whether anything is another now."""
    other = OTHERS.get(column, "logbook_entry")
    new = change.format(c=column, other=other)
    where = OF_NUMBER[table] + ("" if table in {"entrytext", "personalvalue", "followup"} else " AND book_id = %(book)s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE logbook_{table} SET {column} = {new} WHERE {where} AND {column} IS DISTINCT FROM ({new})",
            {"number": number, "book": book.pk},
        )
        return cursor.rowcount > 0


def found_after(attack, books: list[Book] | None = None, way=verify) -> list | None:
    """The breaches after an attack, which is taken back; None where it changed nothing or the database refused it."""
    breaches: list | None = None
    try:
        with transaction.atomic():
            if attack():
                breaches = way(books).breaches  # of all books unless said: a row may have gone over into another
            raise Undo
    except Error:
        return None
    except Undo:
        return breaches


@pytest.mark.clause("I2")
def test_every_column_of_the_first_a_middle_and_the_last_entry(book, columns) -> None:
    """Each column at each place at least once by each change that fits its type; in the middle both ways of verifying."""
    seen: set[tuple[str, str]] = set()
    missed = []
    for table, named in columns.items():
        for column, kind in named:
            for number, way in ((1, verify_compiled), (5, verify), (LAST, verify_compiled)):
                for change in CHANGES[kind]:
                    found = found_after(lambda t=table, c=column, k=kind, n=number, h=change: changed(book, t, c, k, n, h), way=way)
                    if found is None:
                        continue
                    seen.add((table, column))
                    at_place = table not in {"checkpoint", "followup"} and column not in {"number", "book_id"}
                    if not found or (at_place and found[0].number != number):
                        missed.append((table, column, number, change, found))
    assert missed == [], "\n".join(map(str, missed))
    assert {(table, column) for table, named in columns.items() for column, _kind in named} == seen


@pytest.mark.clause("I2")
def test_any_two_changes_at_any_places(book, columns) -> None:
    before = _state(book)
    every = [(table, column, kind) for table, named in columns.items() for column, kind in named]

    @given(st.data())
    @CALM
    def attack(data) -> None:
        def both() -> bool:
            done = False
            for _ in range(data.draw(st.integers(1, 2))):
                table, column, kind = data.draw(st.sampled_from(every))
                number = data.draw(st.integers(1, LAST))
                done = changed(book, table, column, kind, number, data.draw(st.sampled_from(CHANGES[kind]))) or done
            return done and _state(book) != before

        found = found_after(both)
        assert found is None or found

    attack()


def _state(book: Book) -> str:
    """What stands in the tables, so that two changes which undo each other are known."""
    with connection.cursor() as cursor:
        parts = []
        for table in TABLES:
            cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM logbook_{table} t")
            parts.append(str(cursor.fetchone()[0]))
    return " ".join(parts)


def _sql(*statements: str):
    def attack(book: Book, number: int) -> bool:
        with connection.cursor() as cursor:
            done = False
            for statement in statements:
                cursor.execute(statement, {"book": book.pk, "number": number, "last": LAST})
                done = done or cursor.rowcount > 0
        return done

    return attack


_DROP_FOLLOW = "DELETE FROM logbook_followup WHERE book_id = %(book)s AND (root_id = (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s) OR last_entry_id = (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s))"
_DROP_WORDS = "DELETE FROM logbook_entrytext WHERE entry_id = (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s)"
_UNREFER = "UPDATE logbook_entry SET refers_to_id = NULLIF(refers_to_id, (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s)), root_id = NULLIF(root_id, (SELECT id FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s)) WHERE book_id = %(book)s AND number > %(number)s"
_DROP = "DELETE FROM logbook_entry WHERE book_id = %(book)s AND number = %(number)s"
_UP = (
    "UPDATE logbook_entry SET number = -number WHERE book_id = %(book)s AND number > %(number)s",
    "UPDATE logbook_entry SET number = -number - 1 WHERE book_id = %(book)s AND number < 0",
)
_COPY = """INSERT INTO logbook_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', nextval('logbook_entry_id_seq'), 'number', {number},
    'key', NULL, 'root_id', NULL, 'refers_to_id', NULL))).* FROM logbook_entry e WHERE book_id = %(book)s AND number = %(number)s"""
STRUCTURE = {
    "an entry gone": (_sql(_DROP_FOLLOW, _UNREFER, _DROP_WORDS, _DROP), {"missing", "cut_off", "changed"}),
    "an entry gone, the others moved up": (_sql(_DROP_FOLLOW, _UNREFER, _DROP_WORDS, _DROP, *_UP), {"missing", "cut_off", "changed"}),
    "two exchanged": (
        _sql(
            "UPDATE logbook_entry SET number = -1 WHERE book_id = %(book)s AND number = %(number)s",
            "UPDATE logbook_entry SET number = %(number)s WHERE book_id = %(book)s AND number = %(number)s %% %(last)s + 1",
            "UPDATE logbook_entry SET number = %(number)s %% %(last)s + 1 WHERE book_id = %(book)s AND number = -1",
        ),
        {"reordered"},
    ),
    "one put in": (
        _sql(
            "UPDATE logbook_entry SET number = -number WHERE book_id = %(book)s AND number > %(number)s",
            "UPDATE logbook_entry SET number = -number + 1 WHERE book_id = %(book)s AND number < 0",
            _COPY.format(number="%(number)s + 1"),
            "UPDATE logbook_entry SET digest = sha256(digest) WHERE book_id = %(book)s AND number = %(number)s + 1",
        ),
        {"inserted"},
    ),
    "one put on": (_sql(_COPY.format(number="%(last)s + 1")), {"inserted"}),
    "a digest gone": (_sql("DELETE FROM logbook_entrydigest WHERE book_id = %(book)s AND number = %(number)s"), {"missing", "inserted"}),
    "a text gone": (_sql(_DROP_WORDS), {"changed"}),
    "a personal value gone": (
        _sql("DELETE FROM logbook_personalvalue WHERE " + OF_NUMBER["personalvalue"]), {"changed"},
    ),
    "a follow-up gone": (_sql(_DROP_FOLLOW), {"projection"}),
}


@pytest.mark.clause("I2")
@pytest.mark.parametrize("what", STRUCTURE)
def test_rows_taken_put_in_or_exchanged_at_each_number(book, what: str) -> None:
    attack, kinds = STRUCTURE[what]
    tried = 0
    for number in range(1, LAST + 1):
        found = found_after(lambda n=number: attack(book, n))
        if found is not None:
            tried += 1
            assert found and found[0].kind in kinds, (number, found)
    assert tried


def recompute(book: Book, number: int) -> None:
    """Changes an entry and recomputes everything from it on, as somebody would who knows docs/record.md; checkpoints over it go."""
    before = b"00" * 32
    with connection.cursor() as cursor:
        cursor.execute("UPDATE logbook_entry SET place = place || '!' WHERE book_id = %s AND number = %s", [book.pk, number])
        for row in list(rows.stream(book.pk, 1, LAST)):
            at = rows.written_moment(row.columns[rows.RECORDED_AT]).decode()
            leaf = f"duty-desk-entry/1\n{book.origin}\n{row.number}\n{at}\n{before.decode()}\n{rows.committed(row)}"
            digest = hashlib.sha256(b"\x00" + leaf.encode()).digest()
            cursor.execute(
                "UPDATE logbook_entry SET previous = %s, leaf = %s, digest = %s WHERE book_id = %s AND number = %s",
                [bytes.fromhex(before.decode()), leaf, digest, book.pk, row.number],
            )
            cursor.execute("UPDATE logbook_entrydigest SET digest = %s WHERE book_id = %s AND number = %s", [digest, book.pk, row.number])
            before = digest.hex().encode()
        cursor.execute("DELETE FROM logbook_checkpoint WHERE book_id = %s AND size >= %s", [book.pk, number])


def heads_kept_outside(book: Book) -> dict[int, Head]:
    """What checkpoints of each size would have said, noted before the attack."""
    leaves = [bytes.fromhex(row.columns[rows.DIGEST].decode()) for row in rows.stream(book.pk, 1, LAST)]
    return {size: Head(book.origin, size, merkle.root_of(size, merkle.nodes_of(leaves))) for size in range(1, LAST + 1)}


@pytest.mark.clause("I2")
def test_a_consistent_recomputation_is_found_up_to_the_newest_checkpoint_outside(book) -> None:
    kept = heads_kept_outside(book)

    @given(number=st.integers(1, LAST), newest=st.integers(1, LAST))
    @FEWER
    def attack(number: int, newest: int) -> None:
        try:
            with transaction.atomic():
                recompute(book, number)
                assert verify([book]).breaches == [], "nobody finds it from the database alone"
                found = verify([book], outside=[kept[newest]]).breaches
                assert bool(found) == (newest >= number), "what lies after the newest checkpoint outside is out of reach"
                assert all(each.kind == "changed" for each in found)
                raise Undo
        except Undo:
            pass

    attack()


@pytest.mark.clause("I2")
def test_a_cut_tail_is_found_up_to_the_newest_checkpoint_outside(book, tmp_path) -> None:
    kept = heads_kept_outside(book)
    for number in (LAST, LAST - 1, LAST - 3):
        try:
            with transaction.atomic():
                for last in range(LAST, number - 1, -1):
                    _sql(_DROP_FOLLOW, _DROP_WORDS, _DROP)(book, last)
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM logbook_entrydigest WHERE book_id = %s AND number >= %s", [book.pk, number])
                    cursor.execute("DELETE FROM logbook_followup WHERE book_id = %s", [book.pk])
                assert [each for each in verify([book]).breaches if each.kind != "projection"] == []
                found = verify([book], outside=[kept[LAST]]).breaches
                assert [(each.kind, each.number) for each in found] == [("cut_off", number)]
                assert [each for each in verify([book], outside=[kept[number - 1]]).breaches if each.kind != "projection"] == []
                raise Undo
        except Undo:
            pass
    note = tmp_path / "kept.txt"
    note.write_text(Checkpoint.objects.get(book=book).note)
    out = StringIO()
    call_command("verify_log", "--book", book.origin, "--checkpoint", str(note), stdout=out)
    assert f"no checkpoint from outside covers the entries 6 to {LAST}" in out.getvalue() and "could not show it" in out.getvalue()
