"""What stands beside the entries is attacked too: what is erased or veiled, kept nodes, photos, search texts, stored checkpoints (A18, I2).

Whoever attacks holds the owner's role, with the triggers off, and the disk.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from desks import record_clock
from desks.testing import Town
from logbook import actions
from logbook.clock import verify_by_night
from logbook.files import store
from logbook.models import Book, Checkpoint, Entry, Verification
from logbook.proof.files import verify_files
from logbook.proof.searched import NIGHTS, PORTION, first_wrong_search_text, verify_search
from logbook.proof.tree import grow_tree
from logbook.rules import attachments_in
from logbook.tests.both_ways import verify
from logbook.tests.expired import signed
from logbook.tests.test_attack_suite import CHANGES, found_after
from logbook.tests.test_photos_of_entries import COLOURS, uploaded, written

KEYS = {"sealedtext": "entry_id", "veil": "entry_id", "erasedvalue": "value_id", "treenode": "id"}
# Who asked and who confirmed stands in the entry that says so, which is committed to; a node's own key says nothing.
FREE = {"veil": {"request_id", "asked_by_id", "confirmed_by_id"}, "treenode": {"id"}}
OTHERS = {"entry_id": "logbook_entry", "note_id": "logbook_entry", "book_id": "logbook_book"}
MANY = """INSERT INTO logbook_entry (book_id, author_id, act, code, kind, audience, occurred_at, late, source, place, urgency, handler, reason,
    follow_state, waiting_for, next_step, severity, result, fields, personal, request_digest, intake)
SELECT %s, %s, 'entry', '', '', 'staff', now(), false, '', '', '', '', '', '', '', '', '', '', '{}', '{}', '', '{"text": "x"}' FROM generate_series(1, 256)"""


@pytest.fixture
def triggers_off(as_owner):
    """The owner's hands, and no guard of these tables."""

    def take(*tables: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")

    with as_owner():
        yield take


def run(statement: str, *values: object) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount > 0


def attacks_on(table: str) -> list[tuple[str, str, tuple]]:
    """The first and the last row gone, and each column of them by each change that fits its type: what, statement, values."""
    key, tried = KEYS[table], []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM logbook_{table} ORDER BY 1")
        keys = [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [f"logbook_{table}"])
        columns = [(column, kind) for column, kind in cursor.fetchall() if column not in FREE.get(table, ())]
    assert keys
    for pk in {keys[0], keys[-1]}:
        tried.append(("gone", f"DELETE FROM logbook_{table} WHERE {key} = %s", (pk,)))
        for column, kind in columns:
            for change in CHANGES[kind]:
                new = change.format(c=column, other=OTHERS.get(column, "logbook_entry"))
                statement = f"UPDATE logbook_{table} SET {column} = {new} WHERE {key} = %s AND {column} IS DISTINCT FROM ({new})"
                tried.append((column, statement, (pk,)))
    return tried


def all_found(table: str, book: Book) -> None:
    seen, missed = set(), []
    for what, statement, values in attacks_on(table):
        found = found_after(lambda s=statement, v=values: run(s, *v), [book])
        if found is None:
            continue
        seen.add(what)
        if not found:
            missed.append((what, statement, values))
    assert missed == [] and {"gone"} < seen, missed


@pytest.mark.clause("I2")
def test_what_is_erased_or_veiled_is_found_in_every_column(town: Town, morning, triggers_off) -> None:
    record_clock.install()
    record_clock.set_to(morning)
    made = [
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"密码 {place}", kind="enquiry", customer=f"王{place}", phone=f"1380013800{place}")
        for place in range(2)
    ]
    for entry in made:
        (asked,) = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, morning), entries=[entry], reason="误写", now=morning)
        actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.supervisor, morning), request=asked, now=morning)
    later = morning + timedelta(days=200)
    record_clock.set_to(later)
    while actions.erase_personal_values(desk=town.desk, day=later.date(), now=later):
        pass
    actions.site_book_of(town.site)
    report = verify()
    assert (report.breaches, report.erased, report.veiled) == ([], 4, 2)
    triggers_off("sealedtext", "veil", "erasedvalue")
    for table in ("sealedtext", "veil", "erasedvalue"):
        all_found(table, made[0].book)


@pytest.mark.clause("I2")
def test_kept_nodes_of_the_tree_are_found_in_every_column(town: Town, morning, triggers_off) -> None:
    book = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x").book
    actions.site_book_of(town.site)
    run(MANY, book.pk, town.agent.pk)
    assert grow_tree(book) == 1
    actions.make_checkpoint(book=book, occasion="day", now=morning)
    assert verify().breaches == []
    triggers_off("treenode")
    all_found("treenode", book)
    assert found_after(lambda: run("INSERT INTO logbook_treenode (book_id, level, position, digest) VALUES (%s, 8, 1, sha256('x'))", book.pk))


@pytest.mark.clause("I2")
def test_a_photo_and_the_field_that_names_it_are_found(town: Town, morning, files, triggers_off) -> None:
    made = [written(town, morning, uploaded(town.agent, morning, colour)) for colour in COLOURS]
    book, said = made[0].book, [attachments_in(entry.fields)[0] for entry in made]
    assert verify([book]).breaches == [] == verify_files([book]).breaches
    path = store.path_of(said[0].digest)
    whole = path.read_bytes()
    path.chmod(0o600)
    spoilt = [bytes([whole[0] ^ 1]) + whole[1:], whole[:-1], whole + b"\0", b"", store.content_of(said[1].digest), whole[: len(whole) // 2] + whole[len(whole) // 2 :][::-1]]
    for content in spoilt:
        path.write_bytes(content)
        assert [(each.number, each.kind) for each in verify_files([book]).breaches] == [(made[0].number, "file_altered")]
    path.unlink()
    assert [(each.number, each.kind) for each in verify_files([book]).breaches] == [(made[0].number, "file_missing")]
    triggers_off("entry")
    other = f"{said[1].digest} image/jpeg {said[1].size}"
    for new in (f"jsonb_set(fields, '{{attachment_01}}', '\"{other}\"')", "fields - 'attachment_01'", "jsonb_set(fields, '{attachment_02}', fields -> 'attachment_01')"):
        found = found_after(lambda n=new: run(f"UPDATE logbook_entry SET fields = {n} WHERE id = %s", made[0].pk))
        assert found and (found[0].number, found[0].kind) == (made[0].number, "changed"), new


@pytest.fixture
def searched(town: Town, morning) -> Book:
    """Entries of several sorts with their search texts: own fields, a follow-up, an act, one without words."""
    first = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水\n电梯", kind="repair", place="5栋1203", fields={"own_x": "Ａ", "own_longer": "乙", "seen": "丙"}
    )
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="in_progress")
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="closed", result="已修复")
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="門禁", kind="enquiry", place="B座2001")
    actions.record_act(actor=None, desk=town.desk, now=morning, code="desk_opened", fields={"remark": "丁"})
    return first.book


def whole_search(book: Book) -> list:
    return verify_search([book])[1]


@pytest.mark.clause("A18")
def test_a_search_text_that_is_not_what_its_entry_says_is_named(town: Town, searched: Book, triggers_off) -> None:
    assert verify_search([searched]) == (Entry.objects.filter(book=searched).count(), [])
    triggers_off("searchtext")
    where = f"WHERE book_id = {searched.pk} AND number = 1"
    for statement in (
        f"UPDATE logbook_searchtext SET search = search || 'x' {where}", f"UPDATE logbook_searchtext SET search = '' {where}",
        f"UPDATE logbook_searchtext SET search = replace(search, '⌂5-1203', '⌂6-1203') {where}",
        f"UPDATE logbook_searchtext SET search = replace(search, '漏水', '晴天') {where}", f"DELETE FROM logbook_searchtext {where}",
        f"UPDATE logbook_searchtext SET number = 99 {where}", f"UPDATE logbook_searchtext SET search = 'x', folding = 1 {where}",
        "UPDATE logbook_searchtext SET book_id = (SELECT min(id) - 1 FROM logbook_book)",
        f"INSERT INTO logbook_searchtext (entry_id, book_id, number, search, folding) SELECT e.id, e.book_id, e.number, 'x', 2 FROM logbook_entry e WHERE e.book_id = {searched.pk}"
        " AND NOT EXISTS (SELECT FROM logbook_searchtext s WHERE s.entry_id = e.id) LIMIT 1",
    ):
        found: list = []

        def attack(said: str = statement, found: list = found) -> bool:
            done = run(said)
            found += whole_search(searched)
            return done

        assert found_after(attack) == [], "the entries themselves hold"
        assert [each.kind for each in found] == ["projection"], statement


@pytest.mark.clause("A18")
def test_the_command_and_the_nights_look_at_the_search_texts(town: Town, searched: Book, morning, triggers_off) -> None:
    out = StringIO()
    call_command("verify_log", "--search", stdout=out)
    assert "search texts are what their entries say." in out.getvalue()
    triggers_off("searchtext")
    run("UPDATE logbook_searchtext SET search = 'x' WHERE number = 1")
    call_command("verify_log", stdout=StringIO())
    with pytest.raises(CommandError) as error:
        call_command("verify_log", "--search", stdout=out)
    assert error.value.returncode == 1 and f"{searched.origin} #1: projection: its search text is not what it says" in out.getvalue()
    nights = [morning.date() + timedelta(days=each) for each in range(NIGHTS)]
    wrong = [night for night in nights if first_wrong_search_text(searched, night)]
    assert len(wrong) == 1 and PORTION >= 4, "each is looked at once"
    at_night = morning + (wrong[0] - morning.date())
    assert verify_by_night(at_night) >= 1
    assert [(each.kind, each.number) for each in Verification.objects.filter(book=searched)] == [("projection", 1)]


@pytest.mark.clause("A18")
def test_no_search_text_stands_of_what_is_veiled(town: Town, morning, triggers_off) -> None:
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="密码 7719", kind="enquiry", place="5栋")
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, morning), entries=[entry], reason="误写", now=morning)
    actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.supervisor, morning), request=asked, now=morning)
    assert whole_search(entry.book) == []
    run("INSERT INTO logbook_searchtext (entry_id, book_id, number, search, folding) VALUES (%s, %s, %s, '密码 7719', 2)", entry.pk, entry.book_id, entry.number)
    assert [(each.number, each.kind) for each in whole_search(entry.book)] == [(entry.number, "projection")]


@pytest.mark.clause("A18")
def test_a_stored_checkpoint_that_is_gone_is_not_missed_by_the_database_and_is_by_whoever_kept_it(town: Town, morning, triggers_off, tmp_path) -> None:
    """Nothing counts the checkpoints: what one proved, a later one and every copy outside proves as well."""
    for text in ("first", "second"):
        book = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=text).book
        actions.make_checkpoint(book=book, occasion="day", now=morning)
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="third")
    earlier, later = Checkpoint.objects.filter(book=book).order_by("size")
    kept = tmp_path / "kept.txt"
    kept.write_text(later.note)
    triggers_off("checkpoint", "entry")
    for gone, covered in ((earlier, True), (later, False)):
        run("DELETE FROM logbook_checkpoint WHERE id = %s", gone.pk)
        report = verify([book])
        assert (report.breaches, report.checkpoints) == ([], int(covered)), "there is one less, and nothing says so"
    call_command("verify_log", "--book", book.origin, "--checkpoint", str(kept), stdout=StringIO())
    run("UPDATE logbook_entry SET place = 'x' WHERE book_id = %s AND number = 2", book.pk)
    assert [each.number for each in verify([book]).breaches] == [2], "entry, digest and chain need no checkpoint"
