"""The export verifies itself in an empty folder with the standard library alone; a tampered copy does not (A18, A20)."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.testing import Town, signed_in
from logbook import actions
from logbook.models import AccessRecord, Entry, SigningKey
from logbook.proof import standalone
from logbook.proof.notes import verifier_key
from logbook.tests.pages import tree, words
from logbook.tests.test_record_form import VECTORS

CALM = settings(derandomize=True, deadline=None, max_examples=5)
MEMBER = "book-1/entries.jsonl"


@pytest.fixture
def book(town: Town, morning):
    """Entries of several sorts, checkpoints in between."""
    first = actions.record_entry(
        actor=town.agent, desk=town.desk, now=morning, text="漏水😀𠮷\\n\n\ttab", kind="repair", place="5栋\\1203", customer="李\t先生\\",
        phone="13800138000", fields={"seen": "é\n2\\\u2028and\u2029"},
    )
    actions.make_checkpoint(book=first.book, occasion="day", now=morning)
    watch = actions.open_watch(actor=town.agent, desk=town.desk, now=morning)
    actions.move_follow_up(actor=town.agent, root=first, now=morning, state="waiting", waiting_for="工程部")
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="员工态度", kind="enquiry", audience="supervisors")
    actions.close_watch(actor=town.agent, watch=watch, now=morning)
    return first.book


@pytest.fixture
def exported(town: Town, book) -> bytes:
    """The export as the auditor gets it by the page."""
    answer = signed_in(town.auditor).post(f"/log/{town.desk.slug}/proof/export/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    return b"".join(answer.streaming_content)


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and words of the export's own verifier: no environment, no packages, nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *arguments], cwd=folder, env={}, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def unpacked(exported: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.clause("A18")
def test_the_export_verifies_itself_in_an_empty_folder(town: Town, book, exported, tmp_path) -> None:
    folder = unpacked(exported, tmp_path)
    code, said = verified(folder)
    assert (code, f"{book.origin}: 5 entries and 2 checkpoints hold; 2 values left out for the reader of this file\n" in said) == (0, True), said
    (tmp_path / "whole.zip").write_bytes(exported)
    vkey = verifier_key(book.origin, bytes(SigningKey.objects.last().public))
    kept = tmp_path / "kept.txt"
    kept.write_text(book.checkpoints.order_by("pk").first().note)
    assert verified(folder, "whole.zip", "--key", vkey, "--checkpoint", "kept.txt")[0] == 0
    lines = [json.loads(line) for line in (folder / MEMBER).read_bytes().splitlines()]
    assert lines[0]["own"].keys() == {"text"} and lines[0]["withheld"].keys() == {"customer", "phone"}
    assert lines[0]["left_out"] == ["customer", "phone"] and lines[0]["erased"] == lines[0]["veiled"] == {}
    assert lines[0]["own"]["text"]["value"] == "漏水😀𠮷\\n\n\ttab" and lines[0]["fields"]["place"] == "5栋\\1203"
    assert "13800138000" not in (folder / MEMBER).read_text()


def _line(change):
    """A tampering of the entries' lines: takes the list of parsed lines and returns another."""

    def tamper(folder: Path) -> None:
        path = folder / MEMBER
        lines = change([json.loads(line) for line in path.read_text().split("\n")[:-1]])
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    return tamper


def _in(number: int, *path: str, value: object = "x"):
    def change(lines: list) -> list:
        thing = lines[number - 1]
        for step in path[:-1]:
            thing = thing[step]
        thing[path[-1]] = value
        return lines

    return _line(change)


def _file(name: str, change):
    def tamper(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text()))

    return tamper


TAMPERINGS = {
    "a field": (_in(1, "fields", "place"), "changed: number 1"),
    "a text": (_in(4, "own", "text", "value"), "changed: number 4"),
    "a salt": (_in(1, "own", "text", "salt", value="00" * 32), "changed: number 1"),
    "a secret": (_in(5, "secret", value="00" * 32), "changed: number 5"),
    "a field more": (_in(3, "fields", "more"), "changed: number 3"),
    "a withheld value": (_in(1, "withheld", "phone", value="00" * 32), "changed: number 1"),
    "a time": (_in(2, "recorded_at", value="2026-01-01T00:00:00.000000Z"), "changed: number 2"),
    "a digest": (_in(3, "digest", value="00" * 32), "changed: number 3"),
    "an entry missing": (_line(lambda lines: lines[:1] + lines[2:]), "missing"),
    "two entries exchanged": (_line(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]), "reordered"),
    "an entry twice": (_line(lambda lines: [*lines[:2], lines[1], *lines[2:]]), "inserted"),
    "the tail": (_line(lambda lines: lines[:-1]), "cut off"),
    "the tail and its count": (
        lambda folder: (_line(lambda lines: lines[:-1])(folder), _file("book-1/book.json", lambda text: text.replace('"entries":5', '"entries":4'))(folder)),
        "cut off",
    ),
    "a signature": (_file("book-1/checkpoints.txt", lambda text: text[:-25] + ("C" if text[-25] == "B" else "B") + text[-24:]), "signature wrong"),
    "a root": (_file("book-1/checkpoints.txt", lambda text: text.replace(text.split("\n")[2], "A" * 43 + "=")), "signature wrong"),
    "a key": (_file("book-1/keys.txt", lambda text: ""), "signature wrong"),
    "a line that is none": (_file(MEMBER, lambda text: text + "{"), "Cannot be read"),
}


@pytest.mark.clause("A18")
def test_a_tampered_copy_does_not_verify(exported, tmp_path) -> None:
    for place, (what, (tamper, said)) in enumerate(TAMPERINGS.items()):
        folder = unpacked(exported, tmp_path / str(place))
        tamper(folder)
        code, words_said = verified(folder)
        assert code in {1, 2} and said in words_said, (what, words_said)


@pytest.mark.clause("I2")
def test_a_consistent_recomputation_is_found_by_a_checkpoint_kept_outside(town: Town, book, exported, tmp_path) -> None:
    """Whoever holds the key and the program can write another record; not one that fits what others hold already."""
    folder = unpacked(exported, tmp_path)
    kept = tmp_path / "kept.txt"
    kept.write_text(book.checkpoints.order_by("-pk").first().note)

    def anew(lines: list) -> list:
        lines[1]["fields"]["holder"], before = "someone else", "00" * 32
        for line in lines:
            before = line["digest"] = standalone.digest_of(line, book.origin, before).hex()
        return lines

    _line(anew)(folder)
    (folder / "book-1" / "checkpoints.txt").write_text("")
    assert "no checkpoint covers the numbers 1 to 5" in verified(folder)[1] and verified(folder)[0] == 0
    code, said = verified(folder, "--checkpoint", "kept.txt")
    assert code == 1 and "changed: one of the numbers 1 to 5" in said


@pytest.mark.clause("A20")
def test_an_export_is_an_entry_of_the_site_s_book_and_an_access_record(town: Town, book, exported) -> None:
    entry = Entry.objects.get(code="record_exported")
    assert entry.book == actions.site_book_of(town.site) and entry.author == town.auditor
    assert entry.fields["file_digest"] == hashlib.sha256(exported).hexdigest() and entry.fields["personal_values"] == "false"
    kept = AccessRecord.objects.get(page="record_zip")
    assert (kept.kind, kept.person, kept.from_number, kept.to_number, kept.count) == ("export", town.auditor, 1, 5, 5)
    assert kept.file_digest == entry.fields["file_digest"]


@pytest.mark.clause("A20")
def test_only_the_auditor_of_the_site_takes_the_record_out(town: Town, book) -> None:
    address = f"/log/{town.desk.slug}/proof/export/"
    for person in (town.agent, town.supervisor, town.head, town.administrator):
        assert signed_in(person).post(address).status_code == 403
    assert signed_in(town.away.auditor).post(address).status_code == 404
    assert signed_in(town.auditor).get(address).status_code == 405
    assert not Entry.objects.filter(code="record_exported").exists()
    assert "Export the record" in words(tree(signed_in(town.auditor).get(f"/log/{town.desk.slug}/proof/")))
    assert "Export the record" not in words(tree(signed_in(town.head).get(f"/log/{town.desk.slug}/proof/")))


@pytest.mark.clause("A18")
def test_the_command_writes_everything_once_and_verify_log_compares_with_it(town: Town, book, tmp_path, as_owner, morning) -> None:
    target = tmp_path / "record.zip"
    call_command("export_record", desk=town.desk.slug, to=str(target), stdout=io.StringIO())
    assert oct(target.stat().st_mode)[-3:] == "600"
    assert "13800138000" in unpacked(target.read_bytes(), tmp_path / "out").joinpath(MEMBER).read_text()
    assert verified(tmp_path / "out")[0] == 0
    with pytest.raises(CommandError):
        call_command("export_record", desk=town.desk.slug, to=str(target))
    with pytest.raises(CommandError):
        call_command("export_record", desk="nothing", to=str(tmp_path / "other.zip"))
    actions.record_entry(actor=town.agent, desk=town.desk, now=morning, text="later")
    call_command("verify_log", "--desk", town.desk.slug, "--against", str(target), stdout=io.StringIO())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logbook_entrydigest DISABLE TRIGGER record_refuses_change")
        cursor.execute("UPDATE logbook_entrydigest SET digest = sha256('x') WHERE number = 2 AND book_id = %s", [book.pk])
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_log", "--json", "--quick", "--desk", town.desk.slug, "--against", str(target), stdout=out)
    assert ("changed", 2) in {(each["kind"], each["number"]) for each in json.loads(out.getvalue())["breaches"]}
    for name in ("nothing.zip", str(Path(__file__))):
        with pytest.raises(CommandError):
            call_command("verify_log", "--against", name)


@pytest.mark.clause("I2")
def test_the_verifier_recomputes_the_vectors_of_the_page() -> None:
    for vector in VECTORS["entries"]:
        entry = {"secret": vector["secret"], "fields": vector["fields"], "own": vector["erasable"], "withheld": {}}
        entry |= {"number": vector["number"], "recorded_at": vector["recorded_at"]}
        assert standalone.digest_of(entry, VECTORS["origin"], vector["previous"]).hex() == vector["digest"]


@pytest.mark.parametrize(
    ("public", "text", "signature"),
    [  # RFC 8032, 7.1
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ],
)
def test_the_signatures_of_rfc_8032(public: str, text: str, signature: str) -> None:
    key, said, over = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(text)
    assert standalone.signed(key, over, said) and not standalone.signed(key, over + b"x", said)


@pytest.mark.clause("I2")
@given(seed=st.binary(min_size=32, max_size=32), text=st.binary(max_size=200), place=st.integers(0, 511))
@CALM
def test_signatures_are_judged_as_the_library_judges_them(seed: bytes, text: bytes, place: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, made = key.public_key().public_bytes_raw(), key.sign(text)
    assert standalone.signed(public, text, made)
    spoilt = bytearray(made)
    spoilt[place // 8] ^= 1 << place % 8
    assert not standalone.signed(public, text, bytes(spoilt))
    assert not standalone.signed(public, text, made[:-1]) and not standalone.signed(bytes(32)[:31], text, made)
    larger = int.from_bytes(made[32:], "little") + standalone.ORDER
    assert not standalone.signed(public, text, made[:32] + larger.to_bytes(32, "little"))


def test_the_verifier_imports_the_standard_library_alone() -> None:
    source = Path(standalone.__file__).read_text()
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names) and len(source.splitlines()) < 400, "short enough to be read"
