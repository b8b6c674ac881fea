"""Whole expired months are archived, each file read back before it is recorded (A19, I12)."""

import io
import json
import os
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, transaction

from desks import record_clock
from desks.refusal import Refused
from desks.testing import Town
from logbook import actions, rules
from logbook.actions import archives
from logbook.models import Archive, Entry, RetentionPeriod
from logbook.proof import standalone
from logbook.queries import expired_before_of, retention_of
from logbook.tests.expired import AFTERWARDS, Old, write_old_book

SECOND = timedelta(minutes=2)
# The record's clock runs on while a slow machine thinks.


@pytest.fixture
def old(town: Town, as_owner, settings, tmp_path) -> Old:
    settings.ARCHIVE_DIR = tmp_path / "archives"
    record_clock.install()
    return write_old_book(town, record_clock.set_to)


def archive(old: Old, as_owner, moment=AFTERWARDS) -> list[Archive]:
    old.clock(moment)
    with as_owner():
        return actions.archive_months(book=old.book, now=moment)


@pytest.mark.clause("A19")
def test_whole_months_go_into_files_that_prove_themselves(old: Old, as_owner, settings, capsys) -> None:
    made = archive(old, as_owner)
    assert [(f"{each.month:%Y-%m}", each.first_number, each.last_number) for each in made] == [("2026-11", 1, 6), ("2026-12", 7, 8)]
    for each in made:
        path = settings.ARCHIVE_DIR / each.file_name
        assert archives.digest_and_size(path) == (each.file_digest, each.size) and path.stat().st_mode & 0o077 == 0
        assert standalone.main([str(path)]) == 0
        assert f"the numbers {each.first_number} to {each.last_number}" in capsys.readouterr().out or each.first_number == 1
        note = each.note
        assert (note.code, note.fields["file_digest"], note.fields["first"], note.book.desk) == ("log_archived", each.file_digest, str(each.first_number), None)
        assert each.checkpoint is not None and each.checkpoint.size >= each.last_number
    assert sorted(os.listdir(settings.ARCHIVE_DIR)) == sorted(each.file_name for each in made), "nothing half is left"
    assert archive(old, as_owner) == [], "and not twice"


@pytest.mark.clause("I11")
def test_a_month_expires_at_its_end_by_the_site_s_calendar_and_not_a_second_before(old: Old, as_owner) -> None:
    assert [each.month.month for each in archive(old, as_owner, AFTERWARDS - SECOND)] == [11]
    assert [each.month.month for each in archive(old, as_owner, AFTERWARDS + SECOND)] == [12]


@pytest.mark.clause("A19")
def test_no_customer_stands_in_an_archive_and_no_veiled_text(old: Old, as_owner, settings) -> None:
    first = archive(old, as_owner)[0]
    with zipfile.ZipFile(settings.ARCHIVE_DIR / first.file_name) as file:
        lines = [json.loads(line) for line in file.read("book-1/entries.jsonl").decode().splitlines()]
    enquiry, secret = lines[0], lines[2]
    assert set(enquiry["withheld"]) == {"customer", "phone"} and enquiry["own"]["text"]["value"].startswith("enquiry")
    assert "text" in secret["withheld"]


@pytest.mark.clause("A18")
@pytest.mark.parametrize("member", ["book-1/entries.jsonl", "book-1/book.json", "book-1/after.txt"])
def test_a_tampered_archive_is_found_out_by_its_own_verifier(old: Old, as_owner, settings, tmp_path: Path, member: str) -> None:
    path = settings.ARCHIVE_DIR / archive(old, as_owner)[1].file_name
    source = zipfile.ZipFile(path)
    said = source.read(member).decode()
    if member.endswith("after.txt"):
        assert said.splitlines()
        other = said.replace(said[:4], "0000" if said[:4] != "0000" else "1111", 1)
    elif member.endswith("book.json"):
        there = json.loads(said)
        there["tree"][0] = there["tree"][0][::-1]
        other = json.dumps(there)
    else:
        other = said.replace("december", "DECEMBER")
    assert other != said
    copy = tmp_path / "copy.zip"
    with zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            target.writestr(name, other if name == member else source.read(name))
    assert standalone.main([str(copy)]) == 1


@pytest.mark.clause("I12")
def test_a_file_that_does_not_hold_is_not_recorded_and_a_later_run_makes_it(old: Old, as_owner, settings, monkeypatch) -> None:
    monkeypatch.setattr(archives, "why_file_does_not_hold", lambda _path: "changed: number 1")
    with pytest.raises(actions.NotArchived):
        archive(old, as_owner)
    assert not Archive.objects.exists() and os.listdir(settings.ARCHIVE_DIR) == []
    monkeypatch.undo()
    assert len(archive(old, as_owner)) == 2


@pytest.mark.clause("I12")
def test_cut_off_after_the_file_and_before_its_row_the_month_is_made_again(old: Old, as_owner, settings, monkeypatch) -> None:
    def cut(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archives, "record_act", cut)
    with pytest.raises(KeyboardInterrupt):
        archive(old, as_owner)
    monkeypatch.undo()
    assert len(os.listdir(settings.ARCHIVE_DIR)) == 1 and not Archive.objects.exists()
    made = archive(old, as_owner)
    assert [archives.why_archive_does_not_hold(each) for each in made] == ["", ""]


@pytest.mark.clause("I12")
@pytest.mark.parametrize(("first", "last", "month"), [(2, 6, "2026-11-01"), (1, 5, "2026-11-01"), (1, 7, "2026-11-01"), (1, 6, "2026-12-01"), (1, 8, "2027-01-01")])
def test_the_database_takes_no_other_range_and_no_younger_month(old: Old, as_owner, first: int, last: int, month: str) -> None:
    archive(old, as_owner, AFTERWARDS - timedelta(days=40))
    assert not Archive.objects.exists(), "nothing has expired yet"
    old.clock(AFTERWARDS)
    note = Entry.objects.latest("pk")
    with as_owner(), pytest.raises(Error), transaction.atomic():
        Archive.objects.create(
            book=old.book, month=month, first_number=first, last_number=last, file_name="x", file_digest="0" * 64, size=1, root=b"",
            made_at=AFTERWARDS, verified_at=AFTERWARDS, note=note,
        )


@pytest.mark.clause("I1")
def test_the_application_cannot_record_an_archive(old: Old) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        Archive.objects.create(
            book=old.book, month="2026-11-01", first_number=1, last_number=6, file_name="x", file_digest="0" * 64, size=1, root=b"",
            made_at=AFTERWARDS, verified_at=AFTERWARDS, note=Entry.objects.latest("pk"),
        )


@pytest.mark.clause("A19")
def test_the_command_says_what_it_made(old: Old, as_owner) -> None:
    out = StringIO()
    with as_owner():
        call_command("archive_log", desk=old.book.desk.slug, until="2026-11", stdout=out)
        assert "1 months archived" in out.getvalue() and Archive.objects.get(book=old.book).month.month == 11
        for asked in ({"desk": "nowhere"}, {"until": "soon"}):
            with pytest.raises(CommandError):
                call_command("archive_log", stdout=StringIO(), **asked)


@pytest.mark.clause("A19")
@pytest.mark.parametrize(("years", "reason", "field"), [(2, "x", "years"), (0, "x", "years"), (31, "x", "years"), (5, "", "reason")])
def test_three_years_at_least_and_a_reason(years: int, reason: str, field: str) -> None:
    refusal = rules.why_not_retention(years=years, reason=reason)
    assert refusal is not None and refusal.field == field
    assert rules.why_not_retention(years=3, reason="x") is None


@pytest.mark.clause("A19")
def test_below_three_the_database_refuses_too(old: Old, town: Town, as_owner) -> None:
    note = Entry.objects.latest("pk")
    for years in (0, 2):
        with pytest.raises(Error, match="retention_three_years_at_least"), transaction.atomic():
            RetentionPeriod.objects.create(site=town.site, years=years, reason="x", set_by=town.administrator, note=note)


@pytest.mark.clause("A19")
def test_longer_holds_at_once_and_shorter_a_day_later(old: Old, town: Town, as_owner) -> None:
    def set_to(years: int, moment) -> None:
        old.clock(moment)
        actions.set_retention(actor=town.administrator, site=town.site, years=years, reason="内控", now=moment)

    def years_at(moment) -> int:
        old.clock(moment)
        return (AFTERWARDS.astimezone(town.site.zone) + SECOND).year - expired_before_of(town.site).astimezone(town.site.zone).year

    set_to(5, AFTERWARDS)
    assert years_at(AFTERWARDS + SECOND) == 5 and archive(old, as_owner, AFTERWARDS + SECOND) == []
    set_to(3, AFTERWARDS + 2 * SECOND)
    assert years_at(AFTERWARDS + timedelta(hours=23)) == 5 and retention_of(town.site, AFTERWARDS + timedelta(hours=1))["coming"].years == 3
    assert years_at(AFTERWARDS + timedelta(days=1, minutes=30)) == 3
    assert Entry.objects.filter(code="retention_set", book__desk__isnull=True).count() == 2
    for person in (town.supervisor, town.head, town.away.administrator):
        with pytest.raises(Refused):
            actions.set_retention(actor=person, site=town.site, years=4, reason="x", now=AFTERWARDS)


@pytest.mark.clause("I11")
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Auckland"])
def test_the_rule_in_python_and_the_database_s_agree(old: Old, town: Town, as_owner, zone: str) -> None:
    town.site.timezone = zone
    town.site.save()
    for moment in (AFTERWARDS, AFTERWARDS + timedelta(hours=5), AFTERWARDS + timedelta(days=59, hours=20)):
        old.clock(moment)
        assert expired_before_of(town.site) == rules.expired_before(moment + SECOND, years=3, zone=town.site.zone)


@pytest.mark.clause("A18")
def test_an_export_of_a_whole_book_says_nothing_of_a_part(old: Old, as_owner) -> None:
    whole = actions.export_record(actor=None, of=old.book.desk, session_key=None, now=AFTERWARDS, personal=True)
    with whole, zipfile.ZipFile(io.BytesIO(whole.read())) as file:
        assert json.loads(file.read("record.json"))["form"] == "duty-desk-record/3"
        assert "first" not in json.loads(file.read("book-1/book.json"))
