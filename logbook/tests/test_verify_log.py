"""verify_log for people and for cron, the night's verification, and checkpoints kept outside (A18, I2)."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from desks import record_clock
from desks.testing import Town, signed_in
from logbook import actions
from logbook.clock import verify_by_night
from logbook.models import Verification
from logbook.proof.notes import Head, parsed_head, signed_checkpoint, verifier_key
from logbook.tests.expired import signed
from logbook.tests.pages import tree, words
from notices.models import Notice

NIGHT = timedelta(hours=17)  # from 9:00 to 2:00 in Shanghai


@pytest.fixture
def book(town: Town, morning):
    """Six entries, and a checkpoint over four of them."""
    for number in range(4):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"entry {number}", customer="李先生", kind="repair", place="5栋1203")
    actions.make_checkpoint(book=actions.book_of(town.desk), occasion="day", now=morning)
    for number in range(2):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"later {number}", kind="enquiry")
    return actions.book_of(town.desk)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_log", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def broken(*arguments: str) -> list[dict]:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_log", "--json", *arguments, stdout=out)
    assert error.value.returncode == 1
    return json.loads(out.getvalue())["breaches"]


@pytest.fixture
def tamper(as_owner):
    """Runs a statement as the owner with the record's triggers off."""

    def run_it(statement: str) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("entry", "entrydigest", "entrytext", "checkpoint"):
                cursor.execute(f"ALTER TABLE logbook_{table} DISABLE TRIGGER USER")
            cursor.execute(statement)
            assert cursor.rowcount > 0

    return run_it


@pytest.mark.clause("A18")
def test_what_holds_is_said_with_what_no_checkpoint_from_outside_covers(town: Town, book, tmp_path) -> None:
    assert "6 entries and 1 checkpoints of 1 books hold" in run() and "covers the entries 1 to 6" in run()
    kept = tmp_path / "kept.txt"
    kept.write_text("Printed on 24 November:\n\n" + book.checkpoints.get().note)
    assert "covers the entries 5 to 6" in run("--checkpoint", str(kept))
    assert "6 of 6" not in run("--quick") and run("--desk", town.desk.slug) == run("--book", book.origin)


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    ("first", "last", "found"), [("2", "3", True), ("3", "", False), ("", "1", False), ("2026-11-24", "", True), ("", "2026-11-23", False)]
)
def test_a_period_is_verified_by_numbers_or_days(town: Town, book, tamper, as_owner, first: str, last: str, found: bool) -> None:
    with as_owner(), connection.cursor() as cursor:
        # The record's clock is the machine's: the test's entries are put on the test's day.
        cursor.execute("SELECT min(recorded_at)::date, min(number) FROM logbook_entry WHERE book_id = %s", [book.pk])
        today = cursor.fetchone()[0]
    tamper("UPDATE logbook_entry SET place = 'x' WHERE number = 2")

    def on(day: str) -> str:
        return day if not day.startswith("2026") else str(today + timedelta(days=(date.fromisoformat(day) - date(2026, 11, 24)).days - 1))

    bounds = [*(["--from", on(first)] if first else []), *(["--to", on(last)] if last else [])]
    if found:
        assert [each["number"] for each in broken(*bounds)] == [2]
    else:
        assert "hold" in run(*bounds)


@pytest.mark.clause("A18")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "x"], ["--book", "nothing"], ["--checkpoint", "/nowhere"], ["--key", "x", "--quick"], ["--against", "/nowhere"],
    ],
)
def test_what_makes_no_sense_is_said_and_is_no_breach_to_cron(book, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 2


@pytest.mark.clause("A18")
def test_the_command_counts_what_was_erased_or_veiled_by_rule(town: Town, morning, as_owner) -> None:
    record_clock.install()
    record_clock.set_to(morning)
    entry = actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="门禁密码 7719", kind="enquiry", customer="王女士", phone="13800138000")
    assert "erased by rule" not in run()
    (asked,) = actions.ask_veil(actor=town.agent, confirmed=signed(town.agent, morning), entries=[entry], reason="误写", now=morning)
    actions.confirm_veil(actor=town.supervisor, confirmed=signed(town.supervisor, morning), request=asked, now=morning)
    later = morning + timedelta(days=200)
    record_clock.set_to(later)
    while actions.erase_personal_values(desk=town.desk, day=later.date(), now=later):
        pass
    assert "2 values erased by rule and 1 texts veiled, each by an entry that says so." in run()
    said = json.loads(run("--json"))
    assert (said["erased"], said["veiled"], said["breaches"]) == (2, 1, [])


@pytest.mark.clause("A18")
def test_progress_is_said_beside_the_result(book, monkeypatch) -> None:
    monkeypatch.setattr("logbook.verify.SAY_EVERY", 2)
    out, beside = StringIO(), StringIO()
    call_command("verify_log", "--progress", "--json", stdout=out, stderr=beside)
    assert [line.split(": ")[1] for line in beside.getvalue().splitlines()] == ["2 of 6", "4 of 6", "6 of 6"]
    assert json.loads(out.getvalue())["entries"] == 6, "what a program reads holds nothing else"


@pytest.mark.clause("I2")
def test_a_checkpoint_from_outside_finds_what_the_database_alone_does_not(town: Town, book, tmp_path, settings) -> None:
    kept = tmp_path / "kept.txt"
    head = parsed_head(book.checkpoints.get().note.split("\n\n")[0] + "\n")
    key = Ed25519PrivateKey.generate()
    vkey = verifier_key(book.origin, key.public_key().public_bytes_raw())
    kept.write_text(signed_checkpoint(Head(head.origin, 3, bytes(32)), key))
    assert [(each["kind"], each["number"]) for each in broken("--checkpoint", str(kept), "--key", vkey)] == [("changed", 1)]
    kept.write_text(book.checkpoints.get().note + signed_checkpoint(Head(head.origin, 9, head.root), key))
    both = ["--checkpoint", str(kept), "--key", vkey]
    assert {each["kind"] for each in broken(*both)} == {"signature", "cut_off"}
    assert [(each["kind"], each["number"]) for each in broken(*both)][1] == ("cut_off", 7)
    kept.write_text("nothing of the sort")
    with pytest.raises(CommandError, match="holds no checkpoint"):
        run("--checkpoint", str(kept))
    kept.write_text(signed_checkpoint(Head("dd-000000000000/other/1", 3, head.root), key))
    with pytest.raises(CommandError, match="of one of these books"):
        run("--checkpoint", str(kept))


@pytest.mark.clause("I2")
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE logbook_checkpoint SET note = overlay(note placing CASE WHEN substr(note, length(note) - 24, 1) = 'B' THEN 'C' ELSE 'B' END from length(note) - 24)", "signature"),
        ("UPDATE logbook_checkpoint SET size = 3", "signature"),
        ("UPDATE logbook_checkpoint SET root = sha256('x')", "signature"),
        ("UPDATE logbook_entry SET place = 'x' WHERE number = 4", "changed"),
    ],
)
def test_stored_checkpoints_are_verified_too(book, tamper, statement: str, kind: str) -> None:
    tamper(statement)
    assert [each["kind"] for each in broken()] == [kind]


@pytest.mark.clause("I2")
def test_a_key_that_was_never_announced_has_signed_nothing(book, settings, tmp_path, as_owner, town: Town, morning) -> None:
    from logbook.models import Checkpoint, SigningKey

    key = Ed25519PrivateKey.generate()
    first = book.checkpoints.get()
    own = SigningKey.objects.create(public=key.public_key().public_bytes_raw(), registered_at=morning)
    note = signed_checkpoint(Head(book.origin, 4, bytes(first.root)), key)
    Checkpoint.objects.create(book=book, size=4, root=first.root, key=own, note=note, made_at=morning, occasion="proof")
    assert [(each["kind"], "never announced" in each["what"]) for each in broken()] == [("signature", True)]


@pytest.mark.clause("A18")
def test_the_night_s_verification_runs_once_and_is_seen(town: Town, book, morning, client) -> None:
    at_two = morning + NIGHT
    assert verify_by_night(morning) == 1, "a night that was missed is made up for in the day"
    assert verify_by_night(morning) == 0 and verify_by_night(at_two - timedelta(microseconds=1)) == 0
    assert verify_by_night(at_two) == 1 and verify_by_night(at_two + timedelta(hours=3)) == 0
    kept = Verification.objects.filter(book=book).order_by("night")
    assert [(each.holds, each.entries, each.checkpoints) for each in kept] == [(True, 6, 1)] * 2
    assert client.get("/health/ready/").json()["record"] == "holds"
    page = words(tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/")))
    assert "holds" in page and "does not hold" not in page
    with pytest.raises(Error), transaction.atomic():
        Verification.objects.update(kind="")


@pytest.mark.clause("A18")
def test_a_broken_record_is_told_shown_and_stored(town: Town, book, morning, tamper, client) -> None:
    tamper("UPDATE logbook_entry SET place = 'x' WHERE number = 3")
    assert verify_by_night(morning) == 1
    kept = Verification.objects.get()
    assert (kept.kind, kept.number, kept.holds) == ("changed", 3, False)
    assert set(Notice.objects.filter(code="record_does_not_hold").values_list("person", flat=True)) == {town.auditor.pk, town.head.pk}
    answer = client.get("/health/ready/").json()
    assert answer["record"] == "does not hold" and answer["record_verified"] == str(kept.night)
    page = words(tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/")))
    assert "does not hold" in page and "#3" in page


@pytest.mark.clause("I2")
def test_of_a_long_book_portions_are_fetched_beside_and_the_first_breach_is_told(transactional_db, morning, monkeypatch) -> None:
    from desks.testing import read_town
    from logbook import verify as module
    from logbook.proof import confirming

    monkeypatch.setattr(confirming, "PORTION", 3)
    monkeypatch.setattr(confirming, "WORTH", 12)
    monkeypatch.setattr(module, "SAY_EVERY", 5)
    town = read_town()
    for number in range(12):
        actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text=f"entry {number}")
    book = actions.book_of(town.desk)
    out, beside = StringIO(), StringIO()
    call_command("verify_log", "--progress", "--book", book.origin, stdout=out, stderr=beside)
    assert "12 entries and 0 checkpoints of 1 books hold" in out.getvalue() and beside.getvalue() == f"{book.origin}: 6 of 12\n{book.origin}: 12 of 12\n"
    from conftest import owners_hands

    with owners_hands(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logbook_entrytext DISABLE TRIGGER record_refuses_change")
        cursor.execute("UPDATE logbook_entrytext SET text = 'x' WHERE entry_id IN (SELECT id FROM logbook_entry WHERE number IN (9, 11))")
    assert [(each["number"], each["kind"]) for each in broken("--progress")] == [(9, "changed")]
    with owners_hands(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE logbook_entrytext ENABLE ALWAYS TRIGGER record_refuses_change")
