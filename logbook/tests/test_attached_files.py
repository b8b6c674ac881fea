"""Attached files survive: missing, altered and orphan ones are named; unused ones go, shared ones stay; they go out with the record (A18, A19)."""

import io
import json
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from desks.binding import Confirmation
from desks.testing import Town, signed_in
from logbook import actions
from logbook.actions import attachments
from logbook.checks import attached_files_have_a_place
from logbook.files import store
from logbook.files.tokens import attachments_by
from logbook.models import Entry, Upload, Verification
from logbook.proof.files import NIGHTS, first_wrong_file
from logbook.rules import attachments_in
from logbook.tests.pictures import photo
from logbook.tests.test_attacks import committed  # noqa: F401
from logbook.tests.test_concurrent_writers import together
from logbook.tests.test_export_record import unpacked, verified
from logbook.tests.test_photos_of_entries import COLOURS, uploaded, written

DAY = timedelta(hours=24)


def digest_of(entry: Entry, place: int = 1) -> str:
    return attachments_in(entry.fields)[place - 1].digest


def spoil(digest: str, content: bytes) -> None:
    store.path_of(digest).chmod(0o600)
    store.path_of(digest).write_bytes(content)


def found(*arguments: str) -> list[tuple[str, int, str]]:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_log", "--files", "--json", *arguments, stdout=out)
    assert error.value.returncode == 1
    return [(each["origin"], each["number"], each["kind"]) for each in json.loads(out.getvalue())["breaches"]]


@pytest.fixture
def entries(town: Town, morning, files) -> list[Entry]:
    """Three entries with a photo each; the last has the first one's too."""
    tokens = [uploaded(town.agent, morning, colour) for colour in COLOURS]
    return [written(town, morning, tokens[0]), written(town, morning, tokens[1]), written(town, morning, tokens[2], tokens[0])]


@pytest.mark.clause("A18", "A19")
def test_whole_files_hold(town: Town, entries) -> None:
    out = StringIO()
    call_command("verify_log", "--files", stdout=out)
    assert "4 attached files hold, and no other file lies beside them." in out.getvalue()


@pytest.mark.clause("A18", "A19")
def test_missing_altered_and_orphan_files_are_named(town: Town, morning, entries) -> None:
    origin, first, second = entries[0].book.origin, digest_of(entries[0]), digest_of(entries[1])
    content = store.content_of(second)
    spoil(second, content[:-1] + bytes([content[-1] ^ 1]))
    assert found() == [(origin, 2, "file_altered")]
    spoil(second, content + b"x")
    assert found() == [(origin, 2, "file_altered")]
    store.remove(first)
    assert found() == [(origin, 1, "file_missing"), (origin, 2, "file_altered"), (origin, 3, "file_missing")]
    spoil(second, content)
    store.put(photo(colour=COLOURS[0]))
    orphan = store.put(b"nothing refers to this")
    (store.path_of(orphan).parent / "stray.txt").write_text("nor to this")
    assert ("files", 0, "file_orphan") in found() and len([each for each in found() if each[2] == "file_orphan"]) >= 2
    uploaded(town.agent, morning, (9, 9, 9))
    assert len([each for each in found() if each[2] == "file_orphan"]) == 3, "what waits for its entry is no orphan"
    with pytest.raises(CommandError):
        call_command("verify_log", "--files", "--desk", town.other_desk.slug, stdout=StringIO())


@pytest.mark.clause("A18")
def test_a_night_looks_at_every_file_and_reads_a_part_of_them(town: Town, morning, entries) -> None:
    book, digest = entries[0].book, digest_of(entries[1])
    content, today = store.content_of(digest), morning.date()
    nights = [today + timedelta(days=each) for each in range(NIGHTS)]
    assert not any(first_wrong_file(book, night) for night in nights)
    spoil(digest, content[:-1] + bytes([content[-1] ^ 1]))
    assert len([night for night in nights if first_wrong_file(book, night)]) == 1, "each file is read whole once"
    store.remove(digest)
    made = actions.verify_book(book=book, now=morning)
    assert made is not None and (made.kind, made.number) == ("file_missing", 2) and made.kind_label == "attached file missing"
    assert Verification.objects.get().what.startswith("the file of attachment_01")


@pytest.mark.clause("A17")
def test_what_no_entry_took_goes_after_a_day_and_not_before(town: Town, morning, entries, files) -> None:
    (waiting,) = attachments_by(town.agent, [uploaded(town.agent, morning + timedelta(hours=1), (7, 7, 7))])
    assert actions.remove_unused_files(morning + DAY - timedelta(seconds=1)) == 0
    assert actions.remove_unused_files(morning + DAY) == 0, "entries took those"
    assert store.size_of(waiting.digest) and Upload.objects.count() == 1
    uploaded(town.colleague, morning + timedelta(hours=20), (7, 7, 7))
    assert actions.remove_unused_files(morning + timedelta(hours=25)) == 0, "somebody else uploaded it meanwhile"
    assert actions.remove_unused_files(morning + timedelta(hours=44)) == 1
    assert store.size_of(waiting.digest) is None and not Upload.objects.exists()
    assert all(store.size_of(digest_of(entry)) for entry in entries)
    left = files / "incoming" / "half"
    left.write_bytes(b"half")
    actions.remove_unused_files(morning)
    assert left.exists()
    actions.remove_unused_files(morning + timedelta(days=36500))
    assert not left.exists()


@pytest.mark.clause("A17", "A19")
def test_an_upload_that_breaks_off_leaves_nothing_that_nobody_knows_of(town: Town, morning, files, monkeypatch) -> None:
    def broken(content: bytes) -> str:
        put(content)
        raise OSError("the disk is full")

    put = store.put
    monkeypatch.setattr(store, "put", broken)
    with pytest.raises(OSError, match="full"):
        uploaded(town.agent, morning)
    assert [*store.names()] and actions.remove_unused_files(morning + DAY) == 1 and not [*store.names()]


@pytest.mark.clause("A19")
def test_a_shared_file_stays_as_long_as_one_entry_refers_to_it(town: Town, morning, entries, as_owner, django_capture_on_commit_callbacks) -> None:
    shared, own = digest_of(entries[0]), digest_of(entries[1])
    actions.remove_unused_files(morning + DAY)

    def purge(*gone: Entry) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, key in (("entrytext", "entry_id"), ("entry", "id")):
                cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
                cursor.execute(f"DELETE FROM logbook_{table} WHERE {key} = ANY(%s)", [[each.pk for each in gone]])
                cursor.execute(f"ALTER TABLE logbook_{table} ENABLE TRIGGER USER")
        with django_capture_on_commit_callbacks(execute=True):
            before = [*store.names()]
            actions.files_no_longer_needed([shared, own])
            assert [*store.names()] == before, "nothing goes before the commit"

    purge(entries[0])
    assert store.size_of(shared) and store.size_of(own)
    purge(entries[1])
    assert store.size_of(shared) and store.size_of(own) is None
    purge(entries[2])
    assert store.size_of(shared) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("A17", "I10")
def test_a_file_that_is_being_attached_is_not_removed_meanwhile(committed, morning, files, monkeypatch) -> None:  # noqa: F811
    town, _entry = committed
    token, other = uploaded(town.agent, morning), uploaded(town.agent, morning, COLOURS[1])
    (kept,), (gone,) = attachments_by(town.agent, [token]), attachments_by(town.agent, [other])
    late = morning + DAY
    with transaction.atomic(), attachments.holding([kept]):
        cleaned: list[int] = []
        assert together([lambda: cleaned.append(actions.remove_unused_files(late))]) == []
        assert cleaned == [1] and store.size_of(kept.digest) and store.size_of(gone.digest) is None
        entry = written(town, late, token)
    assert actions.remove_unused_files(late) == 0 and store.size_of(digest_of(entry))
    # The control: without the lock the clock would have taken it.
    again = uploaded(town.agent, morning, COLOURS[2])
    (third,) = attachments_by(town.agent, [again])
    monkeypatch.setattr(attachments, "_hold", lambda digests: None)
    with transaction.atomic(), attachments.holding([third]):
        assert together([lambda: actions.remove_unused_files(late)]) == []
    assert store.size_of(third.digest) is None


@pytest.mark.clause("A18", "A19")
def test_the_export_carries_the_files_and_its_verifier_checks_them(town: Town, morning, entries, tmp_path) -> None:
    def exported() -> bytes:
        answer = signed_in(town.auditor).post(f"/log/{town.desk.slug}/proof/export/")
        return b"".join(answer.streaming_content)

    folder = unpacked(exported(), tmp_path / "one")
    code, said = verified(folder)
    assert code == 0 and "4 attached files hold" in said, said
    assert {each.name for each in (folder / "attachments").iterdir()} == {digest_of(entry) for entry in entries}
    (tmp_path / "one" / "whole.zip").write_bytes(exported())
    assert verified(folder, "whole.zip")[0] == 0
    spoiled = folder / "attachments" / digest_of(entries[1])
    content = spoiled.read_bytes()
    for changed in (content + b"x", content[:-1] + bytes([content[-1] ^ 1])):
        spoiled.write_bytes(changed)
        code, said = verified(folder)
        assert code == 1 and "changed: the file of attachment_01 of number 2" in said
    spoiled.unlink()
    code, said = verified(folder)
    assert code == 1 and "missing: the file of attachment_01 of number 2" in said
    store.remove(digest_of(entries[1]))
    code, said = verified(unpacked(exported(), tmp_path / "two"))
    assert code == 1 and "missing: the file of attachment_01 of number 2" in said, "what is lost is not passed over"


@pytest.mark.clause("A18", "I8")
def test_under_a_veil_the_photos_stay_out_of_the_export_and_it_verifies(town: Town, morning, files, tmp_path) -> None:
    actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    entry = written(town, morning, uploaded(town.agent, morning))
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=Confirmation(town.agent, "pin", morning), entries=[entry], reason="密码", now=morning)
    actions.confirm_veil(actor=town.supervisor, confirmed=Confirmation(town.supervisor, "pin", morning), request=asked, now=morning)
    answer = signed_in(town.auditor).post(f"/log/{town.desk.slug}/proof/export/")
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("attachments/")]
        assert digest_of(entry).encode() not in archive.read("book-1/entries.jsonl")
        line = json.loads(archive.read("book-1/entries.jsonl").splitlines()[entry.number - 1])
        assert line["withheld"].keys() >= {"attachment_01", "text"}
    assert verified(unpacked(content, tmp_path / "out"))[0] == 0


@pytest.mark.clause("A18")
def test_production_asks_for_a_place_for_files(settings, files) -> None:
    assert attached_files_have_a_place() == []
    settings.MODE, settings.FILES_DIR_IS_SET = "production", False
    assert [each.id for each in attached_files_have_a_place()] == ["logbook.E001"]
    settings.FILES_DIR_IS_SET = True
    assert attached_files_have_a_place() == []
    settings.FILES_DIR = files / "away"
    assert [each.id for each in attached_files_have_a_place()] == ["logbook.E002"]
