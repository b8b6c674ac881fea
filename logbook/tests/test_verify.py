"""Tampering is found: every sort of it, by number (A18, I2)."""

import gc
import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from desks.testing import Town
from logbook import actions
from logbook.models import Entry, EntryText, PersonalValue
from logbook.tests.both_ways import verify
from logbook.tests.independent_verifier import check


@pytest.fixture
def book(town: Town, morning):
    """Five entries of every sort."""
    first = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水😀𠮷", kind="repair", place="5栋1203", customer="李先生",
        phone="13800138000", fields={"seen": "é\n2"},
    )
    actions.record_entry(actor=town.colleague, desk=town.desk, now=morning, text="咨询", kind="enquiry")
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="waiting", waiting_for="工程部")
    actions.record_act(actor=None, desk=town.desk, now=morning, code="desk_opened", refers_to=first, fields={"remark": ""})
    return actions.book_of(town.desk)


@pytest.mark.clause("A18")
def test_an_untouched_record_holds(book) -> None:
    report = verify([book])
    assert (report.entries, report.breaches) == (5, [])
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "hold" in out.getvalue()


@pytest.mark.clause("I2")
def test_a_second_implementation_comes_to_the_same_digests(book) -> None:
    from logbook.proof import rows

    entries = []
    for row in rows.stream(book.pk, 1, 5):
        secret = bytes.fromhex(row.columns[rows.SECRET].decode())
        fields = {
            name: (hashlib.sha256(secret + name.encode()).digest(), value.decode()) for name, value in rows.ordinary_fields(row)
        }
        fields |= {name: (salt, value.decode()) for name, salt, value in row.own}
        entries.append(
            {
                "number": row.number,
                "recorded": rows.written_moment(row.columns[rows.RECORDED_AT]).decode(),
                "fields": fields,
                "digest": bytes.fromhex(row.columns[rows.DIGEST].decode()),
            }
        )
    assert check(entries, book.origin) == []
    entries[1]["fields"]["kind"] = (entries[1]["fields"]["kind"][0], "repair/1")
    assert check(entries, book.origin) == ["#2"]


TAMPERINGS = [
    ("UPDATE logbook_entry SET place = 'x' WHERE number = 1", 1),
    ("UPDATE logbook_entry SET author_id = (SELECT max(id) FROM desks_person) WHERE number = 2", 2),
    ("UPDATE logbook_entry SET occurred_at = occurred_at + interval '1 microsecond' WHERE number = 2", 2),
    ("UPDATE logbook_entry SET recorded_at = recorded_at + interval '1 microsecond' WHERE number = 3", 3),
    ("UPDATE logbook_entry SET fields = fields || '{\"more\": \"x\"}' WHERE number = 3", 3),
    ("UPDATE logbook_entry SET kind_version = 0 WHERE number = 3", 3),
    ("UPDATE logbook_entry SET personal = '{}' WHERE number = 1", 1),
    ("UPDATE logbook_entrytext SET text = 'x' WHERE entry_id = (SELECT min(id) FROM logbook_entry)", 1),
    ("UPDATE logbook_entry SET personal = '[1, 2]' WHERE number = 1", 1),
    ("UPDATE logbook_entry SET personal = personal || '{\"customer\": \"x\"}' WHERE number = 1", 1),
    ("UPDATE logbook_entry SET fields = '[]' WHERE number = 3", 3),
    ("UPDATE logbook_entry SET fields = fields || '{\"more\": \"\"}' WHERE number = 3", 3),
    ("UPDATE logbook_entry SET fields = fields || '{\"more\": {\"a\": [1, null]}}' WHERE number = 3", 3),
    ("INSERT INTO logbook_entrytext (entry_id, text, salt) SELECT id, '', '' FROM logbook_entry WHERE number = 5", 5),
    ("DELETE FROM logbook_entrytext WHERE entry_id = (SELECT min(id) FROM logbook_entry)", 1),
    ("UPDATE logbook_personalvalue SET value = 'x'", 1),
    ("UPDATE logbook_entrydigest SET digest = sha256('x') WHERE number = 4", 4),
    ("UPDATE logbook_entry SET leaf = leaf || 'x' WHERE number = 4", 4),
    ("UPDATE logbook_entry SET number = number + 10 WHERE number = 5", 5),
    ("UPDATE logbook_followup SET state = 'closed'", 1),
    ("UPDATE logbook_followup SET due_at = NULL", 1),
    ("UPDATE logbook_followup SET handler = 'x'", 1),
    ("UPDATE logbook_followup SET urgency = 'x'", 1),
    ("UPDATE logbook_followup SET result = 'x'", 1),
    ("UPDATE logbook_followup SET next_step = 'x'", 1),
    ("UPDATE logbook_followup SET severity = 'x'", 1),
    ("UPDATE logbook_followup SET waiting_for = ''", 1),
    ("UPDATE logbook_followup SET opened_at = opened_at - interval '1 day'", 1),
    ("UPDATE logbook_followup SET changed_at = changed_at - interval '1 day'", 1),
    ("UPDATE logbook_followup SET last_entry_id = root_id", 1),
    ("DELETE FROM logbook_followup", 1),
    ("INSERT INTO logbook_followup SELECT e.id, f.state, f.handler, f.due_at, f.urgency, f.severity, f.waiting_for, "
     "f.waiting_until, f.next_step, f.result, f.opened_at, f.changed_at, f.book_id, f.last_entry_id "
     "FROM logbook_followup f, logbook_entry e WHERE e.number = 2", 2),
]


@pytest.mark.clause("I2")
@pytest.mark.parametrize(("statement", "number"), TAMPERINGS)
def test_whoever_holds_the_owner_s_role_is_found_out(book, as_owner, statement: str, number: int) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("entry", "entrytext", "personalvalue", "entrydigest"):
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount >= 1
    report = verify([book])
    assert [breach.number for breach in report.breaches] == [number] and gc.isenabled()
    with pytest.raises(CommandError):
        call_command("verify_log", stdout=StringIO())


@pytest.mark.clause("A18")
def test_salts_are_never_the_same_twice(book) -> None:
    salts = [bytes(salt) for salt in EntryText.objects.values_list("salt", flat=True)]
    salts += [bytes(salt) for salt in PersonalValue.objects.values_list("salt", flat=True)]
    salts += [bytes(secret) for secret in Entry.objects.values_list("secret", flat=True)]
    assert len(salts) == len(set(salts)) and all(len(salt) == 32 for salt in salts)
