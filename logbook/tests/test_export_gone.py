"""The export that stands alone tells erased and veiled from missing, and both from what was left out for its reader (A18, A19, A20)."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from desks import record_clock
from desks.testing import Town
from logbook import actions
from logbook.models import Archive, Entry
from logbook.proof import standalone
from logbook.tests.expired import AFTERWARDS, signed, write_old_book

MEMBER = "book-1/entries.jsonl"


@pytest.fixture
def entries(town: Town, morning, as_owner) -> dict[str, Entry]:
    """Erased, veiled and kept values of one book, each value that is gone by rule; then the clock goes on."""
    record_clock.install()
    record_clock.set_to(morning)
    made = {
        name: actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=name, place="5栋", kind="enquiry", customer="王女士", phone="13800138000")
        for name in ("first", "second")
    }
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, morning), entries=[made["second"]], reason="误写", now=morning)
    made["veil"] = actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.supervisor, morning), request=asked, now=morning)
    later = morning + timedelta(days=200)
    record_clock.set_to(later)
    while actions.erase_personal_values(desk=town.desk, day=later.date(), now=later):
        pass
    made["kept"] = actions.record_entry(actor=town.agent, desk=town.desk, now=later, text="kept", kind="enquiry", customer="李先生")
    return made


def export(town: Town, target: Path, personal: bool = True) -> Path:
    with actions.export_record(actor=None, of=town.desk, session_key=None, now=AFTERWARDS, personal=personal) as made:
        target.write_bytes(made.read())
    return target


def lines_of(path: Path) -> list[dict]:
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(MEMBER).splitlines()]


def altered(path: Path, number: int, record: dict | None = None, **values: object) -> Path:
    """A copy of the export in which the line of an entry says something else; of every entry with number 0."""
    copy = path.with_name("copy.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            said = source.read(name)
            if name == MEMBER:
                lines = [each | values if number in {0, each["number"]} else each for each in lines_of(path)]
                said = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines).encode()
            elif name == "record.json":
                said = json.dumps(json.loads(said) | (record or {})).encode()
            target.writestr(name, said)
    return copy


@pytest.mark.clause("A18")
def test_each_value_that_is_gone_names_the_entry_that_says_so(town: Town, entries, tmp_path, capsys) -> None:
    path = export(town, tmp_path / "out.zip")
    first, second = lines_of(path)[:2]
    notes = {each.code: each.number for each in Entry.objects.filter(code__startswith="personal_erased")}
    erased = {"customer": notes["personal_erased_customer"], "phone": notes["personal_erased_phone"]}
    assert (first["erased"], first["veiled"], first["left_out"]) == (erased, {}, [])
    assert (second["erased"], second["veiled"]) == (erased, {"text": entries["veil"].number})
    assert standalone.main([str(path)]) == 0
    assert "4 values erased and 1 texts veiled, each by an entry that says so" in capsys.readouterr().out
    for_reader = export(town, tmp_path / "reader.zip", personal=False)
    assert lines_of(for_reader)[entries["kept"].number - 1]["left_out"] == ["customer"]
    assert standalone.main([str(for_reader)]) == 0
    assert "1 values left out for the reader of this file; 4 values erased and 1 texts veiled" in capsys.readouterr().out


@pytest.mark.clause("A18")
def test_a_mark_that_is_taken_away_or_points_elsewhere_is_found(town: Town, entries, tmp_path, capsys) -> None:
    path = export(town, tmp_path / "out.zip")
    marks = lines_of(path)[1]["erased"]
    veil = entries["veil"].number
    tried = [
        (1, {"erased": {}}, "missing: customer of number 1"),
        (1, {"erased": {}, "left_out": ["customer", "phone"]}, "missing: customer of number 1"),
        (1, {"erased": marks | {"phone": marks["customer"]}}, "missing: "),
        (1, {"erased": marks | {"phone": 1}}, "missing: phone of number 1"),
        (1, {"erased": marks | {"phone": veil}}, "does not say that it was erased"),
        (2, {"veiled": {}}, "missing: text of number 2"), (2, {"veiled": {}, "left_out": ["text"]}, "missing: text of number 2"),
        (2, {"veiled": {"text": marks["phone"]}}, "does not say that it was"),
        (2, {"erased": {}, "veiled": {"text": veil, "customer": veil, "phone": veil}}, "does not say that it was"),
    ]
    for number, values, said in tried:
        assert standalone.main([str(altered(path, number, **values))]) == 1, values
        assert said in capsys.readouterr().out, values


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DELETE FROM logbook_personalvalue WHERE name = 'customer'", "customer"), ("UPDATE logbook_entry SET place = '' WHERE number = 1", "place"),
        ("DELETE FROM logbook_entrytext", "text"),
    ],
)
def test_what_went_by_no_rule_is_missing_in_the_file_too(town: Town, morning, as_owner, tmp_path, capsys, statement: str, name: str) -> None:
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="x", place="5栋", kind="enquiry", customer="王女士")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, guard in (("entry", "change"), ("entrytext", "removal"), ("personalvalue", "removal")):
            cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER record_refuses_{guard}")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for personal in (True, False):
        assert standalone.main([str(export(town, tmp_path / f"{personal}.zip", personal))]) == 1
        assert f"missing: {name} of number 1, and no entry erased or veiled it by rule" in capsys.readouterr().out


@pytest.mark.clause("A18")
def test_an_export_of_before_these_marks_verifies_and_says_what_it_cannot_tell(town: Town, entries, tmp_path, capsys) -> None:
    path = export(town, tmp_path / "out.zip")
    lines = lines_of(path)
    copy = tmp_path / "old.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            said = source.read(name)
            if name == MEMBER:
                kept = [{key: value for key, value in each.items() if key not in {"left_out", "erased", "veiled"}} for each in lines]
                said = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in kept).encode()
            elif name == "record.json":
                said = json.dumps({"form": "duty-desk-record/1", "made_at": "", "books": ["book-1"]}).encode()
            target.writestr(name, said)
    assert standalone.main([str(copy)]) == 0
    assert "5 values withheld: a file of this form does not tell left out, erased and missing apart" in capsys.readouterr().out
    assert standalone.main([str(altered(path, 99, record={"form": "duty-desk-record/9"}))]) == 2


@pytest.mark.clause("A19")
def test_a_month_in_which_something_is_missing_is_not_archived(town: Town, as_owner, settings, tmp_path, capsys) -> None:
    settings.ARCHIVE_DIR = tmp_path / "archives"
    record_clock.install()
    old = write_old_book(town, record_clock.set_to)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_personalvalue DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM logbook_personalvalue WHERE name = 'phone'")
        with pytest.raises(actions.NotArchived, match="missing: phone of number 1"):
            actions.archive_months(book=old.book, now=AFTERWARDS)
    assert not Archive.objects.exists()
